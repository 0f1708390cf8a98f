"""Late answers enter as one batch or not at all; what was withdrawn is not forgotten."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboard.story.snapshot import find
from pipelines.again import audit_wave, publications_of, waves
from pipelines.flow import Source, import_wave, mend, publish_wave, withdraw
from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.schemas import Cell
from pipelines.ground.settings import Home
from pipelines.publication import takeaway
from pipelines.publication.snapshot import current
from pipelines.vault.archive import live_publications, publications, read_frozen
from pipelines.vault.rights import erase
from tests.homes import fixed

WAVE, REGIONS, EACH = Wave("2026Q3"), ("Noord", "Oost", "Zuid"), 24


def _write(folder: Path, name: str, leaders: list[int]) -> Source:
    """An export in which rocks are unevenly spread; leader i sits in region i modulo three."""
    roster = folder / "roster.csv"
    rows = [f"{WAVE},k{i},s{i},{REGIONS[i % 3]},2-5" for i in range(EACH * len(REGIONS))]
    roster.write_text("wave,leader_key,school_key,region,experience_band\n" + "\n".join(rows))
    export = folder / f"{name}.csv"
    answers = [f"k{i},2026-07-08,{'yes' if i * 7 % 11 < 6 else 'no'}" for i in leaders]
    export.write_text("leader_key,submitted,rock_emotional\n" + "\n".join(answers))
    return Source(export, WAVE, roster=roster)


@pytest.fixture
def published(tmp_path: Path) -> tuple[Home, Path]:
    """Sixteen of twenty-four leaders in each of three regions answered, and the wave was published."""
    home = fixed(tmp_path / "home")
    import_wave(home, _write(tmp_path, "first", list(range(48))))
    publish_wave(home, WAVE)
    return home, tmp_path


def _shown(home: Home) -> pl.DataFrame:
    snapshot = current(home)
    assert snapshot is not None
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        return connection.sql("select * from cell where measure = 'n'").pl()


def test_a_large_batch_of_late_answers_becomes_a_new_publication_and_the_first_stays_as_it_was(
    published: tuple[Home, Path],
) -> None:
    home, folder = published
    before = read_frozen(home, f"{WAVE}-1", Cell)
    import_wave(home, _write(folder, "late", list(range(48, 63))))  # five in each region
    made = publish_wave(home, WAVE)
    assert made.publication == f"{WAVE}-2"
    assert publications(home) == [f"{WAVE}-1", f"{WAVE}-2"]
    assert read_frozen(home, f"{WAVE}-1", Cell).equals(before)
    shown = _shown(home)
    assert set(shown["publication"]) == {f"{WAVE}-2"}
    assert shown.filter(table_id="total")["n"].to_list() == [63]
    for publication in publications(home):
        assert audit_wave(home, publication).undecided == 0


def test_a_batch_smaller_than_the_minimum_stays_outside(published: tuple[Home, Path]) -> None:
    home, folder = published
    import_wave(home, _write(folder, "late", [48, 49, 50, 51]))
    with pytest.raises(Refused, match=r"late_too_few.*found=4"):
        publish_wave(home, WAVE)
    assert live_publications(home) == [f"{WAVE}-1"]


def test_a_batch_that_changes_a_shown_group_by_a_few_stays_outside(published: tuple[Home, Path]) -> None:
    home, folder = published
    import_wave(home, _write(folder, "late", [48, 51, 54, 57, 60, 63, 49, 52]))  # six in Noord, two in Oost
    with pytest.raises(Refused, match=r"late_few_in_group.*group=Oost.*found=2"):
        publish_wave(home, WAVE)
    assert publications(home) == [f"{WAVE}-1"]


def test_without_anybody_new_a_published_wave_is_not_published_again(published: tuple[Home, Path]) -> None:
    with pytest.raises(Refused, match="wave_published"):
        publish_wave(published[0], WAVE)


def test_a_withdrawn_wave_is_off_the_screen_and_comes_back_audited_with_what_was_seen(
    published: tuple[Home, Path],
) -> None:
    home, _ = published
    shown = current(home)
    assert shown is not None
    assert withdraw(home, WAVE) == [f"{WAVE}-1"]
    assert current(home) is None
    assert list(home.published.glob("*.duckdb")) == []
    assert find(home.path).state == "none"  # the dashboard has nothing, also where it had the file open
    assert waves(home)[0]["withdrawn"]
    for look_again in (lambda: withdraw(home, WAVE), lambda: publications_of(home, WAVE)):
        with pytest.raises(Refused, match="wave_not_shown"):
            look_again()
    with pytest.raises(Refused, match="nothing_on_show"):
        publications_of(home, None)
    assert publish_wave(home, WAVE).publication == f"{WAVE}-2"
    assert set(_shown(home)["publication"]) == {f"{WAVE}-2"}
    again = current(home)
    assert again is not None
    assert again.name != shown.name  # a name the dashboard knows is never another file
    before, after = (read_frozen(home, f"{WAVE}-{number}", Cell) for number in (1, 2))
    both = before.join(after, on=["table_id", "level_1", "level_2", "measure"], nulls_equal=True)
    both = both.filter(pl.col("lo").is_not_null() & pl.col("lo_right").is_not_null())
    assert both.height == 4
    assert (both["n"] == both["n_right"]).all()
    assert both.filter((pl.col("lo") > pl.col("hi_right")) | (pl.col("lo_right") > pl.col("hi"))).is_empty()
    assert audit_wave(home, PublicationId(f"{WAVE}-2")).undecided == 0


def test_a_withdrawal_that_was_cut_off_is_finished_by_mending(
    published: tuple[Home, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = published
    with monkeypatch.context() as cut:
        cut.setattr(takeaway, "take_away", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            withdraw(home, WAVE)
    assert list(home.published.glob("*.duckdb"))
    mend(home)
    assert list(home.published.glob("*.duckdb")) == []
    assert current(home) is None


def _cut_off(*_: object) -> None:
    raise KeyboardInterrupt


def test_after_one_leader_was_erased_the_rest_is_not_published_anew(published: tuple[Home, Path]) -> None:
    home, _ = published
    erase(home, "k3")
    withdraw(home, WAVE)
    with pytest.raises(Refused, match="late_too_few"):
        publish_wave(home, WAVE)


def test_a_batch_with_the_answers_of_an_erased_leader_counts_that_leader_among_those_who_changed(
    published: tuple[Home, Path],
) -> None:
    home, folder = published
    erase(home, "k3")  # of Noord, where five come in: six leaders differ
    import_wave(home, _write(folder, "late", list(range(48, 63))))
    publish_wave(home, WAVE)
    assert _shown(home).filter(table_id="total")["n"].to_list() == [62]
    assert audit_wave(home, PublicationId(f"{WAVE}-2")).undecided == 0
