"""Steps: what a family may tell, table by table, in order of usefulness; and what is left of it on each rung."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from pipelines.counting import COARSE, Family, Structure, table_id
from pipelines.instruments import Plan, Rung, Tier

Told = Callable[[str, int], float]  # table and width -> of its groups the share that is expected to be told
MEAN = "mean"  # in place of whom a step is for: its table is a scale
FIRST_RANK, OTHER_RANK, LAST_RANK = 1, 2, 3


@dataclass(frozen=True)
class Step:
    """One table of a family's plan, for some of its measures; or the mean of one of its scales."""

    table: str  # a table, or of a mean the scale
    who: str  # main, lead or aside; or MEAN
    width: int  # counts a band holds at least
    rank: int  # 0 total, 1 first dimensions, 2 other dimensions, 3 pairs and what stands aside


def candidates(
    structure: Structure, tier: Tier, plan: Plan, family: Family, told: Told | None = None
) -> list[list[Step]]:
    """The steps a family may take, the most useful first; of each the forms and widths to try, the finest first.

    A table stands in the finest of its forms of which enough groups are expected to be told (`told`; None: all are),
    else, of one dimension, in a wider one; and is left out where a form of none is.
    """
    least = plan.least_outcome if any(one.publication_class == "outcome" for one in family.members) else 0
    measures = [one for one in plan.measure if one.attribute in {member.code for member in family.members}]
    means = [[Step(scale, MEAN, 0, OTHER_RANK if family.members else 0)] for scale in family.scales]
    found: list[list[Step]] = []
    for number, block in enumerate(tier.block):
        if number == FIRST_RANK:  # means come after the total
            found += means
        rank = rank_of(number, block.tables[0], block.who)
        told_of = {"main", "lead"} if block.who == "main" else {block.who}
        words = {word for one in measures if one.who in told_of for word in one.tables}
        widths = list(dict.fromkeys(max(width, least) for width in block.widths))
        for name in block.tables:
            forms = _forms(structure, name, widths[0], told, plan) if is_in_plan(name, words) else []
            if forms:
                found.append([Step(form, block.who, width, rank) for form in forms for width in widths])
    return found if len(tier.block) > FIRST_RANK else [*found, *means]


def _forms(structure: Structure, name: str, width: int, told: Told | None, plan: Plan) -> list[str]:
    """In which forms a table of the plan may stand in a school year, the finest first; none where it does not.

    From the finest on of which enough groups are told; of one dimension else from the one of which most are.
    """
    forms = [form for form in map(table_id, structure.tables) if form.replace(COARSE, "") == name]
    shares = {form: told(form, width) if told else 1.0 for form in forms}
    if name == "total":
        return forms
    if "+" in name:
        return [form for form in forms if shares[form] >= plan.cross_cover][:1]
    most = max((form for form in forms if shares[form]), key=shares.__getitem__, default=None)
    first = next((form for form in forms if shares[form] >= plan.fine_cover), most)
    return forms[forms.index(first) :] if first else []


def is_in_plan(table: str, words: Collection[str]) -> bool:
    """Whether the plan gives a table, in whatever form, to a measure; `words`: total, one_way, two_way or tables."""
    table = table.replace(COARSE, "")
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
