"""States: how many leaders stand in each part of a division, as published bands imply it; never banded themselves.

A reader can work all of this out from the bands, so telling it tells nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

KEYS = ("publication", "wave", "table_id", "way", "dim_1", "level_1", "dim_2", "level_2")
ROCKS = {"has_rock": "r", "rock_emotional": "e", "rock_instrumental": "i"}
NEEDS = {"high_need": "d", "low_support": "s", "unmet_need": "u"}


def rock_states(cell: pl.DataFrame) -> pl.DataFrame:
    """Ranges of leaders with both kinds of rock, one or none, from the bands of has_rock and the two kinds."""
    lo, hi, n = _edges(ROCKS.values())
    ranges = {
        "both": (lo["e"] + lo["i"] - hi["r"], pl.min_horizontal(hi["e"], hi["i"], hi["e"] + hi["i"] - lo["r"])),
        "emotional_only": (lo["r"] - hi["i"], pl.min_horizontal(hi["e"], hi["r"] - lo["i"])),
        "instrumental_only": (lo["r"] - hi["e"], pl.min_horizontal(hi["i"], hi["r"] - lo["e"])),
        "none": (n - hi["r"], n - lo["r"]),
    }
    return _states(cell, ROCKS, ranges)


def need_states(cell: pl.DataFrame) -> pl.DataFrame:
    """Ranges of leaders with much or less need for support, and little or more of it; an open answer counts as neither.

    From the bands of high need, low support, and both (unmet need).
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
    return _states(cell, NEEDS, ranges)


def _edges(names: Iterable[str]) -> tuple[dict[str, pl.Expr], dict[str, pl.Expr], pl.Expr]:
    """The lower and upper edge of each band, and how many answered."""
    return {name: pl.col(f"{name}_lo") for name in names}, {name: pl.col(f"{name}_hi") for name in names}, pl.col("n")


def _states(
    cell: pl.DataFrame, bands: Mapping[str, str], ranges: Mapping[str, tuple[pl.Expr, pl.Expr]]
) -> pl.DataFrame:
    """One row per cell in which all three bands are told, and state."""
    told, wide = cell.filter(pl.col("status") == "published"), None
    for measure, name in bands.items():
        edges = pl.col("lo").alias(f"{name}_lo"), pl.col("hi").alias(f"{name}_hi")
        part = told.filter(pl.col("measure") == measure).select(*KEYS, "n", *edges)
        wide = part if wide is None else wide.join(part.drop("n"), on=KEYS, nulls_equal=True)
    assert wide is not None
    states = []
    for state, (lo, hi) in ranges.items():
        low = pl.max_horizontal(lo, pl.lit(0, dtype=pl.Int32))
        rows = wide.select(*KEYS, pl.lit(state).alias("state"), low.alias("lo"), hi.alias("hi"), "n")
        states.append(rows.with_columns(low=pl.col("lo") / pl.col("n"), high=pl.col("hi") / pl.col("n")))
    return pl.concat(states)
