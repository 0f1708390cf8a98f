"""What one paper is about, and how figures of it become rows in ready words: the same rules as on the screen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from dashboard.charts import intervals
from dashboard.charts.parts import plain
from dashboard.report.model import Row, Table
from dashboard.report.phrases import Say
from dashboard.story import Group, Labelled, Story, contrasts, differences, rank, sentences
from dashboard.words import COARSE, Cell, has_range

Named = tuple[str, str, Cell | None]  # label, measure, cell
TINY = 1e-9  # what is lost in a sum of shares


@dataclass(frozen=True)
class Scope:
    """One wave and the whole board or one group of it; `full` with what only sheets hold."""

    story: Story
    say: Say
    full: bool
    table: str = "total"
    levels: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it is about the whole board."""
        return not self.levels

    @property
    def group(self) -> Group:
        """The group it is about."""
        return self.table, self.levels

    @property
    def name(self) -> str:
        """What that group is called."""
        return self.story.group_name(self.table, self.levels)

    @property
    def by(self) -> str:
        """By what that group is told apart; nothing for the whole board."""
        return "" if self.is_whole else self.split_name(self.table)

    @property
    def cells(self) -> Mapping[str, Cell]:
        """All figures of the group."""
        return self.story.group(self.table, self.levels)

    def standing(self, measure: str) -> str:
        """Where one figure of the group stands, and what it did."""
        return sentences.trend(self.story, measure, self.table, self.levels)

    def measures(self, topic: str, labels: Mapping[str, str], note: str = "", message: str = "") -> Table:
        """Several figures of the group, with their change since the previous wave."""
        rows = self.rows([(label, code, self.cells.get(code)) for code, label in labels.items()], compare=True)
        return Table(self.say(f"title.{topic}"), self.say("column.measure"), rows, note, message)

    def shown(self, topic: str, codes: Sequence[str], message: str = "") -> list[Table]:
        """Figures of the group in this order; no table when none of them can be shown."""
        here = [code for code in codes if code in self.cells]
        if not any(has_range(self.cells[code]) for code in here):
            return []
        return [self.measures(topic, {code: self.story.label(code) for code in here}, "", message)]

    def worst_first(self, codes: Iterable[str]) -> list[str]:
        """The same figures, the most worrying first."""
        return sorted(codes, key=lambda code: rank(self.cells.get(code), self.story.worse(code)))

    def split(self, measures: Iterable[str], table: str) -> Table:
        """Figures of all groups of a table, each under the whole board."""
        head, whole = self.split_name(table), self.story.words("whole")
        rows = [row for code in measures for row in self.beside(code, self.story.worst_first(code, table))]
        told = [{**row, "group": row["label"], "by": "" if row["label"] == whole else head} for row in rows]
        return Table(self.say("sheet.groups"), head, told)

    def split_name(self, table: str) -> str:
        """What the groups of a table are told apart by."""
        words = self.story.words
        return words.listed(words.label("dimension", part.removesuffix(COARSE)) for part in table.split("+"))

    def beside(self, measure: str, cells: Sequence[Labelled]) -> list[Row]:
        """Groups under the whole board; of a measure that the plan does not split so there is the board alone."""
        named = [(label, measure, cell) for label, cell in cells if len(cells) > 1]
        return self.rows(named, board=self.story.board(measure))

    def through_time(self, measure: str) -> Table:
        """One figure of the group in all waves."""
        series = self.story.series(measure, self.table, self.levels)
        named = [(self.story.words.wave(wave), measure, cell) for wave, cell in series]
        rows = [{**row, "wave": wave} for (wave, _), row in zip(series, self.rows(named), strict=True)]
        return Table(self.story.label(measure), self.say("column.wave"), rows)

    def rows(
        self,
        named: Sequence[Named],
        compare: bool = False,
        board: Cell | None = None,
        beside: Mapping[str, Cell | None] | None = None,
    ) -> list[Row]:
        """Cells in words, through the same rules as the screen; edges rounded outwards, as printed.

        The thin line is the wave before when figures are compared, else what `beside` names. Only cells of one
        measure are laid beside a board.
        """
        story = self.story
        previous = story.before() if compare else None
        before = {
            label: story.snapshot.cell(previous, code, self.table, *self.levels) if previous else None
            for label, code, _ in named
        }
        targets = {label: story.target(code) for label, code, _ in named} if compare else {}
        cells = [(label, cell) for label, _, cell in named]
        tone = partial(contrasts.tone, story) if board else plain
        thin = before if previous else beside
        drawn = intervals.rows(cells, story.words, board, thin, targets, tone).iter_rows(named=True)
        return [
            self._row(one, row, compare, is_beside=board is not None) for one, row in zip(named, drawn, strict=True)
        ]

    def _row(self, named: Named, drawn: Mapping[str, object], compare: bool, *, is_beside: bool) -> Row:
        story, words = self.story, self.story.words
        label, code, cell = named
        figure = words.figure(cell)
        change = contrasts.moved(story, code, self.table, self.levels) if compare and figure.shown else "unknown"
        return {
            **drawn,
            "wave": story.wave,
            "by": self.by,
            "group": self.name,
            "measure": label if compare else story.label(code),
            "text": words("dash") if figure.kind == "response" else figure.text,
            "margin": figure.margin,
            "low": None if figure.low is None else math.floor(figure.low * 100 + TINY) / 100,
            "high": None if figure.high is None else math.ceil(figure.high * 100 - TINY) / 100,
            "answered": words.answered(cell, short=True) if cell else "",
            "whole": "",
            "moved": "" if change == "unknown" else words(f"moved.{change}"),
            "rest": differences.from_rest(story, cell) if is_beside else "",
            "year": differences.from_rest(story, cell, over_year=True) if is_beside else "",
            "note": figure.reason,
        }
