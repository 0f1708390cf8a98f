"""Foretold: what a wave may publish at most, and what that costs at most; from its roster, plan and rules alone.

Nobody's answers are read: what it takes is measured on made-up ones.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.counting import COARSE, Family, Grouped, count, group_expected
from pipelines.ground.messages import say
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.ground.told import Label, Told
from pipelines.instruments import Draws
from pipelines.protection.audit import Pace, Work, pace
from pipelines.protection.choice import OPEN_DICE, Case, made_up
from pipelines.protection.draws import Plans, Progress, verdict_of
from pipelines.protection.plan import foreseen_plans, planned_structure
from pipelines.protection.puzzle import puzzle_of
from pipelines.protection.steps import MEAN, Step, on_rungs
from pipelines.protection.teller import Teller
from pipelines.vault import StoredWave

SEED = 1


@dataclass(frozen=True)
class Most:
    """The most work that publishing can be, counted: it is bounded so, whatever was answered."""

    draws: int  # of bands, each of which is audited
    questions: int  # to the solver
    steps: int  # of walks

    def and_also(self, other: Most) -> Most:
        """This and the work of other families."""
        return Most(self.draws + other.draws, self.questions + other.questions, self.steps + other.steps)


@dataclass(frozen=True)
class Foretold:
    """What a publication of a wave may tell and cost."""

    wave: Wave
    tables: Mapping[str, tuple[str, ...]]  # what each family may tell: tables, and scales of which a mean is told
    labels: Mapping[str, Label]  # of the dimensions and scales in them
    figures: int  # at most: cells of these tables by measures, and means
    most: Most
    usual_seconds: float  # of CPU, where first draws hold, on this computer
    most_seconds: float  # roughly, at the pace of this computer

    def told(self) -> list[Told]:
        """All of it, line by line."""
        lines = [
            Told("foretold_family", also={"family": code, "listed": self._listed(tables)})
            for code, tables in self.tables.items()
        ]
        known: dict[str, object] = {"figures": self.figures, "seconds": _rounded(self.usual_seconds)}
        most: dict[str, object] = {**vars(self.most), "minutes": _rounded(self.most_seconds / 60)}
        return [Told("foretold_figures", also=known), *lines, Told("foretold_most", also=most)]

    def _listed(self, tables: Sequence[str]) -> Label:
        """Tables by their labels, each once; a table of two dimensions with a cross between them."""
        names = dict.fromkeys(tuple(part.removesuffix(COARSE) for part in table.split("+")) for table in tables)
        found = [[self.labels[part] for part in parts] for parts in names]
        nl = ", ".join(" × ".join(label.nl for label in labels) for labels in found)
        return Label(nl, ", ".join(" × ".join(label.en for label in labels) for labels in found))


def most_work(plan: Sequence[Step], numbers: Draws) -> Most:
    """The most that telling a family can be: all draws of every rung, and as much work as one rung may take."""
    rungs = len(list(on_rungs(plan, numbers.rung)))
    ceiling = Work()
    return Most(rungs * numbers.redraws, rungs * ceiling.most_questions, rungs * ceiling.most_steps)


def foretell(home: Home, stored: StoredWave, progress: Progress) -> Foretold:
    """What publishing a wave would tell and take at most; changes nothing, and reads nobody's answers."""
    start = time.process_time()
    structure = planned_structure(home, stored.wave, stored.instrument, stored.answers, stored.roster)
    plans = foreseen_plans(home, stored, structure, progress)
    board = group_expected(stored, structure, 1, 0)
    counted = count(board)
    numbers = board.instrument.plan.draws
    most = Most(0, 0, 0)
    figures = 0
    longest = 0.0
    for code, family in board.families.items():
        progress(code)
        teller = Teller(board, counted, family, with_means=True, is_made_up=True)
        figures += teller.most_told(plans[code])
        work = most_work(plans[code], numbers)
        one = _rehearsed(Case(teller, puzzle_of(board, family, ())), plans[code])
        most = most.and_also(work)
        longest += one.question * work.questions + one.step * work.steps
    return Foretold(
        wave=stored.wave,
        tables={code: _tables(plans, code, family) for code, family in board.families.items()},
        labels=_labels(board),
        figures=figures,
        most=most,
        usual_seconds=time.process_time() - start,
        most_seconds=longest,
    )


def _rehearsed(case: Case, plan: Sequence[Step]) -> Pace:
    """Tell made-up answers at a plan and audit that, as a publication would; and the pace of the work."""
    amounts = made_up(case, np.random.default_rng(SEED))
    told = case.teller.tell(plan, amounts, OPEN_DICE, "rehearsal")
    verdict_of(case.puzzle, told, [], Work())
    return pace(case.puzzle.with_figures(told.lo, told.hi, told.means))


def _tables(plans: Plans, code: str, family: Family) -> tuple[str, ...]:
    """What a family may tell, in the order of its plan, each once."""
    told = [step.table for step in plans[code] if step.who != MEAN or step.table in family.scales]
    return tuple(dict.fromkeys(told))


def _labels(board: Grouped) -> dict[str, Label]:
    """What the whole board, dimensions and scales are called."""
    instrument = board.instrument
    named = {scale.code: Label(scale.nl, scale.en) for scale in instrument.scales}
    return {
        "total": Label(*(say(lang, "say.whole_board") for lang in ("nl", "en"))),
        **named,
        **{one.code: one.label for one in instrument.dimensions},
    }


def _rounded(value: float) -> int:
    """Up to one digit that counts, and never nothing: a rough number should look like one."""
    tens = 10 ** max(0, len(str(math.ceil(value))) - 1)
    return max(1, math.ceil(value / tens) * tens)
