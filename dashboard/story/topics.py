"""Which published measures belong to which question: the pages ask here, so that they show what there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from dashboard.story.meaning import STEPS
from dashboard.story.snapshot import MEAN
from dashboard.story.wave import Group, Story, chosen_levels, remembered
from dashboard.words import has_range

ROCKS = ("rock:any", "rock:emotional", "rock:instrumental")
RISK = ("risk:both", "risk:support", "risk:stress")
NEEDS = ("need:much", "need:little", "need:unmet")
SCORES = "scores"  # means, whatever their topic
FEW = 3  # figures where the roles of a page are not played


def in_roles(story: Story, roles: Iterable[str]) -> list[str]:
    """The published measures in these roles, in the order of the roles."""
    return [code for code in map(story.measure, roles) if code]


def rocks(story: Story) -> list[str]:
    """Having a rock and either kind; without them the first figures there are."""
    return in_roles(story, ROCKS) or story.measures()[:FEW]


def risks(story: Story) -> list[str]:
    """Where little support and much stress meet, and both apart."""
    return in_roles(story, RISK)


def needs(story: Story) -> list[str]:
    """Much need for support, little support, and both."""
    return in_roles(story, NEEDS)


def steps(story: Story) -> list[str]:
    """The steps of which at least one pillar is published."""
    return [step for step in STEPS if story.pillars(step)]


def other_steps(story: Story) -> list[str]:
    """Measures that say a pillar is available, or good enough."""
    return [code for step in STEPS if step != "used" for code in story.pillars(step)]


def beliefs(story: Story) -> list[str]:
    """The thoughts that can stand in the way of asking for help."""
    return story.in_role("belief")


def helps(story: Story) -> list[str]:
    """What is published about asking for help, but those thoughts."""
    return [code for code in story.measures() if story.topic(code) == "asking" and code not in beliefs(story)]


@remembered
def means(story: Story, table: str = "total") -> list[str]:
    """Scales of which a mean is published for this table, as measures."""
    scales = story.snapshot.rows("dictionary").filter(pl.col("kind") == "scale")["code"]
    return [
        code
        for code in (f"{MEAN}{scale}" for scale in scales)
        if story.snapshot.cells(story.wave, code, table)
        and (table == "total" or has_range(story.board(code)))  # a few groups alone say little
    ]


def means_about_asking(story: Story, table: str) -> list[str]:
    """The means of this table about asking for help."""
    return [code for code in means(story, table) if _is_about_asking(story, code)]


def _is_about_asking(story: Story, mean: str) -> bool:
    return story.meaning.topics.get(("scale", mean.removeprefix(MEAN))) == "asking"


def with_groups(story: Story, codes: Sequence[str], table: str) -> list[str]:
    """Those measures of which at least one group of the table can be shown."""
    return [code for code in codes if any(has_range(cell) for _, cell in story.in_order(code, table)[1:])]


@remembered
def by_topic(story: Story) -> dict[str, list[str]]:
    """All measures of the whole board under their topic, the topics in the order of the instrument, means last."""
    topics: dict[str, list[str]] = {}
    for code in story.measures():
        topics.setdefault(story.topic(code), []).append(code)
    scores = means(story)
    return {**topics, SCORES: scores} if scores else topics


@remembered
def of_first_years(story: Story) -> list[str]:
    """What is told of leaders in their first years: the lead, the headlines about support, and what has that role."""
    support = [code for code in story.in_role("headline") if story.topic(code) == story.topic(story.lead())]
    return list(dict.fromkeys((story.lead(), *support, *story.in_role("first_years"))))


@remembered
def path(story: Story) -> list[str]:
    """What is told of the first years beside later ones; pillars have a picture of their own."""
    special = [code for code in story.in_role("first_years") if not story.meaning.pillar_of(code)]
    main = in_roles(story, ROCKS) or [story.lead()]
    sides = in_roles(story, RISK[1:])
    others = [code for code in means(story, story.dimension("years") or "") if not _is_about_asking(story, code)]
    return list(dict.fromkeys((*main, *special, *sides, *others)))


def pillar_for_starters(story: Story) -> str | None:
    """The use of the pillar that is meant for starters."""
    return next((code for code in story.in_role("first_years") if code in story.pillars()), None)


def kinds_of_school(story: Story) -> list[str]:
    """The dimensions of the page Schools by which this publication splits, in their order."""
    return [code for code in story.meaning.numbered("dimension", "school") if code in story.one_way()]


def first_years(story: Story) -> tuple[str, str] | None:
    """The dimension of experience and its level of starters; None where the publication has no such dimension.

    After a merge the level holds others too, and its name says so.
    """
    years = story.dimension("years")
    if years is None or years not in story.one_way():
        return None
    return years, str(story.snapshot.rows("levels", wave=story.wave, dimension=years)["level"][0])


def starters_asked(story: Story, place: str = "") -> Group:
    """Starters, within a place if asked, whether or not anything of them is shown."""
    years, level = first_years(story) or ("", "")
    return chosen_levels([(story.dimension("place") or "", place), (years, level)])


def starters(story: Story, place: str = "") -> Group | None:
    """The same, or wider where nothing of them is shown; None where the publication has no experience."""
    first = first_years(story)
    if first is None:
        return None
    alone: Group = (first[0], (first[1],))
    nearest = story.nearest(*starters_asked(story, place)) if place else alone
    return nearest if first[0] in nearest[0] else alone
