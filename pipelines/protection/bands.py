"""Bands: which cells may be shown and in which band. Pure rules: sizes, counts and draws in, bands out.

S1 (small groups), S2 (small rests), merges and tables look at the number of leaders only, never at an answer, so what
they withhold says nothing about answers. Law: docs/privacy.md.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.counting import POINT
from pipelines.instruments import Policy

WAY_FACTOR = (1, 1, 2)  # a cell of a two-way table needs twice the minimum
MEAN_FACTOR = (2, 2, 3)  # a mean needs more
TOP = 100  # points of a scale
PHASES = 5  # places where the intervals of a mean may begin, within one step
Ints = NDArray[np.int64]
Points = tuple[float, float, float]


def suppress(
    cells: pl.DataFrame, sizes: Ints, k: int, factor: tuple[int, int, int] = WAY_FACTOR
) -> NDArray[np.object_]:
    """Status per cell by S1 (size: k times the factor of its way) and S2 (complement, less than k).

    The status is published, too_few or protects. `cells` has columns cell, way, level_1, level_2, dim_1, dim_2 in
    the order of `sizes`.
    """
    place: dict[tuple[str | None, ...], int] = {
        (row["dim_1"], row["level_1"], row["dim_2"], row["level_2"]): row["cell"] for row in cells.iter_rows(named=True)
    }
    status = np.full(len(sizes), "too_few", dtype=object)
    for row in cells.sort("way", maintain_order=True).iter_rows(named=True):
        cell, way = row["cell"], row["way"]
        if sizes[cell] < k * factor[way]:
            continue
        around = [place.get(key) for key in wider_keys(row)]
        gaps = [sizes[a] - sizes[cell] for a in around if a is not None and status[a] == "published"]
        status[cell] = "protects" if any(0 < gap < k for gap in gaps) else "published"
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


def band_edges(n: int, width: int, picks: Sequence[int]) -> tuple[int, ...]:
    """Lower edges of the bins over 0..n, and n + 1 at the end: as many of at least `width` counts as there is room for.

    `picks` says which bin gets each of the `spare_counts`.
    """
    sizes = [width] * number_of_bins(n, width) if n + 1 >= width else [n + 1]
    for at in picks:
        sizes[at] += 1
    return (0, *accumulate(sizes))


def number_of_bins(n: int, width: int) -> int:
    """How many bins of at least `width` counts fit over 0..n."""
    return max(1, (n + 1) // width)


def spare_counts(n: int, width: int) -> int:
    """How many counts are left over when every bin has `width`."""
    return max(0, n + 1 - number_of_bins(n, width) * width)


def band(edges: Sequence[int], x: int) -> tuple[int, int] | None:
    """The inclusive bin that holds x; None when there is one bin only: it would say nothing."""
    if len(edges) <= 2:
        return None
    at = bisect_right(edges, x) - 1
    return edges[at], edges[at + 1] - 1


def most_open(n: int, policy: Policy) -> int:
    """How many of `n` may have no score where a mean is published: fewer than the minimum, and not a larger share."""
    return min(policy.k_coverage - 1, math.floor(policy.open_limit * n))


def mean_step(n: int, steps: Sequence[float]) -> float | None:
    """The finest step of a grid for the mean of `n` scores: one leader alone moves the mean by no more than that."""
    return min((step for step in steps if step * n >= TOP), default=None)


def mean_edges(step: float, phase: int) -> tuple[float, ...]:
    """Edges of the intervals over 0..TOP, each at least a step wide; `phase` of PHASES says where they begin."""
    bins = round(TOP / step)
    if not phase:
        return tuple(at * step for at in range(bins + 1))
    line = step / PHASES
    return (0.0, *((at * PHASES + phase) * line for at in range(1, bins - 1)), float(TOP))


def mean_interval(n: int, unanswered: int, total: float, policy: Policy, step: float, phase: int) -> Points | None:
    """The interval (low, high, step; points) of the mean of `n` scores (0-100), `unanswered` of which are open.

    It holds the mean whatever the open scores are, and its width does not tell how many are open: there is always room
    for as many as the rules allow. The step that comes back: how wide it is without that room. None where more are
    open.
    """
    allowed = most_open(n, policy)
    if unanswered > allowed:
        return None
    edges = mean_edges(step, phase)
    thousandths = round(total * POINT)  # scores are kept so; a sum of them as points may be a hair off
    at = max(i for i, edge in enumerate(edges[:-1]) if edge * n * POINT <= thousandths)
    low, upper = edges[at], edges[at + 1]
    line = step / PHASES
    return low, min(float(TOP), upper + math.ceil(TOP * allowed / n / line) * line), upper - low
