"""One board of a federation beside the others, as ranges and contrasts that were published; nothing where it has none.

Boards stand in their own order and never by rank: between most of them no difference is certain.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from dashboard.charts import intervals
from dashboard.charts.parts import row_for
from dashboard.story import contrasts, differences, hidden, phrases
from dashboard.story.picture import Picture, described, with_reason
from dashboard.story.pictures import small_strip
from dashboard.story.wave import Labelled, Story, remembered
from dashboard.words import Cell, has_range

ROLE = "board"


def dimension(story: Story) -> str | None:
    """The dimension of boards, where this publication splits by it."""
    code = story.dimension(ROLE)
    return code if code in story.one_way() else None


@remembered
def levels(story: Story) -> list[str]:
    """The boards of which the leading figure is told, in their own order."""
    by = dimension(story)
    cells = [cell for _, cell in story.in_order(story.lead(), by)[1:]] if by else []
    return [str(cell["level_1"]) for cell in cells if cell is not None and has_range(cell)]


@remembered
def of_board(story: Story, level: str) -> Picture:
    """Every figure that is told of a board, with the whole federation as a thin line and how far the rest lies."""
    words, by = story.words, dimension(story) or ""
    cells = {code: cell for code, cell in story.group(by, (level,)).items() if cell["status"] != "not_planned"}
    named: list[Labelled] = [(story.label(code), cells[code]) for code in story.measures() if code in cells]
    shown, why = hidden.folded(words, named)
    dashed = hidden.reasons(words, [cell for _, cell in shown])
    footnotes = (words("folded.dashed", reasons=dashed),) if dashed else ()
    wholes = {story.label(code): story.board(code) for code in cells}
    frame = intervals.rows(shown, words, before=wholes, tone=partial(contrasts.tone, story))
    rows = tuple(
        {
            words("picture.what"): label,
            words.level(by, level): words.line(words.figure(cell)),
            words("boards.all"): words.line(words.figure(wholes[label])),
            words("boards.rest"): differences.from_rest(story, cell) or words("dash"),
        }
        for label, cell in shown
    )
    title = words("boards.of", board=words.level(by, level))
    alt = described(title, ((label, words.line(words.figure(cell))) for label, cell in shown))
    options = {"row": row_for(frame["lines"], intervals.ROW)}
    return with_reason(Picture("intervals", title, words("boards.of_note"), frame, alt, rows, footnotes, options), why)


@remembered
def beside(story: Story, level: str) -> Picture:
    """The leading figure of all boards, the chosen one in full colour."""
    words, by = story.words, dimension(story) or ""
    one = small_strip(story, story.lead(), by, level)
    title = words("boards.beside", label=story.label(story.lead()), board=words.level(by, level))
    options = {**one.options, "small": False}
    return replace(one, title=title, note=f"{words('boards.beside_note')} {one.note}".strip(), options=options)


@remembered
def told(story: Story, level: str) -> str:
    """Where a board differs for certain from the other boards, or which difference would have been seen."""
    words, by = story.words, dimension(story) or ""
    cells: list[Cell] = [cell for cell in story.group(by, (level,)).values() if has_range(cell)]
    apart = [
        words(f"boards.{contrast.word}", says=phrases.says(story, cell), difference=differences.from_rest(story, cell))
        for cell in cells
        if (contrast := contrasts.with_rest(story, cell)) and contrast.word in contrasts.SIDES
    ]
    lead = story.group(by, (level,)).get(story.lead())
    if apart:
        return " ".join(apart)
    nothing = words("boards.nothing", board=words.level(by, level))
    return (
        f"{nothing} {differences.noticeable(story, [lead])}" if lead and contrasts.with_rest(story, lead) else nothing
    )
