"""Draws: tell of each family what its plan holds, at the first draw of edges that is proven safe.

Whether a draw is safe follows from its bands alone, and edges are drawn by the vault's key. So every answer set that
fits the bands could have led to them, and that they were published tells nothing more (docs/proof.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.counting import Counts, Family, Grouped
from pipelines.ground.dice import Dice
from pipelines.ground.period import PublicationId
from pipelines.protection.audit import Doubt, Verdict, Work, audit
from pipelines.protection.figures import Figures
from pipelines.protection.published import Publication
from pipelines.protection.puzzle import Puzzle, puzzle_of
from pipelines.protection.steps import Step, on_rungs
from pipelines.protection.teller import Amounts, Teller, Told

SEED = 1  # of the search for proofs: the same bands are always judged alike
Progress = Callable[[str], None]  # hears the family that is being proved
Plans = Mapping[str, Sequence[Step]]  # of a school year, per family


@dataclass(frozen=True)
class Audited:
    """What the audits of one publication came to, for the log of the vault; a reader is told none of it."""

    groups: int
    free_moves: int
    exchanges: int
    cells: int
    undecided: int
    seconds: float

    @classmethod
    def of(cls, verdicts: Sequence[Verdict], seconds: float) -> Audited:
        """Sum the verdicts that were published (the safe ones) and what stayed undecided."""
        safe = [verdict for verdict in verdicts if verdict.is_safe]
        return cls(
            groups=sum(verdict.groups for verdict in safe),
            free_moves=sum(verdict.free_moves for verdict in safe),
            exchanges=sum(verdict.exchanges for verdict in safe),
            cells=sum(verdict.cells_checked for verdict in safe),
            undecided=sum(not verdict.is_safe and not verdict.is_leak for verdict in verdicts),
            seconds=round(seconds, 1),
        )


@dataclass(frozen=True)
class Drawn:
    """At which rung and draw a family was told (None: at none), and how many draws were refused; for the vault only."""

    rung: int | None
    draw: int | None
    refused: int = 0


@dataclass(frozen=True)
class Proved:
    """What may be said about some families, and how that was found."""

    counts: dict[str, Figures] = field(default_factory=dict)
    means: dict[str, Figures] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    drawn: dict[str, Drawn] = field(default_factory=dict)

    def and_also(self, other: Proved) -> Proved:
        """This and what may be said about other families."""
        return Proved(
            counts={**self.counts, **other.counts},
            means={**self.means, **other.means},
            verdicts=(*self.verdicts, *other.verdicts),
            drawn={**self.drawn, **other.drawn},
        )


@dataclass(frozen=True)
class Draw:
    """What a publication is drawn by: its name, and the dice of the vault."""

    publication: PublicationId
    dice: Dice


def prove(
    grouped: Grouped,
    counts: Mapping[str, Counts],
    plans: Plans,
    draw: Draw,
    earlier: Sequence[Publication],
    withheld: Collection[str],
    progress: Progress,
) -> Proved:
    """Tell of every family what is proven safe.

    `earlier`: what was published of this wave before; a reader lays it beside the new figures. `withheld`: attributes
    of which no cell tells.
    """
    proved = Proved()
    for code, family in grouped.families.items():
        progress(code)
        told = family.without(set(withheld))
        proved = proved.and_also(prove_family(grouped, counts, code, told, plans[code], draw, earlier))
    return proved


def prove_family(
    grouped: Grouped,
    counts: Mapping[str, Counts],
    code: str,
    family: Family,
    plan: Sequence[Step],
    draw: Draw,
    earlier: Sequence[Publication] = (),
) -> Proved:
    """Tell of one family what is proven safe: the first draw that is, on the first rung that has one.

    A rung is passed over untried where a keyed coin says so: whether one was tried is not to be told from the next.
    """
    teller = Teller(grouped, counts, family, with_means=not earlier)
    amounts = Amounts.of(grouped, counts, family)
    puzzle = puzzle_of(grouped, family, earlier)
    numbers = grouped.instrument.plan.draws
    verdicts: list[Verdict] = []
    doubts: list[Doubt] = []
    for rung, steps in on_rungs(plan, numbers.rung):
        if draw.dice.falls(numbers.rung[rung].skipped, "rung", grouped.wave, code, rung):
            continue
        work = Work()
        for number in range(numbers.redraws):
            told = teller.tell(steps, amounts, draw.dice, "edges", draw.publication, rung, number)
            verdicts.append(verdict_of(puzzle, told, doubts, work))
            if verdicts[-1].is_safe:
                return Proved(
                    *teller.figures(told, plan), tuple(verdicts), {code: Drawn(rung, number, len(verdicts) - 1)}
                )
    nothing = teller.tell((), amounts, draw.dice)
    return Proved(*teller.figures(nothing, plan), tuple(verdicts), {code: Drawn(None, None, len(verdicts))})


def verdict_of(puzzle: Puzzle, told: Told, doubts: list[Doubt], work: Work, effort: float = 1.0) -> Verdict:
    """Whether it is safe to tell this beside all that was told before; nobody's answers have a part in it.

    `doubts`: what made other draws fail. They are asked first, and what fails now is put in front of them. `work`: what
    was done for others that share the same ceiling.
    """
    problem = puzzle.with_figures(told.lo, told.hi, told.means)
    verdict = audit(problem, seed=SEED, effort=effort, doubts=doubts, work=work)
    if verdict.doubt:
        doubts[:] = [verdict.doubt, *(doubt for doubt in doubts if doubt != verdict.doubt)]
    return verdict


def audit_again(
    grouped: Grouped, publications: Sequence[Publication], progress: Progress = lambda _: None
) -> list[Verdict]:
    """Audit every family as it was published, all publications of a wave together (the newest last)."""
    *earlier, newest = publications
    verdicts = []
    for code, family in grouped.families.items():
        progress(code)
        verdicts.append(audit(puzzle_of(grouped, family, earlier).with_figures(*newest.figures(family)), seed=SEED))
    return verdicts
