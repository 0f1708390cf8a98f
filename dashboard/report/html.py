"""Writes a report as one web page in one file, for who has no account: charts that answer to a pointer, light or dark.

Everything it needs is inside; its policy lets it fetch nothing and run nothing else.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import polars as pl
import vl_convert

from dashboard import charts, theme
from dashboard.charts import intervals
from dashboard.report.model import AFTER, PAPER, Note, Report, Row, Table
from dashboard.report.phrases import phrases
from dashboard.story import Picture

HERE = Path(__file__)
MODES = ("light", "dark")
COLUMNS = ("text", "margin")  # of a table, after what the row is about
BESIDE = ("whole", "moved", "answered")  # the first of these that a table has stands beside them


def written(report: Report) -> bytes:
    """The page as UTF-8, the same bytes for the same report."""
    page = _Page(report)
    body = "\n".join(page.body())
    script = _script()
    fields = {
        "lang": escape(report.lang),
        "title": escape(report.named),
        "author": escape(report.author),
        "policy": _policy(script),
        "style": _style(),
        "body": body,
        "no_script": escape(page.say("no_script")),
        "charts": json.dumps(page.charts, default=str).replace("<", "\\u003c"),
        "script": script,
    }
    return Template(HERE.with_name("page.html").read_text(encoding="utf-8")).substitute(fields).encode()


@dataclass
class _Page:
    """The parts of one page, and the charts that are drawn in them."""

    report: Report
    charts: list[Mapping[str, Any]] = field(default_factory=list)

    def say(self, key: str) -> str:
        return phrases(self.report.lang)(key)

    def body(self) -> Iterator[str]:
        """All of it, in the order of the paper."""
        report = self.report
        badge = f'<span class="badge">{escape(report.badge)}</span>' if report.badge else ""
        yield f'<header><p class="kind">{escape(self.say("kind"))}{badge}</p><h1>{escape(report.title)}</h1>'
        yield f'<p class="quiet">{escape(report.subtitle)}</p><div class="lead">{prose(report.summary)}</div></header>'
        for topic in PAPER:
            yield from map(self.table, report.tables[topic])
            yield from (self.picture(report.pictures[name]) for name in AFTER.get(topic, ()) if name in report.pictures)
        yield from map(self.table, report.tables["agreed"])
        for name in ("agreed", "small", "proposed", "talk", "know"):
            yield from self.notes(report.notes.get(name, ()))
        yield f"<footer>{'<br>'.join(map(escape, report.footer))}</footer>"

    def table(self, table: Table) -> str:
        """A message, its margins drawn, and the same as a table."""
        rows = [{**row, "note": f"{row['margin']} {row['note']}".strip()} for row in table.rows]
        told = f"{table.title}: " + "; ".join(f"{row['label']} {row['text']}" for row in rows) + "."
        drawn = self.chart("intervals", pl.DataFrame(rows, schema=intervals.SCHEMA), told, {})
        last = next((name for name in BESIDE if any(row[name] for row in rows)), BESIDE[-1])
        heads = [table.head, *(self.say(f"column.{name}") for name in (*COLUMNS, last))]
        cells = [[row["label"], *(_shown(row, name) for name in (*COLUMNS, last))] for row in rows]
        note = "\n".join(dict.fromkeys(text for text in (table.message, table.note) if text))
        return _section(table.title, prose(note), drawn, _table(table.title, heads, cells))

    def picture(self, picture: Picture) -> str:
        """A picture of the pages, with its table."""
        drawn = self.chart(picture.chart, picture.frame, picture.alt, picture.options)
        heads = [*picture.rows[0]] if picture.rows else []
        table = _table(picture.title, heads, [[*row.values()] for row in picture.rows])
        return _section(picture.title, prose(picture.note), drawn, table)

    def notes(self, notes: Sequence[Note]) -> Iterator[str]:
        """Words under a heading each; one without a heading goes on with the one before."""
        for title, text in notes:
            yield _section(title, prose(text)) if title else f"<section>{prose(text)}</section>"

    def chart(self, name: str, frame: pl.DataFrame, told: str, options: Mapping[str, Any]) -> str:
        """The place of a chart; what is drawn there stands with all others at the end of the page."""
        specs = {mode: charts.spec(name, self.report.lang, mode, **options) for mode in MODES}
        for spec in specs.values():
            spec.pop("$schema", None)
            spec["description"] = told
        self.charts.append({**specs, "values": frame.to_dicts()})
        tall = charts.tall(name, frame, **options)
        number = len(self.charts) - 1
        return f'<div id="chart-{number}" class="chart" style="min-height:{tall}px"></div>'


def prose(text: str) -> str:
    """Paragraphs and lists out of ready words: `**` marks strong ones, a leading `- ` an item."""
    out: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        said = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(line.removeprefix("- ")))
        is_item = line.startswith("- ")
        if is_item and out and out[-1].endswith("</ul>"):
            out[-1] = f"{out[-1].removesuffix('</ul>')}<li>{said}</li></ul>"
        else:
            out.append(f"<ul><li>{said}</li></ul>" if is_item else f"<p>{said}</p>")
    return "".join(out)


def _shown(row: Row, name: str) -> str:
    return str(row["inside"] if name == "margin" and row["low"] is None else row[name])


def _section(title: str, *parts: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def _table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    lines = "".join(
        "<tr>" + "".join(_cell(place, text) for place, text in enumerate(cells)) + "</tr>" for cells in rows
    )
    top = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
    return f"<table>{top}<tbody>{lines}</tbody></table>" if lines else ""


def _cell(place: int, text: str) -> str:
    return f"<td>{escape(text)}</td>" if place else f'<th scope="row">{escape(text)}</th>'


@cache
def _script() -> str:
    """The library that draws, with the few lines that ask it to; nothing in it may end the element it stands in."""
    bundle: str = vl_convert.javascript_bundle(HERE.with_name("page.js").read_text(encoding="utf-8"))
    return bundle.replace("</script", "<\\/script")


def _policy(script: str) -> str:
    """Only this script runs, without evaluating text; nothing is fetched, framed or sent."""
    hashed = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{hashed}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _style() -> str:
    """The style of the page, its colours by the mode of the screen."""
    colours = {mode: _colours(mode) for mode in MODES}
    return Template(HERE.with_name("page.css").read_text(encoding="utf-8")).substitute(colours)


def _colours(mode: str) -> str:
    named = {name: code for name, code in asdict(theme.palette(mode)).items() if isinstance(code, str)}
    return " ".join(f"--{name}: {code};" for name, code in named.items())
