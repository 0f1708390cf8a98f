"""Typed: what a board types about itself when it begins, read or refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from pipelines.ground.errors import Refused
from pipelines.ground.language import CARRIED, in_language
from pipelines.ground.period import Wave, WaveDays
from pipelines.instruments import Dimension, load_instrument

KINDS = "school_type"


def regions_of(text: str) -> tuple[str, ...]:
    """Names with commas between them; Refused when there is none, or one twice."""
    names = tuple(name for name in (" ".join(part.split()) for part in text.split(",")) if name)
    if not names or len({name.casefold() for name in names}) < len(names):
        raise Refused("init_names", text=text)
    return names


def kinds_of(text: str) -> tuple[str, ...]:
    """School types with commas between them, by code or name; known ones become codes, others stay as they are."""
    dimension = _school_types()
    known = {code.casefold(): code for code in dimension.levels}
    for lang in CARRIED:
        labels = in_language(dimension, lang, "labels")
        known |= {label.casefold(): code for code, label in labels.items() if code in dimension.levels}
    return regions_of(", ".join(known.get(name.casefold(), name) for name in regions_of(text)))


def known_kinds(lang: str) -> str:
    """The school types that need no explaining, for whoever is asked."""
    dimension = _school_types()
    labels = in_language(dimension, lang, "labels")
    return ", ".join(f"{code} ({labels[code]})" for code in dimension.levels)


def wave_of(text: str) -> WaveDays:
    """A wave from its name and its days, e.g. "2026Q4 2026-10-05 2026-10-25"; it opens in its quarter."""
    try:
        name, first, last = text.split()
        opens = dt.date.fromisoformat(first)
        closes = dt.date.fromisoformat(last)
    except ValueError as mistake:
        raise Refused("init_wave", text=text) from mistake
    wave = Wave(name)
    if Wave.on(opens) != wave or closes < opens:
        raise Refused("init_wave_days", wave=name)
    return WaveDays(wave, opens, closes)


def in_order(waves: Sequence[WaveDays]) -> tuple[WaveDays, ...]:
    """Waves in their order; Refused when one is named twice or opens before the last has closed."""
    ordered = sorted(waves, key=lambda days: days.wave)
    for before, after in pairwise(ordered):
        if before.wave == after.wave or not (before.closes and after.opens) or after.opens <= before.closes:
            raise Refused("init_wave_order", wave=after.wave, before=before.wave)
    return tuple(ordered)


def _school_types() -> Dimension:
    return next(dimension for dimension in load_instrument().dimensions if dimension.code == KINDS)
