"""Work: what an audit does, counted and bounded; never timed, so that a busy machine proves as much as any."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_QUESTIONS = 500  # to the solver, in one audit
MOST_STEPS = 100_000  # of walks, in one audit


@dataclass
class Work:
    """What was done so far."""

    questions: int = 0
    steps: int = 0

    def ask(self) -> bool:
        """Whether one more question may be asked; then it counts."""
        if self.questions >= MOST_QUESTIONS:
            return False
        self.questions += 1
        return True

    def step(self) -> bool:
        """Whether one more step may be made; then it counts."""
        if self.steps >= MOST_STEPS:
            return False
        self.steps += 1
        return True


@dataclass
class Allowed:
    """How much work the solver may still do."""

    nodes: int  # of one question
    iterations: int  # of the simplex method, left of all questions together
    work: Work = field(default_factory=Work)
