"""Checks between the parts of an instrument: no two thresholds are secretly one, no family is cut in two."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from itertools import pairwise

from pipelines.ground.errors import Refused, UnknownLevel
from pipelines.instruments.model import Instrument, Scale

DIGITS = re.compile(r"\D")  # what is left of a word are its digits


def suggest(word: str, known: Sequence[str]) -> str:
    """The nearest known words, for "did you mean"."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return near[0] if near else ", ".join(sorted(known)[:12]) or "-"


def unknown_level(column: str, level: str, known: Sequence[str], row: int | None = None) -> UnknownLevel:
    """A level nobody knows. One that looks like none is not repeated: in a column that shifted it could be a name.

    No number is like another number: a suggestion has the same digits, or neither has any.
    """
    alike = [one for one in known if DIGITS.sub("", level) == DIGITS.sub("", one)]
    near = difflib.get_close_matches(level, alike, n=1, cutoff=0.5)
    unlike = {"column": column, "letters": len(level), "known": ", ".join(known[:12])}
    if row is not None and near:
        return UnknownLevel("unknown_level_row", level, row=row, column=column, level=level, suggestion=near[0])
    if row is not None:
        return UnknownLevel("unlike_any_level_row", level, row=row, **unlike)
    if near:
        return UnknownLevel("unknown_level", level, column=column, level=level, suggestion=near[0])
    return UnknownLevel("unlike_any_level", level, **unlike)


def check_families(instrument: Instrument) -> None:
    """What is made from the same answers must be audited together: a reader lays it side by side."""
    owner: dict[str, str] = {}
    for measure in instrument.plan.measure:
        attribute = instrument.attribute(measure.attribute)
        family = attribute.family
        for source in sorted(instrument.sources(attribute)):
            if owner.setdefault(source, family) != family:
                key = f"attribute.{measure.attribute}.family"
                raise Refused(
                    "instrument_family_split", file="attributes.toml", key=key, source=source, family=owner[source]
                )
    for mean in instrument.plan.mean:
        families = {owner[source] for source in instrument.parts_of(mean.scale) if source in owner}
        if len(families) > 1:
            raise Refused("instrument_mean_families", file="publication.toml", scale=mean.scale)


def check_thresholds(instrument: Instrument) -> None:
    """Two thresholds between the same two attainable scores would be one threshold with two names."""
    for scale in instrument.scales:
        points = attainable_scores(instrument, scale)
        cuts = [t for t in instrument.thresholds if t.scale == scale.code]
        newest = {t.code: t for t in sorted(cuts, key=lambda t: t.since)}
        for direction in ("at_least", "at_most"):
            values = sorted({t.value for t in newest.values() if t.direction == direction})
            for low, high in pairwise(values):
                between = [p for p in points if (low <= p < high if direction == "at_least" else low < p <= high)]
                if not between:
                    raise Refused("instrument_thresholds_collide", scale=scale.code, low=low, high=high)


def attainable_scores(instrument: Instrument, scale: Scale) -> list[float]:
    """All scores (0-100) a leader can get when every item is answered."""
    if scale.composite:
        parts = [s for s in instrument.scales if s.code in scale.composite]
        sums = {0.0}
        for part in parts:
            sums = {total + score for total in sums for score in attainable_scores(instrument, part)}
        return sorted({round(total / len(parts), 6) for total in sums})
    steps = round((scale.max - scale.min) * max(1, len(scale.items)))
    return [100 * step / steps for step in range(steps + 1)] if steps else []


def possible_scores(instrument: Instrument, scale: Scale) -> list[int]:
    """All scores x1000 a leader can get, also with items left open (at least half must be answered)."""
    if scale.composite:
        sums = {0}
        for part in scale.composite:
            sums = {total + score for total in sums for score in possible_scores(instrument, instrument.scale(part))}
        return sorted({round(total / len(scale.composite)) for total in sums})
    ranges = {
        (i.min if i.min is not None else scale.min, i.max if i.max is not None else scale.max) for i in scale.items
    }
    steps = max((round(high - low) for low, high in ranges), default=0)
    items = len(scale.items)
    answered = range((items + 1) // 2, items + 1)
    return sorted({round(100_000 * at / (steps * n)) for n in answered if n and steps for at in range(steps * n + 1)})
