"""Protect and audit, for flow: show as much of each family of attributes as can be proven safe, never more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import aggregate, describe, protect
from pipelines.audit import Problem, Verdict, audit
from pipelines.flow_gather import Material
from pipelines.instruments import Attribute
from pipelines.instruments.logic import patterns

SEED = 1


@dataclass(frozen=True)
class Audited:
    """Totals of all audits of one publication; never which family needed what."""

    groups: int
    free_moves: int
    exchanges: int
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
            undecided=sum(not verdict.is_safe and not verdict.is_leak for verdict in verdicts),
            seconds=round(seconds, 1),
        )

    def columns(self) -> dict[str, float]:
        """As columns of the publication table."""
        return {f"audit_{name}": value for name, value in vars(self).items()}


def protect_family(material: Material, members: list[Attribute]) -> tuple[dict[str, describe.Shown], list[Verdict]]:
    """Show as much of one family as the audit can prove safe: down the repair ladder until it holds."""
    layout, counts, policy = material.layout, material.counts, material.policy
    tier = next(t for t in material.instrument.plan.tier if t.expected_from == material.structure.tier_from)
    codes = [attribute.code for attribute in members]
    problem, group = _problem(material, members), counts[codes[0]]
    status = protect.suppress(layout.cells, group.eligible, problem.k)
    table_of = layout.cells["table_id"].to_numpy()
    planned = np.array([_is_planned(material, code, table_of) for code in codes])
    for row, code in enumerate(codes):
        planned[row] &= counts[code].unanswered[0] <= policy.open_limit * group.eligible[0]
    yes = np.stack([counts[code].yes for code in codes])
    levels = {column: material.people[column].n_unique() for column in material.structure.merges}
    has_outcome = any(attribute.publication_class == "outcome" for attribute in members)
    width = tier.width_outcome if has_outcome else tier.width_coverage
    verdicts: list[Verdict] = []
    for attempt in protect.attempts(layout.tables, levels, width, policy):
        kept = np.isin(table_of, [aggregate.table_id(table) for table in attempt.tables])
        lo, hi = protect.bands(group.eligible, yes, (status == "published") & kept, attempt.width, tier.width_share)
        lo, hi = np.where(planned, lo, -1), np.where(planned, hi, -1)
        told = replace(problem, lo=np.maximum(lo, 0), hi=np.where(lo < 0, group.eligible, hi))
        verdicts.append(audit(told, seed=SEED))
        if verdicts[-1].is_safe:
            break
    else:
        lo, hi = np.full_like(yes, -1), np.full_like(yes, -1)
        kept = np.zeros(len(status), dtype=bool)
    shown = {}
    for row, attribute in enumerate(members):
        # A band that says nothing is "too small"; what the plan or the repair leaves out is "policy", alike.
        word = np.where((status == "published") & (lo[row] < 0), "too_small", status)
        word = np.where(planned[row] & kept, word, "policy")
        shown[attribute.code] = describe.Shown(
            attribute.publication_class, group.eligible, group.leaders, word, lo[row], hi[row]
        )
    return shown, verdicts


def audit_published(material: Material, members: list[Attribute], cell: pl.DataFrame) -> Verdict:
    """Audit one family again, as it was published (`cell`: the frozen table)."""
    problem = _problem(material, members)
    lo, hi = problem.lo.copy(), problem.hi.copy()
    keys = ["table_id", "dim_1", "level_1", "dim_2", "level_2"]
    for row, attribute in enumerate(members):
        told = cell.filter((pl.col("measure") == attribute.code) & (pl.col("status") == "published"))
        told = told.join(material.layout.cells, on=keys, nulls_equal=True, how="left", maintain_order="left")
        lo[row, told["cell"].to_numpy()], hi[row, told["cell"].to_numpy()] = (
            told["lo"].to_numpy(),
            told["hi"].to_numpy(),
        )
    return audit(replace(problem, lo=lo, hi=hi), seed=SEED)


def _problem(material: Material, members: list[Attribute]) -> Problem:
    """What a reader knows about a family before anything is published, and the true answers."""
    codes = [attribute.code for attribute in members]
    inside = aggregate.eligible(material.people, members[0])
    known, memoryless = patterns(material.instrument, members[0].family, codes)
    truth = np.column_stack([material.yes_no[code].fill_null(value=False).to_numpy()[inside] for code in codes])
    answers = (truth[:, None, :] == known[None, :, :]).all(axis=2).argmax(axis=1)
    can = memoryless[None, :] | material.had_memory[inside][:, None]
    can[np.arange(len(answers)), answers] = True
    size = np.tile(material.counts[codes[0]].eligible, (len(codes), 1))
    k = max(material.policy.k(attribute.publication_class) for attribute in members)
    membership = material.layout.respondents[inside]
    return Problem(membership, np.zeros_like(size), size, known, can, answers, k=k, m=material.policy.m)


def _is_planned(material: Material, code: str, table_of: NDArray[Any]) -> NDArray[np.bool_]:
    """Which cells the publication plan gives to an attribute."""
    words = next(m.tables for m in material.instrument.plan.measure if m.attribute == code)
    ways = {"total": 0, "one_way": 1, "two_way": 2}
    wanted = {ways[word] for word in words if word in ways}
    tables = [t for t in material.structure.tables if len(t) in wanted or aggregate.table_id(t) in words]
    return np.isin(table_of, [aggregate.table_id(table) for table in tables])
