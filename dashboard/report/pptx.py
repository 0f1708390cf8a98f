"""Writes a report as slides: one message each, native tables that can be changed, pictures with their words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dashboard.charts import intervals
from dashboard.report import drawing
from dashboard.report.model import AFTER, PAPER, Report, Table
from dashboard.report.phrases import phrases
from dashboard.report.slides import FOOT, LEFT, MANY_ROWS, MUTED, ROW, TOP, WIDE, Box, Slides
from dashboard.story import Picture

# In inches.
GAP = 0.4  # between a picture and its table
UNDER = 0.25  # a picture with its table under it
PICTURE = 5.6  # beside its table
NOTE = 0.6  # under both
ROOM = FOOT - TOP - NOTE
# In pixels of a drawing: its width, and a row of one that has many.
WIDE_PICTURE = 700
NARROW_PICTURE = 270
USUAL_PICTURE = 340
LOW = 28
TWIN = "Liberation Sans"  # in pictures, for Arial
MOST_ROWS = 12  # of a table on a slide
MOST_LETTERS = 220  # of a title in two lines
FEW_ROWS = 6
FEW_COLUMNS = 4
SHARES = (0.31, 0.17, 0.23, 0.29)  # of a table of figures: what, figure, margin, what is beside it
AGREED = 5  # agreements on a slide


def written(report: Report) -> bytes:
    """The report as a presentation for a screen of 16 by 9."""
    deck = _Deck(report)
    deck.opening()
    for topic in PAPER:
        for table in report.tables[topic]:
            deck.figures(table)
        for name in AFTER.get(topic, ()):
            if name in report.pictures:
                deck.picture(report.pictures[name], report.messages[name])
    agreed = [f"**{title}** · {text}" for title, text in report.notes["agreed"]]
    for first in range(0, len(agreed), AGREED):
        deck.words(deck.say("title.agreed"), "\n".join(agreed[first : first + AGREED]), 14)
    for title, text in (*report.notes.get("small", [])[:1], *report.notes["proposed"], *report.notes["talk"]):
        deck.words(title, text, 14 if len(text) > MOST_LETTERS * 2 else 20)
    deck.words(deck.say("title.know"), "\n".join(f"**{title}** {text}" for title, text in report.notes["know"]), 13)
    return deck.slides.save()


class _Deck:
    """The slides of one report: what stands on each, and where."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.say = phrases(report.lang)
        self.slides = Slides(report.named, report.author, report.lang, self.say("spelling"), report.made)

    def opening(self) -> None:
        """Title, subtitle and summary."""
        slide = self.slides.add(self.report.title, size=36)
        self.slides.band(slide)
        self.slides.text(slide, [self.report.subtitle], Box(LEFT, TOP - 0.35, WIDE, 0.5), 16, MUTED)
        self.slides.text(slide, _sentences(self.report.summary), Box(LEFT, TOP + 0.7, WIDE - 1, 4), 24)
        self._foot(slide)

    def figures(self, table: Table) -> None:
        """The message of a table, a picture of its margins and the table itself."""
        rows = [*table.rows][:MOST_ROWS]
        last = next((name for name in ("whole", "moved") if any(row[name] for row in rows)), "answered")
        heads = [table.head, *(self.say(f"column.{name}") for name in ("text", "margin", last))]
        cells = [[row["label"], row["text"], row["margin"], row[last]] for row in rows]
        alt = f"{table.title}: " + "; ".join(f"{row['label']} {row['text']}" for row in rows) + "."
        frame = pl.DataFrame(rows, schema=intervals.SCHEMA)
        is_worse = [row["tone"] == "worse" for row in rows]
        title, below = _title(table.message)
        slide = self.slides.add(title or table.title, table.title if title else "")
        self._together(slide, "intervals", frame, alt, heads, cells, is_worse)
        note = self.say("more") if len(table.rows) > MOST_ROWS else table.note
        self._note(slide, note, table.message, below)

    def picture(self, picture: Picture, message: str) -> None:
        """A picture and its newest rows under what it tells."""
        heads = list(picture.rows[0])
        rows = [[*row.values()] for row in picture.rows[:FEW_ROWS]]
        options = {name: value for name, value in picture.options.items() if name != "height"}
        title, below = _title(message)
        slide = self.slides.add(title, picture.title)
        self._together(slide, picture.chart, picture.frame, picture.alt, heads, rows, options=options)
        self._note(slide, picture.note.splitlines()[0], message, below)

    def words(self, title: str, text: str, size: int = 20) -> None:
        """A slide of text; `size` in points."""
        slide = self.slides.add(title)
        lines = [line for line in text.splitlines() if line.strip()]
        self.slides.text(slide, lines, Box(LEFT, TOP, WIDE, 5), size)
        self._foot(slide)

    def _together(
        self,
        slide: Any,
        chart: str,
        frame: pl.DataFrame,
        alt: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        is_worse: Sequence[bool] = (),
        options: Mapping[str, int | bool] | None = None,
    ) -> None:
        """A picture beside its table, or over it when the table is short and wide."""
        is_over = len(heads) > FEW_COLUMNS and len(rows) <= 1
        box = Box(LEFT, TOP, WIDE, ROOM - ROW * (len(rows) + 2)) if is_over else Box(LEFT, TOP, PICTURE, ROOM)
        width = WIDE_PICTURE if is_over else NARROW_PICTURE if len(rows) <= FEW_ROWS else USUAL_PICTURE
        lower = {"row": LOW} if len(rows) > MANY_ROWS else {}
        drawn = drawing.png(chart, self.report.lang, frame, width, TWIN, **{**lower, **(options or {})})
        bottom = self.slides.image(slide, drawn, alt, box)
        if is_over:
            top = bottom + UNDER
            place = Box(LEFT, top, WIDE, FOOT - NOTE - top)
        else:
            place = Box(LEFT + PICTURE + GAP, TOP, WIDE - PICTURE - GAP, ROOM)
        others = (1 - SHARES[0]) / (len(heads) - 1)
        shares = SHARES if is_worse else (SHARES[0], *(others for _ in heads[1:]))
        self.slides.table(slide, heads, rows, place, shares, is_worse)

    def _note(self, slide: Any, text: str, message: str, below: str = "") -> None:
        """How to read the slide, where that is not its message, after what its title left out; and its foot."""
        note = f"{below} {text if text and text != message else self.say('explain.bar')}".strip()
        self.slides.text(slide, [note], Box(LEFT, FOOT - NOTE, WIDE, NOTE), 12, MUTED)
        self._foot(slide)

    def _foot(self, slide: Any) -> None:
        """Where the figures come from."""
        self.slides.foot(slide, " · ".join([self.report.badge, *self.report.footer[:1]]).removeprefix(" · "))


def _title(message: str) -> tuple[str, str]:
    """The first sentences of a message, as far as they fit above a picture, and those that go below it."""
    first, *others = _sentences(message)
    while others and len(first) + len(others[0]) < MOST_LETTERS:
        first = f"{first} {others.pop(0)}"
    return first, " ".join(others)


def _sentences(text: str) -> list[str]:
    """One sentence to a line; 'ca. 40%' and '(K3)' stay whole."""
    return re.split(r"(?<=[^.]{4}\.) (?=[A-Z*])", text)
