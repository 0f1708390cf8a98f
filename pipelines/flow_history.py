"""History, for flow: every leader's answers up to one wave, side by side; leaders are still leaders here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import vault
from pipelines.flag import POINT, flag
from pipelines.flow_gather import Material, first_day
from pipelines.instruments import Instrument, Scale
from pipelines.instruments.method import Method, method_on
from pipelines.settings import Home, wave_before

Array = NDArray[np.float64]


@dataclass(frozen=True)
class History:
    """One row per leader and wave of the same instrument version; scores in points (0-100)."""

    material: Material
    method: Method
    waves: tuple[str, ...]
    rows: pl.DataFrame

    @property
    def instrument(self) -> Instrument:
        """The instrument of the wave."""
        return self.material.instrument

    @cached_property
    def now(self) -> pl.DataFrame:
        """The rows of this wave."""
        return self.rows.filter(pl.col("wave") == self.material.wave)

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
    frames, names, before = [], list[str](), ""
    previous: pl.DataFrame | None = None
    for name in (wave for wave in vault.stored_waves(home) if wave <= material.wave):
        about = vault.read_about(home, name)
        own = Instrument.model_validate(about["instrument"])
        alike = (own.about.code, own.about.version) == (version.code, version.version)
        if name != material.wave and not (keyed and about["has_keys"] and alike):
            continue
        scores = vault.read(home, name, "scores")
        memory = previous if before == wave_before(name) else None
        flags = flag(scores, memory, own.threshold_values(first_day(name)))
        previous, before = flags, name
        points = scores.select("leader_key", pl.exclude("leader_key").cast(pl.Float64) / POINT)
        rows = vault.read(home, name, "answers").join(points, on="leader_key", how="left", maintain_order="left")
        rows = rows.join(flags.select("leader_key", "is_flagged"), on="leader_key", how="left", maintain_order="left")
        frames.append(rows.with_columns(wave=pl.lit(name)))
        names.append(name)
    return History(material, method_on(material.day), tuple(names), pl.concat(frames, how="diagonal_relaxed"))
