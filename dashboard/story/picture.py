"""A picture before it is drawn: what it shows, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import polars as pl
import polars.selectors as cs

from dashboard import charts
from dashboard.names import unmarked

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
    def is_empty(self) -> bool:
        """Whether it is of figures, and none of them can be shown."""
        return "low" in self.frame.columns and self.frame["low"].null_count() == self.frame.height

    @cached_property
    def plain(self) -> Picture:
        """The same without the marks that keep names text on a page; its levels are codes, not names."""
        names = cs.string() - cs.by_name("level", require_all=False)
        return replace(
            self,
            frame=self.frame.with_columns(names.map_elements(unmarked, pl.String)),
            alt=unmarked(self.alt),
            options={name: _unmarked(value) for name, value in self.options.items()},
        )

    @property
    def tall(self) -> int:
        """About how many pixels its card takes, to set cards side by side."""
        chart = charts.tall(self.chart, self.frame, **self.options)
        return chart + AROUND + NOTED * len(self.footnotes)


def _unmarked(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_unmarked, value))
    return unmarked(value) if isinstance(value, str) else value


def with_reason(one: Picture, why: str) -> Picture:
    """The same picture with a sentence about what was left out of it."""
    return replace(one, footnotes=(why, *one.footnotes)) if why else one


def described(title: str, figures: Iterable[tuple[str, str]]) -> str:
    """A title and its figures as one sentence, for who cannot see the picture."""
    return f"{title}: {'; '.join(f'{label} {figure}' for label, figure in figures)}."
