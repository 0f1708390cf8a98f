"""The board paper: two pages PDF and a workbook, written from one and the same content."""

from __future__ import annotations

from importlib import import_module
from typing import Literal

from dashboard.report.content import NotThere, build
from dashboard.snapshot import Snapshot

Format = Literal["pdf", "xlsx"]
FORMATS: tuple[Format, ...] = ("pdf", "xlsx")

__all__ = ["FORMATS", "Format", "NotThere", "render"]


def render(snapshot: Snapshot, wave: str, lang: str, format: Format, region: str | None = None) -> bytes:
    """The paper of one wave as bytes; raises NotThere with one sentence for people."""
    report = build(snapshot, wave, lang, region)
    # Typst and XlsxWriter are slow to import, and only one of them is needed.
    written: bytes = import_module(f"dashboard.report.{format}").written(report)
    return written
