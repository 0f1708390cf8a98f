"""Pace: how long the work of an audit takes on this computer; told to whoever waits, and nothing is decided by it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from pipelines.protection.audit.problem import Problem
from pipelines.protection.audit.search import Walker
from pipelines.protection.audit.solver import CountModel, NoAnswer
from pipelines.protection.audit.work import Allowed, Work

STEPS = 20
NODES, ITERATIONS = 1, 20_000


@dataclass(frozen=True)
class Pace:
    """CPU seconds of a question to the solver, and of a step of a walk."""

    question: float
    step: float


def pace(problem: Problem) -> Pace:
    """The pace at a problem, measured on one question and a few steps."""
    if not problem.published_cells.any():
        return Pace(0.0, 0.0)
    began = time.process_time()
    model = CountModel(problem, problem.published_cells)
    found = model.nearly(problem.lo, problem.hi, Allowed(NODES, ITERATIONS))
    asked = time.process_time()
    answers = problem.can.argmax(axis=1) if isinstance(found, NoAnswer) else found
    Walker(problem, 0, Work()).walk(problem.hi, problem.hi, answers, STEPS)  # so far that every step is made
    return Pace(asked - began, (time.process_time() - asked) / STEPS)
