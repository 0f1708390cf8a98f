"""Charts for pages and report: frames of ready words and shares in, cached specs without data out."""

from __future__ import annotations

import copy
import importlib
from functools import lru_cache
from typing import Any

import polars as pl

from dashboard import theme

NAMES = ("intervals", "trend", "rocks", "grid", "estimates", "lines", "grid_line")


@lru_cache(maxsize=64)
def _built(name: str, lang: str, mode: str, options: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    # Altair is slow to import and to build with: once per process, not once per rerun. A test validates.
    module = importlib.import_module(f"dashboard.charts.{name}")
    chart = module.chart(lang, theme.palette(mode), **dict(options))
    spec: dict[str, Any] = chart.configure(**theme.configuration(lang, mode)).to_dict(validate=False)
    del spec["datasets"]
    for part in (spec, *spec.get("layer", ())):
        part.pop("data", None)
    return spec


def spec(name: str, lang: str, mode: str, **options: Any) -> dict[str, Any]:
    """The spec of charts/<name>.py without data, safe to hand to a library that changes it."""
    return copy.copy(_built(name, lang, mode, tuple(sorted(options.items()))))


def filled(name: str, lang: str, mode: str, frame: pl.DataFrame, width: int, **options: Any) -> dict[str, Any]:
    """The same spec with its data and a width, for paper."""
    return {**spec(name, lang, mode, **options), "data": {"values": frame.to_dicts()}, "width": width}
