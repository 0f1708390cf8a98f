"""Protect: which cells may be shown and in which band. Pure rules: sizes and counts in, bands out.

S1, S2, merges and tables look at the number of leaders only, never at an answer, so what they withhold says
nothing about answers. Law: docs/privacy.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.instruments import Dimension, Instrument, Policy, Tier

WAY_FACTOR = (1, 1, 2)  # a cell of a two-way table needs twice the minimum
MEAN_FACTOR = (2, 2, 3)  # a mean needs more
TOP = 100  # points of a scale
COARSE = "_coarse"
Ints = NDArray[np.int64]
Points = tuple[float, float, float]


@dataclass(frozen=True)
class Structure:
    """What a school year may publish: fixed from its first roster, before any answer is read."""

    expected: float  # respondents
    tier_from: int
    merges: dict[str, dict[str, str]]  # column -> level -> merged level; columns include coarse forms
    tables: tuple[tuple[str, ...], ...]

    def place(self, people: pl.DataFrame) -> pl.DataFrame:
        """People with their merged levels and coarse forms; a level unknown to the year keeps its name."""
        return people.with_columns(
            pl.col(source).replace(levels).alias(column)
            for column, levels in self.merges.items()
            if (source := column.removesuffix(COARSE)) in people.columns
        )

    def known_to(self, *groups: pl.DataFrame | None) -> Structure:
        """The part that these placed people have columns for: a wave may come without a dimension."""
        frames = [frame for frame in groups if frame is not None]
        merges = {c: levels for c, levels in self.merges.items() if all(c in frame.columns for frame in frames)}
        return replace(self, merges=merges, tables=tuple(t for t in self.tables if set(t) <= set(merges)))


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


def suppress(
    cells: pl.DataFrame, sizes: Ints, k: int, factor: tuple[int, int, int] = WAY_FACTOR
) -> NDArray[np.object_]:
    """Status per cell by S1 (size: k times the factor of its way) and S2 (complement, less than k).

    The status is published, too_small or complement. `cells` has columns cell, way, level_1, level_2, dim_1, dim_2 in
    the order of `sizes`.
    """
    place: dict[tuple[str | None, ...], int] = {
        (row["dim_1"], row["level_1"], row["dim_2"], row["level_2"]): row["cell"] for row in cells.iter_rows(named=True)
    }
    status = np.full(len(sizes), "too_small", dtype=object)
    for row in cells.sort("way", maintain_order=True).iter_rows(named=True):
        cell, way = row["cell"], row["way"]
        if sizes[cell] < k * factor[way]:
            continue
        around = [place.get(key) for key in wider_keys(row)]
        gaps = [sizes[a] - sizes[cell] for a in around if a is not None and status[a] == "published"]
        status[cell] = "complement" if any(0 < gap < k for gap in gaps) else "published"
    return status


def is_told(part: int, whole: int, k: int) -> bool:
    """S1 and S2 for one number beside its whole: neither it nor the rest, if there is one, is of fewer than k."""
    return part >= k and not 0 < whole - part < k


def wider_keys(row: Mapping[str, str | None]) -> list[tuple[str | None, ...]]:
    """Keys of the cells around one cell, narrowest first: its dimensions left out one by one."""
    if row["dim_1"] is None:
        return []
    total: tuple[str | None, ...] = (None, None, None, None)
    if row["dim_2"] is None:
        return [total]
    return [(row["dim_1"], row["level_1"], None, None), (row["dim_2"], row["level_2"], None, None), total]


@cache
def band_edges(n: int, width: int) -> tuple[int, ...]:
    """Lower edges of the bins over 0..n, and n+1 at the end; every bin holds at least `width` values.

    Symmetric under x -> n-x, so that a count and its complement tell the same.
    """
    bins = max(1, (n + 1) // width)
    if bins % 2 == 0 and (n + 1) % 2:
        bins -= 1
    size, extra = divmod(n + 1, bins)
    by_middle = sorted(range(bins), key=lambda i: (abs(2 * i - bins + 1), i))
    if bins % 2 and extra % 2 == 0:
        by_middle = by_middle[1:]
    wide = set(by_middle[:extra])
    edges = [0]
    for i in range(bins):
        edges.append(edges[-1] + size + (i in wide))
    return tuple(edges)


def band(n: int, x: int, width: int) -> tuple[int, int] | None:
    """The inclusive band that holds x of n, or None when there are too few leaders to say anything."""
    edges = band_edges(n, width)
    if len(edges) <= 2:
        return None
    at = max(i for i, edge in enumerate(edges) if edge <= x)
    return edges[at], edges[at + 1] - 1


def bands(sizes: Ints, counts: Ints, shown: NDArray[np.bool_], width: int, width_share: float) -> tuple[Ints, Ints]:
    """Bands of (attributes, cells) counts; -1 where nothing is said."""
    lo = np.full(counts.shape, -1, dtype=np.int64)
    hi = lo.copy()
    for cell in np.flatnonzero(shown):
        n = int(sizes[cell])
        for attribute in range(len(counts)):
            held = band(n, int(counts[attribute, cell]), max(width, math.ceil(width_share * n)))
            if held:
                lo[attribute, cell], hi[attribute, cell] = held
    return lo, hi


def most_open(n: int, policy: Policy) -> int:
    """How many of `n` may have no score where a mean is published: fewer than the minimum, and not a larger share."""
    return min(policy.k_coverage - 1, math.floor(policy.open_limit * n))


def mean_interval(n: int, unanswered: int, total: float, policy: Policy, steps: Sequence[float]) -> Points | None:
    """The grid interval (low, high, step; points) of the mean of `n` scores (0-100), `unanswered` of which are open.

    It holds the mean whatever the open scores are. Its width does not tell how many are open: there is always room
    for as many as the rules allow. None where more are open or no step is coarse enough.
    """
    allowed = most_open(n, policy)
    fitting = [step for step in steps if step * n >= TOP]
    if not fitting or unanswered > allowed:
        return None
    step = min(fitting)
    low = min(round(TOP / step) - 1, math.floor(total / n / step)) * step
    return low, min(TOP, low + step + math.ceil(TOP * allowed / n / step) * step), step


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
