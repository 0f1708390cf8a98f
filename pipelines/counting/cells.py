"""Aggregate: leaders become counts per cell; the last step that sees one row per leader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.ground.database import connect, run
from pipelines.instruments import RULE_SCALES, Attribute, Instrument

Ints = NDArray[np.int64]
Table = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Every cell of a publication, and who sits in which."""

    tables: tuple[Table, ...]
    cells: pl.DataFrame  # cell, table_id, way, dim_1, level_1, dim_2, level_2
    respondents: Ints  # (leaders, tables): cell of each respondent
    roster: Ints | None  # the same for the roster


@dataclass(frozen=True)
class Counts:
    """Counts of one attribute group, per cell."""

    eligible: Ints
    yes: Ints
    unanswered: Ints
    leaders: Ints | None  # eligible leaders on the roster


def table_id(table: Table) -> str:
    """`total`, `region`, `region+experience_band`."""
    return "+".join(table) or "total"


def lay_out(tables: Sequence[Table], respondents: pl.DataFrame, roster: pl.DataFrame | None) -> Layout:
    """Number the cells of all tables; a cell exists when a respondent or a leader on the roster sits in it."""
    everybody = respondents if roster is None else pl.concat([respondents, roster], how="diagonal")
    frames, answered, listed, start = [], [], [], 0
    for table in tables:
        levels = everybody.select(table).unique().sort(table) if table else pl.DataFrame({"": [None]})
        cells = levels.with_row_index("cell", offset=start).with_columns(pl.col("cell").cast(pl.Int64))
        columns: list[pl.Expr] = [pl.lit(table_id(table)).alias("table_id"), pl.lit(len(table)).alias("way")]
        for i in (1, 2):
            dimension = table[i - 1] if i <= len(table) else None
            columns.append(pl.lit(dimension, dtype=pl.String).alias(f"dim_{i}"))
            level = pl.lit(None, dtype=pl.String) if dimension is None else pl.col(dimension)
            columns.append(level.alias(f"level_{i}"))
        frames.append(cells.select("cell", *columns))
        answered.append(_cell_of(respondents, cells, table, start))
        if roster is not None:
            listed.append(_cell_of(roster, cells, table, start))
        start += cells.height
    return Layout(
        tables=tuple(tables),
        cells=pl.concat(frames),
        respondents=np.column_stack(answered),
        roster=np.column_stack(listed) if listed else None,
    )


def _cell_of(people: pl.DataFrame, cells: pl.DataFrame, table: Table, start: int) -> Ints:
    if not table:
        return np.full(people.height, start, dtype=np.int64)
    return people.select(table).join(cells, on=table, how="left", maintain_order="left")["cell"].to_numpy()


def attributes(
    instrument: Instrument,
    answers: pl.DataFrame,
    scores: pl.DataFrame,
    flags: pl.DataFrame,
    thresholds: Mapping[str, float],
) -> pl.DataFrame:
    """One row per respondent: leader_key and one nullable boolean per attribute that was asked (null: open)."""
    people = answers.join(scores, on="leader_key", how="left", maintain_order="left").join(
        flags.select("leader_key", "is_flagged"), on="leader_key", how="left", maintain_order="left"
    )
    for attribute in instrument.parts_first():
        value = _attribute(attribute, people.columns, scores.columns, thresholds)
        if value is not None:
            people = people.with_columns(value.alias(f"is:{attribute.code}"))
    known = [a.code for a in instrument.attributes if f"is:{a.code}" in people.columns]
    return people.select("leader_key", *(pl.col(f"is:{code}").alias(code) for code in known))


def _attribute(
    attribute: Attribute, columns: Sequence[str], scales: Sequence[str], thresholds: Mapping[str, float]
) -> pl.Expr | None:
    """The attribute as an expression, or None when what it needs was not asked."""
    needed = [*(f"is:{part}" for part in attribute.parts()), *attribute.unanswered]
    if not set(needed) <= set(columns) or (attribute.from_ and attribute.from_ not in columns):
        return None
    if attribute.rule and not set(RULE_SCALES) <= set(scales):
        return None
    conditions = [_of_source(attribute, scales, thresholds)] if attribute.from_ else []
    conditions += [pl.col("is_flagged")] if attribute.rule else []
    conditions += [pl.any_horizontal(f"is:{part}" for part in attribute.any_of)] if attribute.any_of else []
    conditions += [pl.any_horizontal(pl.col(c).is_null() for c in attribute.unanswered)] if attribute.unanswered else []
    conditions += [pl.col(f"is:{part}") for part in (*attribute.all_of, *attribute.implies)]
    conditions += [~pl.col(f"is:{part}") for part in attribute.none_of]
    return pl.all_horizontal(conditions)


def _of_source(attribute: Attribute, scales: Sequence[str], thresholds: Mapping[str, float]) -> pl.Expr:
    source = pl.col(str(attribute.from_))
    if attribute.contains:
        return source.str.split("|").list.eval(pl.element().is_in(attribute.contains)).list.any()
    if attribute.equals:
        return source.is_in(attribute.equals)
    points = 1000 if attribute.from_ in scales else 1
    cut = attribute.at_least if attribute.at_least is not None else attribute.at_most
    value = (thresholds[cut] if isinstance(cut, str) else float(cut or 0)) * points
    return source >= value if attribute.at_least is not None else source <= value


def eligible(people: pl.DataFrame, attribute: Attribute) -> NDArray[np.bool_]:
    """Who an attribute is about, by roster data alone; nobody when that is not known."""
    if not set(attribute.eligible) <= set(people.columns):
        return np.zeros(people.height, dtype=np.bool_)
    conditions = [pl.col(column).is_in(levels) for column, levels in attribute.eligible.items()]
    return people.select(pl.all_horizontal(pl.repeat(value=True, n=pl.len()), *conditions).alias("e"))["e"].to_numpy()


def count(
    layout: Layout,
    respondents: pl.DataFrame,
    roster: pl.DataFrame | None,
    yes_no: pl.DataFrame,
    planned: Sequence[Attribute],
) -> dict[str, Counts]:
    """Counts per attribute and, under the key "", of all respondents; of an attribute not asked, who is eligible."""
    columns: dict[str, NDArray[Any]] = {"respondents": np.ones(respondents.height, dtype=np.int64)}
    nobody = pl.Series([False] * respondents.height, dtype=pl.Boolean)
    for attribute in planned:
        code, part = attribute.code, eligible(respondents, attribute)
        answered = yes_no[code] if code in yes_no.columns else nobody
        columns[f"eligible:{code}"] = part
        columns[f"yes:{code}"] = part & answered.fill_null(value=False).to_numpy()
        columns[f"open:{code}"] = part & answered.is_null().to_numpy()
    sums = _sum(layout, layout.respondents, columns)
    on_roster: dict[str, Ints] = {}
    if roster is not None and layout.roster is not None:
        listed: dict[str, NDArray[Any]] = {"respondents": np.ones(roster.height, dtype=np.int64)}
        listed |= {f"eligible:{a.code}": eligible(roster, a) for a in planned}
        on_roster = _sum(layout, layout.roster, listed)
    zero = np.zeros(layout.cells.height, dtype=np.int64)
    counts = {"": Counts(sums["respondents"], zero, zero, on_roster.get("respondents"))}
    for code in (attribute.code for attribute in planned):
        eligible_, yes, unanswered = (sums[f"{what}:{code}"] for what in ("eligible", "yes", "open"))
        counts[code] = Counts(eligible_, yes, unanswered, on_roster.get(f"eligible:{code}"))
    return counts


def schools(people: pl.DataFrame, roster: pl.DataFrame | None) -> tuple[int, int] | None:
    """Schools with at least one respondent, and all schools on the roster; None where no roster tells schools."""
    if roster is None or "school_key" not in roster.columns:
        return None
    known = roster.drop_nulls("school_key")
    answered = known.filter(pl.col("leader_key").is_in(people["leader_key"].implode()))
    return answered["school_key"].n_unique(), known["school_key"].n_unique()


def sum_scores(layout: Layout, scores: pl.Series) -> tuple[Ints, NDArray[np.float64]]:
    """Respondents with a score per cell, and the sum of their scores in points; `scores` x1000 in their order."""
    places, tables, cells = layout.respondents.ravel(), layout.respondents.shape[1], layout.cells.height
    given, points = scores.is_not_null().to_numpy(), scores.fill_null(0).to_numpy()
    scored = np.bincount(places, np.repeat(given, tables), cells).astype(np.int64)
    return scored, np.bincount(places, np.repeat(points, tables), cells) / 1000


def _sum(layout: Layout, membership: Ints, columns: Mapping[str, NDArray[Any]]) -> dict[str, Ints]:
    """Sum 0/1 columns per cell in DuckDB: finest profiles first, then every table."""
    profiles, profile = np.unique(membership, axis=0, return_inverse=True)
    people = pl.DataFrame({"profile": profile.ravel(), **{name: c.astype(np.int64) for name, c in columns.items()}})
    places = pl.DataFrame({"profile": np.repeat(np.arange(len(profiles)), profiles.shape[1]), "cell": profiles.ravel()})
    with connect() as connection:
        sums = run(connection, "aggregate/cells", {"frame_people": people, "frame_places": places})
    totals = {name: np.zeros(layout.cells.height, dtype=np.int64) for name in columns}
    if sums is not None:
        for (what,), rows in sums.group_by("what"):
            totals[str(what)][rows["cell"].to_numpy()] = rows["leaders"].to_numpy()
    return totals
