"""Two things crossed for the whole board: stress and support, and the need for support beside what there is."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.charts import grid
from dashboard.story.crossings import crossed
from dashboard.story.meaning import STRESS, SUPPORT
from dashboard.story.picture import Picture
from dashboard.story.wave import Story, remembered
from dashboard.words import has_range

NEED, HAVE = ("need", "calm"), ("little", "more")
TALKS = ("both", "load", "near")  # each a role, risk:<one>, and a talk that fits


@remembered
def risk_map(story: Story) -> Picture | None:
    """How many leaders stand in each field of stress and support; None when nothing of it can be shown."""
    words, cells = story.words, story.group("total", ())
    fields: list[grid.At] = [
        (
            (down, words(f"map.row_{stress}")),
            (across, words(f"map.column_{support}")),
            cells.get(story.meaning.measure(f"map:{stress}:{support}") or ""),
        )
        for down, stress in enumerate(STRESS)
        for across, support in enumerate(SUPPORT)
    ]
    if not any(has_range(cell) for *_, cell in fields):
        return None
    return _drawn(story, grid.rows(fields, words), "map", _one_number(story))


def _one_number(story: Story) -> str:
    """Which figure is the one for little support with much stress, where the map has a field of that name too."""
    measure, words = story.measure("risk:both"), story.words
    cell = story.board(measure) if measure else None
    if measure is None or cell is None or not has_range(cell):
        return ""
    return words("map.one_number", label=words.inline("measure", measure), figure=words.sentence_figure(cell))


@remembered
def talks(story: Story) -> tuple[Mapping[str, str], ...]:
    """Of whom about how many there are, and which talk fits; nothing while only one of them is told."""
    words = story.words
    cells = {talk: story.board(code) for talk in TALKS if (code := story.measure(f"risk:{talk}"))}
    rows = tuple(
        {
            words("talks.who"): words.inline("measure", cell["measure"]),
            words("talks.figure"): words.line(words.figure(cell)),
            words("talks.fits"): words(f"talks.{talk}"),
        }
        for talk, cell in cells.items()
        if cell is not None and has_range(cell)
    )
    return rows if len(rows) > 1 else ()


@remembered
def need_map(story: Story) -> Picture | None:
    """The need for support beside the support there is, of those who answered; None where it is not told."""
    words, rows = story.words, story.snapshot.later("need_states", wave=story.wave)
    as_cell = {"status": "published", "response": "ok", "leaders": None, "table_id": "total"}
    states = {row["state"]: row | as_cell for row in rows}
    if not states:
        return None
    fields: list[grid.At] = [
        ((down, words(f"need.{need}")), (across, words(f"need.{have}")), states.get(f"{need}_{have}"))
        for down, need in enumerate(NEED)
        for across, have in enumerate(HAVE)
    ]
    return _drawn(story, grid.rows(fields, words), "need")


def _drawn(story: Story, frame: pl.DataFrame, section: str, more: str = "") -> Picture:
    """A map of fields that are all leaders together: only ranges are printed, for middles would not add up."""
    words = story.words
    edges = zip(frame["low"], frame["high"], frame["text"], strict=True)
    texts = [text if low is None else words.range(low, high) for low, high, text in edges]
    note = f"{words(f'{section}.note')} {more}".strip()
    drawn = frame.with_columns(text=pl.Series(texts, dtype=pl.String))
    return crossed(words(f"{section}.title"), note, drawn, words(f"{section}.head"))
