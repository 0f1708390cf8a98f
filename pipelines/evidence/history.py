"""History: every leader's answers up to one wave, side by side; leaders are still leaders here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import vault
from pipelines.counting.flag import POINT, flag
from pipelines.counting.record import Material
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import RULE_SCALES, Instrument, Scale
from pipelines.instruments.method import Method, method_on

Array = NDArray[np.float64]
STRESS, SUPPORT = RULE_SCALES
NO_EVENTS = pl.DataFrame(schema=vault.EVENTS)


@dataclass(frozen=True)
class StoredWave:
    """One wave as it lies in the vault."""

    wave: Wave
    about: dict[str, Any]
    instrument: Instrument
    answers: pl.DataFrame
    scores: pl.DataFrame  # x1000
    outcomes: pl.DataFrame


@dataclass(frozen=True)
class History:
    """One row per leader and wave of the same instrument version; scores in points (0-100)."""

    wave: Wave  # the one that is told of, the newest
    instrument: Instrument  # of that wave
    method: Method
    waves: tuple[Wave, ...]
    rows: pl.DataFrame  # wave, leader_key, is_flagged, every answer and score
    events: pl.DataFrame = field(default_factory=lambda: NO_EVENTS)  # leader_key, wave, event; where the policy has any

    @cached_property
    def now(self) -> pl.DataFrame:
        """The rows of this wave."""
        return self.rows.filter(pl.col("wave") == self.wave)

    def adds_enough(self) -> bool:
        """Whether this wave adds enough leaders with both scores to estimate a model anew."""
        asked = [code for code in (STRESS, SUPPORT) if code in self.now.columns]
        return len(asked) == 2 and self.now.drop_nulls(asked).height >= self.method.fewest_added

    def rounded(self, value: float | None) -> float | None:
        """A model figure as it leaves the vault; never -0.0."""
        return None if value is None else round(float(value), self.method.decimals) + 0.0

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


def history(home: Home, material: Material) -> History:
    """All waves up to this one that can be laid beside it: same version of the instrument, leaders known by key."""
    stored = [_stored(home, wave) for wave in vault.stored_waves(home) if wave <= material.wave]
    alike = [one for one in stored if one.wave == material.wave or _can_be_laid_beside(one, material)]
    frames = []
    flags: dict[Wave, pl.DataFrame] = {}
    for one in alike:
        thresholds = one.instrument.threshold_values(one.wave.first_day)
        flags[one.wave] = flag(one.scores, flags.get(one.wave.before), thresholds)
        frames.append(_with_points(one, flags[one.wave]))
    return History(
        wave=material.wave,
        instrument=material.instrument,
        method=method_on(material.day),
        waves=tuple(one.wave for one in alike),
        rows=pl.concat(frames, how="diagonal_relaxed"),
        events=_events_until(material, alike),
    )


def _stored(home: Home, wave: Wave) -> StoredWave:
    about = vault.read_about(home, wave)
    answers, scores, outcomes = (vault.read(home, wave, table) for table in ("answers", "scores", "outcomes"))
    return StoredWave(wave, about, Instrument.model_validate(about["instrument"]), answers, scores, outcomes)


def _can_be_laid_beside(one: StoredWave, material: Material) -> bool:
    """Whether leaders can be followed from this wave to the one of the material, by the same questions."""
    ours = material.instrument.about
    theirs = one.instrument.about
    is_keyed = bool(material.about["has_keys"]) and bool(one.about["has_keys"])
    return is_keyed and (theirs.code, theirs.version) == (ours.code, ours.version)


def _with_points(one: StoredWave, flags: pl.DataFrame) -> pl.DataFrame:
    """One row per respondent of a wave: answers, scores in points, is_flagged, wave."""
    points = one.scores.select("leader_key", pl.exclude("leader_key").cast(pl.Float64) / POINT)
    rows = one.answers.join(points, on="leader_key", how="left", maintain_order="left")
    rows = rows.join(flags.select("leader_key", "is_flagged"), on="leader_key", how="left", maintain_order="left")
    return rows.with_columns(wave=pl.lit(one.wave))


def _events_until(material: Material, stored: Sequence[StoredWave]) -> pl.DataFrame:
    """What happened to leaders until this wave, where the policy lets that in."""
    if not material.policy.outcomes:
        return NO_EVENTS
    events = pl.concat([one.outcomes for one in stored])
    return events.filter(pl.col("wave") <= material.wave).unique()


def dummies(rows: pl.DataFrame, column: str) -> dict[str, Array]:
    """A column as 0/1 columns; its largest level is what the others are compared with."""
    if column not in rows.columns:
        return {}
    values = rows[column].fill_null("?")
    levels = values.value_counts(sort=True, name="n").sort("n", column, descending=True)[column]
    return {f"{column}={level}": (values == level).to_numpy().astype(np.float64) for level in levels[1:]}


def leaders_in(rows: pl.DataFrame) -> int:
    """How many leaders these rows are of."""
    return int(rows["leader_key"].n_unique())


def in_tens(leaders: int) -> int:
    """So many leaders, in tens: who left one question open must not show in the difference of two numbers."""
    return leaders // 10 * 10
