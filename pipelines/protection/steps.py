"""Steps: what a family may tell, table by table, in order of usefulness; and what is left of it on each rung."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from pipelines.counting import COARSE, Family, Structure, table_id
from pipelines.instruments import Plan, Rung, Tier

MEAN = "mean"  # in place of whom a step is for: its table is a scale
FIRST_RANK, OTHER_RANK, LAST_RANK = 1, 2, 3


@dataclass(frozen=True)
class Step:
    """One table of a family's plan, for some of its measures; or the mean of one of its scales."""

    table: str  # a table, or of a mean the scale
    who: str  # main, lead or aside; or MEAN
    width: int  # counts a band holds at least
    rank: int  # 0 total, 1 first dimensions, 2 other dimensions, 3 pairs and what stands aside


def candidates(structure: Structure, tier: Tier, plan: Plan, family: Family) -> list[list[Step]]:
    """The steps a family may take, the most useful first; of each the widths to try, the narrowest first."""
    least = plan.least_outcome if any(one.publication_class == "outcome" for one in family.members) else 0
    measures = [one for one in plan.measure if one.attribute in {member.code for member in family.members}]
    means = [[Step(scale, MEAN, 0, OTHER_RANK if family.members else 0)] for scale in family.scales]
    cut = _as_cut(structure)
    found: list[list[Step]] = []
    for number, block in enumerate(tier.block):
        if number == FIRST_RANK:  # means come after the total
            found += means
        rank = rank_of(number, block.tables[0], block.who)
        told_of = {"main", "lead"} if block.who == "main" else {block.who}
        words = {word for one in measures if one.who in told_of for word in one.tables}
        widths = list(dict.fromkeys(max(width, least) for width in block.widths))
        found += [
            [Step(table, block.who, width, rank) for width in widths]
            for table in (cut[name] for name in block.tables if name in cut)
            if is_in_plan(table, words)
        ]
    return found if len(tier.block) > FIRST_RANK else [*found, *means]


def _as_cut(structure: Structure) -> dict[str, str]:
    """Name of a table in the plan -> its name in the school year, where a dimension may stand in its coarse form."""
    names = [table_id(table) for table in structure.tables]
    return {name.replace(COARSE, ""): name for name in names} | {name: name for name in names}


def is_in_plan(table: str, words: Collection[str]) -> bool:
    """Whether the plan gives a table to a measure; `words`: total, one_way, two_way or names of tables."""
    way = "total" if table == "total" else "two_way" if "+" in table else "one_way"
    return way in words or table in words


def rank_of(number: int, table: str, who: str) -> int:
    """How late a block goes when a family falls back; `number`: its place in the tier."""
    if who == "aside" or "+" in table:
        return LAST_RANK
    return 0 if table == "total" else min(max(number, FIRST_RANK), OTHER_RANK)


def on_rungs(steps: Sequence[Step], rungs: Sequence[Rung]) -> Iterator[tuple[int, list[Step]]]:
    """What is left of a plan on each rung, with the rung's number; a rung that leaves the same is left out."""
    seen: list[list[Step]] = []
    for number, rung in enumerate(rungs):
        kept = [
            replace(step, width=max(step.width + rung.wider, rung.at_least)) for step in steps if step.rank <= rung.rank
        ]
        if kept and kept not in seen:
            seen.append(kept)
            yield number, kept
