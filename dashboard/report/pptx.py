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
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from dashboard import theme
from dashboard.charts import intervals
from dashboard.report import drawing
from dashboard.report.model import PAPER, Report, Table
from dashboard.report.phrases import phrases
from dashboard.story.pictures import Picture

SIZE = (13.333, 7.5)  # inches
LEFT, WIDE, TOP, FOOT = 0.7, 12.0, 1.95, 7.0
GAP, ROW, PICTURE, BAND, NOTE = 0.4, 0.4, 5.6, 0.18, 0.6
TITLE_ONLY = 5  # in python-pptx's own template
FONT = "Arial"  # in the pictures its metric twin, which the drawing library carries inside
TWIN = "Liberation Sans"
MOST_ROWS, MANY_ROWS, FEW_ROWS, FEW_COLUMNS = 12, 8, 6, 4
SHARES = (0.31, 0.17, 0.23, 0.29)  # of a table of figures: what, figure, margin, what is beside it
AGREED = 5  # agreements on a slide
LOW = 28  # pixels of a row of a picture that has many
# Pictures that are no table of their own follow the topic they belong to.
AFTER = {"headlines": ("rocks",), "coverage": ("trend",), "pillars": ("ladder",)}
INK, TEAL, BROWN, MUTED, WHITE, TRACK = (
    RGBColor.from_string(code.removeprefix("#"))
    for code in (
        theme.LIGHT.ink, theme.LIGHT.teal, theme.LIGHT.brown, theme.LIGHT.muted, theme.LIGHT.paper, theme.LIGHT.track
    )
)  # fmt: skip


def written(report: Report) -> bytes:
    """The report as a presentation for a screen of 16 by 9."""
    deck, buffer = _Deck(report), io.BytesIO()
    deck.opening()
    for topic in PAPER:
        for table in report.tables[topic]:
            deck.figures(table)
        for name in AFTER.get(topic, ()):
            if name in report.pictures:
                deck.picture(report.pictures[name], report.messages[name])
    agreed = report.notes["agreed"]
    for first in range(0, len(agreed), AGREED):
        told = (f"**{title}** · {text}" for title, text in agreed[first : first + AGREED])
        deck.words(deck.say("title.agreed"), "\n".join(told), 14)
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
        title.left, title.top, title.width, title.height = (Inches(side) for side in (LEFT, 0.72, WIDE, 1.1))

    def slide(self, title: str, topic: str = "", size: int = 26) -> Any:
        """An empty slide under its message, with what it is about above it."""
        slide = self.file.slides.add_slide(self.file.slide_layouts[TITLE_ONLY])
        frame = slide.shapes.title.text_frame
        frame.word_wrap, frame.vertical_anchor, frame.margin_left = True, MSO_ANCHOR.TOP, 0
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        self.write(frame.paragraphs[0], title, size if len(title) < 100 else 20, TEAL)
        if topic:
            self.text(slide, [topic], (LEFT, 0.36, WIDE, 0.35), 13, MUTED)
        return slide

    def foot(self, slide: Any) -> None:
        """Where the figures come from, and which slide it is."""
        source = " · ".join([self.report.badge, *self.report.footer[:1]]).removeprefix(" · ")
        self.text(slide, [source], (LEFT, FOOT, WIDE - 1, 0.35), 10, MUTED)
        self.text(slide, [str(len(self.file.slides))], (LEFT + WIDE - 0.5, FOOT, 0.5, 0.35), 10, MUTED)

    def opening(self) -> None:
        slide = self.slide(self.report.title, size=36)
        self.band(slide)
        self.text(slide, [self.report.subtitle], (LEFT, TOP - 0.35, WIDE, 0.5), 16, MUTED)
        self.text(slide, _sentences(self.report.summary), (LEFT, TOP + 0.7, WIDE - 1, 4), 24)
        self.foot(slide)

    def band(self, slide: Any) -> None:
        """A line of colour along the edge of all slides; it belongs to the layout, so no reader comes across it."""
        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(BAND), self.file.slide_height)
        shape.fill.solid()
        shape.fill.fore_color.rgb = TEAL
        shape.line.fill.background()
        layout = self.file.slide_layouts[TITLE_ONLY].shapes
        shape._element.nvSpPr.cNvPr.set("id", str(1 + max(it.shape_id for it in layout)))
        layout._spTree.insert(2, shape._element)

    def figures(self, table: Table) -> None:
        """The message of a table, a picture of its margins and the table itself."""
        rows = [*table.rows][:MOST_ROWS]
        last = next((name for name in ("whole", "moved") if any(row[name] for row in rows)), "answered")
        heads = [table.head, *(self.say(f"column.{name}") for name in ("text", "margin", last))]
        cells = [[row["label"], row["text"], row["margin"], row[last]] for row in rows]
        alt = f"{table.title}: " + "; ".join(f"{row['label']} {row['text']}" for row in rows) + "."
        drawn = pl.DataFrame(rows, schema=intervals.SCHEMA)
        slide = self.slide(table.message or table.title, table.title if table.message else "")
        self.together(slide, "intervals", drawn, alt, heads, cells, [row["tone"] == "worse" for row in rows])
        self.note(slide, self.say("more") if len(table.rows) > MOST_ROWS else table.note, table.message)

    def picture(self, one: Picture, message: str) -> None:
        """A picture and its newest rows under what it tells."""
        slide, heads = self.slide(message, one.title), list(one.rows[0])
        rows = [[*row.values()] for row in one.rows[:FEW_ROWS]]
        options = {name: how for name, how in one.options.items() if name != "height"}
        self.together(slide, one.chart, one.frame, one.alt, heads, rows, options=options)
        self.note(slide, one.note.splitlines()[0], message)

    def note(self, slide: Any, text: str, message: str) -> None:
        """How to read the slide, where that is not its message, and its foot."""
        told = text if text and text != message else self.say("explain.bar")
        self.text(slide, [told], (LEFT, FOOT - NOTE, WIDE, NOTE), 12, MUTED)
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
        """A picture beside its table, or over it when the table is short and wide."""
        below, room = len(heads) > FEW_COLUMNS and len(rows) <= 1, FOOT - TOP - NOTE
        box = (LEFT, TOP, WIDE, room - ROW * (len(rows) + 2)) if below else (LEFT, TOP, PICTURE, room)
        width = 700 if below else 270 if len(rows) <= FEW_ROWS else 340
        options = {"row": LOW} | {**(options or {})} if len(rows) > MANY_ROWS else options or {}
        drawn = drawing.png(chart, self.report.lang, frame, width, TWIN, **options)
        low = self.image(slide, drawn, alt, box)
        place = (LEFT, low + 0.25, WIDE) if below else (LEFT + PICTURE + GAP, TOP, WIDE - PICTURE - GAP)
        self.table(slide, heads, rows, place, worse)

    def words(self, title: str, text: str, size: int = 20) -> None:
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
        (left, top, width), lines = (Inches(side) for side in place), len(rows) + 1
        tall = Inches(min(ROW * lines, FOOT - NOTE - place[1]))
        shape = slide.shapes.add_table(lines, len(heads), left, top, width, tall)
        shape.table.horz_banding = False
        size = 12 if len(rows) <= MANY_ROWS else 11
        rest = (1 - SHARES[0]) / (len(heads) - 1)
        shares = SHARES if worse else (SHARES[0], *(rest for _ in heads[1:]))
        for column, share in zip(shape.table.columns, shares, strict=True):
            column.width = int(width * share)
        for line, cells in enumerate([heads, *rows]):
            strong = line > 0 and bool(worse) and worse[line - 1]
            for column, text in enumerate(cells):
                cell = shape.table.cell(line, column)
                cell.fill.solid()
                cell.fill.fore_color.rgb = TRACK if line % 2 == 0 else WHITE
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                cell.margin_left = cell.margin_right = Inches(0.06)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                colour = TEAL if line == 0 else BROWN if strong else INK
                self.write(cell.text_frame.paragraphs[0], f"**{text}**" if strong or line == 0 else text, size, colour)

    def text(
        self,
        slide: Any,
        lines: Iterable[str],
        box: tuple[float, float, float, float],
        size: int,
        colour: RGBColor = INK,
    ) -> None:
        frame = slide.shapes.add_textbox(*(Inches(side) for side in box)).text_frame
        frame.word_wrap, frame.margin_left = True, 0
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
                run.font.color.rgb, run.font.language_id = colour, MSO_LANGUAGE_ID.from_xml(self.say("spelling"))


def _sentences(text: str) -> list[str]:
    """One sentence to a line; 'ca. 40%' and '(K3)' stay whole."""
    return re.split(r"(?<=[^.]{4}\.) (?=[A-Z*])", text)
