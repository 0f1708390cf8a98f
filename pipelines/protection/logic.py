"""Logic, for flow: which answers one leader can give to a family of attributes, as a reader knows it.

Nothing is written down twice: every possible answer goes through the very code that counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.counting import cells as aggregate
from pipelines.counting.flag import flag
from pipelines.ground.errors import Refused
from pipelines.instruments import RULE_SCALES, Attribute, Instrument, possible_scores

MOST = 2_000_000  # answers put through at once
POINT = 1000  # scores are kept x1000


@dataclass(frozen=True)
class Logic:
    """The patterns of 0/1 that one leader can have, and the scores that go with each."""

    patterns: NDArray[np.int8]  # (patterns, attributes)
    without_memory: NDArray[np.bool_]  # (patterns,) possible for who was not flagged before
    lowest: NDArray[np.float64]  # (patterns, scales) points; 0 where the scale is open
    highest: NDArray[np.float64]
    is_open: NDArray[np.bool_]  # (patterns, scales); where a pattern goes with and without scores: with

    def with_patterns(self, truth: NDArray[np.int8]) -> Logic:
        """The logic with patterns that somebody has all the same: what is true is possible."""
        known = {row.tobytes() for row in self.patterns}
        more = np.array([row for row in np.unique(truth, axis=0) if row.tobytes() not in known], dtype=np.int8)
        if not len(more):
            return self
        nothing = np.zeros((len(more), self.lowest.shape[1]))
        return Logic(
            np.vstack([self.patterns, more]), np.append(self.without_memory, np.zeros(len(more), bool)),
            np.vstack([self.lowest, nothing]), np.vstack([self.highest, nothing]),
            np.vstack([self.is_open, np.ones_like(nothing, bool)]),
        )  # fmt: skip

    def implied(self, codes: Sequence[str]) -> list[str]:
        """Each "a=>b" that holds in every pattern."""
        yes = self.patterns.astype(bool)
        pairs = [(a, b) for a in range(len(codes)) for b in range(len(codes)) if a != b and yes[:, a].any()]
        return [f"{codes[a]}=>{codes[b]}" for a, b in pairs if (yes[:, b] | ~yes[:, a]).all()]


def logic_of(
    instrument: Instrument, members: Sequence[Attribute], scales: Sequence[str], thresholds: Mapping[str, float]
) -> Logic:
    """The logic of attributes and scales that share answers; Refused when there are too many answers to try."""
    rows = _every_answer(instrument, members, scales)
    known = [scale.code for scale in instrument.scales if scale.code in rows.columns]
    keys = pl.int_range(rows.height).cast(pl.String).alias("leader_key")
    answers, scores = rows.select(keys, pl.exclude(known)), rows.select(keys, *known)
    codes, found = [attribute.code for attribute in members], []
    remembered = answers.select("leader_key", is_flagged=pl.lit(value=True))
    for previous in (None, remembered) if set(RULE_SCALES) <= set(known) else (None,):
        flags = flag(scores, previous, thresholds)
        values = aggregate.attributes(instrument, answers, scores, flags, thresholds)
        found.append(
            values.with_columns(
                *(pl.col(code).fill_null(value=False).cast(pl.Int8) for code in codes),
                *((scores[scale].cast(pl.Float64) / POINT).alias(f"score:{scale}") for scale in scales),
                without_memory=pl.lit(previous is None),
            )
        )
    points = [f"score:{scale}" for scale in scales]
    fewest = pl.sum_horizontal(pl.col(p).is_null() for p in points) if points else pl.lit(0)
    kinds = (
        pl.concat(found)
        .with_columns(is_open=fewest, nothing=pl.lit(0))  # so that a family without attributes has one pattern
        .group_by("nothing", *codes, *(pl.col(p).is_null().alias(f"open:{p}") for p in points), maintain_order=True)
        .agg(
            pl.col("without_memory").any(),
            pl.col("is_open").first(),
            *(pl.col(p).min().fill_null(0).alias(f"lowest:{p}") for p in points),
            *(pl.col(p).max().fill_null(0).alias(f"highest:{p}") for p in points),
        )
        .sort("is_open", maintain_order=True)
        .with_columns(pl.col("without_memory").any().over("nothing", *codes))
        .unique(["nothing", *codes], keep="first", maintain_order=True)
    )

    def edges(name: str) -> NDArray[np.float64]:
        columns = kinds.select(pl.col(f"{name}:{p}").cast(pl.Float64) for p in points)
        return columns.to_numpy().reshape(kinds.height, len(points))

    return Logic(
        patterns=kinds.select(codes).to_numpy().astype(np.int8).reshape(kinds.height, len(codes)),
        without_memory=kinds["without_memory"].to_numpy(),
        lowest=edges("lowest"), highest=edges("highest"), is_open=edges("open") > 0,
    )  # fmt: skip


def _every_answer(instrument: Instrument, members: Sequence[Attribute], scales: Sequence[str]) -> pl.DataFrame:
    """One row per possible combination of answers to what the attributes and scales are made from."""
    named = dict.fromkeys(scales)
    waiting = list(members)
    while waiting:
        attribute = waiting.pop()
        waiting += [instrument.attribute(part) for part in attribute.parts()]
        named |= dict.fromkeys([*([attribute.from_] if attribute.from_ else []), *attribute.unanswered])
        named |= dict.fromkeys(RULE_SCALES if attribute.rule else ())
    composites = {s.code: s.composite for s in instrument.scales if s.code in named and s.composite}
    # A composite is tried as a whole, unless one of its parts is asked about too: then the two must agree.
    split = {c for c in composites if any(instrument.parts_of(c) & instrument.parts_of(o) for o in named if o != c)}
    columns = [c for c in named if c not in split]
    columns += [part for c in sorted(split) for part in sorted(instrument.parts_of(c)) if part not in columns]
    rows, size = pl.DataFrame({"": [0]}), 1
    for column in columns:
        values = _values(instrument, column)
        size *= len(values)
        if size > MOST:
            raise Refused("instrument_family_wide", file="attributes.toml", column=column)
        rows = rows.join(values.to_frame(), how="cross")
    for code in split:
        rows = rows.with_columns(_composite(instrument, code).round().cast(pl.Int32).alias(code))
    return rows.drop("")


def _composite(instrument: Instrument, code: str) -> pl.Expr:
    parts = instrument.scale(code).composite
    return pl.sum_horizontal(
        (_composite(instrument, p) if instrument.scale(p).composite else pl.col(p) for p in parts), ignore_nulls=False
    ) / len(parts)


def _values(instrument: Instrument, column: str) -> pl.Series:
    """Every answer to one question, or score on one scale, open included."""
    if column in instrument.choices():
        return pl.Series(column, [None, *instrument.choices()[column]], pl.String)
    if column in instrument.lists():
        codes = instrument.lists()[column]
        chosen = [c for size in range(1, len(codes) + 1) for c in combinations(codes, size)]
        return pl.Series(column, [None, *("|".join(c) for c in chosen)], pl.String)
    if column in instrument.numbers():
        low, high = instrument.numbers()[column]
        return pl.Series(column, [None, *np.arange(low, high + 1).tolist()], pl.Float64)
    return pl.Series(column, [None, *possible_scores(instrument, instrument.scale(column))], pl.Int32)
