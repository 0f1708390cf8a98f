"""Draws a report's charts for paper and slides; the chart holds its data, so nothing is fetched while it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import vl_convert

from dashboard import charts, theme

SHARP = 2.5  # pixels per point of a slide


def svg(chart: str, lang: str, frame: pl.DataFrame, width: int, font: str, **options: Any) -> str:
    """One chart of dashboard/charts as SVG, `width` points wide without its labels."""
    drawn: str = vl_convert.vegalite_to_svg(_spec(chart, lang, frame, width, font, options), **_manners(lang))
    return drawn


def png(chart: str, lang: str, frame: pl.DataFrame, width: int, font: str, **options: Any) -> bytes:
    """The same as PNG."""
    spec = _spec(chart, lang, frame, width, font, options)
    drawn: bytes = vl_convert.vegalite_to_png(spec, scale=SHARP, **_manners(lang))
    return drawn


def _spec(
    chart: str, lang: str, frame: pl.DataFrame, width: int, font: str, options: Mapping[str, Any]
) -> dict[str, Any]:
    spec = charts.filled(chart, lang, "light", frame, width, **options)
    # On a transparent ground every edge would be drawn half dark.
    ground = {"background": theme.LIGHT.paper, "font": font}
    return spec | {"config": spec["config"] | ground | {"legend": spec["config"]["legend"] | {"labelLimit": 0}}}


def _manners(lang: str) -> dict[str, Any]:
    return {"allowed_base_urls": [], "format_locale": theme.numbers(lang)}
