"""Figures in large type: what, how much, and whether it moved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dashboard.story import contrasts
from dashboard.story.ranking import is_apart
from dashboard.story.wave import Story, remembered
from dashboard.words import Change, Figure, has_range

MOST = 4


@dataclass(frozen=True)
class Headline:
    """One figure in large type."""

    measure: str
    label: str
    figure: Figure
    change: Change


@remembered
def figures(
    story: Story, measures: tuple[str, ...], table: str = "total", levels: tuple[str, ...] = ()
) -> list[Headline]:
    """Some measures of one group in large type."""
    cells = story.group(table, levels)
    return [
        Headline(
            code, story.label(code), story.words.figure(cells.get(code)), contrasts.moved(story, code, table, levels)
        )
        for code in measures
    ]


@remembered
def headlines(story: Story) -> list[Headline]:
    """Four figures: the lead, and those with the role, in the order of the topics, the lowest pillar among them."""
    measures, pillar = story.measures(), _lowest_pillar(story)
    topics = list(dict.fromkeys(map(story.topic, measures)))
    chosen = {story.lead(), *story.in_role("headline"), *([pillar] if pillar else [])} & {*measures}
    first = sorted(chosen, key=lambda code: (code != story.lead(), topics.index(story.topic(code)), code == pillar))
    rest = [code for code in measures if code not in chosen]
    large = figures(story, tuple([*first, *rest][:MOST]))
    if pillar is None:
        return large
    cells = [cell for _, cell in story.ranked_pillars()]
    key = "overview.lowest" if is_apart(pillar, cells) else "overview.lowest_seems"
    label = story.words(key, label=story.words.inline("measure", pillar))
    return [replace(one, label=label) if one.measure == pillar else one for one in large]


def _lowest_pillar(story: Story) -> str | None:
    return next((cell["measure"] for _, cell in story.ranked_pillars() if has_range(cell)), None)
