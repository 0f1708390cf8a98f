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
    spec = _spec(chart, lang, frame, width, font, options)
    picture: str = vl_convert.vegalite_to_svg(spec, **_manners(lang))
    return picture


def png(chart: str, lang: str, frame: pl.DataFrame, width: int, font: str, **options: Any) -> bytes:
    """The same as PNG."""
    spec = _spec(chart, lang, frame, width, font, options)
    picture: bytes = vl_convert.vegalite_to_png(spec, scale=SHARP, **_manners(lang))
    return picture


def _spec(
    chart: str, lang: str, frame: pl.DataFrame, width: int, font: str, options: Mapping[str, Any]
) -> dict[str, Any]:
    """The chart on white paper, in the font of the page, with whole names in its legend."""
    spec = charts.filled(chart, lang, "light", frame, width, **options)
    config = spec["config"]
    # On a transparent ground every edge would be drawn half dark.
    ground = {"background": theme.LIGHT.paper, "font": font}
    return {**spec, "config": {**config, **ground, "legend": {**config["legend"], "labelLimit": 0}}}


def _manners(lang: str) -> dict[str, Any]:
    """No address is asked for anything, and numbers are written as the language writes them."""
    return {"allowed_base_urls": [], "format_locale": theme.numbers(lang)}
