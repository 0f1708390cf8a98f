"""Which figure needs attention first, and whether it lies apart from the others; by margins, never by middles alone."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.words import Cell, Worse, has_range

WHOLE = 2.0  # twice the share of everybody: the sum of both edges of a margin is never more


def rank(cell: Cell | None, worse: Worse = "lower") -> tuple[bool, float]:
    """A key that sorts shown cells from worst to best and withheld ones behind them; also cells of both sides."""
    if cell is None or not has_range(cell):
        return (True, 0.0)
    middle = float(cell["low"] + cell["high"])
    return (False, middle if worse == "lower" else WHOLE - middle)


def is_beyond(cell: Cell, other: Cell, worse: Worse = "lower") -> bool:
    """Whether one margin lies wholly on the worse side of another: of two figures about the same leaders.

    Groups, waves and years are compared by contrasts (contrasts.py), never so.
    """
    if not (has_range(cell) and has_range(other)):
        return False
    return bool(cell["high"] < other["low"] if worse == "lower" else cell["low"] > other["high"])


def is_apart(measure: str, cells: Sequence[Cell], worse: Worse = "lower") -> bool:
    """Whether a figure lies wholly on the worse side of all others that can be shown; else it only seems to."""
    shown = {cell["measure"]: cell for cell in cells if has_range(cell)}
    others = [cell for code, cell in shown.items() if code != measure]
    return measure in shown and all(is_beyond(shown[measure], cell, worse) for cell in others)
