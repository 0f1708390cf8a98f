"""What the board paper says, worked out once: PDF, slides and workbook render this and decide nothing themselves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dashboard.agreements.store import Action
from dashboard.charts import intervals
from dashboard.report import agreements
from dashboard.report.agreements import Agreed
from dashboard.report.model import Note, NotThere, Report, Row, Table
from dashboard.report.phrases import Say, phrases
from dashboard.story import evidence, pictures, topics
from dashboard.story import sentences as tell
from dashboard.story.pictures import Picture
from dashboard.story.snapshot import Snapshot
from dashboard.story.wave import HELPS, LEAD, RISK, Labelled, Story, rank
from dashboard.story.words import Cell, has_range, words

Named = tuple[str, str, Cell | None]
NEEDS = ("high_need", "unmet_need", "lonely", "leaving")


def build(
    snapshot: Snapshot, wave: str, lang: str, region: str | None = None, full: bool = True, agreed: Agreed = ()
) -> Report:
    """Everything one paper says about one wave and the whole board or one region; `full` with what only sheets hold."""
    story, say = story_of(snapshot, wave, lang), phrases(lang)
    if region is None:
        return _Author(story, say, full, agreed).report()
    levels = snapshot.rows("levels", wave=wave, dimension="region")["level"] if "region" in story.one_way() else ()
    for level in levels:
        if region.casefold() in (level.casefold(), story.words.level("region", level).casefold()):
            return _Author(story, say, full, agreed, "region", (level,)).report()
    error = "error.region" if len(levels) else "error.whole"
    raise NotThere(say(error, wave=wave, region=region, known=", ".join(levels)))


def story_of(snapshot: Snapshot, wave: str, lang: str) -> Story:
    """One wave to tell about; raises NotThere when it was not published."""
    if wave not in snapshot.waves():
        raise NotThere(phrases(lang)("error.wave", wave=wave, known=", ".join(reversed(snapshot.waves()))))
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), wave)


@dataclass(frozen=True)
class _Author:
    """Writes the parts of a paper about one group; `table` and `levels` say which."""

    story: Story
    say: Say
    full: bool
    agreed: Agreed
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
            messages={
                "rocks": tell.without(story),
                "ladder": tell.unused(story) or story.words("pillars.ladder"),
                "trend": self.standing(story.lead()),
            },
            notes=self.notes(),
            footer=self.footer(about["snapshot_id"]),
        )

    def tables(self) -> dict[str, list[Table]]:
        """Per topic; `groups` and `waves` are for the workbook and slow to gather."""
        story, say = self.story, self.say
        labels = {code: story.label(code) for code in story.measures()}
        risk = {code: labels[code] for code in RISK if code in labels}
        other = {code: label for code, label in labels.items() if code not in RISK}
        pillars = {cell["measure"]: label for label, cell in story.ranked_pillars()}
        told = tell.risk(story, next(iter(risk))) if risk and not self.levels else ""
        lowest = "" if self.levels else tell.pillar(story)
        explained = say("explain.pillars" if story.before() else "explain.first")
        splits = [*story.one_way(), *(table for table in story.tables() if "+" in table)] if self.full else []
        steps = [code for step in topics.STEPS if step != "used" for code in story.pillars(step)]
        return {
            "headlines": [
                self.measures("headlines", {one.measure: one.label for one in story.headlines()}, message=self.lead())
            ],
            "coverage": self.coverage(),
            "pillars": [self.measures("pillars" if pillars else "other", pillars or other, explained, lowest)],
            "risk": [self.measures("risk", risk, told, told)] if risk else [],
            "steps": self.known("steps", steps),
            "starters": self.starters(),
            "needs": self.known("needs", NEEDS, self.one("unmet_need")),
            "asking": self.known("asking", HELPS, "" if self.levels else tell.asks_in_time(story)),
            "beliefs": self.known("beliefs", topics.beliefs(story), "" if self.levels else tell.belief(story)),
            "agreed": self.agreements(),
            "groups": [self.split(labels, table) for table in splits],
            "waves": [self.through_time(code) for code in labels if self.full],
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

    def one(self, measure: str) -> str:
        """A sentence about one figure of the group, if the publication has it."""
        return self.standing(measure) if measure in self.story.measures() else ""

    def known(self, topic: str, codes: Sequence[str], message: str = "") -> list[Table]:
        """Figures of the group, the most worrying first; no table when none of them can be shown."""
        cells = self.story.group(self.table, self.levels)
        found = [code for code in topics.published(self.story, tuple(codes)) if code in cells]
        if not any(has_range(cells[code]) for code in found):
            return []
        ranked = sorted(found, key=lambda code: rank(cells[code], self.story.worse(code)))
        order = found if topic == "steps" else ranked
        return [self.measures(topic, {code: self.story.label(code) for code in order}, "", message)]

    def starters(self) -> list[Table]:
        """Starters beside the whole board; only in a paper about the whole board."""
        story, group = self.story, None if self.levels else topics.starters(self.story)
        if group is None:
            return []
        cells, rows = story.group(*group), list[Row]()
        for code in topics.published(story, topics.STARTERS):
            board, label = story.board(code), story.label(code)
            for row in self.rows([(label, code, cells.get(code))], board=board, beside={label: board}):
                bare = {"board_low": None, "board_high": None}  # each has a board of its own: the thin line
                rows.append(row | bare | {"whole": story.words.line(story.words.figure(board))})
        if all(row["low"] is None for row in rows):
            return []
        title = self.say("title.starters", group=story.group_name(*group))
        note, message = self.say("explain.starters"), tell.starters_beside(story, *group)
        return [Table(title, self.say("column.measure"), rows, note, message)]

    def about(self) -> list[Action]:
        """The agreements this paper is about."""
        return agreements.about(self.story, self.agreed, (self.table, self.levels))

    def agreements(self) -> list[Table]:
        """A row for each agreement, in the order of the notes about them: its figure now, beside when it was agreed."""
        story, rows = self.story, list[Row]()
        for action in self.about():
            label, (now, then) = story.group_name(action.table, action.levels), agreements.figures(story, action)
            rows += self.rows([(label, action.measure, now)], beside={label: then})
        title, head, note = self.say("title.agreed"), self.say("column.label"), self.say("explain.agreed")
        return [Table(title, head, rows, note)] if rows else []

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
        hidden = tell.unsplit(story, (lead,), tuple(story.one_way()[:2]))
        for dimension in story.one_way()[:2]:
            table, by = self.split([lead], dimension), story.words.inline("dimension", dimension)
            title = self.say("title.coverage", label=story.label(lead), by=by)
            if self.levels and dimension != self.table:
                rows = self.beside(lead, story.inside(self.table, self.levels, lead) or [])
                title = self.say("title.inside", group=story.group_name(self.table, self.levels), by=by)
                table = replace(table, rows=rows)
            note = "" if out else f"{self.say('explain.strips')} {'' if self.levels else hidden}".strip()
            told = "" if self.levels else tell.groups(story, lead, (dimension,))
            if any(row["low"] is not None and row["tone"] != "board" for row in table.rows):
                out.append(replace(table, title=title, note=note, message=told))
        return out

    def through_time(self, measure: str) -> Table:
        series = self.story.series(measure, self.table, self.levels)
        named = [(self.story.words.wave(wave), measure, cell) for wave, cell in series]
        return Table(self.story.label(measure), self.say("column.wave"), self.rows(named))

    def rows(
        self,
        named: Sequence[Named],
        compare: bool = False,
        board: Cell | None = None,
        beside: Mapping[str, Cell | None] | None = None,
    ) -> list[Row]:
        """Cells in words, through the same rules as the screen; edges rounded outwards, as printed.

        The thin line is the wave before when figures are compared, else what `beside` names.
        """
        story, words, where = self.story, self.story.words, (self.table, *self.levels)
        previous = story.before() if compare else None
        before = {label: story.snapshot.cell(previous, code, *where) for label, code, _ in named} if previous else {}
        targets = {label: story.target(code) for label, code, _ in named} if compare else {}
        cells, worse = [(label, cell) for label, _, cell in named], story.worse(named[0][1]) if named else "lower"
        drawn = intervals.rows(cells, words, board, before or beside, targets, worse).iter_rows(named=True)
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
                    "whole": "",
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
        steps = topics.steps(story)
        if len(steps) > 1 and not self.levels and story.shows_anything():
            out["ladder"] = replace(pictures.ladder(story, tuple(steps)), options={"row": 34})
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
        told += [say("know.hidden", count=hidden, hidden=words.number(hidden), all=words.number(planned))]
        notes = {
            "know": [
                (say("know.promise"), words("trust.promise")),
                *([(words("risk.honest_title"), words("risk.honest"))] if {*RISK} & {*story.measures()} else []),
                *([] if self.levels else evidence.notes(story)),
                (say("know.margin"), say("know.margin_text")),
                *([(say("title.agreed"), words("actions.unreadable"))] if self.agreed is None else []),
                (say("know.response"), " ".join(filter(None, told))),
            ],
            "talk": [(say("talk.title"), say("talk.text"))],
            "agreed": [agreements.note(story, action) for action in self.about()],
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
