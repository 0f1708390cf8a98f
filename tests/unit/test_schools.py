"""How many schools have a leader who answered: one number about the whole board, never about a school."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from dashboard.story.snapshot import find
from pipelines.counting import schools
from pipelines.flow import mend
from pipelines.ground.settings import Home
from pipelines.protection.bands import is_told
from pipelines.vault import archive
from tests.app.test_pages import text, visit
from tests.homes import as_before_hashes

ROSTER = pl.DataFrame({"leader_key": ["a", "b", "c", "d"], "school_key": ["x", "x", "y", None]})


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(4, 30, False), (5, 30, True), (25, 30, True), (26, 30, False), (29, 30, False), (30, 30, True), (0, 30, False)],
)
def test_a_number_is_told_when_neither_it_nor_the_rest_is_of_a_few(part: int, whole: int, told: bool) -> None:
    assert is_told(part, whole, 5) == told


def test_a_school_counts_once_whoever_answered_and_a_leader_without_school_does_not_count() -> None:
    assert schools(pl.DataFrame({"leader_key": ["a", "b", "d"]}), ROSTER) == (1, 2)
    assert schools(pl.DataFrame({"leader_key": ["a"]}), ROSTER.drop("school_key")) is None
    assert schools(pl.DataFrame({"leader_key": ["a"]}), None) is None


def test_the_number_in_the_snapshot_is_a_recount_of_the_files(home_120: Path) -> None:
    sample, snapshot = home_120.parent / "sample", find(home_120).snapshot
    assert snapshot is not None
    for wave in snapshot.waves():
        roster = pl.read_csv(sample / "roster.csv").filter(pl.col("wave") == wave)
        answered = pl.read_csv(sample / f"responses_{wave}.csv", infer_schema=False)
        here = roster.join(answered, on="leader_key", how="semi")["school_key"].n_unique()
        publication = snapshot.publication(wave)
        assert (publication["schools_answered"], publication["schools"]) == (here, roster["school_key"].n_unique())


def test_the_page_about_schools_opens_with_it(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = find(home_120).snapshot
    assert snapshot is not None
    newest = snapshot.publication(snapshot.waves()[0])
    told = f"Op **{newest['schools_answered']} van de {newest['schools']} scholen** deed ten minste één leider mee."
    assert told in text(visit(home_120, "schools", monkeypatch))


@pytest.mark.parametrize("older", [2, 3])
def test_publications_from_before_the_number_still_make_a_snapshot_without_it(
    older: int, home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(home_120, tmp_path / "home")
    home = Home(tmp_path / "home")
    for name in archive.publications(as_before_hashes(home))[:older]:
        folder = home.vault / "publications" / name
        old = pl.read_parquet(folder / "publication.parquet").drop("schools_answered", "schools")
        (folder / "need_state.parquet").unlink()
        (folder / "publication.parquet").unlink()
        old.write_parquet(folder / "publication.parquet")
    (home.published / "CURRENT").unlink()
    assert mend(home)
    for page, words in {"schools": "scholen** deed", "pillars": "Behoefte en steun naast elkaar"}.items():
        newest, oldest = visit(home.path, page, monkeypatch), visit(home.path, page, monkeypatch, wave="2026Q1")
        assert not newest.exception
        assert (words in text(newest)) == (older < 3)
        assert words not in text(oldest)
