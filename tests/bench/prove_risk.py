"""What may be told about leaders who later want to leave? Simulated boards with a known truth; for a statistician.

Four short tables; `make prove` prints them all, tests/unit/test_prove_risk.py holds a form of under a minute.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import chain, pairwise, product
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import special

from pipelines.evidence.forward import Transitions
from pipelines.evidence.risk import not_yet_leaving
from pipelines.evidence.rungs import judged
from pipelines.evidence.whatif import what_if
from pipelines.ground.period import Wave
from pipelines.instruments.method import method_on, model_grid
from pipelines.protection.modelled import DIFFERENCE, OF_TEN, rounded

METHOD = method_on(dt.date(2026, 7, 1))
Array = NDArray[np.float64]
Truth = Literal["follows", "random", "lasting"]
TRUTHS: tuple[Truth, ...] = ("follows", "random", "lasting")
FIRST, WAVES, RESPONSE = Wave("2024Q4"), 8, 0.8
LASTING = np.sqrt([0.60, 0.70])  # of stress and of support: what stays with the leader
BEGINS = (-3.2, 0.75, -0.50, -0.15)  # odds of beginning to want to leave in a quarter; not the prior's own numbers
SELDOM = 0.05  # the chance of beginning where it has nothing to do with stress or support
GOES_ON = 0.7  # of who wants to leave, the next quarter too
ALWAYS = 0.15  # of leaders who have wanted to leave all along, more of those with much lasting stress
SIZES = (60, 120, 150, 300)
PILLAR, STARTERS, LEVEL = 0.4, 0.2, -2.2  # shares who use a pillar and are starters; odds of a flag without it
NOBODY = pl.DataFrame(schema={"leader_key": pl.Int64, "wave": pl.String})


@dataclass(frozen=True)
class Board:
    """Leaders over waves, (leaders, waves, ...): scores in points, the chance that a wish begins, and who wants."""

    scores: Array
    begins: Array
    wants: NDArray[np.bool_]
    is_flagged: NDArray[np.bool_]


def board(rng: np.random.Generator, leaders: int, truth: Truth, waves: int = WAVES) -> Board:
    """`follows`: stress and support make a wish begin. `random`: they do not. `lasting`: nor then, but leaders with
    much lasting stress and little support have wanted to leave all along.
    """
    own = rng.multivariate_normal([0, 0], [[1, -0.2], [-0.2, 1]], leaders)[:, None, :]
    now = own * LASTING + rng.standard_normal((leaders, waves, 2)) * np.sqrt(1 - LASTING**2)
    s, u = np.moveaxis(now, 2, 0)
    level, by_stress, by_support, by_both = BEGINS
    odds = level + by_stress * s + by_support * u + by_both * s * u
    begins = special.expit(odds) if truth == "follows" else np.full(s.shape, SELDOM)
    wants = np.zeros((leaders, waves), dtype=bool)
    for wave in range(waves):
        before = wants[:, wave - 1] if wave else np.zeros(leaders, dtype=bool)
        chance = np.where(before, GOES_ON, begins[:, wave - 1] if wave else begins[:, 0])
        wants[:, wave] = rng.random(leaders) < chance
    if truth == "lasting":
        stays = own[:, 0, 0] - own[:, 0, 1] + rng.standard_normal(leaders)
        wants |= (stays > np.quantile(stays, 1 - ALWAYS))[:, None]
    scores = now * 18 + [50, 62]
    return Board(scores, begins, wants, (scores[:, :, 0] >= 60) & (scores[:, :, 1] <= 50))


def transitions(rng: np.random.Generator, made: Board, *, with_prevalent: bool = False) -> Transitions:
    """Who answered twice, as the product follows them; or as before, with who wanted to leave already."""
    leaders, waves = made.wants.shape
    names = [FIRST.later(number) for number in range(waves)]
    rows = pl.DataFrame(
        {
            "leader_key": np.repeat(np.arange(leaders), waves),
            "wave": np.tile(names, leaders),
            "wants": made.wants.ravel(),
            "at": np.arange(leaders * waves),
        }
    ).filter(pl.Series(rng.random(leaders * waves) < RESPONSE))
    after = dict(pairwise(names))
    if with_prevalent:
        later = rows.select("leader_key", next_wave="wave", event="wants")
        rows = rows.with_columns(next_wave=pl.col("wave").replace_strict(after, default=None, return_dtype=pl.String))
        rows = rows.join(later, on=["leader_key", "next_wave"]).sort("wave")
        so_far = pl.col("event").cast(pl.Int32).cum_sum().over("leader_key") - pl.col("event")
        rows = rows.filter(so_far == 0)
    else:
        rows = not_yet_leaving(rows, NOBODY, after)
    at = rows["at"].to_numpy()
    return Transitions(
        rows["leader_key"].to_numpy(),
        at % waves,
        made.scores.reshape(-1, 2)[at],
        rows["event"].cast(pl.Int64).to_numpy(),
        made.is_flagged.ravel()[at],
    )


# -------------------------------------------------------------------------------------- 1 what is told


def rungs(
    draws: int, sizes: tuple[int, ...] = SIZES, truths: tuple[Truth, ...] = TRUTHS
) -> Iterator[tuple[int, Truth, float, float, float, dict[str, float]]]:
    """Leaders, truth; leaders with an event before and now (medians); the share of boards that were told a chance
    before whatever validation said; the share of each rung now.
    """
    for leaders in sizes:
        for truth in truths:
            rng, seen = np.random.default_rng(leaders), Counter[str]()
            events: list[tuple[int, int]] = []
            for _ in range(draws):
                made = board(rng, leaders, truth)
                data = transitions(rng, made)
                events.append((transitions(rng, made, with_prevalent=True).leaders_with_event, data.leaders_with_event))
                seen[judged(data, METHOD).rung] += 1
            before, now = np.array(events).T
            unjudged = (before >= METHOD.risk.rungs["R2"]) & (before < METHOD.risk.stop_from)
            shares = {rung: count / draws for rung, count in sorted(seen.items())}
            yield leaders, truth, float(np.median(before)), float(np.median(now)), float(unjudged.mean()), shares


def looks(draws: int, leaders: int, truth: Truth, waves: tuple[int, ...] = (4, 6, 8)) -> tuple[float, float]:
    """How often a chance is told in the last of so many waves, and in any of them."""
    rng, told = np.random.default_rng(leaders + 2), []
    for _ in range(draws):
        made = board(rng, leaders, truth)
        data = transitions(rng, made)
        told.append([judged(data[data.step < wave - 1], METHOD).rung in ("R2", "R3") for wave in waves])
    return float(np.mean(told, axis=0)[-1]), float(np.any(told, axis=1).mean())


# --------------------------------------------------------------------------- 2 whether the margins hold


def true_chances(truth: Truth) -> tuple[float, float]:
    """The mean chance that a wish begins, of flagged leaders and of others who do not want to leave yet."""
    rng = np.random.default_rng(0)
    made = board(rng, 100_000, truth)
    is_new = np.cumsum(made.wants, axis=1)[:, :-1] == 0
    flagged, begins = made.is_flagged[:, :-1], made.begins[:, :-1]
    return float(begins[is_new & flagged].mean()), float(begins[is_new & ~flagged].mean())


@dataclass(frozen=True)
class Held:
    """Of boards that are told a chance: how many; true chances; how often the margins hold them, as worked out and as
    published; mean chances with the prior and without it. Pairs: low support with high stress, others.
    """

    boards: int
    true: tuple[float, float]
    worked_out: tuple[float, ...] = ()
    published: tuple[float, ...] = ()
    with_prior: tuple[float, ...] = ()
    alone: tuple[float, ...] = ()


def margins(draws: int, leaders: int, truth: Truth) -> Held:
    """Of so many boards those that are told a chance."""
    rng, true = np.random.default_rng(leaders + 1), true_chances(truth)
    found: list[list[tuple[float, ...]]] = []
    for _ in range(draws):
        card = judged(transitions(rng, board(rng, leaders, truth)), METHOD)
        if card.rung not in ("R2", "R3"):
            continue
        pair = (card.flagged, card.others)
        tens = [
            rounded({name: 10 * value for name, value in asdict(one).items()}, OF_TEN, model_grid()) for one in pair
        ]
        found.append(
            [
                tuple(one.low <= share <= one.high for one, share in zip(pair, true, strict=True)),
                tuple(one["low"] <= 10 * share <= one["high"] for one, share in zip(tens, true, strict=True)),
                tuple(one.estimate for one in pair),
                card.without_prior,
            ]
        )
    means = np.mean(found, axis=0).round(3) if found else np.empty((0, 2))
    return Held(len(found), true, *(tuple(map(float, pair)) for pair in means))


# -------------------------------------------------------------------------------------- 3 what if


def pillars(draws: int, leaders: int, effect: float) -> tuple[float, float]:
    """How often it is told that a pillar goes with less, and with more, when it moves the odds of a flag by so much.

    Who uses it does so all along; with an effect of 0 it has nothing to do with stress or support.
    """
    rng, told = np.random.default_rng(leaders + 3), Counter[str]()
    for _ in range(draws):
        own = rng.standard_normal(leaders)
        is_used = np.repeat(rng.random(leaders) < PILLAR, WAVES)
        is_starter = np.repeat(rng.random(leaders) < STARTERS, WAVES)
        odds = LEVEL + np.repeat(own, WAVES) + effect * is_used
        is_flagged = rng.random(leaders * WAVES) < special.expit(odds)
        answered = rng.random(leaders * WAVES) < RESPONSE
        leader = np.repeat(np.arange(leaders), WAVES)
        rows = (is_flagged[answered], is_used[answered], is_starter[answered])
        everybody = {"all": np.ones(int(answered.sum()), dtype=bool)}
        difference = what_if(*rows, {}, leader[answered], everybody, METHOD)["all"]
        edges = rounded(asdict(difference), DIFFERENCE, model_grid())
        told["lower" if edges["high"] <= 0 else "higher" if edges["low"] >= 0 else "cannot tell"] += 1
    return told["lower"] / draws, told["higher"] / draws


def main() -> None:
    """Print the tables."""
    print("what is told after 8 quarters (before: told whatever validation said)")
    print("leaders truth    events before, now  told before  rungs now")
    for leaders, truth, before, now, unjudged, shares in chain(rungs(50), rungs(5, (1000,))):
        told = ", ".join(f"{rung} {share:.2f}" for rung, share in shares.items())
        print(f"{leaders:7} {truth:8} {before:13.0f}, {now:3.0f}  {unjudged:11.2f}  {told}", flush=True)
    print("\na look at waves 4, 6 and 8: a chance told in the last, in any\nleaders truth")
    for leaders, truth in product((120, 300), ("follows", "random")):
        last, ever = looks(20, leaders, truth)
        print(f"{leaders:7} {truth:8} {last:.2f} {ever:.2f}", flush=True)
    print("\nmargins of boards that are told a chance (low support with high stress, others)")
    for leaders in (120, 300):
        print(f"{leaders:7} {margins(50, leaders, 'follows')}", flush=True)
    print("\nwhat-if, 8 quarters: told that a pillar goes with less, with more\nleaders  effect on the odds")
    for leaders, effect in product((80, 120, 300), (0.0, -0.7)):
        less, more = pillars(100, leaders, effect)
        print(f"{leaders:7} {effect:6.1f}  {less:.2f} {more:.2f}", flush=True)


if __name__ == "__main__":
    main()
