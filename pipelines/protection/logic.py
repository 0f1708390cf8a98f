"""Logic: which answers one leader can give to a family of attributes, as a reader knows it.

Nothing is written down twice: every possible answer goes through the very code that counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.counting import Family, Grouped, flag_leaders, yes_no
from pipelines.ground.errors import Refused
from pipelines.instruments import Attribute, Instrument, possible_scores

MOST_ANSWERS = 2_000_000  # put through at once
POINT = 1000  # scores are kept x1000


@dataclass(frozen=True)
class Logic:
    """The patterns of 0/1 that one leader can have, and the scores that go with each."""

    patterns: NDArray[np.int8]  # (patterns, attributes)
    without_memory: NDArray[np.bool_]  # (patterns,) possible for who was not flagged before
    lowest: NDArray[np.float64]  # (patterns, scales) points; 0 where the scale is open
    highest: NDArray[np.float64]
    is_open: NDArray[np.bool_]  # (patterns, scales); where a pattern goes with and without scores: with

    def implied(self, codes: Sequence[str]) -> list[str]:
        """Each "a=>b" that holds in every pattern; `codes` names the attributes."""
        yes = self.patterns.astype(bool)
        pairs = [(a, b) for a in range(len(codes)) for b in range(len(codes)) if a != b and yes[:, a].any()]
        return [f"{codes[a]}=>{codes[b]}" for a, b in pairs if (yes[:, b] | ~yes[:, a]).all()]


def family_logic(grouped: Grouped, family: Family) -> Logic:
    """The logic of a family by the rules of the wave."""
    thresholds = grouped.instrument.threshold_values(grouped.day)
    return logic_of(grouped.instrument, family.members, family.scales, thresholds)


def logic_of(
    instrument: Instrument, members: Sequence[Attribute], scales: Sequence[str], thresholds: Mapping[str, float]
) -> Logic:
    """The logic of attributes and scales that share answers; Refused when there are too many answers to try."""
    codes = [attribute.code for attribute in members]
    kinds = _by_pattern(_every_leader(instrument, members, scales, thresholds), codes, scales)

    def by_scale(name: str) -> NDArray[np.float64]:
        columns = kinds.select(pl.col(f"{name}:{scale}").cast(pl.Float64) for scale in scales)
        return columns.to_numpy().reshape(kinds.height, len(scales))

    return Logic(
        patterns=kinds.select(codes).to_numpy().astype(np.int8).reshape(kinds.height, len(codes)),
        without_memory=kinds["without_memory"].to_numpy(),
        lowest=by_scale("lowest"),
        highest=by_scale("highest"),
        is_open=by_scale("open") > 0,
    )


def _every_leader(
    instrument: Instrument, members: Sequence[Attribute], scales: Sequence[str], thresholds: Mapping[str, float]
) -> pl.DataFrame:
    """One row per possible leader: each combination of answers, not flagged before and (without_memory false) flagged.

    A column of 0/1 per attribute, and `score:` per scale, in points.
    """
    rows = _every_answer(instrument, members, scales)
    scored = [scale.code for scale in instrument.scales if scale.code in rows.columns]
    keys = pl.int_range(rows.height).cast(pl.String).alias("leader_key")
    answers = rows.select(keys, pl.exclude(scored))
    scores = rows.select(keys, *scored)
    points = [(scores[scale].cast(pl.Float64) / POINT).alias(f"score:{scale}") for scale in scales]
    flagged_before = answers.select("leader_key", is_flagged=pl.lit(value=True))
    can_be_flagged = any(one.rule for one in instrument.attributes) and set(instrument.rule_scales) <= set(scored)
    leaders = []
    for memory in (None, flagged_before) if can_be_flagged else (None,):
        flags = flag_leaders(scores, memory, thresholds, instrument.rule_scales)
        values = yes_no(instrument, answers, scores, flags, thresholds)
        given = [pl.col(attribute.code).fill_null(value=False).cast(pl.Int8) for attribute in members]
        leaders.append(values.with_columns(*given, *points, without_memory=pl.lit(memory is None)))
    return pl.concat(leaders)


def _by_pattern(leaders: pl.DataFrame, codes: Sequence[str], scales: Sequence[str]) -> pl.DataFrame:
    """One row per pattern of attributes: without_memory, and per scale open:, lowest: and highest:.

    Where a pattern goes with scores for some and without for others, the leaders with most scores stand for it.
    """
    scores = {scale: pl.col(f"score:{scale}") for scale in scales}
    is_open = {f"open:{scale}": score.is_null() for scale, score in scores.items()}
    pattern = ["nothing", *codes]  # so that a family without attributes has one pattern
    kinds = (
        leaders.with_columns(nothing=pl.lit(0), **is_open)
        .group_by(*pattern, *is_open, maintain_order=True)
        .agg(
            pl.col("without_memory").any(),
            *(score.min().fill_null(0).alias(f"lowest:{scale}") for scale, score in scores.items()),
            *(score.max().fill_null(0).alias(f"highest:{scale}") for scale, score in scores.items()),
        )
        .with_columns(open_scales=pl.sum_horizontal(*is_open) if is_open else pl.lit(0))
        .sort("open_scales", maintain_order=True)
    )
    is_possible = pl.col("without_memory").any().over(pattern)
    return kinds.with_columns(is_possible).unique(pattern, keep="first", maintain_order=True)


def _every_answer(instrument: Instrument, members: Sequence[Attribute], scales: Sequence[str]) -> pl.DataFrame:
    """One row per possible combination of answers to what the attributes and scales are made from."""
    needed = _columns_of(instrument, members, scales)
    composites = [scale.code for scale in instrument.scales if scale.code in needed and scale.composite]
    # A composite is tried as a whole, unless one of its parts is asked about too: then the two must agree.
    split = {
        code
        for code in composites
        if any(instrument.parts_of(code) & instrument.parts_of(other) for other in needed if other != code)
    }
    columns = [column for column in needed if column not in split]
    for code in sorted(split):
        columns += [part for part in sorted(instrument.parts_of(code)) if part not in columns]
    rows = pl.DataFrame({"": [0]})
    size = 1
    for column in columns:
        values = _values(instrument, column)
        size *= len(values)
        if size > MOST_ANSWERS:
            raise Refused("instrument_family_wide", file="attributes.toml", column=column)
        rows = rows.join(values.to_frame(), how="cross")
    for code in split:
        rows = rows.with_columns(_composite(instrument, code).round().cast(pl.Int32).alias(code))
    return rows.drop("")


def _columns_of(instrument: Instrument, members: Sequence[Attribute], scales: Sequence[str]) -> list[str]:
    """The questions and scales that these attributes, their parts and these scales are made from."""
    columns = dict.fromkeys(scales)  # in their order, each once
    waiting = list(members)
    while waiting:
        attribute = waiting.pop()
        waiting += [instrument.attribute(part) for part in attribute.parts()]
        columns |= dict.fromkeys([attribute.from_] if attribute.from_ else [])
        columns |= dict.fromkeys(attribute.unanswered)
        columns |= dict.fromkeys(instrument.rule_scales if attribute.rule else ())
    return list(columns)


def _composite(instrument: Instrument, code: str) -> pl.Expr:
    """The mean of a scale's parts, which may be composites themselves; null when one is open."""
    parts = instrument.scale(code).composite
    scores = (_composite(instrument, part) if instrument.scale(part).composite else pl.col(part) for part in parts)
    return pl.sum_horizontal(scores, ignore_nulls=False) / len(parts)


def _values(instrument: Instrument, column: str) -> pl.Series:
    """Every answer to one question, or score on one scale, open included."""
    if column in instrument.choices():
        return pl.Series(column, [None, *instrument.choices()[column]], pl.String)
    if column in instrument.lists():
        codes = instrument.lists()[column]
        chosen = [subset for size in range(1, len(codes) + 1) for subset in combinations(codes, size)]
        return pl.Series(column, [None, *("|".join(subset) for subset in chosen)], pl.String)
    if column in instrument.numbers():
        low, high = instrument.numbers()[column]
        return pl.Series(column, [None, *np.arange(low, high + 1).tolist()], pl.Float64)
    return pl.Series(column, [None, *possible_scores(instrument, instrument.scale(column))], pl.Int32)
