"""The annex to a DPIA: what the software knows of the processing, from the rules in force and what was published.

It works before anything was published; all texts stand in locales/, rows of its tables as cells between bars.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path

from pipelines.ground.messages import say, sentences
from pipelines.instruments import Instrument
from pipelines.questionnaire import dpia_rows
from pipelines.questionnaire.dpia_rows import Cells, Shown
from pipelines.questionnaire.letter import Days, Sender
from pipelines.questionnaire.paper import typeset

TEMPLATE = Path(__file__).with_name("dpia.typ")
BAR = " | "
SECTIONS = (
    "about", "purpose", "data", "flow", "who", "rules", "tables",
    "need", "risk", "limits", "right", "published", "fill",
)  # fmt: skip
Row = dict[str, str]  # head -> cell


@dataclass(frozen=True)
class Section:
    """Words, then a table; an empty cell is left for the board to fill in."""

    code: str
    title: str
    text: str  # paragraphs, and list items that begin with "- "
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Annex:
    """The whole annex in one language."""

    lang: str
    title: str
    head: str
    made: tuple[str, ...]  # by which rules, and for whom
    sections: tuple[Section, ...]


def annex(
    instrument: Instrument,
    shown: Sequence[Shown],
    lang: str,
    day: dt.date,
    sender: Sender | None = None,
    planned: Sequence[tuple[str, Days]] = (),
) -> Annex:
    """The annex as of a day; `shown` has one row per publication on show, oldest first.

    `sender` and `planned` are the board's own words: who it is, and the first and last day of waves to come.
    """
    figures = dpia_rows.figures(instrument, lang, day)
    own_rows: dict[str, list[Cells]] = {
        "purpose": dpia_rows.purposes(instrument, lang),
        "rules": [(text.format(**figures), figures[key]) for key, text in _texts(lang, "rule")],
        "tables": dpia_rows.tables(instrument, lang),
        "published": [dpia_rows.publication(row, lang) for row in shown],
    }
    left_out = "events" if instrument.policy(day).outcomes else "events_left"
    sections = []
    for code in SECTIONS:
        rows = own_rows.get(code) or [
            tuple(text.format(**figures).split(BAR)) for key, text in _texts(lang, code) if key != left_out
        ]
        text = _text(code, lang, figures, shown, planned)
        sections.append(Section(code, say(lang, f"dpia.{code}_title"), text, _with_heads(code, lang, rows)))
    return Annex(
        lang=lang,
        title=say(lang, "dpia.title"),
        head=say(lang, "dpia.head"),
        made=_made(lang, figures, shown, sender),
        sections=tuple(sections),
    )


def markdown(annex: Annex) -> str:
    """The annex as Markdown."""
    blocks = [f"# {annex.title}", f"**{annex.head}**", *annex.made]
    for section in annex.sections:
        blocks.append(f"## {section.title}")
        if section.text:
            blocks.append(section.text.strip())
        if section.rows:
            heads = list(section.rows[0])
            lines = [heads, ["---"] * len(heads), *(row.values() for row in section.rows)]
            blocks.append("\n".join(_markdown_row(cells) for cells in lines))
    return "\n\n".join(blocks) + "\n"


def pdf(annex: Annex) -> bytes:
    """The annex as tagged A4 pages (PDF/UA-1)."""
    return typeset(TEMPLATE, {**asdict(annex), "page": say(annex.lang, "dpia.page")})


def _markdown_row(cells: Iterable[str]) -> str:
    escaped = (" ".join(cell.replace("|", "\\|").split()) for cell in cells)
    return f"| {BAR.join(escaped)} |"


def _texts(lang: str, table: str) -> list[tuple[str, str]]:
    """Key and text of every row of a table in the locale."""
    prefix = f"dpia_{table}."
    return [(key.removeprefix(prefix), text) for key, text in sentences(lang).items() if key.startswith(prefix)]


def _text(
    code: str,
    lang: str,
    figures: Mapping[str, str],
    shown: Sequence[Shown],
    planned: Sequence[tuple[str, Days]],
) -> str:
    """The paragraphs of a section, with what the board's own figures add to them."""
    key = f"dpia.{code}_none" if code == "published" and not shown else f"dpia.{code}"
    paragraphs = [say(lang, key, **figures) if key in sentences(lang) else ""]
    if code == "published" and shown:
        paragraphs.append(say(lang, f"dpia.rung_{shown[-1]['rung'] or 'none'}"))
    if code == "purpose" and planned:
        waves = ", ".join(f"{wave} ({dpia_rows.period(days, lang)})" for wave, days in planned)
        paragraphs.append(say(lang, "dpia.planned", waves=waves))
    return "\n\n".join(paragraphs)


def _with_heads(code: str, lang: str, rows: Iterable[Cells]) -> tuple[Row, ...]:
    heads = sentences(lang).get(f"dpia.{code}_heads", "").split(BAR)
    return tuple(dict(zip_longest(heads, cells, fillvalue="")) for cells in rows)


def _made(lang: str, figures: Mapping[str, str], shown: Sequence[Shown], sender: Sender | None) -> tuple[str, ...]:
    """By which rules the annex was made, whether the last publication had the same, and for which board."""
    lines = [say(lang, "dpia.made", **figures)]
    if shown and shown[-1]["policy_fingerprint"] != figures["fingerprint"]:
        lines.append(say(lang, "dpia.differs", fingerprint=shown[-1]["policy_fingerprint"]))
    if sender:
        lines.append(say(lang, "dpia.sender", **vars(sender)))
    return tuple(lines)
