"""The table of contrasts: which published cells are compared with which, wave by wave; pure functions of tables.

Compared is what has the same measure, table and level names, with nothing between that breaks the trend.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pipelines.ground.frames import dy
from pipelines.ground.period import Period, Wave
from pipelines.ground.schemas import Cell, Contrast, Dictionary, Policy, Publication
from pipelines.instruments import Contrasts, contrasts_on
from pipelines.protection import ALL
from pipelines.publication.contrasts import Bools, Doubt, Floats, Side, contrast, in_points, rest_of

GROUP = ["table_id", "way", "dim_1", "level_1", "dim_2", "level_2", "measure"]  # a figure, whatever the wave
EDGES = list(Side._fields)
OTHER = [f"{name}_other" for name in EDGES]  # the other side of a comparison
REST = [f"{name}_rest" for name in EDGES]
ALIKE = ["instrument", "instrument_version", "broken_instrument", "broken_region_split"]  # figures of one kind
ALIKE_IN_TIME = [*ALIKE, "broken_not_asked"]  # which may be compared with an earlier wave
BREAKS = ["instrument", "region_split", "not_asked"]


@dataclass(frozen=True)
class Pairs:
    """Groups of one wave and what they are compared with."""

    against: str
    groups: pl.DataFrame  # one row per comparison, columns as in GROUP
    sides: pl.DataFrame  # row (of groups), slot (of a wave), EDGES, OTHER, has_roster
    slots: int = 1  # waves at most
    earlier: Wave | None = None


def contrast_table(
    publication: dy.DataFrame[Publication],
    cell: dy.DataFrame[Cell],
    policy: dy.DataFrame[Policy],
    dictionary: dy.DataFrame[Dictionary],
) -> dy.DataFrame[Contrast]:
    """The contrasts of every wave on show, from what stands beside them in the snapshot."""
    figures = _with_rest(_figures(publication, cell, dictionary))
    judging = dictionary.filter(pl.col("kind") == "measure", pl.col("roles").str.contains("advice:", literal=True))
    worse_if_higher = dictionary.filter(kind="measure", higher_is="worse")["code"].to_list()
    known = [Wave(wave) for wave in publication["wave"].sort()]
    found: list[pl.DataFrame] = [Contrast.create_empty()]
    for name, text in publication.select("publication", "wave").iter_rows():
        wave = Wave(text)
        numbers = contrasts_on(wave.first_day)
        doubt = _doubt(policy.filter(publication=name), numbers)
        for pairs in _pairs(figures, wave, known, judging["code"].to_list()):
            told = _told(pairs, doubt, numbers, worse_if_higher)
            found.append(told.with_columns(publication=pl.lit(name), wave=pl.lit(text)).select(Contrast.column_names()))
    return Contrast.validate(pl.concat(found, how="vertical_relaxed"), cast=True)


def _doubt(policy: pl.DataFrame, numbers: Contrasts) -> Doubt:
    """The rules a wave was published under, and the numbers of the method in force then."""
    rules = dict(policy.select("key", "value").iter_rows())
    least, most = map(float, rules["silent_odds"].split(","))
    return Doubt(least, most, float(rules["response_floor"]), numbers.sure, numbers.relevant, numbers.power)


# ------------------------------------------------------------------------------------------ what is published


def _figures(
    publication: dy.DataFrame[Publication], cell: dy.DataFrame[Cell], dictionary: dy.DataFrame[Dictionary]
) -> pl.DataFrame:
    """Published counts, with how often the trend was broken before; without a roster who answered is everybody."""
    places = dictionary.filter(pl.col("kind") == "dimension", pl.col("roles").str.split(" ").list.contains("place"))
    is_by_place = pl.any_horizontal(
        pl.col(name).str.strip_suffix("_coarse").is_in(places["code"].to_list()).fill_null(value=False)
        for name in ("dim_1", "dim_2")
    )
    broken = publication.sort("wave").select(
        "publication",
        "instrument",
        "instrument_version",
        *(pl.col("breaks").str.split("|").list.contains(code).cum_sum().alias(f"broken_{code}") for code in BREAKS),
    )
    return (
        cell.filter(pl.col("measure") != ALL, pl.col("lo").is_not_null())
        .select("publication", "wave", *GROUP, *EDGES)
        .with_columns(has_roster=pl.col("leaders").is_not_null(), leaders=pl.col("leaders").fill_null(pl.col("n")))
        .join(broken, on="publication")
        .with_columns(broken_region_split=pl.when(is_by_place).then("broken_region_split").otherwise(0))
    )


def _with_rest(figures: pl.DataFrame) -> pl.DataFrame:
    """Every figure with the edges of the rest of the board beside it; nan for the whole board."""
    total = figures.filter(pl.col("way") == 0).select("publication", "measure", pl.col(EDGES).name.suffix("_total"))
    table = ["publication", "measure", "table_id"]
    joined = figures.join(total, on=["publication", "measure"], how="left", maintain_order="left").with_columns(
        (pl.col(name).sum().over(table) - pl.col(name)).alias(f"{name}_others") for name in EDGES
    )
    total_side, group, others = (_side(joined, [f"{name}{of}" for name in EDGES]) for of in ("_total", "", "_others"))
    is_group = joined["way"].to_numpy() > 0
    edges = rest_of(total_side, group, others)
    return figures.with_columns(
        pl.Series(name, np.where(is_group, values, np.nan)) for name, values in zip(REST, edges, strict=True)
    )


def _side(frame: pl.DataFrame, names: list[str]) -> Side:
    """Four columns as one side; what is null becomes nan."""
    return Side(*(frame[name].cast(pl.Float64).to_numpy() for name in names))


# -------------------------------------------------------------------------------- what is compared with what


def _pairs(figures: pl.DataFrame, wave: Wave, known: list[Wave], judging: list[str]) -> Iterator[Pairs]:
    """The comparisons of one wave: with the rest, in time, and over the year; `judging`: measures of agreements."""
    now = figures.filter(wave=wave).with_row_index("row")
    groups = now.select(GROUP)
    yield Pairs("rest", groups, _beside_rest(now, pl.lit(0)))
    waves_before = [other for other in known if other < wave]
    named = {"before": waves_before[-1:], "year_ago": [other for other in waves_before if other == wave.year_before]}
    for against, earlier in ((against, one) for against, waves in named.items() for one in waves):
        yield Pairs(against, groups, _in_time(now, figures.filter(wave=earlier)), earlier=earlier)
    judged = now.filter(pl.col("measure").is_in(judging))
    for earlier in waves_before:
        if [earlier] not in named.values():
            yield Pairs("earlier", groups, _in_time(judged, figures.filter(wave=earlier)), earlier=earlier)
    year = Period.last_year(wave, known)
    of_year = figures.filter(pl.col("wave").is_in(list(year)))
    same = now.select("row", *GROUP, *ALIKE).join(of_year, on=[*GROUP, *ALIKE], nulls_equal=True)
    slot = pl.col("wave").replace_strict({one: number for number, one in enumerate(year)}, return_dtype=pl.Int64)
    yield Pairs("year_rest", groups, _beside_rest(same, slot), len(year))


def _beside_rest(figures: pl.DataFrame, slot: pl.Expr) -> pl.DataFrame:
    """Groups and the rest of the board in the same wave."""
    others = [pl.col(name).alias(other) for name, other in zip(REST, OTHER, strict=True)]
    return figures.select("row", slot.alias("slot"), *EDGES, *others, "has_roster")


def _in_time(now: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """The same groups in two waves; where only one of them has a roster, who answered is compared in both."""
    both = now.join(earlier, on=[*GROUP, *ALIKE_IN_TIME], suffix="_other", nulls_equal=True)
    has_roster = pl.col("has_roster") & pl.col("has_roster_other")
    return both.select(
        "row",
        pl.lit(0).alias("slot"),
        pl.col("lo", "hi", "n", "lo_other", "hi_other", "n_other"),
        leaders=pl.when(has_roster).then("leaders").otherwise("n"),
        leaders_other=pl.when(has_roster).then("leaders_other").otherwise("n_other"),
        has_roster=has_roster,
    )


# ------------------------------------------------------------------------------------------ what may be said


def _told(pairs: Pairs, doubt: Doubt, numbers: Contrasts, worse_if_higher: list[str]) -> pl.DataFrame:
    """The rows of some comparisons, without publication and wave."""
    a, b = (_by_slot(pairs, names) for names in (EDGES, OTHER))
    is_in_time = pairs.earlier is not None
    found = contrast(a, b, replace(doubt, retest=numbers.retest) if is_in_time else doubt)
    noticeable = in_points(found.noticeable)
    room = np.full(len(noticeable), np.inf)
    if not is_in_time:
        room = _room(b, pairs.groups["measure"].is_in(worse_if_higher).to_numpy())
    with_roster = pairs.sides.group_by("row").agg(pl.col("has_roster").all())
    rows = pairs.groups.with_row_index("row").join(with_roster, on="row", how="left", maintain_order="left")
    return (
        rows.with_columns(
            pl.Series("low", np.clip(found.low, -1, 1)),
            pl.Series("high", np.clip(found.high, -1, 1)),
            pl.Series("word", found.word),
            pl.Series("noticeable", np.where((noticeable < numbers.large) & (noticeable <= room), noticeable, np.nan)),
            pl.Series("waves", found.waves),
            pl.lit(pairs.against).alias("against"),
            pl.lit(pairs.earlier, pl.String).alias("earlier"),
            pl.when("has_roster").then(pl.lit("leaders")).otherwise(pl.lit("respondents")).alias("about"),
        )
        .with_columns(pl.col("noticeable").fill_nan(None))
        .filter(pl.col("waves") >= (numbers.fewest_waves if pairs.against == "year_rest" else 1))
    )


def _by_slot(pairs: Pairs, names: list[str]) -> Side:
    """One side of all comparisons: arrays (comparisons, waves), nan where there is nothing."""
    row, slot = (pairs.sides[name].to_numpy() for name in ("row", "slot"))
    values = np.full((len(names), pairs.groups.height, pairs.slots), np.nan)
    values[:, row, slot] = _side(pairs.sides, names)
    return Side(*values)


def _room(rest: Side, is_worse_if_higher: Bools) -> Floats:
    """How far a group can lie on the worse side of the rest at most, by the middles of its ranges; 0 where unknown."""
    middle = (rest.lo + rest.hi) / 2 / np.maximum(rest.n, 1)
    on_the_worse_side = np.where(is_worse_if_higher[:, None], 1 - middle, middle)
    return np.where(np.isfinite(on_the_worse_side), on_the_worse_side, 0).max(-1, initial=0)
