"""Colours and chart manners of Klankbord, light and dark, for charts, pages and report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from babel.numbers import get_decimal_symbol, get_group_symbol

Mode = Literal["light", "dark"]
LETTERS = 13  # pixels


@dataclass(frozen=True)
class Palette:
    """One theme; teal and brown differ in lightness too, so that they survive colour blindness and print."""

    ink: str
    muted: str
    faint: str
    paper: str
    track: str
    teal: str
    teal_soft: str
    brown: str
    brown_soft: str
    neutral: str
    neutral_soft: str
    on_soft: str
    states: tuple[str, str, str, str]


LIGHT = Palette(
    ink="#1E2A2B", muted="#4D5B5C", faint="#C9D3D3", paper="#FFFFFF", track="#EEF2F2",
    teal="#0B6E6E", teal_soft="#9CCFC9", brown="#6C370E", brown_soft="#E3BC8C",
    neutral="#5F7173", neutral_soft="#E6ECEC", on_soft="#14201F",
    states=("#0B6E6E", "#7DBDB6", "#E3C79B", "#9C6226"),
)  # fmt: skip
DARK = Palette(
    ink="#E6EDED", muted="#A9B8B9", faint="#465456", paper="#12191A", track="#202B2C",
    teal="#5CC4B8", teal_soft="#2C6B67", brown="#C68443", brown_soft="#7A4F26",
    neutral="#A3B1B2", neutral_soft="#2B3738", on_soft="#F2F7F7",
    states=("#4DB6AB", "#256660", "#6E4E2C", "#D09A5E"),
)  # fmt: skip


def palette(mode: str) -> Palette:
    """The colours of a mode; light for any other word."""
    return DARK if mode == "dark" else LIGHT


def numbers(lang: str) -> dict[str, Any]:
    """How a language writes numbers; inside charts they follow it only through the chart's own locale."""
    marks = {"decimal": get_decimal_symbol(lang), "thousands": get_group_symbol(lang)}
    return {**marks, "grouping": [3], "currency": ["€", ""]}


def configuration(lang: str, mode: str) -> dict[str, Any]:
    """The Altair `configure` arguments all charts share."""
    colours = palette(mode)
    text = {
        "labelColor": colours.muted,
        "titleColor": colours.muted,
        "labelFontSize": LETTERS,
        "titleFontSize": LETTERS,
    }
    return {
        "background": "transparent",
        "font": "Source Sans, sans-serif",
        "locale": {"number": numbers(lang)},
        "view": {"stroke": None},
        "axis": {
            # To who hears it, the library would tell of an axis in English, and of its scale beyond 100 %.
            "aria": False,
            **text,
            "grid": False,
            "domain": False,
            "ticks": False,
            "labelPadding": 8,
            "gridColor": colours.faint,
            "gridOpacity": 0.6,
        },
        "legend": {**text, "aria": False, "title": None, "orient": "top", "symbolType": "square"},
        "text": {"color": colours.ink, "fontSize": LETTERS},
    }
