"""Ladder: show as much of each family of attributes as can be proven safe, never more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipelines.counting import EVERYBODY, Counts, Family, Grouped, Ints, sum_scores, table_id
from pipelines.instruments import Attribute
from pipelines.protection.audit import Verdict, audit
from pipelines.protection.bands import MEAN_FACTOR, bands, mean_interval, suppress
from pipelines.protection.figures import NOT_SAID, Figures
from pipelines.protection.plan import Attempt, attempts
from pipelines.protection.published import Means, Publication
from pipelines.protection.puzzle import puzzle_of

SEED = 1  # of the search for proofs: the same wave is always proved alike
Flags = NDArray[np.bool_]
Progress = Callable[[str], None]  # hears the family that is being proved
WAYS = {"total": 0, "one_way": 1, "two_way": 2}  # the words of the plan for tables of so many dimensions


@dataclass(frozen=True)
class Audited:
    """Totals of all audits of one publication; never which family needed what."""

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

    def columns(self) -> dict[str, float]:
        """As columns of the publication table."""
        return {f"audit_{name}": value for name, value in vars(self).items()}


@dataclass(frozen=True)
class Proved:
    """What may be said about some families, and the verdicts that led to it."""

    counts: dict[str, Figures] = field(default_factory=dict)
    means: dict[str, Figures] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()

    def bands(self, cells: int) -> tuple[Ints, Ints]:
        """Lowest and highest count (attributes, cells); NOT_SAID where withheld."""
        lo = np.array([one.lo for one in self.counts.values()], dtype=np.int64)
        hi = np.array([one.hi for one in self.counts.values()], dtype=np.int64)
        shape = (len(self.counts), cells)
        return lo.reshape(shape), hi.reshape(shape)

    def intervals(self) -> Means:
        """Where the interval of each mean begins, and its step, cell by cell; NaN where withheld."""
        return [(one.lo, one.step) for one in self.means.values()]

    def without_means(self, keep: Sequence[bool]) -> Proved:
        """The same without the means that are not to be kept."""
        pairs = zip(self.means.items(), keep, strict=True)
        return replace(self, means={code: one if kept else one.withheld() for (code, one), kept in pairs})

    def and_also(self, other: Proved) -> Proved:
        """This and what may be said about other families."""
        return Proved(
            counts={**self.counts, **other.counts},
            means={**self.means, **other.means},
            verdicts=(*self.verdicts, *other.verdicts),
        )


def prove(
    grouped: Grouped,
    counts: Mapping[str, Counts],
    earlier: Sequence[Publication],
    withheld: Collection[str],
    progress: Progress,
) -> Proved:
    """Show as much of every family as the audit can prove safe.

    `earlier`: what was published of this wave before; a reader lays it beside the new figures. `withheld`: attributes
    of which no cell tells.
    """
    proved = Proved()
    for code, family in grouped.families.items():
        progress(code)
        proved = proved.and_also(prove_family(grouped, counts, family.without(set(withheld)), earlier))
    return proved


def prove_family(
    grouped: Grouped, counts: Mapping[str, Counts], family: Family, earlier: Sequence[Publication] = ()
) -> Proved:
    """Show as much of one family as the audit can prove safe: down the repair ladder until it holds."""
    plan = FamilyPlan(grouped, counts, family, with_means=not earlier)
    puzzle = puzzle_of(grouped, family, earlier)
    verdicts: list[Verdict] = []
    for attempt in plan.attempts():
        shown = plan.show(attempt)
        shown = shown.without_means(puzzle.fitting(shown.intervals()))
        verdicts.append(audit(puzzle.with_figures(*shown.bands(plan.cells), shown.intervals()), seed=SEED))
        if verdicts[-1].is_safe:
            break
    else:
        shown = plan.show(Attempt(1, frozenset()))
    return replace(shown, verdicts=tuple(verdicts))


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


class FamilyPlan:
    """What the plan and the rules allow one family, cell by cell."""

    def __init__(self, grouped: Grouped, counts: Mapping[str, Counts], family: Family, *, with_means: bool) -> None:
        self.grouped = grouped
        self.counts = counts
        self.family = family
        self.with_means = with_means
        self.policy = grouped.policy
        self.tables = grouped.structure.tables
        self.cells = grouped.layout.cells.height
        self.table_of = grouped.layout.cells["table_id"].to_numpy()
        self.plan = grouped.instrument.plan
        self.planned = {measure.attribute: measure for measure in self.plan.measure}
        self.tier = next(tier for tier in self.plan.tier if tier.expected_from == grouped.structure.tier_from)

    def attempts(self) -> list[Attempt]:
        """The repair ladder of this family."""
        members = self.family.members
        has_means = bool(self.family.scales) and self.with_means
        if not members:
            return [Attempt(1, frozenset(self.tables), means=True)] if has_means else []
        has_outcome = any(attribute.publication_class == "outcome" for attribute in members)
        width = self.tier.width_outcome if has_outcome else self.tier.width_coverage
        levels = {column: self.grouped.people[column].n_unique() for column in self.grouped.structure.merges}
        has_aside = any(self.planned[attribute.code].aside for attribute in members)
        return attempts(self.tables, levels, width, self.policy, means=has_means, aside=has_aside)

    def show(self, attempt: Attempt) -> Proved:
        """Bands and intervals of one attempt, with the word for every cell that stays withheld."""
        kept = np.isin(self.table_of, [table_id(table) for table in attempt.tables])
        counts = {}
        for attribute in self.family.members:
            may = kept & (attempt.aside or not self.planned[attribute.code].aside)
            counts[attribute.code] = self._count(attribute, may, attempt.width)
        means = {scale: self._mean(scale, kept & attempt.means) for scale in self.family.scales}
        return Proved(counts, means)

    def _count(self, attribute: Attribute, kept: Flags, width: int) -> Figures:
        counts = self.counts[attribute.code]
        # One size for the whole family: what one attribute withholds could be worked out from another.
        k = max(self.policy.k(member.publication_class) for member in self.family.members)
        status = suppress(self.grouped.layout.cells, counts.eligible, k)
        is_planned = self._is_planned(self.planned[attribute.code].tables)
        is_answered = counts.unanswered[0] <= self.policy.open_limit * counts.eligible[0]
        may = is_planned & kept & is_answered
        lo, hi = bands(counts.eligible, counts.yes[None], (status == "published") & may, width, self.tier.width_share)
        words = _words(status, lo[0] != NOT_SAID, may)
        return Figures(attribute.publication_class, counts.eligible, counts.leaders, words, lo[0], hi[0])

    def _mean(self, code: str, kept: Flags) -> Figures:
        scale = self.grouped.instrument.scale(code)
        counts = self.counts[EVERYBODY]
        scored, total = sum_scores(self.grouped.layout, self.grouped.scores[code])
        k = self.policy.k(scale.publication_class)
        ways = self.grouped.layout.cells["way"].to_numpy()
        status = suppress(self.grouped.layout.cells, counts.eligible, k, MEAN_FACTOR)
        is_scored = scored >= k * np.array(MEAN_FACTOR)[ways]  # an open answer must not lift the minimum
        may = self._is_planned(next(mean.tables for mean in self.plan.mean if mean.scale == code)) & kept
        edges = np.full((3, self.cells), np.nan)  # low, high, step
        for cell in np.flatnonzero((status == "published") & may & is_scored):
            n = int(counts.eligible[cell])
            unanswered = n - int(scored[cell])
            interval = mean_interval(n, unanswered, float(total[cell]), self.policy, self.plan.mean_steps)
            if interval:
                edges[:, cell] = interval
        words = _words(status, ~np.isnan(edges[0]), may)
        return Figures(scale.publication_class, counts.eligible, counts.leaders, words, *edges)

    def _is_planned(self, words: Sequence[str]) -> Flags:
        """The cells that the publication plan gives to a measure."""
        ways = {WAYS[word] for word in words if word in WAYS}
        tables = [table for table in self.tables if len(table) in ways or table_id(table) in words]
        return np.isin(self.table_of, [table_id(table) for table in tables])


def _words(status: NDArray[np.object_], is_said: Flags, may: Flags) -> NDArray[np.object_]:
    """A band that says nothing is "too small"; what the plan or the repair leaves out is "policy", alike."""
    word = np.where((status == "published") & ~is_said, "too_small", status)
    words: NDArray[np.object_] = np.where(may, word, "policy")
    return words
