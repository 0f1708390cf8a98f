"""Writes a report as slides: one message each, native tables that can be changed, pictures with their words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Inches, Pt

from dashboard import theme
from dashboard.charts import intervals
from dashboard.pictures import Picture
from dashboard.report import drawing
from dashboard.report.content import Report, Table
from dashboard.report.phrases import phrases

SIZE = (13.333, 7.5)  # inches
LEFT, WIDE, TOP, FOOT = 0.6, 12.13, 1.75, 7.0
GAP, ROW = 0.35, 0.36
TITLE_ONLY = 5  # in python-pptx's own template
FONT = "Arial"  # in the pictures its metric twin, which the drawing library carries inside
TWIN = "Liberation Sans"
MOST_ROWS, FEW_ROWS = 12, 6
LANGUAGES = {"nl": MSO_LANGUAGE_ID.DUTCH, "en": MSO_LANGUAGE_ID.ENGLISH_UK}
INK, TEAL, BROWN, MUTED, PAPER, TRACK = (
    RGBColor.from_string(code.removeprefix("#"))
    for code in (
        theme.LIGHT.ink, theme.LIGHT.teal, theme.LIGHT.brown, theme.LIGHT.muted, theme.LIGHT.paper, theme.LIGHT.track
    )
)  # fmt: skip


def written(report: Report) -> bytes:
    """The report as a presentation for a screen of 16 by 9."""
    deck, buffer = _Deck(report), io.BytesIO()
    deck.opening()
    for topic in ("headlines", "coverage", "pillars", "risk"):
        for table in report.tables[topic]:
            deck.figures(table)
    for name, picture in report.pictures.items():
        deck.picture(picture, report.messages[name])
    for title, text in (*report.notes.get("small", [])[:1], *report.notes["talk"]):
        deck.words(title, text)
    deck.words(deck.say("title.know"), "\n".join(f"**{title}** {text}" for title, text in report.notes["know"]), 13)
    deck.file.save(buffer)
    return buffer.getvalue()


class _Deck:
    """Slides that are handed ready words; every slide has a real title, a footer and an order to read it in."""

    def __init__(self, report: Report) -> None:
        self.report, self.say, self.file = report, phrases(report.lang), Presentation()
        self.file.slide_width, self.file.slide_height = (Inches(side) for side in SIZE)
        about = self.file.core_properties
        about.title, about.author = f"{report.title} {report.subtitle}", "Klankbord"
        about.language, about.created, about.modified = report.lang, report.made, report.made
        title = self.file.slide_layouts[TITLE_ONLY].placeholders[0]
        title.left, title.top, title.width, title.height = (Inches(side) for side in (LEFT, 0.45, WIDE, 1.1))

    def slide(self, title: str) -> Any:
        """An empty slide under its message, with where its figures come from."""
        slide = self.file.slides.add_slide(self.file.slide_layouts[TITLE_ONLY])
        frame = slide.shapes.title.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.BOTTOM
        self.write(frame.paragraphs[0], title, 26 if len(title) < 100 else 20, TEAL)
        return slide

    def foot(self, slide: Any) -> None:
        source = " · ".join([self.report.badge, *self.report.footer[:1]]).removeprefix(" · ")
        self.text(slide, [source], (LEFT, FOOT, WIDE, 0.35), 10, MUTED)

    def opening(self) -> None:
        slide = self.slide(self.report.title)
        self.text(slide, [self.report.subtitle], (LEFT, TOP, WIDE, 0.5), 16, MUTED)
        self.text(slide, _sentences(self.report.summary), (LEFT, TOP + 0.8, WIDE, 4), 20)
        self.foot(slide)

    def figures(self, table: Table) -> None:
        """The message of a table, a picture of its margins and the table itself."""
        rows = [*table.rows][:MOST_ROWS]
        last = "moved" if any(row["moved"] for row in rows) else "answered"
        heads = [table.head, *(self.say(f"column.{name}") for name in ("text", "margin", last))]
        cells = [[row["label"], row["text"], row["margin"], row[last]] for row in rows]
        alt = f"{table.title}: " + "; ".join(f"{row['label']} {row['text']}" for row in rows) + "."
        drawn = pl.DataFrame(rows, schema=intervals.SCHEMA)
        slide = self.slide(table.message or table.title)
        self.together(slide, "intervals", drawn, alt, heads, cells, [row["tone"] == "worse" for row in rows])
        if len(table.rows) > MOST_ROWS:
            self.text(slide, [self.say("more")], (LEFT, FOOT - 0.4, WIDE / 2, 0.3), 11, MUTED)
        self.foot(slide)

    def picture(self, one: Picture, message: str) -> None:
        """A picture and its newest rows under what it tells."""
        slide, heads, rows = self.slide(message), list(one.rows[0]), [[*row.values()] for row in one.rows[:FEW_ROWS]]
        self.together(slide, one.chart, one.frame, one.alt, heads, rows, options=one.options)
        self.foot(slide)

    def together(
        self,
        slide: Any,
        chart: str,
        frame: pl.DataFrame,
        alt: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        worse: Sequence[bool] = (),
        options: Mapping[str, int | bool] | None = None,
    ) -> None:
        """A picture over its table when both are short, else beside it."""
        below = len(rows) <= FEW_ROWS
        box = (LEFT, TOP, WIDE, FOOT - TOP - ROW * (len(rows) + 2)) if below else (LEFT, TOP, 5.2, FOOT - TOP)
        drawn = drawing.png(chart, self.report.lang, frame, 950 if below else 320, TWIN, **(options or {}))
        low = self.image(slide, drawn, alt, box)
        place = (LEFT, low + 0.25, WIDE) if below else (LEFT + 5.2 + GAP, TOP, WIDE - 5.2 - GAP)
        self.table(slide, heads, rows, place, worse)

    def words(self, title: str, text: str, size: int = 18) -> None:
        slide = self.slide(title)
        self.text(slide, [line for line in text.splitlines() if line.strip()], (LEFT, TOP, WIDE, 5), size)
        self.foot(slide)

    def image(self, slide: Any, data: bytes, alt: str, box: tuple[float, float, float, float]) -> float:
        """As large as the box allows, its words for who cannot see it; where it ends, in inches from the top."""
        left, top, width, height = (Inches(side) for side in box)
        shape = slide.shapes.add_picture(io.BytesIO(data), left, top, width)
        if shape.height > height:
            shape.width, shape.height = int(shape.width * height / shape.height), height
        shape._element.nvPicPr.cNvPr.set("descr", alt)
        return float((shape.top + shape.height) / Inches(1))

    def table(
        self,
        slide: Any,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        place: tuple[float, float, float],
        worse: Sequence[bool] = (),
    ) -> None:
        """A native table whose first row is its head; what stands out stands out in colour and weight."""
        left, top, width = (Inches(side) for side in place)
        shape = slide.shapes.add_table(len(rows) + 1, len(heads), left, top, width, Inches(ROW * (len(rows) + 1)))
        shape.table.horz_banding = False
        first = int(width * 0.34)
        for number, column in enumerate(shape.table.columns):
            column.width = first if number == 0 else int((width - first) / (len(heads) - 1))
        for line, cells in enumerate([heads, *rows]):
            strong = line > 0 and bool(worse) and worse[line - 1]
            for column, text in enumerate(cells):
                cell = shape.table.cell(line, column)
                cell.fill.solid()
                cell.fill.fore_color.rgb = TEAL if line == 0 else TRACK if line % 2 == 0 else PAPER
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                colour = PAPER if line == 0 else BROWN if strong else INK
                self.write(cell.text_frame.paragraphs[0], f"**{text}**" if strong else text, 12, colour)

    def text(
        self,
        slide: Any,
        lines: Iterable[str],
        box: tuple[float, float, float, float],
        size: int,
        colour: RGBColor = INK,
    ) -> None:
        frame = slide.shapes.add_textbox(*(Inches(side) for side in box)).text_frame
        frame.word_wrap = True
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(size / 2)
            self.write(paragraph, re.sub(r"^- ", "• ", line), size, colour)

    def write(self, paragraph: Any, text: str, size: int, colour: RGBColor) -> None:
        """Words with their `**` strong parts, in the language of the report."""
        for number, part in enumerate(text.split("**")):
            if part:
                run = paragraph.add_run()
                run.text, run.font.size, run.font.name, run.font.bold = part, Pt(size), FONT, number % 2 == 1
                run.font.color.rgb, run.font.language_id = colour, LANGUAGES[self.report.lang]


def _sentences(text: str) -> list[str]:
    """One sentence to a line; 'ca. 40%' and '(K3)' stay whole."""
    return re.split(r"(?<=[^.]{4}\.) (?=[A-Z*])", text)
