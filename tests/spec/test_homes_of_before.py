"""A home of an earlier version: it is read and bundled as it was, and published anew by the rules of today."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from dashboard.story import find, meaning_of
from pipelines import flow
from pipelines.ground.settings import Home
from pipelines.instruments import Instrument, load_instrument
from pipelines.vault import read_about, stored_waves
from tests.homes import as_before_hashes

MEANING = ["higher_is", "topic", "roles"]


def copy_of(home: Path, folder: Path) -> Home:
    """A copy without hashes, to be made older."""
    shutil.copytree(home, folder / "home")
    return as_before_hashes(Home(folder / "home"))


@pytest.fixture
def before(home_25: Path, tmp_path: Path) -> Home:
    """A copy whose instruments and dictionaries are as they were stored and frozen before."""
    home = copy_of(home_25, tmp_path)
    for place in home.vault.glob("waves/*.duckdb"):
        with duckdb.connect(str(place)) as opened:
            facts = dict(opened.execute("select key, value from about").fetchall())
            instrument = json.loads(facts["instrument"])
            for part in ("attributes", "scales", "dimensions"):
                kept = {"higher_is"} if part == "scales" else set()  # a scale said so always
                for one in instrument[part]:
                    for name in set(MEANING) - kept:
                        one.pop(name, None)
            plan_of_before(instrument)
            changes = {"instrument": json.dumps(instrument), "schema_version": "3"}
            for key, value in changes.items():
                opened.execute("update about set value = ? where key = ?", [value, key])
    for frozen in home.vault.glob("publications/*/dictionary.parquet"):
        bare = pl.read_parquet(frozen).drop(MEANING)
        frozen.chmod(0o600)
        bare.write_parquet(frozen)
    return home


def plan_of_before(instrument: dict[str, Any]) -> None:
    """The plan as it was before blocks, and the rules that went with it; the same groups and tables as today."""
    for tier in instrument["plan"]["tier"]:
        tables = dict.fromkeys(table for block in tier.pop("block") for table in block["tables"])
        tier["one_way"] = [table for table in tables if table != "total" and "+" not in table]
        tier["two_way"] = [table.split("+") for table in tables if "+" in table]
        tier["width_coverage"] = tier["width_outcome"] = 5
    del instrument["plan"]["draws"], instrument["plan"]["least_outcome"]
    for measure in instrument["plan"]["measure"]:
        measure["aside"] = measure.pop("who") == "aside"
    for policy in instrument["policies"]:
        policy["fewest_pairs"], policy["repair_steps"] = 10, [2, 4]


def current(home: Path) -> Path:
    """The file of the snapshot on show."""
    return home / "published" / (home / "published" / "CURRENT").read_text(encoding="utf-8").strip()


def rows(home: Path, table: str, *left_out: str) -> pl.DataFrame:
    """A table of the snapshot on show, in an order of its own."""
    with duckdb.connect() as opened:  # another configuration than the pages open it with
        opened.execute(f"attach '{current(home)}' as snapshot (read_only)")
        frame = opened.sql(f"from snapshot.{table}").pl()
    return frame.drop(left_out).sort(pl.all())


def test_its_instruments_are_read_as_the_shipped_one_but_for_the_steps_of_its_plan(before: Home) -> None:
    shipped = load_instrument()
    for wave in stored_waves(before):
        kept = Instrument.model_validate(read_about(before, wave)["instrument"])
        assert kept.model_copy(update={"plan": shipped.plan}) == shipped
        assert [(tier.expected_from, tier.one_way, tier.two_way) for tier in kept.plan.tier] == [
            (tier.expected_from, tier.one_way, tier.two_way) for tier in shipped.plan.tier
        ]


def test_its_publications_are_bundled_with_what_their_figures_mean(before: Home, home_25: Path) -> None:
    (before.published / "CURRENT").unlink()
    assert flow.mend(before)
    assert rows(before.path, "dictionary").equals(rows(home_25, "dictionary"))


def test_a_wave_of_it_that_was_not_published_yet_gets_the_same_figures(before: Home, home_25: Path) -> None:
    newest = stored_waves(before)[-1]
    (frozen,) = before.vault.glob(f"publications/{newest}-*")
    shutil.rmtree(frozen)
    flow.publish_wave(before, newest)
    groups = ["wave", "table_id", "level_1", "measure", "n", "leaders"]
    ours, theirs = (rows(home, "cell") for home in (before.path, home_25))
    assert ours.select(groups).sort(groups).equals(theirs.select(groups).sort(groups))
    assert ours["status"].value_counts().sort("status").equals(theirs["status"].value_counts().sort("status"))
    assert rows(before.path, "dictionary").equals(rows(home_25, "dictionary"))


def test_its_snapshot_is_read_by_the_pages_as_if_it_said_so(home_25: Path, tmp_path: Path) -> None:
    file = current(copy_of(home_25, tmp_path).path)
    file.chmod(0o600)
    with duckdb.connect(str(file)) as opened:
        opened.execute(f"create table bare as select * exclude ({', '.join(MEANING)}) from dictionary")
        opened.execute("drop table dictionary")
        opened.execute("alter table bare rename to dictionary")
    snapshot, whole = find(tmp_path / "home").snapshot, find(home_25).snapshot
    assert snapshot is not None
    assert whole is not None
    assert "roles" not in snapshot.rows("dictionary").columns
    assert meaning_of(snapshot) == meaning_of(whole)


WORDS = {"too_few": "too_small", "says_nothing": "too_small", "protects": "complement", "not_planned": "policy"}


def test_words_about_hidden_figures_are_read_as_those_of_today(home_25: Path, tmp_path: Path) -> None:
    home = copy_of(home_25, tmp_path)
    for frozen in home.vault.glob("publications/*/cell.parquet"):
        kept = pl.read_parquet(frozen)
        frozen.chmod(0o600)
        kept.with_columns(pl.col("status").cast(pl.String).replace(WORDS)).write_parquet(frozen)
    newest = stored_waves(home)[-1]
    (last,) = home.vault.glob(f"publications/{newest}-*")
    shutil.rmtree(last)
    flow.publish_wave(home, newest)
    assert set(rows(home.path, "cell")["status"]) <= {"published", *WORDS, "not_asked"}
    assert set(rows(home.path, "cell")["status"]) & set(WORDS)


def test_a_snapshot_of_before_gives_its_reasons_in_the_words_of_today(home_25: Path, tmp_path: Path) -> None:
    file = current(copy_of(home_25, tmp_path).path)
    file.chmod(0o600)
    with duckdb.connect(str(file)) as opened:
        words = " ".join(f"when '{word}' then '{before}'" for word, before in WORDS.items())
        opened.execute(
            f"create table bare as select * replace (case status {words} else status end as status) from cell"
        )
        opened.execute("drop table cell")
        opened.execute("alter table bare rename to cell")
    snapshot = find(tmp_path / "home").snapshot
    assert snapshot is not None
    told = snapshot.group(snapshot.waves()[0], "total")
    assert {cell["status"] for cell in told.values()} <= {"published", *WORDS, "not_asked"}


def test_evidence_of_before_is_bundled_as_it_was_told(home_120: Path, tmp_path: Path) -> None:
    """Its yes/no outcomes were judged by a rise of chances; nothing was said of sizes, ends or two kinds of support."""
    came = ["matters", "at_end", "kinds_state", "kinds_nl", "kinds_en"]
    home = copy_of(home_120, tmp_path)
    told = {"publication": "2026Q3-1", "wave": "2026Q3", "outcome": "turnover_intention"}
    rise = pl.DataFrame([{**told, "term": "rise", "estimate": -0.04, "low": -0.09, "high": 0.01}])
    for frozen in home.vault.glob("publications/2026Q3-1/evidence*.parquet"):
        now = pl.read_parquet(frozen)
        frozen.chmod(0o600)
        was = now.drop(came) if frozen.stem == "evidence" else pl.concat([now, rise])
        was.write_parquet(frozen)
    (home.published / "CURRENT").unlink()
    assert flow.mend(home)
    shown = rows(home.path, "evidence").filter(wave="2026Q3")
    assert shown.select(came).null_count().row(0) == (shown.height,) * len(came)
    before = rows(home_120, "evidence").filter(wave="2026Q3")
    assert shown.drop(came).sort(pl.all()).equals(before.drop(came).sort(pl.all()))
    assert rows(home.path, "evidence_term").filter(term="rise", wave="2026Q3").height == 1
