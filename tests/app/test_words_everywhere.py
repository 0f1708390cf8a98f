"""No word, arrow or colour on any page, in the paper, the slides or the note goes against the figures as drawn."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from streamlit.proto.Metric_pb2 import Metric as MetricProto

from dashboard.door.asgi import PAGES
from dashboard.page import pieces
from dashboard.report import render
from dashboard.report.content import build
from dashboard.story import Picture, Story, find
from dashboard.trust import parts
from dashboard.words import LOCALES, Cell, has_range, words
from tests.app.test_pages import plain, text, visit

BOARDS = ("home_25", "home_60", "home_120")
# How the size of a difference is written, and that it may go either way, which names no side.
AROUND = {
    "nl": r"tussen \d+ punt(en)? lager en \d+ punt(en)? hoger",
    "en": r"between \d+ points? lower and \d+ points? higher",
}
SIDED = {
    "nl": r"(?:\d+ tot )?\d+ punt(?:en)? (lager|hoger)",
    "en": r"(?:\d+ to )?\d+ points? (lower|higher)",
}
SIDES = {"lager": "lower", "hoger": "higher", "lower": "lower", "higher": "higher"}
ARROWS = {MetricProto.MetricDirection.UP: "higher", MetricProto.MetricDirection.DOWN: "lower"}
OPPOSITE = {
    "nl": {"lower": ("vrijwel zeker meer", "vrijwel zeker vaker", "**hoger**"),
           "higher": ("vrijwel zeker minder", "**lager**")},
    "en": {"lower": ("almost certainly more", "**higher**"), "higher": ("almost certainly less", "**lower**")},
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """A published difference: what it is about, and where both figures are drawn."""

    word: str
    text: str
    measure: str
    group: str
    now: Cell
    other: Cell

    @property
    def is_drawn_so(self) -> bool:
        ahead = self.now["low"] + self.now["high"] - self.other["low"] - self.other["high"]
        return bool(ahead > 0) if self.word == "higher" else bool(ahead < 0)


@pytest.fixture(params=BOARDS)
def home(request: pytest.FixtureRequest) -> Path:
    return Path(request.getfixturevalue(request.param))


@pytest.fixture(params=sorted(LOCALES.languages))
def story(request: pytest.FixtureRequest, home: Path) -> Story:
    snapshot = find(home).snapshot
    assert snapshot is not None
    said = words(request.param, snapshot.rows("dictionary").iter_rows(named=True))
    return Story(snapshot, said, snapshot.waves()[0])


@lru_cache(maxsize=64)
def published(story: Story) -> list[Difference]:
    """Every difference of this wave that names a side."""
    every = [
        row
        for earlier in (None, *story.snapshot.waves())
        for row in story.snapshot.later("contrasts", wave=story.wave, earlier=earlier)
    ]
    return [one for row in every for one in _of_row(story, row)]


def _of_row(story: Story, row: dict[str, Any]) -> Iterator[Difference]:
    levels = [row[f"level_{way}"] for way in (1, 2) if row[f"level_{way}"]]
    now = story.snapshot.cell(story.wave, row["measure"], row["table_id"], *levels)
    is_in_time = row["earlier"] is not None
    other = (
        story.snapshot.cell(row["earlier"], row["measure"], row["table_id"], *levels)
        if is_in_time
        else story.board(row["measure"])
    )
    if row["word"] in ("lower", "higher") and has_range(now) and has_range(other):
        assert now is not None
        assert other is not None
        size = story.words.difference(row["low"], row["high"])
        yield Difference(row["word"], size, story.label(row["measure"]), story.words.group(now), now, other)


def check(story: Story, written: str, *about: str) -> int:
    """Every difference in a text is a published one and drawn on its side; how many there were."""
    lang, known = story.words.lang, published(story)
    found = 0
    for sentence in re.split(r"(?<=[.!?])\s|\n", re.sub(AROUND[lang], "", plain(written))):
        for size in re.finditer(SIDED[lang], sentence):
            same = [
                one for one in known if one.text == size[0] and all(part in (one.measure, one.group) for part in about)
            ]
            side = SIDES[size[1]]
            assert [one for one in same if one.is_drawn_so], sentence
            assert {one.word for one in same} == {side}, sentence
            assert not any(word in sentence for word in OPPOSITE[lang][side]), sentence
            found += 1
    return found


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Picture]:
    """Every picture that a page draws."""
    seen: list[Picture] = []
    draw = pieces.draw

    def noted(story: Story, one: Picture, *rest: Any) -> None:
        seen.append(one)
        draw(story, one, *rest)

    monkeypatch.setattr(pieces, "draw", noted)
    return seen


@pytest.mark.parametrize("page", PAGES)
def test_on_every_page(
    page: str, home: Path, story: Story, drawn: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    for against in ("previous", "year"):
        app = visit(home, page, monkeypatch, lang=story.words.lang, compare=against)
        assert [error.message for error in app.exception] == []
        check(story, text(app))
        for metric in app.metric:
            arrow = ARROWS.get(metric.proto.direction)
            assert arrow is None or metric.delta == story.words(f"moved.{arrow}")
    assert drawn or page not in ("overview", "coverage", "trend")
    for one in drawn:
        colours(story, one)


def colours(story: Story, one: Picture) -> None:
    """Brown lies on one side of the whole board and full teal of a group on the other."""
    if one.chart != "intervals":
        return
    sides: dict[str, set[bool]] = {"worse": set(), "better": set()}
    for row in one.frame.iter_rows(named=True):
        if row["tone"] in sides and row["board_low"] is not None and row["low"] is not None:
            sides[row["tone"]].add(row["low"] + row["high"] < row["board_low"] + row["board_high"])
    assert all(len(side) <= 1 for side in sides.values()), one.title
    assert not (sides["worse"] & sides["better"]), one.title
    for word in ("lower", "higher"):
        if one.note.startswith(story.words(f"strip.{word}")) and sides["worse"]:
            assert sides["worse"] == {word == "lower"}, one.title


def test_in_the_paper(story: Story) -> None:
    sheet = build(story.snapshot, story.wave, story.words.lang)
    check(story, sheet.summary)
    for text_of in (*sheet.messages.values(), *(said for notes in sheet.notes.values() for _, said in notes)):
        check(story, text_of)
    for tables in sheet.tables.values():
        for table in tables:
            check(story, f"{table.note}\n{table.message}")
            for row in table.rows:
                for column in ("rest", "year"):
                    check(story, row[column], row["measure"])
                if row["board_low"] is not None and row["low"] is not None and row["tone"] in ("worse", "better"):
                    code = next(code for code in story.measures() if story.label(code) == row["measure"])
                    is_below = row["low"] + row["high"] < row["board_low"] + row["board_high"]
                    assert is_below == ((story.worse(code) == "lower") == (row["tone"] == "worse"))


def test_in_the_paper_of_every_region(story: Story) -> None:
    place = story.dimension("place")
    if place is None or place not in story.one_way():
        return
    for level in story.snapshot.rows("levels", wave=story.wave, dimension=place)["level"]:
        sheet = build(story.snapshot, story.wave, story.words.lang, level, full=False)
        check(story, sheet.summary)
        for tables in sheet.tables.values():
            for table in tables:
                check(story, f"{table.note}\n{table.message}")


def test_on_the_slides(story: Story) -> None:
    deck = Presentation(io.BytesIO(render(story.snapshot, story.wave, story.words.lang, "pptx", None, (), False)))
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                check(story, shape.text_frame.text)
            elif shape.has_table:
                for row in shape.table.rows:
                    check(story, "\n".join(cell.text for cell in row.cells))


def test_in_the_note(story: Story) -> None:
    for row in parts(story):
        for part in row:
            check(story, "\n".join((part.note, part.text, *(" ".join(line.values()) for line in part.rows))))


def test_the_check_sees_a_word_that_goes_against_the_figures(home_120: Path) -> None:
    snapshot = find(home_120).snapshot
    assert snapshot is not None
    said = words("nl", snapshot.rows("dictionary").iter_rows(named=True))
    found = [one for wave in snapshot.waves() for one in published(Story(snapshot, said, wave))]
    assert any(one.is_drawn_so for one in found)
    story = Story(snapshot, said, snapshot.waves()[0])
    known = next(one for one in published(story) if one.is_drawn_so)
    assert check(story, f"Zo is het ({known.text}).") == 1
    with pytest.raises(AssertionError):
        check(story, f"Vrijwel zeker anders (99 tot 98 punten {known.text.split()[-1]}).")
    wrong = {"lower": "vrijwel zeker meer", "higher": "vrijwel zeker minder"}[known.word]
    with pytest.raises(AssertionError):
        check(story, f"Dit is {wrong} dan elders ({known.text}).")
