"""Slides: a deck of 16 by 9 with titles, text, native tables and pictures; knows nothing of what they say.

All measures are inches from the top left of a slide.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from dashboard import theme

WIDTH = 13.333
HEIGHT = 7.5
LEFT = 0.7  # of all that stands on a slide
WIDE = 12.0
TITLE_TOP = 0.72
TITLE_HEIGHT = 1.1
TOPIC_TOP = 0.36
TOP = 1.95  # of what stands under the title
FOOT = 7.0  # of the line at the bottom
LINE = 0.35  # of one line of small print
NUMBER = 0.5  # of the number of a slide
BAND = 0.18  # of the line of colour at the edge
ROW = 0.4  # of a table
CELL_ABOVE = 0.03  # around the text in a cell
CELL_BESIDE = 0.06
TITLE_ONLY = 5  # the layout in python-pptx's own template
FONT = "Arial"  # in the pictures its metric twin, which the drawing library carries inside
LONG_TITLE = 100  # letters
SMALLER_TITLE = 20  # points
MANY_ROWS = 8  # from here on in smaller letters


def _colour(code: str) -> RGBColor:
    return RGBColor.from_string(code.removeprefix("#"))


INK = _colour(theme.LIGHT.ink)
TEAL = _colour(theme.LIGHT.teal)
BROWN = _colour(theme.LIGHT.brown)
MUTED = _colour(theme.LIGHT.muted)
WHITE = _colour(theme.LIGHT.paper)
TRACK = _colour(theme.LIGHT.track)


class Box(NamedTuple):
    """A place on a slide."""

    left: float
    top: float
    width: float
    height: float


class Slides:
    """A deck; every slide has a real title, a footer and an order to read it in. `**` marks strong words."""

    def __init__(self, title: str, author: str, lang: str, spelling: str, made: datetime) -> None:
        """A deck in a language; `spelling` names it as an office programme does, e.g. nl-NL."""
        self.spelling = MSO_LANGUAGE_ID.from_xml(spelling)
        self.file = Presentation()
        self.file.slide_width = Inches(WIDTH)
        self.file.slide_height = Inches(HEIGHT)
        about = self.file.core_properties
        about.title = title
        about.author = author
        about.language = lang
        about.created = made
        about.modified = made
        heading = self.file.slide_layouts[TITLE_ONLY].placeholders[0]
        heading.left = Inches(LEFT)
        heading.top = Inches(TITLE_TOP)
        heading.width = Inches(WIDE)
        heading.height = Inches(TITLE_HEIGHT)

    def save(self) -> bytes:
        """The deck as a file."""
        buffer = io.BytesIO()
        self.file.save(buffer)
        return buffer.getvalue()

    def add(self, title: str, topic: str = "", size: int = 26) -> Any:
        """An empty slide under its message, with what it is about above it; `size` in points."""
        slide = self.file.slides.add_slide(self.file.slide_layouts[TITLE_ONLY])
        frame = slide.shapes.title.text_frame
        frame.word_wrap = True
        frame.vertical_anchor = MSO_ANCHOR.TOP
        frame.margin_left = 0
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        self._write(frame.paragraphs[0], title, size if len(title) < LONG_TITLE else SMALLER_TITLE, TEAL)
        if topic:
            self.text(slide, [topic], Box(LEFT, TOPIC_TOP, WIDE, LINE), 13, MUTED)
        return slide

    def foot(self, slide: Any, source: str) -> None:
        """Where the figures come from, and which slide it is."""
        self.text(slide, [source], Box(LEFT, FOOT, WIDE - 1, LINE), 10, MUTED)
        number = str(len(self.file.slides))
        self.text(slide, [number], Box(LEFT + WIDE - NUMBER, FOOT, NUMBER, LINE), 10, MUTED)

    def band(self, slide: Any) -> None:
        """A line of colour along the edge of all slides; it belongs to the layout, so no reader comes across it."""
        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(BAND), self.file.slide_height)
        shape.fill.solid()
        shape.fill.fore_color.rgb = TEAL
        shape.line.fill.background()
        layout = self.file.slide_layouts[TITLE_ONLY].shapes
        shape._element.nvSpPr.cNvPr.set("id", str(1 + max(other.shape_id for other in layout)))
        layout._spTree.insert(2, shape._element)

    def image(self, slide: Any, data: bytes, alt: str, box: Box) -> float:
        """As large as the box allows, its words for who cannot see it; where it ends, from the top."""
        left, top, width, height = (Inches(side) for side in box)
        shape = slide.shapes.add_picture(io.BytesIO(data), left, top, width)
        if shape.height > height:
            shape.width = int(shape.width * height / shape.height)
            shape.height = height
        shape._element.nvPicPr.cNvPr.set("descr", alt)
        return float((shape.top + shape.height) / Inches(1))

    def table(
        self,
        slide: Any,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        box: Box,
        shares: Sequence[float],
        is_worse: Sequence[bool] = (),
    ) -> None:
        """A native table whose first row is its head; what stands out does so in colour and weight.

        `shares`: of the width, per column. `is_worse`: which rows stand out; none where it is empty.
        """
        lines = [heads, *rows]
        height = min(ROW * len(lines), box.height)
        sides = (box.left, box.top, box.width, height)
        shape = slide.shapes.add_table(len(lines), len(heads), *(Inches(side) for side in sides))
        shape.table.horz_banding = False
        for column, share in zip(shape.table.columns, shares, strict=True):
            column.width = int(Inches(box.width) * share)
        size = 12 if len(rows) <= MANY_ROWS else 11
        for line, texts in enumerate(lines):
            is_strong = line > 0 and bool(is_worse) and is_worse[line - 1]
            colour = TEAL if line == 0 else BROWN if is_strong else INK
            for column, text in enumerate(texts):
                cell = shape.table.cell(line, column)
                _set_out(cell, TRACK if line % 2 == 0 else WHITE)
                shown = f"**{text}**" if is_strong or line == 0 else text
                self._write(cell.text_frame.paragraphs[0], shown, size, colour)

    def text(self, slide: Any, lines: Iterable[str], box: Box, size: int, colour: RGBColor = INK) -> None:
        """A paragraph a line; one that begins with `- ` is an item of a list. `size` in points."""
        frame = slide.shapes.add_textbox(*(Inches(side) for side in box)).text_frame
        frame.word_wrap = True
        frame.margin_left = 0
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(size / 2)
            self._write(paragraph, re.sub(r"^- ", "• ", line), size, colour)

    def _write(self, paragraph: Any, text: str, size: int, colour: RGBColor) -> None:
        """Words with their strong parts, in the language of the deck."""
        for number, part in enumerate(text.split("**")):
            if part:
                run = paragraph.add_run()
                run.text = part
                run.font.size = Pt(size)
                run.font.name = FONT
                run.font.bold = number % 2 == 1
                run.font.color.rgb = colour
                run.font.language_id = self.spelling


def _set_out(cell: Any, ground: RGBColor) -> None:
    """The colour behind a cell of a table, and where its text stands."""
    cell.fill.solid()
    cell.fill.fore_color.rgb = ground
    cell.margin_top = Inches(CELL_ABOVE)
    cell.margin_bottom = Inches(CELL_ABOVE)
    cell.margin_left = Inches(CELL_BESIDE)
    cell.margin_right = Inches(CELL_BESIDE)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
