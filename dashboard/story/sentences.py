"""Generated sentences about a wave: the same for the Overview page and the board paper."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.story import contrasts, differences, hidden, phrases, since, topics
from dashboard.story.ranking import is_apart, is_beyond, rank
from dashboard.story.wave import Story, remembered
from dashboard.words import Cell, Worse, has_range


@remembered
def summary(story: Story) -> list[str]:
    """The lead figure, what moved, and what is certain over the year."""
    news = [line.text for line in since.lines(story)]
    told = (lead_figure(story), benchmark(story, story.lead()), *news, breaks(story))
    return [text for text in told if text]


@remembered
def opening(story: Story) -> list[str]:
    """The lead figure, what it is beside elsewhere, and what broke since the wave compared with."""
    return [text for text in (lead_figure(story), benchmark(story, story.lead()), breaks(story)) if text]


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
    words, benchmarks = story.words, story.snapshot.rows("benchmarks")
    for row in benchmarks.filter(benchmarks["measure"] == measure).iter_rows(named=True):
        share, where = words.percent(row["share"]), words.told(row, "population")
        return words("story.benchmark", share=share, where=where, year=row["year"], source=words.name(row["source"]))
    return ""


@remembered
def unsplit(story: Story, measures: tuple[str, ...], tables: tuple[str, ...]) -> str:
    """Which of these figures cannot be shown by which of these dimensions; nothing when all can."""
    words, dimensions = story.words, dict[tuple[str, str], list[str]]()
    for table in tables:
        planned = [code for code in measures if len(story.in_order(code, table)) > 1]
        unseen = [code for code in planned if code not in topics.with_groups(story, measures, table)]
        if unseen:
            why = hidden.reasons(words, (cell for code in unseen for _, cell in story.in_order(code, table)[1:]))
            labels = words.listed(map(story.label, unseen))
            dimensions.setdefault((labels, why), []).append(words.inline("dimension", table))
    return " ".join(
        words("strip.none", dimensions=words.listed(names), labels=labels, reasons=why)
        for (labels, why), names in dimensions.items()
    )


@remembered
def risk(story: Story, measure: str) -> str:
    """The share at risk and the groups that stand out."""
    words, cell = story.words, story.board(measure)
    figure = words.figure(cell)
    if cell is None or not figure.shown:
        return words("story.hidden", label=story.label(measure), reason=figure.reason)
    sentence = f"{phrases.says(story, cell)}."
    return " ".join(
        part for part in (sentence, differences.moved(story, measure), differences.groups(story, measure)) if part
    )


@remembered
def trend(story: Story, measure: str, table: str, levels: tuple[str, ...]) -> str:
    """Where one measure stands now, and what it did since the previous wave."""
    words = story.words
    cell = story.snapshot.cell(story.wave, measure, table, *levels)
    figure = words.figure(cell)
    if cell is None or not figure.shown:
        return words("story.hidden", label=story.label(measure), reason=figure.reason)
    sentence = f"{phrases.says(story, cell)}."
    over_year = differences.from_rest(story, cell, over_year=True)
    year = words("trend.year", difference=over_year) if over_year else ""
    return " ".join(part for part in (sentence, differences.moved(story, measure, table, levels), year) if part)


@remembered
def standing(story: Story, measure: str, table: str, levels: tuple[str, ...]) -> str:
    """A figure and its change in a few words, above a small chart."""
    words = story.words
    cell = story.snapshot.cell(story.wave, measure, table, *levels)
    figure = words.figure(cell)
    than = words(f"against.{story.against}")
    word = contrasts.moved(story, measure, table, levels)
    change = words(f"change.{word}", than=than) if figure.shown else figure.reason
    over_year = contrasts.with_rest(story, cell, over_year=True)
    if over_year and over_year.word in contrasts.SIDES:
        change += f" · {words(f'trend.year_{over_year.word}')}"
    return f"**{figure.text}** · {change}" if figure.kind != "response" else change


def breaks(story: Story) -> str:
    """What happened since the wave compared with that makes figures hard to compare."""
    return " ".join(story.words(f"story.since_{code}") for code in story.since() if code != "not_asked")


def lead(story: Story) -> str:
    """The figure everything starts with, and what it did since the previous wave."""
    moved = differences.moved(story, story.lead()) if has_range(story.board(story.lead())) else ""
    return f"{lead_figure(story)} {moved}".strip()


def lead_figure(story: Story) -> str:
    """The figure everything starts with."""
    words, measure = story.words, story.lead()
    cell: Cell | None = story.board(measure)
    figure = words.figure(cell)
    if not figure.shown:
        return words("story.hidden", label=story.label(measure), reason=figure.reason)
    key = "story.lead_rock" if measure == story.measure("rock:any") else "story.lead_other"
    return words(key, figure=words.sentence_figure(cell), label=story.label(measure))


def pillar(story: Story, table: str = "total", levels: tuple[str, ...] = ()) -> str:
    """Which pillar a group uses least."""
    return _extreme(story, "story.pillar", [cell for _, cell in story.ranked_pillars(table, levels)], "lower")


@remembered
def coverage(story: Story, table: str, levels: tuple[str, ...]) -> str:
    """Where a group stands with its rocks, and how many of the whole board have none."""
    opening = trend(story, story.lead(), table, levels) if levels else lead(story)
    return f"{opening} {'' if levels else without(story)}".strip()


def without(story: Story) -> str:
    """How many of those who answered have no rock at all."""
    rows = story.snapshot.rows("rock_states", wave=story.wave, table_id="total").iter_rows(named=True)
    shares = [story.words.range(row["low"], row["high"]) for row in rows if row["state"] == "none"]
    return story.words("story.without", share=shares[0]) if shares else ""


def unused(story: Story) -> str:
    """Which pillars are there but certainly less used, the widest gap first."""
    gaps: dict[str, float] = {}
    for measure in story.pillars("used"):
        used, there = story.board(measure), story.pillar_step(story.meaning.pillar_of(measure), "available")
        if there and used and is_beyond(used, there):
            gaps[measure] = there["low"] - used["high"]
    names = [story.words.inline("measure", measure) for measure in sorted(gaps, key=lambda measure: -gaps[measure])]
    return story.words("pillars.unused", names=story.words.listed(names)) if names else ""


def meant_for_starters(story: Story) -> str:
    """How many starters use the pillar that is meant for them; said apart, for nobody else counts."""
    measure, words = topics.pillar_for_starters(story), story.words
    if measure is None or not has_range(story.board(measure)):
        return ""
    pillar = story.meaning.pillar_of(measure)
    told = {"name": words.inline("pillar", pillar), "figure": words.sentence_figure(story.board(measure))}
    there = story.pillar_step(pillar, "available")
    if not has_range(there):
        return words("pillars.meant", **told)
    return words("pillars.meant_available", **told, available=words.sentence_figure(there))


def belief(story: Story) -> str:
    """Which thought most often stands in the way of asking."""
    cells = [cell for cell in map(story.board, topics.beliefs(story)) if cell]
    return _extreme(story, "asking.belief", sorted(cells, key=lambda cell: rank(cell, "higher")), "higher")


def _extreme(story: Story, key: str, ranked: Sequence[Cell], worse: Worse) -> str:
    """The first of ranked figures; those with the same margin are named together, for bands often coincide."""
    words = story.words
    shown = [cell for cell in ranked if has_range(cell)]
    if not shown:
        return ""
    first = [cell for cell in shown if (cell["low"], cell["high"]) == (shown[0]["low"], shown[0]["high"])]
    names = words.listed(words.inline("measure", cell["measure"]) for cell in first)
    kind = "clear" if is_apart(shown[0]["measure"], shown, worse) else "seems"
    figure = words.sentence_figure(shown[0])
    return words(f"{key}_{kind}", name=names, figure=figure, count=len(first))


@remembered
def asking(story: Story) -> str:
    """How many ask for help in time, and which thought stands in the way."""
    return f"{asks_in_time(story)} {belief(story)}".strip()


def asks_in_time(story: Story) -> str:
    """How many ask for help in time."""
    measure = story.measure("asks")
    return figure(story, measure) if measure else ""


@remembered
def starters(story: Story, table: str, levels: tuple[str, ...]) -> str:
    """Where starters stand beside the whole board, and which pillar they use least."""
    sentence = starters_beside(story, table, levels)
    is_shown = has_range(story.group(table, levels).get(story.lead()))
    return f"{sentence} {pillar(story, table, levels)}".strip() if is_shown else sentence


def starters_beside(story: Story, table: str, levels: tuple[str, ...]) -> str:
    """Where starters stand beside the whole board."""
    words, lead = story.words, story.lead()
    cell, board = story.group(table, levels).get(lead), story.board(lead)
    if cell is None or not has_range(cell):
        return words("story.hidden", label=story.label(lead), reason=words.figure(cell).reason)
    contrast = contrasts.with_rest(story, cell)
    beside = {"lower": "less", "higher": "more"}.get(contrast.word if contrast else "unknown", "alike")
    return f"{phrases.says(story, cell)}. {words(f'starters.{beside}', board=words.sentence_figure(board))}"


def schools(story: Story) -> str:
    """On how many schools somebody took part; nothing where that is not told."""
    answered, every = (story.publication.get(name) for name in ("schools_answered", "schools"))
    if answered is None or every is None:
        return ""
    key = "schools.all" if answered == every else "schools.some"
    return story.words(key, answered=story.words.number(answered), all=story.words.number(every))


@remembered
def spread(story: Story, measure: str, tables: tuple[str, ...]) -> str:
    """One figure, and which kinds of schools stand out in it."""
    return f"{figure(story, measure)} {differences.groups(story, measure, tables)}".strip()


def figure(story: Story, measure: str) -> str:
    """One figure of the whole board in a sentence of its own, and what it did."""
    words, cell = story.words, story.board(measure)
    shown = words.figure(cell)
    if cell is None or not shown.shown:
        return words("story.hidden", label=story.label(measure), reason=shown.reason)
    return f"{phrases.says(story, cell)}. {differences.moved(story, measure)}".strip()
