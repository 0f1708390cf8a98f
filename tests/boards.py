"""Boards made to have something: leaders drawn with a known effect, as flow would gather them from a vault."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipelines import counting, protection
from pipelines.counting import Grouped
from pipelines.evidence.history import History, history
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home

WAVE = Wave("2026Q3")


def drawn(interaction: float, leaders: int, waves: int = 1, seed: int = 1, **scores: np.ndarray) -> pl.DataFrame:
    """Rows of leaders whose exhaustion = .4 S - .2 U + interaction S U, with items that measure their scale well."""
    rng = np.random.default_rng(seed)
    names = wave_names(waves)
    own = rng.standard_normal((3, leaders, 1)) * np.sqrt([[[0.6]], [[0.6]], [[0.4]]])
    passing = rng.standard_normal((3, leaders, waves)) * np.sqrt([[[0.4]], [[0.4]], [[0.6]]])
    s, u, e = (own + passing).reshape(3, -1)
    y = 0.4 * s - 0.2 * u + interaction * s * u + 0.85 * e
    points = {
        "stress": 50 + 18 * s, "support": 62 + 18 * u, "exhaustion": 42 + 20 * y,
        "support_emotional": 62 + 18 * (u + 0.6 * rng.standard_normal(len(u))),
    }  # fmt: skip
    points["support_instrumental"] = 2 * points["support"] - points["support_emotional"]
    points |= scores
    items = {
        f"{code}_{item + 1}": np.clip(
            np.round(3 + (points[code] - points[code].mean()) / 18 + 0.3 * rng.standard_normal(len(u))), 1, 5
        )
        for code, count in {"stress": 3, "support_emotional": 2, "support_instrumental": 2, "exhaustion": 2}.items()
        for item in range(count)
    }
    bands = np.array(["0-1", "2-5", "6-10", "11-20", "21+"])
    frame = pl.DataFrame(
        {
            "leader_key": np.repeat([f"l{n:05d}" for n in range(leaders)], waves),
            "wave": np.tile(names, leaders),
            "experience_band": np.repeat(bands[np.arange(leaders) % 5], waves),
            **points,
            **items,
        }
    )
    turned = {"stress_2", "exhaustion_2"} & set(items)
    return frame.with_columns((6 - pl.col(name)).alias(name) for name in turned)


def wave_names(waves: int) -> list[Wave]:
    """The last of so many waves is WAVE."""
    return [WAVE.later(number + 1 - waves) for number in range(waves)]


def grouped_of(home: Home, wave: Wave) -> Grouped:
    """One wave of a home as flow groups it, without late answers."""
    record = counting.load(home, wave)
    return counting.group(record, counting.flag_record(record), protection.plan_school_year(home, record.now))


def history_of(home: Home, wave: Wave) -> History:
    """All waves of a home up to one, as flow gathers them."""
    record = counting.load(home, wave)
    return history(record, protection.plan_school_year(home, record.now))


def past_of(home: Path, rows: pl.DataFrame, **changes: Any) -> History:
    """The history of a real home with other leaders in it."""
    past = history_of(Home(home), WAVE)
    if "is_flagged" not in rows.columns:
        rows = rows.with_columns(is_flagged=(pl.col("stress") >= 60) & (pl.col("support") <= 50))
    return replace(past, rows=rows, waves=tuple(sorted(map(Wave, rows["wave"].unique()))), columns={}, **changes)
