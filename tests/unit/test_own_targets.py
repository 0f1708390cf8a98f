"""Targets that the board sets: dated, by a role, none by default; the newest that holds at a wave counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.agreements import SHARES, Target, Targets, Unreadable, in_force
from dashboard.report.content import build
from dashboard.story import OwnTarget, Story
from dashboard.story.snapshot import find
from dashboard.words import words

DAY = dt.date(2026, 11, 2)
SOUND = Target("has_rock", 0.85, "board_member", "2026Q3", DAY)


def story_of(home: Path, *own: OwnTarget, back: int = 0) -> Story:
    snapshot = find(home).snapshot
    assert snapshot is not None
    named = words("nl", snapshot.rows("dictionary").iter_rows(named=True))
    return Story(snapshot, named, snapshot.waves()[back], own_targets=own)


def test_a_new_home_has_no_target_and_makes_no_file_to_say_so(tmp_path: Path) -> None:
    assert Targets(tmp_path).all() == []
    assert Targets(tmp_path).own() == ()
    assert not (tmp_path / "actions").exists()


def test_what_was_set_comes_back_with_its_day_and_role_and_nothing_is_overwritten(tmp_path: Path) -> None:
    targets, later = Targets(tmp_path), replace(SOUND, share=0.9, base="2026Q4")
    targets.set(SOUND)
    targets.set(later)
    assert targets.all() == [later, SOUND]
    assert in_force(targets.all(), "has_rock", "2026Q3") == SOUND
    assert in_force(targets.all(), "has_rock", "2027Q1") == later
    assert in_force(targets.all(), "has_rock", "2026Q2") is None
    assert in_force(targets.all(), "buddy", "2027Q1") is None


def test_two_quick_clicks_set_one_target(tmp_path: Path) -> None:
    for _ in range(2):
        Targets(tmp_path).set(SOUND)
    assert Targets(tmp_path).all() == [SOUND]


def test_a_target_that_is_taken_back_holds_no_more_but_stays_on_record(tmp_path: Path) -> None:
    targets = Targets(tmp_path)
    targets.set(SOUND)
    targets.set(replace(SOUND, share=None))
    assert in_force(targets.all(), "has_rock", "2026Q3") is None
    assert len(targets.all()) == 2


@pytest.mark.parametrize("change", [{"share": 0.83}, {"share": 0.0}, {"owner": "Jan"}])
def test_only_shares_and_roles_from_the_lists_are_kept(change: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="lists"):
        Targets(tmp_path).set(replace(SOUND, **change))
    assert Targets(tmp_path).all() == []
    assert min(SHARES) == 0.05
    assert max(SHARES) == 1


def test_a_file_that_cannot_be_read_gives_no_target_and_is_told_to_who_asks(tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "actions.sqlite").write_text("not a database at all, but somebody's notes")
    assert Targets(tmp_path).own() == ()
    with pytest.raises(Unreadable):
        Targets(tmp_path).all()


def test_the_boards_own_target_goes_before_an_example_and_holds_from_its_wave_on(home_120: Path) -> None:
    story = story_of(home_120)
    example, newest = story.target("has_rock"), story.wave
    assert example is not None  # fictional waves bring one
    own = OwnTarget("has_rock", 0.75, newest)
    assert story_of(home_120, own).target("has_rock") == 0.75
    assert story_of(home_120, own, back=1).target("has_rock") != 0.75
    assert story_of(home_120, OwnTarget("has_rock", None, newest), own).target("has_rock") is None
    assert story_of(home_120, own).target("uses_buddy") == story.target("uses_buddy")


def test_the_paper_shows_the_same_target_as_the_screen(home_120: Path) -> None:
    story = story_of(home_120)
    measure = story.pillars()[0]
    own = (OwnTarget(measure, 0.35, story.wave),)
    report = build(story.snapshot, story.wave, "nl", targets=own)
    rows = [row for table in report.tables["pillars"] for row in table.rows if row["measure"] == story.label(measure)]
    assert [row["target"] for row in rows] == [0.35]
