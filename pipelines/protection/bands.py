"""Bands: which cells may be shown and in which band. Pure rules: sizes and counts in, bands out.

S1 (small groups), S2 (small rests), merges and tables look at the number of leaders only, never at an answer, so what
they withhold says nothing about answers. Law: docs/privacy.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.instruments import Policy

WAY_FACTOR = (1, 1, 2)  # a cell of a two-way table needs twice the minimum
MEAN_FACTOR = (2, 2, 3)  # a mean needs more
TOP = 100  # points of a scale
Ints = NDArray[np.int64]
Points = tuple[float, float, float]


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
