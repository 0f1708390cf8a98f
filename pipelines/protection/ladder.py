"""Protect and audit, for flow: show as much of each family of attributes as can be proven safe, never more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipelines.counting import cells as aggregate
from pipelines.counting.record import Family, Material
from pipelines.instruments import Attribute
from pipelines.protection import bands as protect
from pipelines.protection.audit import Verdict, audit
from pipelines.protection.plan import Attempt, attempts
from pipelines.protection.puzzle import Means, Told, puzzle_of
from pipelines.publication import tables as describe

SEED = 1
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


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
class Shown:
    """What may be said about one family, and the verdicts that led to it."""

    counts: dict[str, describe.Shown]
    means: dict[str, describe.Shown]
    cells: int
    verdicts: list[Verdict] = field(default_factory=list)

    def bands(self) -> tuple[Ints, Ints]:
        """Lowest and highest count (attributes, cells); -1 where withheld."""
        sides = [[told.lo for told in self.counts.values()], [told.hi for told in self.counts.values()]]
        lo, hi = (np.array(side, dtype=np.int64).reshape(len(self.counts), self.cells) for side in sides)
        return lo, hi

    def intervals(self) -> Means:
        """Where the interval of each mean begins, and its step, cell by cell; NaN where withheld."""
        return [(told.lo, told.step) for told in self.means.values()]

    def without_means(self, keep: Sequence[bool]) -> Shown:
        """The same without the means that are not to be kept."""
        pairs = zip(self.means.items(), keep, strict=True)
        return replace(self, means={code: told if kept else told.withheld() for (code, told), kept in pairs})


def protect_family(material: Material, family: Family, earlier: Sequence[Told] = ()) -> Shown:
    """Show as much of one family as the audit can prove safe: down the repair ladder until it holds.

    `earlier`: what was told of this wave before; a reader lays it beside the new figures.
    """
    plan, puzzle = _Plan(material, family, with_means=not earlier), puzzle_of(material, family, earlier)
    verdicts: list[Verdict] = []
    for attempt in plan.attempts():
        shown = plan.show(attempt)
        shown = shown.without_means(puzzle.fitting(shown.intervals()))
        verdicts.append(audit(puzzle.with_told(*shown.bands(), shown.intervals()), seed=SEED))
        if verdicts[-1].is_safe:
            break
    else:
        shown = plan.show(Attempt(1, frozenset()))
    return replace(shown, verdicts=verdicts)


def audit_told(material: Material, family: Family, told: Sequence[Told]) -> Verdict:
    """Audit one family as it was published, all publications of a wave together (the newest last)."""
    *earlier, newest = told
    return audit(puzzle_of(material, family, earlier).with_told(*newest.bands(family)), seed=SEED)


class _Plan:
    """What the plan and the rules allow one family, cell by cell."""

    def __init__(self, material: Material, family: Family, *, with_means: bool) -> None:
        self.material, self.family, self.with_means = material, family, with_means
        self.layout, self.policy, self.tables = material.layout, material.policy, material.structure.tables
        self.cells = self.layout.cells.height
        self.planned = {measure.attribute: measure for measure in material.instrument.plan.measure}
        self.table_of = self.layout.cells["table_id"].to_numpy()
        self.tier = next(t for t in material.instrument.plan.tier if t.expected_from == material.structure.tier_from)

    def attempts(self) -> list[Attempt]:
        """The repair ladder of this family."""
        members, has_means = self.family.members, bool(self.family.scales) and self.with_means
        if not members:
            return [Attempt(1, frozenset(self.tables), means=True)] if has_means else []
        has_outcome = any(attribute.publication_class == "outcome" for attribute in members)
        width = self.tier.width_outcome if has_outcome else self.tier.width_coverage
        levels = {column: self.material.people[column].n_unique() for column in self.material.structure.merges}
        has_aside = any(self.planned[attribute.code].aside for attribute in members)
        return attempts(self.tables, levels, width, self.policy, means=has_means, aside=has_aside)

    def show(self, attempt: Attempt) -> Shown:
        """Bands and intervals of one attempt, with the word for every cell that stays withheld."""
        kept = np.isin(self.table_of, [aggregate.table_id(table) for table in attempt.tables])
        is_in = {a.code: kept & (attempt.aside or not self.planned[a.code].aside) for a in self.family.members}
        counts = {a.code: self._count(a, is_in[a.code], attempt.width) for a in self.family.members}
        means = {scale: self._mean(scale, kept & attempt.means) for scale in self.family.scales}
        return Shown(counts, means, self.cells)

    def _count(self, attribute: Attribute, kept: Flags, width: int) -> describe.Shown:
        counts = self.material.counts[attribute.code]
        # One size for the whole family: what one attribute withholds could be worked out from another.
        k = max(self.policy.k(a.publication_class) for a in self.family.members)
        status = protect.suppress(self.layout.cells, counts.eligible, k)
        may = (
            self._planned(self.planned[attribute.code].tables)
            & kept
            & (counts.unanswered[0] <= self.policy.open_limit * counts.eligible[0])
        )
        lo, hi = protect.bands(
            counts.eligible, counts.yes[None], (status == "published") & may, width, self.tier.width_share
        )
        return describe.Shown(
            attribute.publication_class, counts.eligible, counts.leaders, _words(status, lo[0] >= 0, may), lo[0], hi[0]
        )

    def _mean(self, code: str, kept: Flags) -> describe.Shown:
        scale, counts, plan = (
            self.material.instrument.scale(code),
            self.material.counts[""],
            self.material.instrument.plan,
        )
        scored, total = aggregate.sum_scores(self.layout, self.material.scores[code])
        k, ways = self.policy.k(scale.publication_class), self.layout.cells["way"].to_numpy()
        status = protect.suppress(self.layout.cells, counts.eligible, k, protect.MEAN_FACTOR)
        many = scored >= k * np.array(protect.MEAN_FACTOR)[ways]  # an open answer must not lift the minimum
        may = self._planned(next(m.tables for m in plan.mean if m.scale == code)) & kept
        edges = np.full((3, self.cells), np.nan)
        for cell in np.flatnonzero((status == "published") & may & many):
            n = int(counts.eligible[cell])
            found = protect.mean_interval(n, n - int(scored[cell]), float(total[cell]), self.policy, plan.mean_steps)
            if found:
                edges[:, cell] = found
        words = _words(status, ~np.isnan(edges[0]), may)
        return describe.Shown(scale.publication_class, counts.eligible, counts.leaders, words, *edges)

    def _planned(self, words: Sequence[str]) -> Flags:
        """The cells that the publication plan gives to a measure."""
        ways = {"total": 0, "one_way": 1, "two_way": 2}
        wanted = {ways[word] for word in words if word in ways}
        tables = [t for t in self.tables if len(t) in wanted or aggregate.table_id(t) in words]
        return np.isin(self.table_of, [aggregate.table_id(table) for table in tables])


def _words(status: NDArray[np.object_], is_told: Flags, may: Flags) -> NDArray[np.object_]:
    """A band that says nothing is "too small"; what the plan or the repair leaves out is "policy", alike."""
    word = np.where((status == "published") & ~is_told, "too_small", status)
    words: NDArray[np.object_] = np.where(may, word, "policy")
    return words
