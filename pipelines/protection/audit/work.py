"""Work: what audits do, counted and bounded; never timed, so that a busy machine proves as much as any.

What was safe before the work ran out is safe with more of it, too: an audit that runs out is never called safe.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_QUESTIONS = 300
MOST_STEPS = 60_000


@dataclass
class Work:
    """What was done so far, and the most that may be: by one audit, or by several that share it."""

    questions: int = 0  # to the solver
    steps: int = 0  # of walks
    most_questions: int = MOST_QUESTIONS
    most_steps: int = MOST_STEPS
    ran_out: bool = False

    def ask(self) -> bool:
        """Whether one more question may be asked; then it counts."""
        if self.questions >= self.most_questions:
            self.ran_out = True
            return False
        self.questions += 1
        return True

    def step(self) -> bool:
        """Whether one more step may be made; then it counts."""
        if self.steps >= self.most_steps:
            self.ran_out = True
            return False
        self.steps += 1
        return True


@dataclass
class Allowed:
    """How much work the solver may still do."""

    nodes: int  # of one question
    iterations: int  # of the simplex method, left of all questions together
    work: Work = field(default_factory=Work)
