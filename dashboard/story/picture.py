"""A picture before it is drawn: what it shows, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from dashboard import charts

Rows = tuple[Mapping[str, str], ...]
AROUND = 140  # pixels of a card over and under its picture
NOTED = 24  # pixels of a footnote


@dataclass(frozen=True)
class Picture:
    """What a chart shows and says; `chart` names its module in charts/, `options` its variant."""

    chart: str
    title: str
    note: str
    frame: pl.DataFrame
    alt: str
    rows: Rows = ()
    footnotes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tall(self) -> int:
        """About how many pixels its card takes, to set cards side by side."""
        chart = charts.tall(self.chart, self.frame, **self.options)
        return chart + AROUND + NOTED * len(self.footnotes)


def with_reason(one: Picture, why: str) -> Picture:
    """The same picture with a sentence about what was left out of it."""
    return replace(one, footnotes=(why, *one.footnotes)) if why else one


def described(title: str, figures: Iterable[tuple[str, str]]) -> str:
    """A title and its figures as one sentence, for who cannot see the picture."""
    return f"{title}: {'; '.join(f'{label} {figure}' for label, figure in figures)}."
