"""Generated sentences about a wave: the same for the Overview page and the board paper."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.story import LEAD, Story, remembered
from dashboard.words import Cell, has_range


@remembered
def summary(story: Story) -> list[str]:
    """Two or three sentences: the lead figure and its change, the groups that stand out, the lowest pillar."""
    code = story.lead()
    return [text for text in (lead(story), benchmark(story, code), groups(story, code), pillar(story)) if text]


def answered(story: Story) -> str:
    """How many leaders of the whole board took part; never names."""
    publication = story.publication
    return story.words.answered({"n": publication["respondents"], "leaders": publication["leaders"]})


def response(story: Story) -> str:
    """The wave and who took part, in one line."""
    line = story.words("story.response", wave=story.words.wave(story.wave), answered=answered(story))
    return line if story.publication["has_roster"] else f"{line}. {story.words('response.unknown')}"


def benchmark(story: Story, measure: str) -> str:
    """A sourced figure from elsewhere to lay beside the board's own; mostly there is none."""
    words, known = story.words, story.snapshot.rows("benchmarks")
    for row in known.filter(known["measure"] == measure).iter_rows(named=True):
        share, where = words.percent(row["share"]), row[f"population_{words.lang}"]
        return words("story.benchmark", share=share, where=where, year=row["year"], source=row["source"])
    return ""


def groups(story: Story, measure: str, tables: Sequence[str] = ()) -> str:
    """Which groups of these tables stand out on the worse side, or that none does; main splits without tables."""
    if not story.one_way() or not has_range(story.board(measure)):
        return ""
    found = story.outliers(measure, tables := tables or story.main_splits())
    if not found:
        known = any(has_range(cell) for table in tables for _, cell in story.in_order(measure, table)[1:])
        return story.words("story.no_group" if known else "story.groups_hidden")
    names = [f"**{story.words.group(cell)}** ({story.words.figure(cell).text})" for cell in found]
    key = "story.groups_less" if story.worse(measure) == "lower" else "story.groups_more"
    return story.words(key, groups=story.words.listed(names), count=len(found))


@remembered
def risk(story: Story, measure: str) -> str:
    """The share at risk and the groups that stand out."""
    words, cell = story.words, story.board(measure)
    figure = words.figure(cell)
    if not figure.shown:
        return words("story.hidden", label=story.label(measure), reason=figure.reason)
    sentence = words("risk.sentence", label=words.inline("measure", measure), figure=words.sentence_figure(cell))
    return " ".join(part for part in (sentence, moved(story, measure), groups(story, measure)) if part)


@remembered
def trend(story: Story, measure: str, group: str, table: str, levels: tuple[str, ...]) -> str:
    """Where one measure stands now, and what it did since the previous wave."""
    words = story.words
    cell = story.snapshot.cell(story.wave, measure, table, *levels)
    figure = words.figure(cell)
    if not figure.shown:
        return words("story.hidden", label=story.label(measure), reason=figure.reason)
    sentence = words("trend.sentence", label=story.label(measure), group=group, figure=words.sentence_figure(cell))
    return " ".join(part for part in (sentence, moved(story, measure, table, levels)) if part)


@remembered
def standing(story: Story, measure: str, table: str, levels: tuple[str, ...]) -> str:
    """A figure and its change in a few words, above a small chart."""
    words = story.words
    figure = words.figure(story.snapshot.cell(story.wave, measure, table, *levels))
    change = words(f"change.{story.moved(measure, table, levels)}") if figure.shown else figure.reason
    return f"**{figure.text}** · {change}" if figure.kind != "response" else change


def moved(story: Story, measure: str, table: str = "total", levels: Sequence[str] = ()) -> str:
    """The sentence about change; nothing when two waves cannot be compared."""
    word = story.moved(measure, table, levels)
    return "" if word == "unknown" else story.words(f"story.{word}")


def lead(story: Story) -> str:
    """The figure everything starts with, and what it did since the previous wave."""
    words, measure = story.words, story.lead()
    cell: Cell | None = story.board(measure)
    figure = words.figure(cell)
    if not figure.shown:
        return words("story.hidden", label=story.label(measure), reason=figure.reason)
    key = "story.lead_rock" if measure == LEAD else "story.lead_other"
    sentence = words(key, figure=words.sentence_figure(cell), label=story.label(measure))
    return f"{sentence} {moved(story, measure)}".strip()


def pillar(story: Story) -> str:
    """Which pillar is used least; pillars with the same margin are named together."""
    words = story.words
    ranked = [cell for _, cell in story.ranked_pillars() if has_range(cell)]
    if not ranked:
        return ""
    lowest = [cell for cell in ranked if (cell["low"], cell["high"]) == (ranked[0]["low"], ranked[0]["high"])]
    names = words.listed(words.inline("measure", cell["measure"]) for cell in lowest)
    key = "story.pillar_clear" if story.is_lowest(ranked[0]["measure"]) else "story.pillar_seems"
    return words(key, pillar=names, figure=words.sentence_figure(ranked[0]), count=len(lowest))
