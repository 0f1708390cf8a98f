"""History, for flow: every leader's answers up to one wave, side by side; leaders are still leaders here."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

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
class History:
    """One row per leader and wave of the same instrument version; scores in points (0-100)."""

    material: Material
    method: Method
    waves: tuple[Wave, ...]
    rows: pl.DataFrame
    events: pl.DataFrame = field(default_factory=lambda: NO_EVENTS)  # leader_key, wave, event; where the policy has any

    @property
    def instrument(self) -> Instrument:
        """The instrument of the wave."""
        return self.material.instrument

    @cached_property
    def now(self) -> pl.DataFrame:
        """The rows of this wave."""
        return self.rows.filter(pl.col("wave") == self.material.wave)

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
        """The items of a scale or of its parts as shares of their range, reversed ones turned; NaN = not answered."""
        parts = [self.scale(part) for part in scale.composite] or [scale]
        columns = []
        for part in parts:
            for item in (item for item in part.items if item.code in rows.columns):
                low, high = self.instrument.numbers()[item.code]
                share = (pl.col(item.code).cast(pl.Float64) - low) / (high - low)
                columns.append((1 - share if item.reversed else share).fill_null(float("nan")).alias(item.code))
        return rows.select(columns).to_numpy() if columns else np.empty((rows.height, 0))


def history(home: Home, material: Material) -> History:
    """All waves up to this one that can be laid beside it: same version of the instrument, leaders known by key."""
    version, keyed = material.instrument.about, bool(material.about["has_keys"])
    frames, names, before = [], list[Wave](), ""
    previous: pl.DataFrame | None = None
    for name in (wave for wave in vault.stored_waves(home) if wave <= material.wave):
        about = vault.read_about(home, name)
        own = Instrument.model_validate(about["instrument"])
        alike = (own.about.code, own.about.version) == (version.code, version.version)
        if name != material.wave and not (keyed and about["has_keys"] and alike):
            continue
        scores = vault.read(home, name, "scores")
        memory = previous if before == name.before else None
        flags = flag(scores, memory, own.threshold_values(name.first_day))
        previous, before = flags, name
        points = scores.select("leader_key", pl.exclude("leader_key").cast(pl.Float64) / POINT)
        rows = vault.read(home, name, "answers").join(points, on="leader_key", how="left", maintain_order="left")
        rows = rows.join(flags.select("leader_key", "is_flagged"), on="leader_key", how="left", maintain_order="left")
        frames.append(rows.with_columns(wave=pl.lit(name)))
        names.append(name)
    events = [vault.read(home, name, "outcomes") for name in names] if material.policy.outcomes else []
    told = pl.concat(events).filter(pl.col("wave") <= material.wave).unique() if events else NO_EVENTS
    rows = pl.concat(frames, how="diagonal_relaxed")
    return History(material, method_on(material.day), tuple(names), rows, told)


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


def tens(leaders: int) -> int:
    """So many leaders, in tens: who left one question open must not show in the difference of two numbers."""
    return leaders // 10 * 10
