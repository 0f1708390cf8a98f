"""States: how many leaders stand in each part of a division, as published bands imply it; never banded themselves.

A reader can work all of this out from the bands, so telling it tells nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

import polars as pl

from pipelines.ground.frames import dy
from pipelines.ground.schemas import Cell, NeedState, RockState
from pipelines.instruments import Instrument

KEYS = ("publication", "wave", "table_id", "way", "dim_1", "level_1", "dim_2", "level_2")
# The role of each measure, and the letter of its band below.
ROCKS = {"rock:any": "r", "rock:emotional": "e", "rock:instrumental": "i"}
NEEDS = {"need:much": "d", "need:little": "s", "need:unmet": "u"}


def rock_states(cell: dy.DataFrame[Cell], instrument: Instrument) -> dy.DataFrame[RockState]:
    """Ranges of leaders with both kinds of rock, one or none, from the bands of any rock and the two kinds."""
    lo, hi, n = _edges(ROCKS.values())
    ranges = {
        "both": (lo["e"] + lo["i"] - hi["r"], pl.min_horizontal(hi["e"], hi["i"], hi["e"] + hi["i"] - lo["r"])),
        "emotional_only": (lo["r"] - hi["i"], pl.min_horizontal(hi["e"], hi["r"] - lo["i"])),
        "instrumental_only": (lo["r"] - hi["e"], pl.min_horizontal(hi["i"], hi["r"] - lo["e"])),
        "none": (n - hi["r"], n - lo["r"]),
    }
    return RockState.validate(_states(cell, _measures(instrument, ROCKS), ranges), cast=True)


def need_states(cell: dy.DataFrame[Cell], instrument: Instrument) -> dy.DataFrame[NeedState]:
    """Ranges of leaders with much or less need for support, and little or more of it; an open answer counts as neither.

    From the bands of much need, little support, and both (unmet need).
    """
    lo, hi, n = _edges(NEEDS.values())
    either = pl.max_horizontal(lo["d"], lo["s"])
    ranges = {
        "need_little": (
            pl.max_horizontal(lo["u"], lo["d"] + lo["s"] - n),
            pl.min_horizontal(hi["u"], hi["d"], hi["s"]),
        ),
        "need_more": (lo["d"] - hi["u"], pl.min_horizontal(hi["d"] - lo["u"], n - lo["s"])),
        "calm_little": (lo["s"] - hi["u"], pl.min_horizontal(hi["s"] - lo["u"], n - lo["d"])),
        "calm_more": (n - hi["d"] - hi["s"] + lo["u"], pl.min_horizontal(n - lo["d"] - lo["s"] + hi["u"], n - either)),
    }
    return NeedState.validate(_states(cell, _measures(instrument, NEEDS), ranges), cast=True)


def _edges(names: Iterable[str]) -> tuple[dict[str, pl.Expr], dict[str, pl.Expr], pl.Expr]:
    """The lower and upper edge of each band, and how many answered."""
    return {name: pl.col(f"{name}_lo") for name in names}, {name: pl.col(f"{name}_hi") for name in names}, pl.col("n")


def _measures(instrument: Instrument, bands: Mapping[str, str]) -> dict[str, str | None]:
    """Letter of a band -> the measure in its role, None where the instrument has none."""
    return {letter: instrument.measure_in(role) for role, letter in bands.items()}


def _states(
    cell: dy.DataFrame[Cell], measures: Mapping[str, str | None], ranges: Mapping[str, tuple[pl.Expr, pl.Expr]]
) -> pl.DataFrame:
    """One row per cell in which all three bands are told, and state."""
    wide, states = _bands(cell.filter(pl.col("status") == "published"), measures), []
    for state, (lo, hi) in ranges.items():
        low = pl.max_horizontal(lo, pl.lit(0, dtype=pl.Int32))
        rows = wide.select(*KEYS, pl.lit(state).alias("state"), low.alias("lo"), hi.alias("hi"), "n")
        states.append(rows.with_columns(low=pl.col("lo") / pl.col("n"), high=pl.col("hi") / pl.col("n")))
    return pl.concat(states)


def _bands(shown: pl.DataFrame, measures: Mapping[str, str | None]) -> pl.DataFrame:
    """One row per cell that shows all these measures: how many answered, and the edges of each band by its letter."""
    bands = [
        shown.filter(pl.col("measure") == pl.lit(measure, pl.String)).select(
            *KEYS, "n", pl.col("lo").alias(f"{letter}_lo"), pl.col("hi").alias(f"{letter}_hi")
        )
        for letter, measure in measures.items()
    ]
    return reduce(lambda wide, band: wide.join(band.drop("n"), on=KEYS, nulls_equal=True), bands)
