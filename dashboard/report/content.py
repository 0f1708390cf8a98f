"""What the board paper says, worked out once: PDF and workbook render this and decide nothing themselves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dashboard import evidence, pictures, tell
from dashboard.charts import intervals
from dashboard.pictures import Picture
from dashboard.report.phrases import Say, phrases
from dashboard.snapshot import Snapshot
from dashboard.story import LEAD, RISK, Labelled, Story
from dashboard.words import Cell, has_range, words

# A figure in ready words: what a chart's row holds, and what stands beside it in a table.
Row = dict[str, Any]
Note = tuple[str, str]
Named = tuple[str, str, Cell | None]


class NotThere(Exception):
    """Something asked for was not published; the message is a sentence for people."""


@dataclass(frozen=True)
class Table:
    """Figures under one title; `head` says what the rows are, `message` what they tell."""

    title: str
    head: str
    rows: Sequence[Row]
    note: str = ""
    message: str = ""


@dataclass(frozen=True)
class Report:
    """All words and figures of one paper; `**` marks strong words, a leading `-` an item of a list."""

    lang: str
    made: datetime
    title: str
    subtitle: str
    badge: str
    summary: str
    tables: Mapping[str, Sequence[Table]]
    pictures: Mapping[str, Picture]
    messages: Mapping[str, str]
    notes: Mapping[str, Sequence[Note]]
    footer: Sequence[str]


def build(snapshot: Snapshot, wave: str, lang: str, region: str | None = None) -> Report:
    """Everything one paper says about one wave, for the whole board or one region."""
    say = phrases(lang)
    if wave not in snapshot.waves():
        raise NotThere(say("error.wave", wave=wave, known=", ".join(reversed(snapshot.waves()))))
    story = Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), wave)
    if region is None:
        return _Author(story, say).report()
    levels = snapshot.rows("levels", wave=wave, dimension="region")["level"] if "region" in story.one_way() else ()
    for level in levels:
        if region.casefold() in (level.casefold(), story.words.level("region", level).casefold()):
            return _Author(story, say, "region", (level,)).report()
    error = "error.region" if len(levels) else "error.whole"
    raise NotThere(say(error, wave=wave, region=region, known=", ".join(levels)))


@dataclass(frozen=True)
class _Author:
    """Writes the parts of a paper about one group; `table` and `levels` say which."""

    story: Story
    say: Say
    table: str = "total"
    levels: tuple[str, ...] = ()

    def report(self) -> Report:
        story, words, about = self.story, self.story.words, self.story.snapshot.about()
        name, cells = story.group_name(self.table, self.levels), story.group(self.table, self.levels)
        told = [self.standing(code) for code in story.measures()[:2]]
        return Report(
            lang=words.lang,
            made=datetime.fromisoformat(about["created"]),
            title=words("overview.title"),
            subtitle=f"{name} · {words.wave(story.wave)} · {words.answered(cells['n'])}",
            badge=self.say("sample") if about.get("data_kind") == "sample" else "",
            summary=" ".join(told if self.levels else tell.summary(story)),
            tables=self.tables(),
            pictures=self.pictures(),
            messages={"rocks": tell.without(story), "trend": self.standing(story.lead())},
            notes=self.notes(),
            footer=self.footer(about["snapshot_id"]),
        )

    def tables(self) -> dict[str, list[Table]]:
        """Per topic; `groups` and `waves` are for the workbook."""
        story, say = self.story, self.say
        labels = {code: story.label(code) for code in story.measures()}
        risk = {code: labels[code] for code in RISK if code in labels}
        other = {code: label for code, label in labels.items() if code not in RISK}
        pillars = {cell["measure"]: label for label, cell in story.ranked_pillars()}
        told = tell.risk(story, next(iter(risk))) if risk and not self.levels else ""
        lowest = "" if self.levels else tell.pillar(story)
        explained = say("explain.pillars" if story.before() else "explain.first")
        splits = [*story.one_way(), *(table for table in story.tables() if "+" in table)]
        return {
            "headlines": [
                self.measures("headlines", {one.measure: one.label for one in story.headlines()}, message=self.lead())
            ],
            "coverage": self.coverage(),
            "pillars": [self.measures("pillars" if pillars else "other", pillars or other, explained, lowest)],
            "risk": [self.measures("risk", risk, told, told)] if risk else [],
            "groups": [self.split(labels, table) for table in splits],
            "waves": [self.through_time(code) for code in labels],
        }

    def lead(self) -> str:
        """The figure everything starts with, in one sentence."""
        return self.standing(self.story.lead()) if self.levels else tell.lead(self.story)

    def standing(self, measure: str) -> str:
        """Where one figure of the group stands, and what it did."""
        name = self.story.group_name(self.table, self.levels)
        return tell.trend(self.story, measure, name, self.table, self.levels)

    def measures(self, topic: str, labels: Mapping[str, str], note: str = "", message: str = "") -> Table:
        """Several figures of the group, with their change since the previous wave."""
        cells = self.story.group(self.table, self.levels)
        rows = self.rows([(label, code, cells.get(code)) for code, label in labels.items()], compare=True)
        return Table(self.say(f"title.{topic}"), self.say("column.measure"), rows, note, message)

    def split(self, measures: Iterable[str], table: str) -> Table:
        """Figures of all groups of a table, each under the whole board."""
        words = self.story.words
        head = words.listed(words.label("dimension", part.removesuffix("_coarse")) for part in table.split("+"))
        rows = [row for code in measures for row in self.beside(code, self.story.worst_first(code, table))]
        return Table(self.say("sheet.groups"), head, rows)

    def beside(self, measure: str, cells: Sequence[Labelled]) -> list[Row]:
        # A measure that the plan does not split this way has the whole board only.
        named = [(label, measure, cell) for label, cell in cells if len(cells) > 1]
        return self.rows(named, board=self.story.board(measure))

    def coverage(self) -> list[Table]:
        """The lead figure by region and by experience, or by experience within the region."""
        story, lead, out = self.story, self.story.lead(), list[Table]()
        for dimension in story.one_way()[:2]:
            table, by = self.split([lead], dimension), story.words.inline("dimension", dimension)
            title = self.say("title.coverage", label=story.label(lead), by=by)
            if self.levels and dimension != self.table:
                rows = self.beside(lead, story.inside(self.table, self.levels, lead) or [])
                title = self.say("title.inside", group=story.group_name(self.table, self.levels), by=by)
                table = replace(table, rows=rows)
            note = "" if out else self.say("explain.strips")
            told = "" if self.levels else tell.groups(story, lead, (dimension,))
            out += [replace(table, title=title, note=note, message=told)] if table.rows else []
        return out

    def through_time(self, measure: str) -> Table:
        series = self.story.series(measure, self.table, self.levels)
        named = [(self.story.words.wave(wave), measure, cell) for wave, cell in series]
        return Table(self.story.label(measure), self.say("column.wave"), self.rows(named))

    def rows(self, named: Sequence[Named], compare: bool = False, board: Cell | None = None) -> list[Row]:
        """Cells in words, through the same rules as the screen; edges rounded outwards, as printed."""
        story, words, where = self.story, self.story.words, (self.table, *self.levels)
        previous = story.before() if compare else None
        before = {label: story.snapshot.cell(previous, code, *where) for label, code, _ in named} if previous else {}
        targets = {label: story.target(code) for label, code, _ in named} if compare else {}
        cells, worse = [(label, cell) for label, _, cell in named], story.worse(named[0][1]) if named else "lower"
        drawn = intervals.rows(cells, words, board, before, targets, worse).iter_rows(named=True)
        out = []
        for (label, code, cell), row in zip(named, drawn, strict=True):
            figure = words.figure(cell)
            change = story.moved(code, self.table, self.levels) if compare and figure.shown else "unknown"
            out.append(
                {
                    **row,
                    "measure": label if compare else story.label(code),
                    "text": words("dash") if figure.kind == "response" else figure.text,
                    "margin": figure.margin,
                    "low": None if figure.low is None else math.floor(figure.low * 100 + 1e-9) / 100,
                    "high": None if figure.high is None else math.ceil(figure.high * 100 - 1e-9) / 100,
                    "answered": words.answered(cell, short=True) if cell else "",
                    "moved": "" if change == "unknown" else words(f"moved.{change}"),
                    "note": figure.reason,
                }
            )
        return out

    def pictures(self) -> dict[str, Picture]:
        """Which kind of rock, and the lead figure through the waves once there are two to compare."""
        story, say, lead, out = self.story, self.say, self.story.lead(), {}
        if has_range(story.board(LEAD)) and not self.levels:
            rocks = pictures.rock_kinds(story, "total")
            kinds = " · ".join(f"{kind}: {share}" for kind, share in [*rocks.rows[0].items()][1:])
            out["rocks"] = replace(rocks, title=say("title.rocks"), note=f"{say('explain.rocks')}\n{kinds}.")
        if sum(has_range(cell) for _, cell in story.series(lead, self.table, self.levels)) > 1:
            line = pictures.line(story, lead, self.table, self.levels)
            title, note = say("title.trend", label=story.label(lead)), say("explain.trend")
            out["trend"] = replace(line, title=title, note=note, options={"height": 150})
        return out

    def notes(self) -> dict[str, list[Note]]:
        """How to read the figures; a board too small to split also reads why, and what it can do."""
        say, story, words, board = self.say, self.story, self.story.words, self.story.board(self.story.lead())
        counts = story.snapshot.rows("withheld", wave=story.wave).to_dicts()
        planned = sum(row["cells"] for row in counts if row["status"] != "not_asked")
        hidden = planned - sum(row["cells"] for row in counts if row["status"] == "published")
        answered = words.answered(story.group("total", ())["n"])
        told = [f"{answered}.", words.warning(board["response"]) if board else ""]
        told += [say("know.hidden", count=words.number(hidden), all=words.number(planned))]
        notes = {
            "know": [
                (say("know.promise"), words("trust.promise")),
                *([(words("risk.honest_title"), words("risk.honest"))] if {*RISK} & {*story.measures()} else []),
                *([] if self.levels else evidence.notes(story)),
                (say("know.margin"), say("know.margin_text")),
                (say("know.response"), " ".join(filter(None, told))),
            ],
            "talk": [(say("talk.title"), say("talk.text"))],
        }
        if not story.one_way():
            known = "some" if story.shows_anything() else "none"
            why = (words(f"small.title_{known}"), words(f"small.{known}", answered=answered))
            notes["small"] = [why, ("", words("small.do"))]
        return notes

    def footer(self, snapshot: str) -> list[str]:
        """Where every figure comes from."""
        story, say, now = self.story, self.say, self.story.publication
        waves = [wave for wave, _ in story.series(story.lead()) if wave != story.wave]
        earlier = ", ".join(story.snapshot.publication(wave)["publication"] for wave in waves)
        return [
            say("footer.origin", day=story.words.date(now["published_on"]), snapshot=snapshot, **now),
            *([say("footer.earlier", earlier=earlier)] if earlier else []),
            say("footer.policy", **now),
        ]
