"""What models say leaves the vault on a grid, about fifty leaders or more, with the state a board was made to have."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from pipelines import again, flow
from pipelines.evidence import History
from pipelines.ground.schemas import EVIDENCE, Cell, Reliability
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.protection import withheld_flags
from pipelines.publication import snapshot as publish
from pipelines.sample import write_sample
from pipelines.vault import archive
from tests.boards import WAVE, drawn, past_of
from tests.estimates import gated
from tests.homes import as_before_hashes, fixed

MADE = {  # state -> interaction, leaders
    "opposite": (0.30, 600), "opposite_tiny": (0.03, 20_000), "tiny": (-0.03, 20_000),
    "visible": (-0.15, 2_000), "negligible": (0.0, 6_000),
    "cannot_tell_yet": (0.0, 60), "undecided": (0.0, 800), "no_basis": (-0.3, 40),
}  # fmt: skip
KEYS = {
    "reliability": ["scale", "scope", "items"], "evidence": ["outcome", "kind", "leaders", "waves", "covariance"],
    "evidence_term": ["outcome", "term"], "model_card": ["part"], "what_if": ["group", "pillar"],
}  # fmt: skip
STEPS = {"reliability": 20, "evidence_term": 20}  # in one unit


def published(home: Path, table: str) -> pl.DataFrame:
    return archive.read_frozen(Home(home), f"{WAVE}-1", EVIDENCE[table])


def rows_of(past: History, table: str) -> list[dict[str, Any]]:
    return gated(past).tables[table].to_dicts()


@pytest.mark.parametrize("state", MADE)
def test_a_board_made_to_have_a_state_is_told_that_state(state: str, home_120: Path) -> None:
    past = past_of(home_120, drawn(*MADE[state]))
    (row,) = (row for row in rows_of(past, "evidence") if row["outcome"] == "exhaustion")
    assert row["state"] == state, rows_of(past, "evidence_term")
    assert (row.get("r2") is not None) == (MADE[state][1] >= 300)
    assert (not rows_of(past, "evidence_term")) == (state == "no_basis")


@pytest.mark.parametrize("state", ["opposite", "opposite_tiny", "tiny", "visible", "negligible"])
def test_what_is_certain_of_a_buffer_can_be_read_from_the_published_interval(state: str, home_120: Path) -> None:
    terms = {row["term"]: row for row in rows_of(past_of(home_120, drawn(*MADE[state])), "evidence_term")}
    low, high = terms["own"]["low"], terms["own"]["high"]
    assert {
        "opposite": low >= 0 and high > 0.05, "opposite_tiny": low >= 0 and high <= 0.05,
        "tiny": high <= 0 and low >= -0.05, "visible": high <= 0 and low < -0.05,
        "negligible": -0.05 <= low < 0 < high <= 0.05,
    }[state]  # fmt: skip


def test_what_is_put_in_comes_out_within_its_interval(home_120: Path) -> None:
    past = past_of(home_120, drawn(-0.15, 400, waves=4))
    terms = {row["term"]: row for row in rows_of(past, "evidence_term")}
    assert set(terms) == {
        "slope-1", "slope+0", "slope+1", "by_support", "own", "combined", "emotional", "instrumental", "difference",
    }  # fmt: skip
    for term, truth in {"slope+0": 0.4, "by_support": -0.2, "own": -0.15, "slope-1": 0.55, "slope+1": 0.25}.items():
        assert terms[term]["low"] <= truth <= terms[term]["high"], term
    assert terms["combined"]["high"] - terms["combined"]["low"] <= terms["own"]["high"] - terms["own"]["low"]
    assert [row["covariance"] for row in rows_of(past, "evidence")] == ["cr3"]


def test_below_fifty_respondents_no_figure_leaves(home_120: Path) -> None:
    past = past_of(home_120, drawn(-0.3, 49, waves=8))
    assert rows_of(past, "evidence_term") == []
    assert [row["leaders"] for row in rows_of(past, "evidence")] == [None]
    assert {(row["estimate"], row["word"]) for row in rows_of(past, "reliability")} == {(None, "not_assessable")}
    assert [row["part"] for row in rows_of(past, "model_card")] == ["rung"]
    assert rows_of(past, "what_if") == []


def test_a_scale_that_measures_nothing_cannot_tell_and_withholds_flags(home_120: Path) -> None:
    rows = drawn(-0.3, 400)
    rng = np.random.default_rng(1)
    noise = rows.with_columns(pl.Series(f"stress_{item}", rng.integers(1, 6, 400)) for item in (1, 2, 3))
    good, bad = past_of(home_120, rows), past_of(home_120, noise)
    planned = [good.instrument.attribute(measure.attribute) for measure in good.instrument.plan.measure]
    assert withheld_flags(gated(good), planned) == set()
    assert withheld_flags(gated(bad), planned) >= {"at_risk"}
    assert withheld_flags(gated(past_of(home_120, noise.head(49))), planned) == set()  # too few to say so
    (told,) = rows_of(bad, "evidence")
    assert told["state"] == "cannot_tell_yet"
    assert "hang together too little" in told["sentence_en"]


CASES = [
    "as it is",
    "nobody leaves",
    "nobody answered",
    "constant support",
    "nobody answered stress",
    "one answered",
    "all alike",
    "stress is support",
]


@pytest.mark.parametrize("case", CASES)
def test_the_same_rows_and_figures_are_there_whatever_was_answered_or_left_open(case: str, home_120: Path) -> None:
    used = pl.Series("pillar_buddy", np.where(np.arange(240) % 3 == 0, "used", "none"))
    leaving = pl.Series("turnover_intention", np.where(np.arange(240) % 7 == 0, 100.0, 25.0))
    rows = plain_rows = drawn(-0.2, 120, waves=2).with_columns(used, leaving)
    scores = ("stress", "support", "support_emotional", "support_instrumental", "exhaustion", "turnover_intention")
    if case == "constant support":
        rows = rows.with_columns(pl.lit(62.0).alias(code) for code in scores[1:4])
    elif case == "nobody leaves":
        rows = rows.with_columns(turnover_intention=pl.lit(0.0))
    elif case == "nobody answered":
        rows = rows.with_columns(pl.lit(None, pl.Float64).alias(code) for code in scores)
        rows = rows.with_columns(is_flagged=pl.lit(None, pl.Boolean))
    elif case == "nobody answered stress":
        rows = rows.with_columns(pl.lit(None, pl.Float64).alias("stress"))
    elif case == "one answered":
        is_one = pl.int_range(pl.len()) == 1
        rows = rows.with_columns(pl.when(is_one).then(pl.col(code)).alias(code) for code in scores)
    elif case == "all alike":
        rows = rows.with_columns(pl.lit(50.0).alias(code) for code in scores)
        rows = rows.with_columns(pl.lit(3.0).alias(name) for name in rows.columns if name[-1].isdigit())
    elif case == "stress is support":
        rows = rows.with_columns(stress=pl.col("support"))
    found, plain = gated(past_of(home_120, rows)), gated(past_of(home_120, plain_rows))
    for table, keys in KEYS.items():
        assert found.tables[table].select(keys).equals(plain.tables[table].select(keys)), table
    for table in ("evidence_term", "reliability"):
        filled = [found.tables[table].select(pl.all().is_null()), plain.tables[table].select(pl.all().is_null())]
        assert filled[0].equals(filled[1]), table
    (told,) = found.tables["evidence"].filter(outcome="exhaustion").to_dicts()
    assert case in ("as it is", "nobody leaves") or told["state"] in ("cannot_tell_yet", "undecided")


def test_an_outcome_that_was_not_asked_has_no_row(home_120: Path) -> None:
    past = past_of(home_120, drawn(-0.2, 120).drop("exhaustion"))
    assert rows_of(past, "evidence") == []


def test_published_figures_stand_on_the_grid_and_leaders_come_in_tens(home_120: Path) -> None:
    for table, steps in STEPS.items():
        frame = published(home_120, table)
        assert frame.height
        if table == "evidence_term":
            frame = frame.filter(pl.col("outcome") == "exhaustion")
        for column in ("estimate", "low", "high"):
            values = frame[column].drop_nulls() * steps
            assert (values - values.round()).abs().max() == pytest.approx(0, abs=1e-9)
    assert set((published(home_120, "evidence")["leaders"].drop_nulls() % 10).to_list()) == {0}


def test_small_boards_get_words_only(home_25: Path, home_single: Path) -> None:
    for home in (home_25, home_single):
        assert published(home, "evidence_term").is_empty()
        assert set(published(home, "evidence")["state"]) == {"no_basis"}
        assert published(home, "reliability")["estimate"].null_count() == published(home, "reliability").height


def test_a_publication_of_an_earlier_version_still_goes_into_the_snapshot(home_120: Path, tmp_path: Path) -> None:
    shutil.copytree(home_120, tmp_path / "home")
    home = as_before_hashes(fixed(tmp_path / "home"))
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
    sample, home = tmp_path / "sample", fixed(tmp_path / "home")
    write_sample(sample, load_instrument(), 80, 1, 5)
    file, rng = sample / f"responses_{WAVE}.csv", np.random.default_rng(1)
    rows = pl.read_csv(file, infer_schema=False)
    noise = [pl.Series(f"stress_{item}", rng.integers(1, 6, rows.height).astype(str)) for item in (1, 2, 3)]
    rows.with_columns(noise).write_csv(file)
    flow.import_wave(home, flow.Source(file, WAVE, roster=sample / "roster.csv"))
    made = flow.publish_wave(home, WAVE).publication
    cell = archive.read_frozen(home, made, Cell)
    assert set(cell.filter(measure="at_risk")["status"]) == {"not_planned"}
    assert "published" in set(cell.filter(measure="has_rock")["status"])
    gate = archive.read_frozen(home, made, Reliability).filter(scale="stress", scope="version")
    assert gate["is_gate_shut"].to_list() == [True]
    again.audit_wave(home, made)  # raises where anything leaks or cannot be decided
