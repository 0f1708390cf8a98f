"""What a small board can see and what it cannot: the year, the whole board, and what to talk about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dashboard.story import contrasts, differences, hidden, since, topics
from dashboard.story.contrasts import Contrast
from dashboard.story.headlines import headlines
from dashboard.story.wave import Against, Story, remembered
from dashboard.words import Cell, has_range

# Expected respondents: on smaller boards most groups have a range wider than thirty points, wave after wave.
SMALL = 60


def is_small(story: Story) -> bool:
    """Whether groups can tell little here; fixed for a school year, so that a page keeps its form."""
    return int(story.publication["expected"]) < SMALL


@remembered
def year(story: Story) -> str:
    """What moved since the same wave last year, or how large a change would have been seen."""
    a_year = replace(story, against="year")
    if a_year.earlier() is None:
        return story.words("small.no_year")
    line = since.moved(a_year)
    return line.text if line else ""


@remembered
def in_sight(story: Story) -> tuple[Mapping[str, str], ...]:
    """The figures the page opens with, and from which size on a change of each would usually be told; else nothing."""
    words = story.words
    spans: list[Against] = ["previous", "year"]
    shown = headlines(story)
    compared = [
        one
        for one in (replace(story, against=span) for span in spans)
        if any(_tells(contrasts.in_time(one, headline.measure)) for headline in shown)
    ]
    if not compared:
        return ()
    return tuple(
        {
            words("small.figure"): one.label,
            words("tip.text"): words.line(one.figure),
            **{words(f"small.change_{now.against}"): _change(now, one.measure) for now in compared},
        }
        for one in shown
    )


def _tells(contrast: Contrast | None) -> bool:
    """Whether anything is known of a change but that it cannot be seen."""
    return contrast is not None and (contrast.word != "cannot_tell" or contrast.noticeable is not None)


def _change(story: Story, measure: str) -> str:
    """What a figure did, or which change would have been told."""
    words, contrast = story.words, contrasts.in_time(story, measure)
    if contrast is None:
        return words("dash")
    if contrast.word != "cannot_tell":
        return words.difference(contrast.low, contrast.high)
    if contrast.noticeable is None:
        return words("small.not_even_large")
    return words("small.from", points=words.points(contrast.noticeable))


@remembered
def groups(story: Story) -> tuple[str, ...]:
    """Per dimension how wide the ranges of its groups are and which difference would show, or why it is not split."""
    words, lead = story.words, story.lead()
    split = [table for table in story.main_splits() if len(story.in_order(lead, table)) > 1]
    told = [_of_groups(story, table) for table in split]
    missing = [words.inline("dimension", one) for one in story.main_dimensions() if one not in split]
    if missing:
        told.append(words("small.not_split", dimensions=words.listed(missing)))
    return tuple(told)


def silent(story: Story) -> str:
    """That more answers make every range narrower, and how many there could still be; nothing without a roster."""
    leaders, answered = story.publication["leaders"], story.publication["respondents"]
    if leaders is None or leaders == answered:
        return ""
    return story.words("small.silent", silent=story.words.number(leaders - answered), all=story.words.number(leaders))


def _of_groups(story: Story, table: str) -> str:
    words, lead = story.words, story.lead()
    cells: list[Cell] = [cell for _, cell in story.in_order(lead, table)[1:] if cell is not None]
    shown, by = [cell for cell in cells if has_range(cell)], words.inline("dimension", table)
    if not shown:
        return words("small.hidden", dimension=by, reasons=hidden.reasons(words, cells))
    widths = [cell["high"] - cell["low"] for cell in shown]
    told = words(
        "small.groups",
        count=len(shown),
        dimension=by,
        label=words.inline("measure", lead),
        all=words.number(len(cells)),
        least=words.number(round(100 * min(widths))),
        most=words.points(max(widths)),
    )
    compared = contrasts.compared(story, lead, (table,))
    return f"{told} {differences.noticeable(story, compared)}" if compared else told


@remembered
def questions(story: Story) -> tuple[str, ...]:
    """What to talk about together, for what is said in a small circle tells more than its figures."""
    words = story.words
    ranked = [cell["measure"] for _, cell in story.ranked_pillars() if has_range(cell)]
    asked = [words("small.ask_who")]
    if ranked:
        asked.append(words("small.ask_pillar", name=words.inline("measure", ranked[0])))
    if topics.beliefs(story):
        asked.append(words("small.ask_help"))
    return (*asked, words("small.ask_agree"))
