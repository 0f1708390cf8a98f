"""History: every leader's answers up to one wave, side by side; leaders are still leaders here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.counting import POINT, Record, Structure, flag_waves
from pipelines.ground.period import Wave
from pipelines.instruments import RULE_SCALES, Instrument, Method, Scale, method_on
from pipelines.vault import EVENTS, StoredWave

Array = NDArray[np.float64]
STRESS, SUPPORT = RULE_SCALES  # outcomes.py standardises these by the norms of the method
LEAVING = "risk:leaving"  # the role of the measure that says who wants to leave
NO_EVENTS = pl.DataFrame(schema=EVENTS)


@dataclass(frozen=True)
class History:
    """One row per leader and wave of the same instrument version; scores in points (0-100)."""

    wave: Wave  # the one that is told of, the newest
    instrument: Instrument  # of that wave
    method: Method
    waves: tuple[Wave, ...]
    rows: (
        pl.DataFrame
    )  # wave, leader_key, is_flagged, every answer and score; groups as the tables of the wave merge them
    columns: Mapping[Wave, frozenset[str]] = field(default_factory=dict)  # what each wave asked; not named: everything
    events: pl.DataFrame = field(default_factory=lambda: NO_EVENTS)  # leader_key, wave, event; where the policy has any

    @cached_property
    def now(self) -> pl.DataFrame:
        """The rows of this wave."""
        return self.rows.filter(pl.col("wave") == self.wave)

    @property
    def respondents(self) -> int:
        """How many leaders answered this wave: published, whatever they answered or left open."""
        return self.now.height

    @property
    def is_enough(self) -> bool:
        """Whether a model may be made: by the published number of respondents alone."""
        return self.respondents >= self.method.fewest_leaders

    def asks(self, *codes: str) -> bool:
        """Whether this wave asked all of these."""
        return set(codes) <= set(self.now.columns) & self.columns.get(self.wave, set(codes))

    def waves_with(self, *codes: str) -> int:
        """How many waves asked all of these, whatever was left open."""
        asked = frozenset(codes)
        return sum(asked <= self.columns.get(wave, asked) for wave in self.waves)

    @property
    def has_flags(self) -> bool:
        """Whether this wave asked what the rule of being at risk looks at, and the instrument has that rule."""
        is_ruled = any(attribute.rule for attribute in self.instrument.attributes)
        return is_ruled and self.asks(*self.instrument.rule_scales)

    @property
    def leaving(self) -> tuple[str, float] | None:
        """The scale of wanting to leave, and from which score on somebody strongly does; None where nothing says so."""
        code = self.instrument.measure_in(LEAVING)
        measure = self.instrument.attribute(code) if code else None
        if measure is None or measure.from_ is None or measure.at_least is None:
            return None
        cut = measure.at_least
        points = self.instrument.threshold_values(self.wave.first_day)[cut] if isinstance(cut, str) else cut
        return measure.from_, float(points)

    def scale(self, code: str) -> Scale:
        """One scale by its code."""
        return next(scale for scale in self.instrument.scales if scale.code == code)

    def items(self, scale: Scale, rows: pl.DataFrame) -> Array:
        """The items of a scale or of its parts, (rows, items), as shares of their range; NaN = not answered.

        Reversed ones are turned.
        """
        parts = [self.scale(part) for part in scale.composite] or [scale]
        columns = []
        for item in (item for part in parts for item in part.items if item.code in rows.columns):
            low, high = self.instrument.numbers()[item.code]
            share = (pl.col(item.code).cast(pl.Float64) - low) / (high - low)
            turned = 1 - share if item.reversed else share
            columns.append(turned.fill_null(float("nan")).alias(item.code))
        return rows.select(columns).to_numpy() if columns else np.empty((rows.height, 0))


def history(record: Record, structure: Structure) -> History:
    """All waves up to this one that can be laid beside it: same version of the instrument, leaders known by key.

    Leaders stand in the merged groups of the published tables (`structure`): no model knows a smaller group. Late
    answers are left out: what they would add to a model could be told apart.
    """
    now = record.waves[-1]
    comparable = [stored for stored in record.waves if stored is now or _can_be_laid_beside(stored, now)]
    flags = flag_waves(comparable)
    frames = {stored.wave: _with_points(stored, flags[stored.wave]) for stored in comparable}
    return History(
        wave=now.wave,
        instrument=now.instrument,
        method=method_on(now.wave.first_day),
        waves=tuple(stored.wave for stored in comparable),
        rows=pl.concat([structure.place(frame) for frame in frames.values()], how="diagonal_relaxed"),
        columns={wave: frozenset(frame.columns) for wave, frame in frames.items()},
        events=_events_until(now, comparable),
    )


def _can_be_laid_beside(stored: StoredWave, now: StoredWave) -> bool:
    """Whether leaders can be followed from one wave to the other, by the same questions."""
    ours = now.instrument.about
    theirs = stored.instrument.about
    return stored.has_keys and now.has_keys and (theirs.code, theirs.version) == (ours.code, ours.version)


def _with_points(stored: StoredWave, flags: pl.DataFrame) -> pl.DataFrame:
    """One row per respondent of a wave: answers, scores in points, is_flagged, wave."""
    points = stored.scores.select("leader_key", pl.exclude("leader_key").cast(pl.Float64) / POINT)
    rows = stored.answers.join(points, on="leader_key", how="left", maintain_order="left")
    rows = rows.join(flags.select("leader_key", "is_flagged"), on="leader_key", how="left", maintain_order="left")
    return rows.with_columns(wave=pl.lit(stored.wave))


def _events_until(now: StoredWave, comparable: Sequence[StoredWave]) -> pl.DataFrame:
    """What happened to leaders until this wave, where the policy lets that in."""
    if not now.instrument.policy(now.wave.first_day).outcomes:
        return NO_EVENTS
    events = pl.concat([stored.outcomes for stored in comparable])
    return events.filter(pl.col("wave") <= now.wave).unique()


def dummies(rows: pl.DataFrame, column: str) -> dict[str, Array]:
    """A column as 0/1 columns; its largest level is what the others are compared with."""
    if column not in rows.columns:
        return {}
    values = rows[column].fill_null("?")
    levels = values.value_counts(sort=True, name="n").sort("n", column, descending=True)[column]
    return {f"{column}={level}": (values == level).to_numpy().astype(np.float64) for level in levels[1:]}


def in_tens(leaders: int) -> int:
    """So many leaders, in tens: who left one question open must not show in the difference of two numbers."""
    return leaders // 10 * 10
