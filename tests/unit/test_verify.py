"""A publication is known by its fingerprint: on paper, on the page, and in the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboard.report import content
from dashboard.story import find
from dashboard.trust import rows
from pipelines import vault
from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId
from pipelines.ground.settings import Home
from pipelines.publication import build, current, verify
from pipelines.publication.fingerprint import fingerprint


@pytest.fixture
def home(home_25: Path, tmp_path: Path) -> Home:
    shutil.copytree(home_25, tmp_path / "home")
    return Home(tmp_path / "home")


def snapshot(home: Home) -> Path:
    place = current(home)
    assert place is not None
    return place


def test_the_rows_of_a_snapshot_give_the_fingerprints_that_were_frozen(home: Home) -> None:
    verified = verify(snapshot(home))
    assert [one.publication for one in verified] == vault.live_publications(home)
    for one in verified:
        tables = vault.read_publication(home, PublicationId(one.publication))
        assert one.given == one.found == fingerprint(tables, one.publication)


def test_one_figure_more_or_less_is_another_fingerprint_and_what_is_empty_is_none(home: Home) -> None:
    name = vault.live_publications(home)[-1]
    tables = {**vault.read_publication(home, name)}
    word = fingerprint(tables, name)
    cell = pl.DataFrame(tables["cell"])
    assert fingerprint({**tables, "cell": cell.reverse().with_columns(later=pl.lit(None, pl.String))}, name) == word
    assert fingerprint({**tables, "cell": cell.with_columns(hi=pl.col("hi") + 1)}, name) != word
    assert fingerprint({**tables, "cell": cell.head(-1)}, name) != word


def test_a_file_whose_figures_changed_is_refused_with_its_hash_and_differs_without(home: Home) -> None:
    place = snapshot(home)
    place.chmod(0o600)
    with duckdb.connect(str(place)) as opened:
        opened.execute("update mean set hi = hi + 1 where hi < 90")
    with pytest.raises(Refused, match="snapshot_damaged"):
        verify(place)
    alone = shutil.copy(place, home.path / "copy.duckdb")
    assert {one.is_whole for one in verify(Path(alone))} == {False}


def test_a_margin_that_does_not_hold_its_band_stops_a_snapshot(home: Home) -> None:
    tables = [vault.read_publication(home, name) for name in vault.live_publications(home)]
    build(home, tables, ()).file.unlink()
    cell = tables[-1]["cell"]
    shown = pl.col("low").is_not_null() & (pl.col("lo") > 0) & (pl.col("high") < 1)
    for end, change in {"low": pl.col("low") / 2, "high": 1 - (1 - pl.col("high")) / 2}.items():
        changed = cell.with_columns(pl.when(shown).then(change).otherwise(pl.col(end)).alias(end))
        with pytest.raises(Refused, match="margin"):
            build(home, [*tables[:-1], {**tables[-1], "cell": changed}], ())
        vault.clear_leftovers(home)


def test_the_fingerprint_stands_on_accountability_in_the_note_and_on_the_paper(home: Home) -> None:
    found = find(home.path).snapshot
    assert found is not None
    wave = found.waves()[0]
    word = str(found.publication(wave)["fingerprint"])
    for lang in ("nl", "en"):
        story = content.story_of(found, wave, lang)
        assert word in rows.fingerprints(story)
        assert [line for line in content.build(found, wave, lang).footer if word in line]
