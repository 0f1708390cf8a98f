"""Plan: what a school year may publish, by numbers of leaders alone: groups, tables, and the steps of each family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
import polars as pl

from pipelines.counting import COARSE, Family, Structure, count, group_expected, lay_out
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import TOGETHER, Dimension, Instrument, Plan, Policy, Tier
from pipelines.protection.bands import WAY_FACTOR, suppress
from pipelines.protection.choice import Case, choose
from pipelines.protection.draws import Plans, Progress
from pipelines.protection.logic import family_logic
from pipelines.protection.puzzle import puzzle_of
from pipelines.protection.steps import Step, candidates
from pipelines.protection.teller import Teller
from pipelines.vault import StoredWave, keep_plans, keep_structure, kept_plans, kept_structure

ROSTERS = 4  # sets of respondents that are made up of one roster
SEED = 1  # the same roster always gets the same plan


def plan_school_year(home: Home, stored: StoredWave) -> Structure:
    """Groups and tables of a wave's school year: fixed once, from its first roster, before any answer is counted."""
    structure = planned_structure(home, stored.wave, stored.instrument, stored.answers, stored.roster)
    if kept_structure(home, stored.wave) is None:
        keep_structure(home, stored.wave, asdict(structure))
    return structure


def plan_families(home: Home, stored: StoredWave, structure: Structure, progress: Progress) -> Plans:
    """The steps of each family of a wave: chosen once per school year, from its roster and made-up answers.

    A family that a later wave of the year asks about for the first time gets its steps then.
    """
    plans = foreseen_plans(home, stored, structure, progress)
    if plans.keys() - kept_plans(home, stored.wave).keys():
        keep_plans(home, stored.wave, {code: [asdict(step) for step in steps] for code, steps in plans.items()})
    return plans


def foreseen_plans(home: Home, stored: StoredWave, structure: Structure, progress: Progress) -> Plans:
    """The same, and nothing is kept."""
    kept = kept_plans(home, stored.wave)
    plans = {code: tuple(Step(**step) for step in steps) for code, steps in kept.items()}
    asked = group_expected(stored, structure, 1, 0).families
    missing = {code: family for code, family in asked.items() if code not in plans}
    return plans | _chosen(stored, structure, missing, progress) if missing else plans


def _chosen(
    stored: StoredWave, structure: Structure, families: Mapping[str, Family], progress: Progress
) -> dict[str, tuple[Step, ...]]:
    """The steps of these families; those that look alike in all that matters share theirs."""
    plan = stored.instrument.plan
    response = stored.instrument.policy(stored.wave.first_day).expected_response
    boards = [group_expected(stored, structure, response, seed) for seed in range(ROSTERS)]
    counted = [count(board) for board in boards]
    plans: dict[str, tuple[Step, ...]] = {}
    alike: dict[str, tuple[Step, ...]] = {}
    for code, family in families.items():
        progress(code)
        logic = family_logic(boards[0], family)
        tellers = [
            Teller(board, counts, family, with_means=True) for board, counts in zip(boards, counted, strict=True)
        ]

        def told(table: str, width: int, tellers: Sequence[Teller] = tellers) -> float:
            return sum(teller.share_told(table, width) for teller in tellers) / len(tellers)

        steps = candidates(structure, plan.tier_for(structure.expected), plan, family, told)
        looks = repr((_look(family, plan), logic.patterns.tolist(), steps))
        if looks not in alike:
            cases = [
                Case(teller, puzzle_of(board, family, (), logic)) for teller, board in zip(tellers, boards, strict=True)
            ]
            alike[looks] = tuple(choose(cases, steps, plan.draws, SEED))
        plans[code] = alike[looks]
    return plans


def _look(family: Family, plan: Plan) -> object:
    """What tells one family from another, beside its logic: of whom, and in which tables."""
    planned = {measure.attribute: (measure.tables, measure.who) for measure in plan.measure}
    return [(planned[one.code], one.publication_class, one.eligible) for one in family.members], family.scales


def planned_structure(
    home: Home, wave: Wave, instrument: Instrument, answers: pl.DataFrame, roster: pl.DataFrame | None
) -> Structure:
    """What was fixed for a wave's school year, or what would be; without a roster it follows from the respondents."""
    kept = kept_structure(home, wave)
    if kept is not None:
        return Structure.of(kept)
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
    wider_form = _wider_form(dimension, order, found, smallest)
    parents = {level: wider_form.get(level, level) for level in order}
    coarse = merge({p: sum(found[c] for c in order if parents[c] == p) for p in parents.values()}, smallest)
    fine: dict[str, str] = {}
    for group in dict.fromkeys(coarse.values()):
        fine |= merge({level: found[level] for level in order if coarse[parents[level]] == group}, smallest)
    if not wider_form:
        return {dimension.code: fine}
    # A level that comes later in the year (a split region) still has its parent.
    later = {level: coarse.get(parent, parent) for level, parent in wider_form.items()}
    wider = later | {level: coarse[parents[level]] for level in order}
    return {dimension.code: fine, dimension.code + COARSE: wider}


def _wider_form(dimension: Dimension, order: list[str], found: Mapping[str, int], smallest: float) -> dict[str, str]:
    """The coarse form of a dimension: the one in which its first level stays apart, where only that one keeps it so."""
    if not dimension.first_apart or not order or found[order[0]] < smallest:
        return dimension.coarse
    first = order[0]
    beside = [found[level] for level in order[1:] if dimension.coarse.get(level) == dimension.coarse.get(first)]
    return dimension.first_apart if any(size < smallest for size in beside) else dimension.coarse


def merge(sizes: Mapping[str, int], smallest: float) -> dict[str, str]:
    """Level -> merged level: one below `smallest` joins its smaller neighbour in the declared order."""
    groups = [([level], size) for level, size in sizes.items()]
    while len(groups) > 1 and min(size for _, size in groups) < smallest:
        at = min(range(len(groups)), key=lambda i: groups[i][1])
        beside = min((i for i in (at - 1, at + 1) if 0 <= i < len(groups)), key=lambda i: groups[i][1])
        first, second = sorted((at, beside))
        groups[first : second + 1] = [(groups[first][0] + groups[second][0], groups[first][1] + groups[second][1])]
    return {level: TOGETHER.join(levels) for levels, _ in groups for level in levels}


def _tables(
    placed: pl.DataFrame,
    useful: Sequence[str],
    tier: Tier,
    instrument: Instrument,
    policy: Policy,
    expected_share: float,
) -> tuple[tuple[str, ...], ...]:
    plan, smallest = instrument.plan, WAY_FACTOR[2] * policy.k_coverage / expected_share
    tables: list[tuple[str, ...]] = [()]
    for column in (column for column in tier.one_way if column in useful):
        tables += [(column,), *((form,) for form in [column + COARSE] if _is_wider(placed, column, useful))]
    for first, second in tier.two_way:
        forms = [(first, second), (first, second + COARSE), (first + COARSE, second), (first + COARSE, second + COARSE)]
        possible = (form for form in forms if set(form) <= set(useful))
        tables += next(([form] for form in possible if _large(placed, form, smallest) >= plan.cross_cover), [])
    return tuple(dict.fromkeys(tables))


def _is_wider(placed: pl.DataFrame, column: str, useful: Sequence[str]) -> bool:
    """Whether a dimension has a coarse form with fewer groups."""
    return column + COARSE in useful and placed[column + COARSE].n_unique() < placed[column].n_unique()


def _large(placed: pl.DataFrame, form: Sequence[str], smallest: float) -> float:
    """The share of the groups of a cross that are large enough."""
    sizes = placed.group_by(form).len()["len"]
    return sum(size >= smallest for size in sizes) / len(sizes)
