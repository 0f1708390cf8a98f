"""Why ranges: one picture in three steps, a board's own figure told the same way, and why groups share a range."""

from __future__ import annotations

import polars as pl

from dashboard.charts import intervals
from dashboard.charts.parts import row_for
from dashboard.story.picture import Picture, described
from dashboard.story.wave import Story, remembered
from dashboard.words import Cell, Words, has_range

# The example: of 20 leaders 16 answered, and between 8 and 12 of them said yes. A test works the margin out.
LEADERS, ANSWERED, LEAST, MOST = 20, 16, 8, 12
SILENT = LEADERS - ANSWERED
# A group so large has so many possible ranges of a figure that could hurt (docs/privacy.md, 4).
GROUP, RANGES = 18, 3


@remembered
def picture(story: Story) -> Picture:
    """The three steps as bars on one scale: what was counted, who was silent, and both together."""
    words = story.words
    steps = [
        ("counted", LEAST, MOST, words("why.bar_counted", low=LEAST, high=MOST)),
        ("silent", MOST, MOST + SILENT, words("why.bar_silent", silent=SILENT)),
        ("together", LEAST, MOST + SILENT, words.range(LEAST / LEADERS, (MOST + SILENT) / LEADERS)),
    ]
    labels = [words(f"why.{name}", **_example(words)) for name, *_ in steps]
    cells = [_cell(low, high) for _, low, high, _ in steps]
    title, texts = words("why.title"), [text for *_, text in steps]
    frame = intervals.rows(zip(labels, cells, strict=True), words).with_columns(
        text=pl.Series(texts),
        tone=pl.Series(["near", "near", "whole"]),
        middle=pl.lit(None, pl.Float64),
        note=pl.Series([f"{label}: {text}" for label, text in zip(labels, texts, strict=True)]),
        answered=pl.lit(""),
    )
    alt = described(title, zip(labels, texts, strict=True))
    return Picture("intervals", title, "", frame, alt, options={"row": row_for(frame["lines"], intervals.ROW)})


def _example(words: Words) -> dict[str, str]:
    numbers = {"leaders": LEADERS, "answered": ANSWERED, "low": LEAST, "high": MOST, "silent": SILENT}
    return {name: words.number(number) for name, number in numbers.items()}


def _cell(low: int, high: int) -> Cell:
    """A bar of the example as a cell of all its leaders."""
    return {
        "status": "published", "response": "ok", "n": ANSWERED, "leaders": LEADERS, "table_id": "total",
        "level_1": None, "lo": None, "hi": None, "low": low / LEADERS, "high": high / LEADERS,
    }  # fmt: skip


def lead(words: Words) -> str:
    """What the example is about."""
    return words("why.lead", leaders=words.number(LEADERS))


def same(words: Words) -> str:
    """Why two groups can carry the same range."""
    return words("why.same", n=words.number(GROUP), bins=words.number(RANGES))


def in_words(words: Words) -> str:
    """The example and why groups share a range, for paper."""
    range_of_all = words.range(LEAST / LEADERS, (MOST + SILENT) / LEADERS)
    return words("why.in_words", range=range_of_all, n=GROUP, bins=RANGES, **_example(words))


def told(story: Story) -> list[str]:
    """The board's own figure in those steps, why groups share a range, and what makes one narrower."""
    words = story.words
    return [text for text in (own(story), same(words), words("why.narrower")) if text]


@remembered
def own(story: Story) -> str:
    """The figure that pages open with, told in the same steps; nothing where it is not shown."""
    words, cell = story.words, story.board(story.lead())
    if cell is None or not has_range(cell) or cell["lo"] is None or not cell["leaders"]:
        return ""
    counted = {name: words.number(cell[name]) for name in ("lo", "hi", "n")}
    silent = cell["leaders"] - cell["n"]
    return words(
        "why.own",
        count=silent,
        silent=words.number(silent),
        label=words.inline("measure", story.lead()),
        range=words.range(cell["low"], cell["high"]),
        **counted,
    )
