"""What several waves tell together when answers never change; for a privacy officer and a statistician.

The promise is about the publications of one wave. Here a reader lays those of two, four, six and eight quarters side by
side and takes for granted that nobody ever answers otherwise: every single answer of which one side is out of the
question is counted, by an exact solver. Nobody: the same leaders answer every quarter. One: a quarter one leader leaves
and another takes the post. Silent: the same leaders, of whom a quarter, others each time, does not answer. Stayed: of
the leaders with an answer that follows, those who answered in all quarters so far. Most: of one figure. Left: of a
range of three counts, how many fit all quarters so far (only where nobody comes or goes). Each quarter is published as
ever, with edges of its own. KLANKBORD_PROVE=quick: a small part.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import vault
from pipelines.counting import Family, Grouped, eligible
from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.protection.audit import Problem
from pipelines.protection.audit.solver import CountModel, NoAnswer
from pipelines.protection.audit.work import Allowed
from pipelines.protection.published import Publication
from pipelines.protection.puzzle import puzzle_of
from pipelines.sample import write_sample
from tests.bench.harsh import WAVE
from tests.boards import grouped_of
from tests.homes import fixed
from tests.privacy.posterior import Bounds, Chains

QUICK = os.environ.get("KLANKBORD_PROVE") == "quick"
BOARDS = [(42, 1)] if QUICK else [(42, 1), (42, 2), (60, 1), (85, 1)]
AFTER = (2,) if QUICK else (1, 2, 4, 6, 8)
CHANGES = ("nobody", "one", "silent")
RESPONSE = 0.75
SWEEPS = 40  # of walks that show what is possible, before the solver is asked
SETS = 16
NODES, ITERATIONS = 5_000, 300_000  # of one question; what is not decided is told
NARROW = 3
MEASURES = (
    "has_rock",
    "rock_emotional",
    "buddy_used",
    "at_risk",
    "high_stress",
    "lonely",
    "leaving",
    "holds_find_myself",
)
HEAD = (
    "leaders seed changes | waves | certain of answers  leaders stayed undecided | most of one figure           "
    "| left of 3 | CPU s | " + " ".join(MEASURES)
)
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Quarter:
    """One published quarter."""

    grouped: Grouped
    told: Publication


def _pool(folder: Path, leaders: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Answers and roster of leaders who left nothing open, more than a board needs."""
    write_sample(folder, load_instrument(), 3 * leaders, 1, seed)
    answers = pl.read_csv(folder / f"responses_{WAVE}.csv", infer_schema=False)
    answers = answers.drop_nulls([name for name in answers.columns if name.split("_")[-1].isdigit()])
    roster = pl.read_csv(folder / "roster.csv", infer_schema=False)
    return answers, answers.select("leader_key").join(roster, on="leader_key", how="left", maintain_order="left")


def _rosters(roster: pl.DataFrame, leaders: int, waves: int, change: str) -> list[pl.DataFrame]:
    """Who leads which school in each quarter; where one leaves, the next of the pool takes the post."""
    own = ["leader_key", "experience_band", "role"]
    posts = roster.head(leaders)
    found = [posts]
    for number in range(1, waves):
        if change == "one":
            newcomer = roster.row(leaders + number - 1, named=True)
            at = number * leaders // waves
            posts = posts.with_columns(
                pl.when(pl.int_range(leaders) == at).then(pl.lit(newcomer[name])).otherwise(pl.col(name)).alias(name)
                for name in own
            )
        found.append(posts)
    return found


def _publish(folder: Path, leaders: int, seed: int, change: str) -> Iterator[Quarter]:
    """Quarter after quarter of a board on which everybody always answers the same."""
    waves = max(AFTER)
    answers, pool = _pool(folder / "files", leaders, seed)
    random = np.random.default_rng(seed)
    home = fixed(folder / "home")
    for number, posts in enumerate(_rosters(pool, leaders, waves, change)):
        wave = Wave(WAVE).later(number + 1 - waves)
        asked = posts.filter(random.random(leaders) < RESPONSE) if change == "silent" else posts
        given = answers.filter(pl.col("leader_key").is_in(asked["leader_key"].to_list()))
        given.with_columns(submitted=pl.lit(str(wave.first_day))).write_csv(folder / "answers.csv")
        posts.with_columns(wave=pl.lit(str(wave))).write_csv(folder / "roster.csv")
        import_wave(home, Source(folder / "answers.csv", wave, roster=folder / "roster.csv"))
        yield _read(home, wave, publish_wave(home, wave).publication)


def _read(home: Home, wave: Wave, name: PublicationId) -> Quarter:
    grouped = grouped_of(home, wave)
    tables, respondents = vault.read_publication(home, name), vault.read_respondents(home, name)
    return Quarter(grouped, Publication.of(tables, respondents, grouped))


def certain(problem: Problem, truth: Ints) -> tuple[Flags, int]:
    """Which answers (leaders, attributes) follow, and of how many the solver could not tell.

    An answer that some fitting answer set has otherwise does not follow; walks from the true one show most of these.
    """
    possible = np.zeros((*truth.shape, problem.patterns.shape[1], 2), bool)
    profile = problem.profiles(problem.published_cells)[1]

    def seen(answers: Ints) -> None:
        for value in (0, 1):
            has = problem.patterns[answers] == value
            np.logical_or.at(possible[:, :, value], profile, has)

    chains = Chains(Bounds(problem), np.stack([truth] * SETS), "even", np.random.default_rng(1))
    for _ in range(SWEEPS):
        chains.sweep()
        for answers in chains.answers[chains.fits]:
            seen(answers)
    undecided = 0
    follows = np.zeros(possible.shape[:2], bool)
    for number in np.unique(profile):
        for attribute, value in np.argwhere(~possible[number]).tolist():
            if possible[number, attribute, value]:
                continue
            leader = int(np.flatnonzero(profile == number)[0])
            answers = _with(problem, leader, attribute, value)
            if isinstance(answers, NoAnswer):
                follows[profile == number, attribute] = answers is NoAnswer.IMPOSSIBLE
                undecided += answers is NoAnswer.UNDECIDED
            else:
                seen(answers)
    return follows, undecided


def _with(problem: Problem, leader: int, attribute: int, value: int) -> Ints | NoAnswer:
    """An answer set that fits in which one leader gave this answer."""
    can = problem.can.copy()
    can[leader] &= problem.patterns[:, attribute] == value
    if not can[leader].any():
        return NoAnswer.IMPOSSIBLE
    # A sum of scores anywhere in its window will do: whatever may be possible is held possible.
    asked = replace(problem, can=can, means=tuple(replace(mean, gap=0.0) for mean in problem.means))
    return CountModel(asked, asked.published_cells).solve(asked.lo, asked.hi, None, Allowed(NODES, ITERATIONS))


def _together(quarters: Sequence[Quarter], family: Family) -> tuple[Problem, Ints, list[str]]:
    """What all quarters tell of a family, the oldest first; what was really answered, and by whom."""
    first, *others = quarters
    problem = puzzle_of(first.grouped, family, [one.told for one in others]).with_figures(*first.told.figures(family))
    codes = [member.code for member in family.members]
    rows = pl.concat(
        one.grouped.yes_no.select("leader_key", *codes).filter(eligible(one.grouped.people, family.members[0]))
        for one in quarters
    ).unique("leader_key", keep="first", maintain_order=True)
    values = rows.select(pl.col(codes).fill_null(value=False).cast(pl.Int8)).to_numpy()
    truth = (problem.patterns[None] == values[:, None]).all(axis=2).argmax(axis=1)
    assert (problem.patterns[truth] == values).all()
    yes = problem.yes_of(truth)
    assert (problem.lo <= yes).all()
    assert (yes <= problem.hi).all()
    return problem, truth, rows["leader_key"].to_list()


def _left(quarters: Sequence[Quarter]) -> float:
    """Of ranges of NARROW counts in the first quarter: how many of them fit all quarters, in the middle of all."""
    key = ["measure", "table_id", "level_1", "level_2"]
    told = pl.concat(
        one.told.cell.filter((pl.col("status") == "published") & (pl.col("measure") != "n")).select(*key, "lo", "hi")
        for one in quarters
    )
    both = told.group_by(key).agg(
        left=pl.col("hi").min() - pl.col("lo").max() + 1, first=(pl.col("hi") - pl.col("lo") + 1).first()
    )
    left = both.filter(pl.col("first") == NARROW)["left"].mean()
    return left if isinstance(left, float) else float("nan")


def _is_about_the_same(quarters: Sequence[Quarter], family: Family) -> bool:
    """Whether a family is about one group of leaders all along: a new school year may merge starters otherwise."""
    return all(
        len({str(one.grouped.structure.merges.get(name)) for one in quarters}) == 1
        for name in family.members[0].eligible
    )


def _row(quarters: Sequence[Quarter], change: str) -> str:
    """What follows from these quarters together."""
    start = time.process_time()
    found: Counter[str] = Counter()
    answers = undecided = 0
    who: set[str] = set()
    for family in quarters[0].grouped.families.values():
        if family.members and _is_about_the_same(quarters, family):
            problem, truth, keys = _together(quarters, family)
            follows, unknown = certain(problem, truth)
            answers += follows.size
            undecided += unknown
            found.update({one.code: int(n) for one, n in zip(family.members, follows.sum(axis=0), strict=True)})
            who |= {keys[at] for at in np.flatnonzero(follows.any(axis=1))}
    figure, most = found.most_common(1)[0]
    always = set.intersection(*(set(one.grouped.people["leader_key"]) for one in quarters))
    left = f"{_left(quarters):9.1f}" if change == "nobody" else f"{'-':>9}"
    each = " ".join(f"{found[code]:{len(code)}}" for code in MEASURES)
    return (
        f"{len(quarters):5} | {sum(found.values()):7} {answers:10} {len(who):8} {len(who & always):6} {undecided:9} | "
        f"{most:4} {figure if most else '-':24} | {left} | {time.process_time() - start:5.0f} | {each}"
    )


def main() -> None:
    """Print one row per board, what changes, and number of quarters."""
    print(HEAD)
    for (leaders, seed), change in product(BOARDS, CHANGES):
        quarters: list[Quarter] = []
        with tempfile.TemporaryDirectory() as folder:
            for quarter in _publish(Path(folder), leaders, seed, change):
                quarters.append(quarter)
                if len(quarters) in AFTER:
                    print(f"{leaders:7} {seed:4} {change:7} | {_row(quarters, change)}", flush=True)


if __name__ == "__main__":
    main()
