"""What may be told about leaders who later want to leave? Simulated boards with a known truth; for a statistician.

Three short tables; `make prove` prints them all, tests/unit/test_prove_risk.py holds a form of under a minute.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import special

from pipelines.evidence.forward import Transitions
from pipelines.evidence.risk import not_yet_leaving
from pipelines.evidence.rungs import group_chances, judged, model, out_of_fold
from pipelines.ground.period import Wave
from pipelines.instruments.method import method_on

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
SIZES = (60, 120, 150, 300, 1000)
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


def rungs(draws: int, sizes: tuple[int, ...] = SIZES) -> Iterator[tuple[int, Truth, float, float, dict[str, float]]]:
    """Leaders, truth, leaders with an event before and now (medians), and the share of each rung."""
    for leaders in sizes:
        for truth in TRUTHS:
            rng, seen = np.random.default_rng(leaders), Counter[str]()
            events: list[tuple[int, int]] = []
            for _ in range(draws):
                made = board(rng, leaders, truth)
                data = transitions(rng, made)
                before = transitions(rng, made, with_prevalent=True)
                events.append((before.leaders_with_event, data.leaders_with_event))
                seen[judged(data, METHOD).rung] += 1
            then, now = np.median(events, axis=0)
            yield leaders, truth, then, now, {rung: count / draws for rung, count in sorted(seen.items())}


# --------------------------------------------------------------------------- 2 whether the margins hold


def true_chances(truth: Truth) -> tuple[float, float]:
    """The mean chance that a wish begins, of flagged leaders and of others who do not want to leave yet."""
    rng = np.random.default_rng(0)
    made = board(rng, 100_000, truth)
    is_new = np.cumsum(made.wants, axis=1)[:, :-1] == 0
    flagged, begins = made.is_flagged[:, :-1], made.begins[:, :-1]
    return float(begins[is_new & flagged].mean()), float(begins[is_new & ~flagged].mean())


def margins(
    draws: int, sizes: tuple[int, ...] = SIZES
) -> Iterator[tuple[int, Truth, tuple[float, float], list[float]]]:
    """Leaders, truth, the true chances, and of boards with the events: how often either margin holds the truth, the
    mean estimate of both groups with the prior and without it.
    """
    numbers = METHOD.risk
    for leaders in sizes:
        for truth in ("follows", "random"):
            rng, real, found = np.random.default_rng(leaders + 1), true_chances(truth), []
            for _ in range(draws):
                data = transitions(rng, board(rng, leaders, truth))
                if data.leaders_with_event < numbers.rungs["R2"]:
                    continue
                make = partial(model, numbers)
                told = group_chances(data, make, out_of_fold(data, make), METHOD)
                alone = out_of_fold(data, partial(model, numbers, 1.0))
                without = [
                    alone[group].mean() if group.any() else np.nan for group in (data.is_flagged, ~data.is_flagged)
                ]
                held = [one.low <= share <= one.high for one, share in zip(told, real, strict=True)]
                found.append([*held, *(one.estimate for one in told), *without])
            yield leaders, truth, real, [len(found), *np.nanmean(found, axis=0)] if found else [0]


def main() -> None:
    for leaders, truth, then, now, shares in rungs(60):
        print(leaders, truth, then, now, {k: round(v, 2) for k, v in shares.items()}, flush=True)
    for leaders, truth, real, found in margins(60):
        print(leaders, truth, np.round(real, 3), np.round(found, 3), flush=True)


if __name__ == "__main__":
    main()
