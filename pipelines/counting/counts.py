"""Counts: leaders become numbers per cell, in SQL that an outside auditor can read; the last step that sees leaders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.counting.attributes import eligible
from pipelines.counting.cells import Ints, Layout
from pipelines.counting.grouped import Grouped
from pipelines.counting.groups import COARSE
from pipelines.ground.database import Connection, connect, run

EVERYBODY = ""  # the key of the counts of all respondents
POINT = 1_000  # scores are kept as integers x1000
LEVEL_SIZES = {
    "dimension": pl.String,
    "level": pl.String,
    "position": pl.Int32,
    "coarse": pl.String,
    "leaders": pl.Int32,
    "respondents": pl.Int32,
}


@dataclass(frozen=True)
class Counts:
    """How many leaders an attribute is about and how they answered; each an array with one number per cell."""

    eligible: Ints  # respondents the attribute is about
    yes: Ints
    unanswered: Ints
    leaders: Ints | None  # eligible leaders on the roster


def count(grouped: Grouped) -> dict[str, Counts]:
    """Counts per attribute and, under EVERYBODY, of all respondents; of an attribute not asked, who is eligible."""
    layout, roster = grouped.layout, grouped.roster
    with connect() as connection:
        answered = _sum(connection, layout, layout.respondents, _answers(grouped))
        listed: dict[str, Ints] = {}
        if roster is not None and layout.roster is not None:
            columns: dict[str, NDArray[Any]] = {"respondents": np.ones(roster.height, dtype=np.int64)}
            columns |= {f"eligible:{one.code}": eligible(roster, one) for one in grouped.planned}
            listed = _sum(connection, layout, layout.roster, columns)
    zero = np.zeros(layout.cells.height, dtype=np.int64)
    counts = {EVERYBODY: Counts(answered["respondents"], zero, zero, listed.get("respondents"))}
    for code in (attribute.code for attribute in grouped.planned):
        counts[code] = Counts(
            eligible=answered[f"eligible:{code}"],
            yes=answered[f"yes:{code}"],
            unanswered=answered[f"open:{code}"],
            leaders=listed.get(f"eligible:{code}"),
        )
    return counts


def level_sizes(grouped: Grouped) -> pl.DataFrame:
    """The groups of every dimension after merging, in their declared order, with how many leaders they hold.

    Columns: dimension, level, position, coarse (the wider group), leaders (null without a roster), respondents.
    """
    rows: list[tuple[str, str, int, str, int | None, int]] = []
    for column, merged in grouped.structure.merges.items():
        for position, level in enumerate(_in_order(grouped, column, merged)):
            inside = grouped.people.filter(pl.col(column) == level)
            listed = None if grouped.roster is None else grouped.roster.filter(pl.col(column) == level)
            parent = _parent(inside if listed is None else listed, f"{column}{COARSE}") or level
            rows.append((column, level, position, parent, None if listed is None else listed.height, inside.height))
    return pl.DataFrame(rows, schema=LEVEL_SIZES, orient="row")


def _in_order(grouped: Grouped, column: str, merged: Mapping[str, str]) -> list[str]:
    everybody = grouped.people[column]
    if grouped.roster is not None:
        everybody = pl.concat([everybody, grouped.roster[column]])
    known = set(everybody)
    declared = [level for level in dict.fromkeys(merged.values()) if level in known]
    return declared + sorted(known - set(declared))


def _parent(people: pl.DataFrame, coarse: str) -> str | None:
    return people[coarse][0] if coarse in people.columns and people.height else None


def schools(people: pl.DataFrame, roster: pl.DataFrame | None) -> tuple[int, int] | None:
    """Schools with at least one respondent, and all schools on the roster; None where no roster tells schools."""
    if roster is None or "school_key" not in roster.columns:
        return None
    known = roster.drop_nulls("school_key")
    answered = known.filter(pl.col("leader_key").is_in(people["leader_key"].implode()))
    return answered["school_key"].n_unique(), known["school_key"].n_unique()


def sum_scores(layout: Layout, scores: pl.Series) -> tuple[Ints, NDArray[np.float64]]:
    """Respondents with a score per cell, and the sum of their scores in points; `scores` x1000 in their order."""
    places = layout.respondents.ravel()
    tables = layout.respondents.shape[1]
    cells = layout.cells.height
    given = scores.is_not_null().to_numpy()
    points = scores.fill_null(0).to_numpy()
    scored = np.bincount(places, np.repeat(given, tables), cells).astype(np.int64)
    return scored, np.bincount(places, np.repeat(points, tables), cells) / POINT


def _answers(grouped: Grouped) -> dict[str, NDArray[Any]]:
    """Per respondent and attribute 0/1: whether it is about the leader, whether yes, whether open."""
    columns: dict[str, NDArray[Any]] = {"respondents": np.ones(grouped.people.height, dtype=np.int64)}
    nobody = pl.Series([False] * grouped.people.height, dtype=pl.Boolean)
    for attribute in grouped.planned:
        code = attribute.code
        is_about = eligible(grouped.people, attribute)
        answer = grouped.yes_no[code] if code in grouped.yes_no.columns else nobody
        columns[f"eligible:{code}"] = is_about
        columns[f"yes:{code}"] = is_about & answer.fill_null(value=False).to_numpy()
        columns[f"open:{code}"] = is_about & answer.is_null().to_numpy()
    return columns


def _sum(
    connection: Connection, layout: Layout, membership: Ints, columns: Mapping[str, NDArray[Any]]
) -> dict[str, Ints]:
    """Sum 0/1 columns per cell: finest profiles first, then every table (sql/aggregate/cells.sql)."""
    profiles, profile = np.unique(membership, axis=0, return_inverse=True)
    people = pl.DataFrame({"profile": profile.ravel(), **{name: c.astype(np.int64) for name, c in columns.items()}})
    places = pl.DataFrame({"profile": np.repeat(np.arange(len(profiles)), profiles.shape[1]), "cell": profiles.ravel()})
    sums = run(connection, "aggregate/cells", {"frame_people": people, "frame_places": places})
    totals = {name: np.zeros(layout.cells.height, dtype=np.int64) for name in columns}
    if sums is not None:
        for (what,), rows in sums.group_by("what"):
            totals[str(what)][rows["cell"].to_numpy()] = rows["leaders"].to_numpy()
    return totals
