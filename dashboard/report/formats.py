"""Formats: one paper in one of its formats, and a look at its pages."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Literal, get_args

from dashboard.report.agreements import Agreed
from dashboard.report.content import build
from dashboard.story import OwnTarget, Snapshot

Format = Literal["pdf", "pptx", "xlsx", "csv", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)
WITH_ALL_FIGURES = ("xlsx", "csv")
MAY_LEAVE_OUT: Format = "csv"


def render(
    snapshot: Snapshot,
    wave: str,
    lang: str,
    format: Format,
    region: str | None = None,
    agreed: Agreed = (),
    with_withheld: bool = False,
    targets: tuple[OwnTarget, ...] = (),
) -> bytes:
    """The paper of one wave as bytes; raises NotThere with one sentence for people.

    `region`: about one region instead of the whole board. `agreed`: what the board agreed to do. `targets`: what it
    wants to reach. `with_withheld`: a table that leaves out what is not shown has a row for it too.
    """
    report = build(snapshot, wave, lang, region, full=format in WITH_ALL_FIGURES, agreed=agreed, targets=targets)
    # What writes them is slow to import, and only one is needed.
    options = {"with_withheld": with_withheld} if format == MAY_LEAVE_OUT else {}
    paper: bytes = import_module(f"dashboard.report.{format}").written(report, **options)
    return paper


@lru_cache(maxsize=16)
def preview(
    snapshot: Snapshot,
    wave: str,
    lang: str,
    region: str | None = None,
    agreed: Agreed = (),
    targets: tuple[OwnTarget, ...] = (),
) -> tuple[str, list[bytes]]:
    """What the paper says first, and its pages as PNG; kept, for what goes in never changes."""
    report = build(snapshot, wave, lang, region, full=False, agreed=agreed, targets=targets)
    pages: list[bytes] = import_module("dashboard.report.pdf").pages(report)
    return report.summary, pages
