"""Cells of a spreadsheet that begin like a formula: they are text that somebody wrote, and must stay text."""

from __future__ import annotations

STARTS = ("=", "+", "-", "@", "\t", "\r")


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would work a text out instead of showing it."""
    return text.startswith(STARTS)


def as_text(value: object) -> object:
    """A value for a plain table: text that looks like a formula gets the quote by which a spreadsheet shows it."""
    return f"'{value}" if isinstance(value, str) and looks_like_formula(value) else value
