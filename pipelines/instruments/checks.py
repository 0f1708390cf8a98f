"""Checks between the files of an instrument: every word exists, no two thresholds are secretly one."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from itertools import pairwise

from pipelines.ground.errors import Refused
from pipelines.instruments.model import BLOCKS, Instrument, Scale


def suggest(word: str, known: Sequence[str]) -> str:
    """The nearest known words, for "did you mean"."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return near[0] if near else ", ".join(sorted(known)[:12]) or "-"


def unknown_level(column: str, level: str, known: Sequence[str]) -> Refused:
    """A level nobody knows. One that looks like none is not repeated: in a column that shifted it could be a name."""
    near = difflib.get_close_matches(level, known, n=1, cutoff=0.5)
    if near:
        return Refused("unknown_level", column=column, level=level, suggestion=near[0])
    return Refused("unlike_any_level", column=column, letters=len(level), known=suggest(level, known))


def check_references(instrument: Instrument) -> None:
    """Every word that names another thing must name one that exists."""
    attributes = [attribute.code for attribute in instrument.attributes]
    scales = [scale.code for scale in instrument.scales]
    thresholds = [threshold.code for threshold in instrument.thresholds]
    sources = [*instrument.choices(), *instrument.lists(), *scales, *instrument.numbers()]
    dimensions = [dimension.code for dimension in instrument.dimensions]
    roster = [*dimensions, *(f"{dimension.code}_coarse" for dimension in instrument.dimensions)]

    def known(file: str, key: str, word: str, words: Sequence[str]) -> None:
        if word not in words:
            raise Refused("instrument_reference", file=file, key=key, word=word, suggestion=suggest(word, words))

    for scale in instrument.scales:
        for part in scale.composite:
            known(f"scales/{scale.code}.toml", "composite", part, scales)
    for attribute in instrument.attributes:
        key = f"attribute.{attribute.code}"
        if attribute.from_:
            known("attributes.toml", f"{key}.from", attribute.from_, sources)
        for cut in (attribute.at_least, attribute.at_most):
            if isinstance(cut, str):
                known("attributes.toml", key, cut, thresholds)
        for code in attribute.parts():
            known("attributes.toml", key, code, attributes)
        for code in attribute.unanswered:
            known("attributes.toml", f"{key}.unanswered", code, sources)
        for code in attribute.eligible:
            known("attributes.toml", f"{key}.eligible", code, dimensions)
        groups = {str(a.eligible) for a in instrument.attributes if a.family == attribute.family}
        if len(groups) > 1:
            raise Refused("instrument_family_group", file="attributes.toml", family=attribute.family)
    left = {attribute.code: set(attribute.parts()) for attribute in instrument.attributes}
    while left:
        ready = {code for code, parts in left.items() if not parts & left.keys()}
        if not ready:
            raise Refused("instrument_circle", file="attributes.toml", attributes=", ".join(left))
        left = {code: parts for code, parts in left.items() if code not in ready}
    for purpose in instrument.purposes:
        for code in purpose.asks:
            known("instrument.toml", f"purpose.{purpose.code}.asks", code, [*BLOCKS, *scales])
    for target in instrument.targets:
        known("thresholds.toml", "target.measure", target.measure, attributes)
    for threshold in instrument.thresholds:
        known("thresholds.toml", f"threshold.{threshold.code}", threshold.scale, scales)
    for code, partition in instrument.partitions.items():
        for part in partition.attributes:
            known("attributes.toml", f"partition.{code}", part, attributes)
    for measure in instrument.plan.measure:
        known("publication.toml", "measure.attribute", measure.attribute, attributes)
    for mean in instrument.plan.mean:
        known("publication.toml", "mean.scale", mean.scale, scales)
        if len(set(mean.tables) - {"total"}) > 1 or {"one_way", "two_way"} & set(mean.tables):
            raise Refused("instrument_mean_tables", file="publication.toml", scale=mean.scale)
    if min((tier.expected_from for tier in instrument.plan.tier), default=1) > 0:
        raise Refused("instrument_key_missing", file="publication.toml", key="tier.expected_from = 0")
    for tier in instrument.plan.tier:
        for code in {*tier.one_way, *(code for pair in tier.two_way for code in pair)}:
            known("publication.toml", f"tier {tier.expected_from}", code, roster)


def check_families(instrument: Instrument) -> None:
    """What is made from the same answers must be audited together: a reader lays it side by side."""
    owner: dict[str, str] = {}
    for measure in instrument.plan.measure:
        attribute = instrument.attribute(measure.attribute)
        family = attribute.family
        for source in sorted(instrument.sources(attribute)):
            if owner.setdefault(source, family) != family:
                raise Refused(
                    "instrument_family_split", file="attributes.toml", key=f"attribute.{measure.attribute}.family",
                    source=source, family=owner[source],
                )  # fmt: skip
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
