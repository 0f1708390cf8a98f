"""The store of actions: lists only, two editors, kills, and files of its own account."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from dashboard.agreements import database
from dashboard.agreements.database import Unreadable
from dashboard.agreements.store import REMOVED, Action, Changed, Store
from tests.browser.serving import ROOT

SOUND = Action("network", "region", "Noord", "hr_adviser", "2026Q4", "2027Q2", "planned", "2026Q3")
# As the first version made it.
FIRST_VERSION = """
create table action (number integer not null primary key, version integer not null, advice varchar not null,
"table" varchar not null, level varchar not null, owner varchar not null, start varchar not null, due varchar not null,
status varchar not null, base varchar not null, saved datetime not null)
"""
WRITER = """
import pathlib, sys
from dataclasses import replace
from dashboard.agreements.store import Action, Store
store = Store(pathlib.Path(sys.argv[1]))
base = Action("network", "total", "", "hr_adviser", "2026Q4", "2027Q2", "planned", "2026Q3")
while True:
    kept = store.save(base)
    print(kept.number, kept.version, flush=True)
    kept = store.save(replace(kept, status="done"))
    print(kept.number, kept.version, flush=True)
"""


def test_what_is_saved_comes_back_as_it_was_chosen(tmp_path: Path) -> None:
    kept = Store(tmp_path).save(SOUND)
    assert Store(tmp_path).all() == [kept]
    assert replace(kept, number=0, version=0) == SOUND


def test_the_file_is_of_its_own_account_only(tmp_path: Path) -> None:
    Store(tmp_path).save(SOUND)
    assert (tmp_path / "actions").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "actions" / "actions.sqlite").stat().st_mode & 0o777 == 0o600


@given(st.sampled_from(["advice", "owner", "status"]), st.text())
def test_nothing_but_words_from_the_lists_is_kept(
    tmp_path_factory: pytest.TempPathFactory, field: str, word: str
) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "never")
    if getattr(SOUND, field) != word:
        with pytest.raises(ValueError, match="lists"):
            store.save(replace(SOUND, **{field: f"{word} "}))
    assert store.all() == []


def test_looking_back_cannot_come_before_the_start_or_before_the_wave_it_began_with(tmp_path: Path) -> None:
    for change in ({"due": "2026Q3"}, {"base": "2028Q1"}):
        with pytest.raises(ValueError, match="lists"):
            Store(tmp_path).save(replace(SOUND, **change))


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(tmp_path: Path) -> None:
    one, other = Store(tmp_path), Store(tmp_path)
    kept = one.save(SOUND)
    first = one.save(replace(kept, status="running"))
    with pytest.raises(Changed):
        other.save(replace(kept, owner="board_member"))
    assert other.all() == [first]
    assert other.save(replace(first, owner="board_member")).version == first.version + 1


def test_an_action_that_is_not_there_is_not_made_by_changing_it(tmp_path: Path) -> None:
    with pytest.raises(Changed):
        Store(tmp_path).save(replace(SOUND, number=7, version=1))


def test_actions_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    kept = Store(tmp_path / "a").save(SOUND)
    assert kept.number == 1
    (tmp_path / "b" / "actions").mkdir(parents=True)
    path = tmp_path / "b" / "actions" / "actions.sqlite"
    path.write_bytes((tmp_path / "a" / "actions" / "actions.sqlite").read_bytes())
    with create_engine(f"sqlite:///{path}").begin() as connection:
        connection.execute(text("pragma user_version = 99"))
    with pytest.raises(Unreadable):
        Store(tmp_path / "b").all()


@pytest.mark.parametrize("acknowledged", [1, 20, 60])
def test_a_kill_while_saving_loses_nothing_that_was_acknowledged(tmp_path: Path, acknowledged: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout
        first = [writer.stdout.readline() for _ in range(acknowledged)]
        writer.send_signal(signal.SIGKILL)
        told = [*first, *writer.stdout.readlines()]
    assert writer.returncode == -signal.SIGKILL
    kept = {action.number: action for action in Store(tmp_path).all()}
    for number, version in (map(int, line.split()) for line in told if line.endswith("\n")):
        assert kept[number].version >= version
        assert kept[number].status == ("planned", "done")[kept[number].version - 1]
    assert Store(tmp_path).save(SOUND).version == 1


def test_what_is_open_stands_by_when_it_is_due_and_what_is_finished_last(tmp_path: Path) -> None:
    store = Store(tmp_path)
    late, soon = store.save(SOUND), store.save(replace(SOUND, due="2026Q4"))
    done = store.save(replace(store.save(replace(SOUND, advice="asking", due="2026Q4")), status="done"))
    assert store.all() == [soon, late, done]


def test_two_quick_clicks_save_one_agreement_and_a_finished_one_may_be_agreed_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = store.save(SOUND)
    assert store.save(SOUND) == first
    assert store.all() == [first]
    store.save(replace(first, status="done"))
    assert store.save(SOUND).number != first.number


def test_ten_threads_that_save_the_same_make_one_agreement(tmp_path: Path) -> None:
    with ThreadPoolExecutor(10) as pool:
        numbers = {kept.number for kept in pool.map(lambda _: Store(tmp_path).save(SOUND), range(10))}
    assert len(numbers) == len(Store(tmp_path).all()) == 1


@pytest.mark.parametrize("change", [{"status": REMOVED}, {"status": "stopped"}, {"due": "2028Q1"}])
def test_every_change_can_be_taken_back(change: dict[str, str], tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = store.save(SOUND)
    changed = store.save(replace(kept, **change))
    assert (change["status"] == REMOVED if "status" in change else False) == (store.all() == [])
    back = store.undo(changed.number, changed.version)
    assert replace(back, version=kept.version) == kept
    assert store.all() == [back]


def test_taking_back_a_new_agreement_removes_it_and_an_old_version_cannot_be_taken_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = store.save(SOUND)
    changed = store.save(replace(kept, status="running"))
    with pytest.raises(Changed):
        store.undo(kept.number, kept.version)
    other = store.save(replace(SOUND, advice="asking"))
    store.undo(other.number, other.version)
    assert store.all() == [changed]


def test_agreements_of_the_first_version_are_read_and_can_be_changed_and_taken_back(tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    with create_engine(f"sqlite:///{tmp_path / 'actions' / 'actions.sqlite'}").begin() as connection:
        connection.execute(text(FIRST_VERSION))
        connection.execute(text("insert into action values (3, 5, 'network', 'region', 'Noord', 'hr_adviser', "
                                "'2026Q4', '2027Q2', 'running', '2026Q3', '2026-10-01 09:00:00.000000')"))  # fmt: skip
        connection.execute(text("pragma user_version = 1"))
    store = Store(tmp_path)
    (old,) = store.all()
    assert old == replace(SOUND, status="running", number=3, version=5)
    with pytest.raises(Changed):
        store.undo(3, 5)  # what it was before, nobody kept
    ended = store.save(replace(old, status="stopped"))
    assert store.undo(ended.number, ended.version).status == "running"


def _saved_and_turned_around(tmp_path: Path, dice: random.Random) -> bool:
    """One bit of a file with three agreements is turned around; whether what is read is as it was."""
    store = Store(tmp_path)
    path = tmp_path / "actions" / "actions.sqlite"
    if not path.exists():
        first = store.save(SOUND)
        store.save(replace(first, status="done"))
        store.save(replace(SOUND, advice="asking"))
    whole = path.read_bytes()
    database._engine.cache_clear()
    before = store.all()
    at = dice.randrange(8 * len(whole))
    turned = bytearray(whole)
    turned[at // 8] ^= 1 << at % 8
    database._engine.cache_clear()
    path.write_bytes(turned)
    try:
        return store.all() == before
    except Unreadable:
        return True
    finally:
        database._engine.cache_clear()
        path.write_bytes(whole)


def test_a_bit_that_turned_around_changes_no_agreement_unseen(tmp_path: Path) -> None:
    dice = random.Random(20261128)
    assert all(_saved_and_turned_around(tmp_path, dice) for _ in range(200))


@pytest.mark.parametrize("change", ["update action set due = '2027Q1'", "delete from action", "delete from whole"])
def test_what_somebody_changed_in_the_file_itself_is_seen(tmp_path: Path, change: str) -> None:
    Store(tmp_path).save(SOUND)
    with create_engine(f"sqlite:///{tmp_path / 'actions' / 'actions.sqlite'}").begin() as connection:
        connection.execute(text(change))
    with pytest.raises(Unreadable):
        Store(tmp_path).all()
    with pytest.raises(Unreadable):
        Store(tmp_path).save(SOUND)
