"""Glance: what follows from adding up alone, before anything is searched for; most bands that tell too much fall here.

Where the cells of one table divide a cell of another, the sums of the parts and of the whole bound each other; and who
says yes to an attribute says yes to all that it implies. What these bounds pin needs no search to be seen.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.protection.audit.check import NOTHING_PROVEN, Verdict, failed
from pipelines.protection.audit.goals import Goals
from pipelines.protection.audit.problem import Ints, Problem
from pipelines.protection.audit.work import Work

MOST_ROUNDS = 50  # of tightening; each is cheap, and nearly always a few settle it


def tightened(problem: Problem) -> tuple[Ints, Ints]:
    """Bounds (attributes, cells) of every sum, withheld ones too, that each answer set that fits keeps to.

    Where the lower is over the upper, none fits.
    """
    lo, hi = problem.lo.copy(), np.minimum(problem.hi, problem.sizes)
    parts = list(_divisions(problem.membership))
    implied = _implied(problem)
    for _ in range(MOST_ROUNDS):
        before = lo.sum() - hi.sum()
        for whole, inside in parts:
            _add_up(lo, hi, whole, inside)
        for one, other in implied:
            hi[one] = np.minimum(hi[one], hi[other])
            lo[other] = np.maximum(lo[other], lo[one])
        if lo.sum() - hi.sum() == before:
            break
    return lo, hi


def at_a_glance(problem: Problem, goals: Goals) -> Verdict | None:
    """The verdict, where adding up shows that too much is told; None where it does not show that, whatever is true."""
    lo, hi = tightened(problem)
    if (lo > hi).any():
        return NOTHING_PROVEN  # not a publication: no answer set fits
    nobody, everybody = hi == 0, lo >= goals.sizes
    rows = problem.membership[goals.first]
    is_fixed = (nobody | everybody)[:, rows].any(axis=2).T & goals.groups
    is_pinned = (hi < goals.up) | (lo > goals.down)
    if not is_fixed.any() and not is_pinned.any():
        return None
    return failed(goals, Work(), groups=int(is_fixed.sum()), cells=int(is_pinned.sum()))


def _divisions(membership: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Of each table that divides another: the cell of the other around it, and its own cells.

    Both (cells of the finer table,).
    """
    tables = [np.unique(table, return_index=True, return_inverse=True) for table in membership.T]
    for cells, first, place in tables:
        for (coarser, _, _), around in zip(tables, membership.T, strict=True):
            if len(coarser) < len(cells):
                whole = around[first]
                if (whole[place.ravel()] == around).all():
                    yield whole, cells


def _implied(problem: Problem) -> list[tuple[int, int]]:
    """Each two attributes of which, in every pattern, the first implies the second."""
    yes = problem.patterns.astype(bool)
    every = range(yes.shape[1])
    return [(a, b) for a in every for b in every if a != b and (yes[:, b] | ~yes[:, a]).all()]


def _add_up(lo: Ints, hi: Ints, whole: Ints, inside: Ints) -> None:
    """Let the sums of a table and of the cells it divides bound each other, in place."""
    least, most = np.zeros_like(lo), np.zeros_like(hi)
    np.add.at(least.T, whole, lo[:, inside].T)
    np.add.at(most.T, whole, hi[:, inside].T)
    around = np.unique(whole)
    lo[:, around] = np.maximum(lo[:, around], least[:, around])
    hi[:, around] = np.minimum(hi[:, around], most[:, around])
    others_least, others_most = least[:, whole] - lo[:, inside], most[:, whole] - hi[:, inside]
    part_lo = np.maximum(lo[:, inside], lo[:, whole] - others_most)
    hi[:, inside] = np.minimum(hi[:, inside], hi[:, whole] - others_least)
    lo[:, inside] = part_lo
