"""Which published measures belong to which question: the pages ask here, so that they show what there is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.story.snapshot import MEAN
from dashboard.story.wave import HELPS, ROCKS, Group, Story, remembered
from dashboard.story.words import has_range

# From being there to being good enough: each holds the next.
STEPS = ("available", "used", "good")
BELIEFS = "holds_"
TOPICS = ("support", "pillars", "strain", "asking", "scores")
NEEDS = ("high_need", "low_support", "unmet_need")
STARTERS = ("has_rock", "rock_emotional", "mentor_used", "lonely")
ASKING = ("mean:help_seeking", "mean:openness")
PATH = ("has_rock", "rock_emotional", "rock_instrumental", "lonely", "low_support", "high_stress")
SCHOOLS = ("school_type", "school_size", "region", "denomination")


def published(story: Story, codes: tuple[str, ...]) -> list[str]:
    """Those of these measures that this publication has."""
    return [code for code in codes if code in story.measures()]


def steps(story: Story) -> list[str]:
    """The steps of which at least one pillar is published."""
    return [step for step in STEPS if story.pillars(step)]


def beliefs(story: Story) -> list[str]:
    """The thoughts that can stand in the way of asking for help."""
    return [code for code in story.measures() if code.startswith(BELIEFS)]


@remembered
def means(story: Story, table: str = "total") -> list[str]:
    """Scales of which a mean is published for this table, as measures."""
    scales = story.snapshot.rows("dictionary").filter(pl.col("kind") == "scale")["code"]
    found = [f"{MEAN}{scale}" for scale in scales]
    return [
        code
        for code in found
        if any((row["wave"], row["table_id"]) == (story.wave, table) for row in story.snapshot.means(code))
        and (table == "total" or has_range(story.board(code)))  # a few groups alone say little
    ]


def with_groups(story: Story, codes: Sequence[str], table: str) -> list[str]:
    """Those measures of which at least one group of the table can be shown."""
    return [code for code in codes if any(has_range(cell) for _, cell in story.in_order(code, table)[1:])]


@remembered
def by_topic(story: Story) -> dict[str, list[str]]:
    """All measures of the whole board under their topic; a topic without any is left out."""
    cells, found = story.group("total", ()), {topic: list[str]() for topic in TOPICS}
    other_steps = {code for step in STEPS if step != "used" for code in story.pillars(step)}
    for code in story.measures():
        is_support = code in ROCKS or cells[code]["class"] == "coverage"
        topic = "asking" if code in HELPS or code.startswith(BELIEFS) else "support" if is_support else "strain"
        found["pillars" if code in other_steps else topic].append(code)
    found["scores"] = means(story)
    return {topic: codes for topic, codes in found.items() if codes}


def first_years(story: Story) -> str:
    """The level of experience of starters; after a merge it holds others too, and its name says so."""
    return str(story.snapshot.rows("levels", wave=story.wave, dimension="experience_band")["level"][0])


def starters(story: Story, region: str = "") -> Group | None:
    """The group in its first years, within a region if asked; None where the publication has no experience."""
    if "experience_band" not in story.one_way():
        return None
    alone: Group = ("experience_band", (first_years(story),))
    found = story.nearest("region+experience_band", (region, *alone[1])) if region else alone
    return found if "experience_band" in found[0] else alone
