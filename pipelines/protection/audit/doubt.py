"""Doubt: what made bands of a family fail, asked first of the next ones; and asked of one attribute alone, for little.

What one attribute alone rules out is ruled out in the family too, so "impossible" is a proof. Anything else says
nothing: the audit goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.protection.audit.goals import Doubt, Goals
from pipelines.protection.audit.problem import Problem
from pipelines.protection.audit.solver import Answer, CountModel, NoAnswer
from pipelines.protection.audit.work import Allowed, Work

MOST_DOUBTS = 3  # that are asked, the latest first
NODES, ITERATIONS = 100, 20_000  # of one question


def is_confirmed(problem: Problem, goals: Goals, doubt: Doubt, work: Work) -> bool:
    """Whether bands, and not logic, rule it out for certain, by the sums of that attribute alone."""
    if doubt.leader is not None and not goals.groups[goals.profile[doubt.leader], doubt.attribute]:
        return False
    one = problem.alone(doubt.attribute)
    cells = one.published_cells
    lo, hi = one.lo.copy(), one.hi.copy()
    answer = None
    if doubt.cell is not None:
        cells[doubt.cell] = True
        at = 0, doubt.cell
        if doubt.is_yes:
            lo[at] = max(lo[at], goals.up[doubt.attribute, doubt.cell])
        else:
            hi[at] = min(hi[at], goals.down[doubt.attribute, doubt.cell])
    elif doubt.leader is not None:
        answer = Answer(doubt.leader, 0, doubt.is_yes)
    allowed = Allowed(NODES, ITERATIONS, work)
    return CountModel(one, cells).solve(lo, hi, answer, allowed) is NoAnswer.IMPOSSIBLE


def first_confirmed(problem: Problem, goals: Goals, doubts: Sequence[Doubt], work: Work) -> Doubt | None:
    """The first of the latest doubts that is; None when none is."""
    return next((doubt for doubt in doubts[:MOST_DOUBTS] if is_confirmed(problem, goals, doubt, work)), None)
