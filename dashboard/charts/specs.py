"""Specs: the charts as Vega-Lite, built once per process and handed out without data, or with it for paper."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.charts import estimates, grid, grid_line, intervals, lines, rocks, trend

CHARTS: Mapping[str, ModuleType] = {
    "intervals": intervals,
    "trend": trend,
    "rocks": rocks,
    "grid": grid,
    "estimates": estimates,
    "lines": lines,
    "grid_line": grid_line,
}
NAMES = tuple(CHARTS)


def spec(name: str, lang: str, mode: str, **options: Any) -> dict[str, Any]:
    """The spec of a chart without data, safe to hand to a library that changes it."""
    return copy.copy(_built(name, lang, mode, tuple(sorted(options.items()))))


def tall(name: str, frame: pl.DataFrame, **options: Any) -> int:
    """How many pixels high a chart of this frame is with these options, with its axis and key."""
    pixels: int = CHARTS[name].tall(frame, **options)
    return pixels


def filled(name: str, lang: str, mode: str, frame: pl.DataFrame, width: int, **options: Any) -> dict[str, Any]:
    """The same spec with its data and a width in pixels, for paper."""
    return {**spec(name, lang, mode, **options), "data": {"values": frame.to_dicts()}, "width": width}


@lru_cache(maxsize=64)
def _built(name: str, lang: str, mode: str, options: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    # Altair is slow to build with: once per process, not once per rerun. A test validates.
    chart = CHARTS[name].chart(lang, theme.palette(mode), **dict(options))
    built: dict[str, Any] = chart.configure(**theme.configuration(lang, mode)).to_dict(validate=False)
    del built["datasets"]
    for part in (built, *built.get("layer", ())):
        part.pop("data", None)
    return built
