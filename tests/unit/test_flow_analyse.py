"""What evidence leaves the vault: rounded, about groups of fifty or more, and the state a board was made to have."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from pipelines import again, flow
from pipelines.evidence import withheld_flags
from pipelines.evidence.tables import evidence_tables
from pipelines.ground.schemas import EVIDENCE, Cell, Reliability
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.publication import snapshot as publish
from pipelines.sample import write_sample
from pipelines.vault import archive
from tests.boards import WAVE, drawn, past_of

MADE = {  # state -> interaction, leaders
    "opposite": (0.30, 600), "tiny": (-0.03, 20_000), "visible": (-0.15, 2_000), "negligible": (0.0, 6_000),
    "cannot_tell_yet": (0.0, 60), "undecided": (0.0, 800), "no_basis": (-0.3, 40),
}  # fmt: skip
FIGURES = ("estimate", "low", "high", "omega", "r2", "delta_r2", "f2")


def published(home: Path, table: str) -> pl.DataFrame:
    return archive.read_frozen(Home(home), f"{WAVE}-1", EVIDENCE[table])


@pytest.mark.parametrize("state", MADE)
def test_a_board_made_to_have_a_state_is_told_that_state(state: str, home_120: Path) -> None:
    tables = evidence_tables(past_of(home_120, drawn(*MADE[state])), "p")
    row = tables["evidence"].filter(outcome="exhaustion").row(0, named=True)
    assert row["state"] == state, tables["evidence_term"]
    assert (row["r2"] is not None) == (MADE[state][1] >= 300)
    assert (row["clear_below"] is None and row["clear_above"] is None) or state == "visible"
    assert tables["evidence_term"].is_empty() == (state == "no_basis")


def test_what_is_put_in_comes_out_within_its_interval(home_120: Path) -> None:
    tables = evidence_tables(past_of(home_120, drawn(-0.15, 400, waves=4)), "p")
    terms = {row["term"]: row for row in tables["evidence_term"].iter_rows(named=True)}
    assert set(terms) >= {"own", "combined", "within", "between", "difference", "line-1-1", "ten+1"}
    for term, truth in {
        "stress": 0.4,
        "support": -0.2,
        "stress:support": -0.15,
        "slope-1": 0.55,
        "slope+1": 0.25,
    }.items():
        assert terms[term]["low"] <= truth <= terms[term]["high"], term
    assert terms["ten+0"]["estimate"] == pytest.approx(terms["slope+0"]["estimate"] * 10 * 20 / 18, abs=0.06)
    assert terms["combined"]["high"] - terms["combined"]["low"] < terms["own"]["high"] - terms["own"]["low"]
    assert tables["evidence"]["covariance"].to_list() == ["cr1"]


def test_below_fifty_leaders_no_figure_leaves(home_120: Path) -> None:
    tables = evidence_tables(past_of(home_120, drawn(-0.3, 49, waves=8)), "p")
    assert tables["evidence_term"].is_empty()
    assert tables["quality"].is_empty()
    assert tables["evidence"]["leaders"].to_list() == [None]
    assert tables["reliability"].filter(scope="wave").select("estimate", "low", "high", "omega").null_count().row(
        0
    ) == ((tables["reliability"].filter(scope="wave").height,) * 4)


def test_a_wave_that_adds_fewer_than_ten_leaders_estimates_nothing_anew(home_120: Path) -> None:
    rows = drawn(-0.3, 200, waves=2)
    few = rows.filter((pl.col("wave") != WAVE) | (pl.col("leader_key") < "l00009"))
    assert evidence_tables(past_of(home_120, few), "p")["evidence"].is_empty()
    enough = rows.filter((pl.col("wave") != WAVE) | (pl.col("leader_key") < "l00010"))
    assert not evidence_tables(past_of(home_120, enough), "p")["evidence"].is_empty()


def test_a_scale_that_measures_nothing_gives_no_basis_and_withholds_flags(home_120: Path) -> None:
    rows = drawn(-0.3, 400)
    rng = np.random.default_rng(1)
    noise = rows.with_columns(pl.Series(f"stress_{item}", rng.integers(1, 6, 400)) for item in (1, 2, 3))
    good, bad = past_of(home_120, rows), past_of(home_120, noise)
    planned = [good.instrument.attribute(measure.attribute) for measure in good.instrument.plan.measure]
    assert withheld_flags(good, planned) == set()
    assert withheld_flags(bad, planned) >= {"at_risk"}
    told = evidence_tables(bad, "p")
    assert told["evidence"]["state"].to_list() == ["no_basis"]
    assert "hang together too little" in told["evidence"]["sentence_en"][0]


@pytest.mark.parametrize("case", ["constant support", "nobody answered stress", "one answer", "no exhaustion asked"])
def test_nothing_breaks_at_the_edges(case: str, home_120: Path) -> None:
    rows = drawn(-0.2, 120, waves=2)
    if case == "constant support":
        rows = rows.with_columns(
            pl.lit(62.0).alias(code) for code in ("support", "support_emotional", "support_instrumental")
        )
    elif case == "nobody answered stress":
        rows = rows.with_columns(pl.lit(None, pl.Float64).alias("stress"))
    elif case == "one answer":
        rows = rows.head(1).with_columns(wave=pl.lit(WAVE))
    else:
        rows = rows.drop("exhaustion")
    tables = evidence_tables(past_of(home_120, rows), "p")
    assert set(tables["evidence"]["state"]) <= {"no_basis"}
    assert tables["evidence_term"].is_empty()


def test_published_figures_have_two_decimals_and_leaders_come_in_tens(home_120: Path) -> None:
    for table in ("reliability", "evidence", "evidence_term"):
        frame = published(home_120, table)
        assert frame.height
        for column in set(FIGURES) & set(frame.columns):
            values = frame[column].drop_nulls()
            assert (values * 100 - (values * 100).round()).abs().max() in (None, pytest.approx(0, abs=1e-9))
    assert set((published(home_120, "evidence")["leaders"].drop_nulls() % 10).to_list()) == {0}


def test_small_boards_get_words_only(home_25: Path, home_single: Path) -> None:
    for home in (home_25, home_single):
        assert published(home, "evidence_term").is_empty()
        assert set(published(home, "evidence")["state"]) == {"no_basis"}
        assert published(home, "reliability")["estimate"].null_count() == published(home, "reliability").height


def test_a_publication_of_an_earlier_version_still_goes_into_the_snapshot(home_120: Path, tmp_path: Path) -> None:
    shutil.copytree(home_120, tmp_path / "home")
    home = Home(tmp_path / "home")
    for name in archive.publications(home):
        folder = home.vault / "publications" / name
        folder.chmod(0o700)
        for table in EVIDENCE:
            (folder / f"{table}.parquet").unlink()
    (home.published / "CURRENT").unlink()
    assert flow.mend(home)
    snapshot = publish.current(home)
    assert snapshot is not None
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        for table in EVIDENCE:
            assert connection.execute(f"select count(*) from {table}").fetchone() == (0,)
        assert connection.execute("select count(*) from cell").fetchone() != (0,)


def test_a_wave_whose_stress_items_are_noise_is_published_without_flags_and_stays_safe(tmp_path: Path) -> None:
    sample, home = tmp_path / "sample", Home(tmp_path / "home")
    write_sample(sample, load_instrument(), 40, 1, 5)
    file, rng = sample / f"responses_{WAVE}.csv", np.random.default_rng(1)
    rows = pl.read_csv(file, infer_schema=False)
    noise = [pl.Series(f"stress_{item}", rng.integers(1, 6, rows.height).astype(str)) for item in (1, 2, 3)]
    rows.with_columns(noise).write_csv(file)
    flow.import_wave(home, flow.Source(file, WAVE, roster=sample / "roster.csv"))
    made = flow.publish_wave(home, WAVE).publication
    cell = archive.read_frozen(home, made, Cell)
    assert set(cell.filter(measure="at_risk")["status"]) == {"policy"}
    assert "published" in set(cell.filter(measure="has_rock")["status"])
    gate = archive.read_frozen(home, made, Reliability).filter(scale="stress", scope="version")
    assert gate["is_gate_shut"].to_list() == [True]
    again.audit_wave(home, made)  # raises where anything leaks or cannot be decided
