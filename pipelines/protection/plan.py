"""Plan: what a school year may publish, and how much of a family is tried, by numbers of leaders alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import polars as pl

from pipelines.counting import COARSE, Structure, lay_out
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import Dimension, Instrument, Policy, Tier
from pipelines.protection.bands import WAY_FACTOR, suppress
from pipelines.vault import StoredWave, keep_structure, kept_structure


def plan_school_year(home: Home, stored: StoredWave) -> Structure:
    """Groups and tables of a wave's school year: fixed once, from its first roster, before any answer is counted."""
    structure = planned_structure(home, stored.wave, stored.instrument, stored.answers, stored.roster)
    if kept_structure(home, stored.wave) is None:
        keep_structure(home, stored.wave, asdict(structure))
    return structure


def planned_structure(
    home: Home, wave: Wave, instrument: Instrument, answers: pl.DataFrame, roster: pl.DataFrame | None
) -> Structure:
    """What was fixed for a wave's school year, or what would be; without a roster it follows from the respondents."""
    kept = kept_structure(home, wave)
    if kept is not None:
        return Structure(**{**kept, "tables": tuple(tuple(table) for table in kept["tables"])})
    policy = instrument.policy(wave.first_day)
    today = instrument.on(wave.first_day)
    if roster is None:
        return fix_structure(answers, today, policy, expected_share=1)
    return fix_structure(roster, today, policy, policy.expected_response)


def planned_cells(
    home: Home, wave: Wave, instrument: Instrument, answers: pl.DataFrame, roster: pl.DataFrame | None
) -> pl.DataFrame:
    """What could be published of a wave, by numbers of leaders only; the audit may still withhold more.

    One row per cell: its table and levels, how many answered, and per class (coverage, outcome) published or why not.
    """
    answers = answers.cast({pl.Enum: pl.String})  # merged groups have names of their own
    roster = None if roster is None else roster.cast({pl.Enum: pl.String})
    policy = instrument.policy(wave.first_day)
    structure = planned_structure(home, wave, instrument, answers, roster)
    structure = structure.with_crosswalks(instrument.on(wave.first_day))
    people = structure.place(answers)
    listed = None if roster is None else structure.place(roster)
    layout = lay_out(structure.known_to(people, listed).tables, people, listed)
    sizes = np.bincount(layout.respondents.ravel(), minlength=layout.cells.height)
    return layout.cells.select("table_id", "dim_1", "level_1", "dim_2", "level_2").with_columns(
        pl.Series("answered", sizes),
        pl.Series("coverage", suppress(layout.cells, sizes, policy.k_coverage), dtype=pl.String),
        pl.Series("outcome", suppress(layout.cells, sizes, policy.k_outcome), dtype=pl.String),
    )


def fix_structure(people: pl.DataFrame, instrument: Instrument, policy: Policy, expected_share: float) -> Structure:
    """Merges and tables for a school year, from who is on its first roster (one row per leader).

    `expected_share` is the expected response, or 1 when `people` are respondents because there is no roster.
    """
    expected = expected_share * people.height
    tier = instrument.plan.tier_for(expected)
    smallest = policy.k_coverage / expected_share
    merges: dict[str, dict[str, str]] = {}
    for dimension in instrument.dimensions:
        if dimension.code in people.columns:
            merges |= _merge_dimension(dimension, people[dimension.code], smallest)
    placed = Structure(expected, tier.expected_from, merges, ()).place(people)
    useful = [column for column in merges if placed[column].n_unique() > 1]
    return Structure(
        expected, tier.expected_from, merges, _tables(placed, useful, tier, instrument, policy, expected_share)
    )


def _merge_dimension(dimension: Dimension, levels: pl.Series, smallest: float) -> dict[str, dict[str, str]]:
    """Merge the coarse form first, then fine levels inside it, so that the two always nest."""
    found: dict[str, int] = dict(levels.value_counts().iter_rows())
    declared = [level for level in dimension.levels if level in found]
    order = declared + sorted(set(found) - set(declared))
    parents = {level: dimension.coarse.get(level, level) for level in order}
    coarse = merge({p: sum(found[c] for c in order if parents[c] == p) for p in parents.values()}, smallest)
    fine: dict[str, str] = {}
    for group in dict.fromkeys(coarse.values()):
        fine |= merge({level: found[level] for level in order if coarse[parents[level]] == group}, smallest)
    if not dimension.coarse:
        return {dimension.code: fine}
    # A level that comes later in the year (a split region) still has its parent.
    later = {level: coarse.get(parent, parent) for level, parent in dimension.coarse.items()}
    wider = later | {level: coarse[parents[level]] for level in order}
    return {dimension.code: fine, dimension.code + COARSE: wider}


def merge(sizes: Mapping[str, int], smallest: float) -> dict[str, str]:
    """Level -> merged level: one below `smallest` joins its smaller neighbour in the declared order."""
    groups = [([level], size) for level, size in sizes.items()]
    while len(groups) > 1 and min(size for _, size in groups) < smallest:
        at = min(range(len(groups)), key=lambda i: groups[i][1])
        beside = min((i for i in (at - 1, at + 1) if 0 <= i < len(groups)), key=lambda i: groups[i][1])
        first, second = sorted((at, beside))
        groups[first : second + 1] = [(groups[first][0] + groups[second][0], groups[first][1] + groups[second][1])]
    return {level: " + ".join(levels) for levels, _ in groups for level in levels}


def _tables(
    placed: pl.DataFrame,
    useful: Sequence[str],
    tier: Tier,
    instrument: Instrument,
    policy: Policy,
    expected_share: float,
) -> tuple[tuple[str, ...], ...]:
    tables: list[tuple[str, ...]] = [(), *((column,) for column in tier.one_way if column in useful)]
    for pair in tier.two_way:
        coarse = tuple(c + COARSE if c + COARSE in useful else c for c in pair)
        if not all(column in useful for column in pair):
            continue
        sizes = placed.group_by(pair).len()["len"] * expected_share
        covered = float(sizes.filter(sizes >= WAY_FACTOR[2] * policy.k_coverage).sum()) / float(sizes.sum())
        tables.append(pair if covered >= instrument.plan.fine_cover else coarse)
    return tuple(dict.fromkeys(tables))


@dataclass(frozen=True)
class Attempt:
    """How much of one family may be shown: band width, tables, measures that stand aside, means."""

    width: int
    tables: frozenset[tuple[str, ...]]
    aside: bool = True
    means: bool = False


def attempts(
    tables: Sequence[tuple[str, ...]],
    levels: Mapping[str, int],
    width: int,
    policy: Policy,
    *,
    means: bool,
    aside: bool,
) -> list[Attempt]:
    """The repair ladder: no means, nothing that stands aside, wider bands, no two-way tables, fewer tables, the total.

    Each wider band is tried with what stands aside first. `means`, `aside`: whether there are any.
    """
    steps = [Attempt(width, frozenset(tables), means=True)] if means else []
    with_aside = (True, False) if aside else (True,)
    steps += [Attempt(width + w, frozenset(tables), kept) for w in (0, *policy.repair_steps) for kept in with_aside]
    widest = steps[-1].width
    one_way = sorted((t for t in tables if len(t) == 1), key=lambda t: levels[t[0]])
    fewer: list[list[tuple[str, ...]]] = [[(), *one_way], [(), *one_way[: (len(one_way) + 1) // 2]], [()]]
    steps += [Attempt(widest, frozenset(kept), aside=False) for kept in fewer]
    return list(dict.fromkeys(steps))
