"""The board paper: a few pages PDF, slides, a workbook and a plain table, written from one and the same content."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Literal

from dashboard.report.agreements import Agreed
from dashboard.report.content import build
from dashboard.report.model import NotThere
from dashboard.story.snapshot import Snapshot

Format = Literal["pdf", "pptx", "xlsx", "csv"]
SHEETS = ("xlsx", "csv")
FORMATS: tuple[Format, ...] = ("pdf", "pptx", "xlsx", "csv")

__all__ = ["FORMATS", "Format", "NotThere", "preview", "render"]


def render(
    snapshot: Snapshot, wave: str, lang: str, format: Format, region: str | None = None, agreed: Agreed = ()
) -> bytes:
    """The paper of one wave as bytes; raises NotThere with one sentence for people."""
    report = build(snapshot, wave, lang, region, full=format in SHEETS, agreed=agreed)
    # What writes them is slow to import, and only one is needed.
    written: bytes = import_module(f"dashboard.report.{format}").written(report)
    return written


@lru_cache(maxsize=16)
def preview(
    snapshot: Snapshot, wave: str, lang: str, region: str | None = None, agreed: Agreed = ()
) -> tuple[str, list[bytes]]:
    """What the paper says first, and its pages as PNG; kept, for what goes in never changes."""
    report = build(snapshot, wave, lang, region, full=False, agreed=agreed)
    pages: list[bytes] = import_module("dashboard.report.pdf").pages(report)
    return report.summary, pages
