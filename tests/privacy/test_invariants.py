"""The invariants of privacy.md on whole publications."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from pipelines.again import audit_wave
from pipelines.counting import count, load
from pipelines.flow import Source, import_wave
from pipelines.ground.dice import Dice
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.schemas import PUBLISHED, Cell, Mean
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.protection import plan_families, plan_school_year
from pipelines.protection.steps import is_in_plan
from pipelines.protection.teller import Amounts, Teller
from pipelines.publication.snapshot import current
from pipelines.sample import write_sample
from pipelines.vault import store as vault
from pipelines.vault.archive import publications, read_frozen, read_respondents
from tests.boards import grouped_of
from tests.homes import fixed
from tests.privacy.permute import withheld_by_rules


@pytest.fixture(scope="module", params=["home_120", "home_25", "home_single"])
def home(request: pytest.FixtureRequest) -> Home:
    return Home(request.getfixturevalue(request.param))


def _truth(home: Home, publication: PublicationId) -> pl.DataFrame:
    grouped = grouped_of(home, publication.wave)
    scores = grouped.scores.select(pl.exclude("leader_key").name.prefix("score:"))
    groups = grouped.people.select("leader_key", *grouped.structure.merges)
    return pl.concat([groups, grouped.yes_no.drop("leader_key"), scores], how="horizontal")


def test_every_band_holds_the_true_count_and_is_wide_enough(home: Home) -> None:
    for publication in publications(home):
        cells, people = read_frozen(home, publication, Cell), _truth(home, publication)
        for cell in cells.filter((pl.col("status") == "published") & (pl.col("measure") != "n")).iter_rows(named=True):
            inside = people
            for i in (1, 2):
                if cell[f"dim_{i}"]:
                    inside = inside.filter(pl.col(cell[f"dim_{i}"]) == cell[f"level_{i}"])
            if cell["measure"].startswith("mentor_"):
                inside = inside.filter(pl.col("experience_band") == "0-1")
            assert cell["n"] == inside.height
            assert cell["lo"] <= inside[cell["measure"]].fill_null(value=False).sum() <= cell["hi"]
            assert cell["hi"] - cell["lo"] + 1 >= (5 if cell["class"] == "outcome" else 3)


def test_no_figure_stands_outside_its_plan_and_no_mean_in_two_forms_of_one_feature(home: Home) -> None:
    plan = load_instrument().plan
    tables = {mean.scale: set(mean.tables) for mean in plan.mean}
    words = {measure.attribute: measure.tables for measure in plan.measure}
    for publication in publications(home):
        cells, means = (read_frozen(home, publication, table) for table in (Cell, Mean))
        for row in means.filter(status="published").iter_rows(named=True):
            assert row["table_id"] in tables[row["scale"]]
        for row in cells.filter(pl.col("status") == "published", pl.col("measure") != "n").iter_rows(named=True):
            assert is_in_plan(row["table_id"], words[row["measure"]])


def test_every_mean_lies_in_its_interval_whatever_the_open_scores_are(home: Home) -> None:
    for publication in publications(home):
        means, people = read_frozen(home, publication, Mean), _truth(home, publication)
        for cell in means.filter(pl.col("status") == "published").iter_rows(named=True):
            inside = people.filter(pl.col(cell["dim_1"]) == cell["level_1"]) if cell["dim_1"] else people
            scores = inside[f"score:{cell['scale']}"] / 1000
            k = 10 if cell["class"] == "outcome" else 5
            assert cell["n"] == inside.height >= 2 * k
            assert scores.null_count() < 5
            assert scores.null_count() <= 0.1 * inside.height
            for filled in (0, 100):
                assert cell["lo"] <= scores.fill_null(filled).mean() <= cell["hi"]
            assert cell["hi"] - cell["lo"] >= cell["step"] >= 100 / cell["n"]


def test_nothing_is_published_below_the_minimum_or_beside_a_small_complement(home: Home) -> None:
    for publication in publications(home):
        cells = read_frozen(home, publication, Cell).filter(pl.col("measure") != "n")
        k = {"coverage": 5, "outcome": 10}
        for cell in cells.filter(pl.col("status") == "published").iter_rows(named=True):
            assert cell["n"] >= k[cell["class"]] * max(1, cell["way"])
            around = cells.filter(
                (pl.col("measure") == cell["measure"])
                & (pl.col("status") == "published")
                & (pl.col("way") < cell["way"])
            )
            for wider in around.iter_rows(named=True):
                levels = {(cell["dim_1"], cell["level_1"]), (cell["dim_2"], cell["level_2"])}
                if wider["dim_1"] is None or (wider["dim_1"], wider["level_1"]) in levels:
                    assert not 0 < wider["n"] - cell["n"] < k[cell["class"]]


def test_the_snapshot_holds_no_leader_school_answer_or_finest_cell(home: Home, tmp_path: Path) -> None:
    shown = current(home)
    assert shown is not None
    # A copy: DuckDB shares one instance per path in a process, and a page test may hold the original locked down.
    path = shutil.copy(shown, tmp_path)
    secrets: set[str] = set()
    for wave in vault.stored_waves(home):
        secrets |= set(vault.read(home, wave, "roster")["leader_key"])
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        assert sorted(tables) == sorted(PUBLISHED)
        for table in tables:
            frame = connection.cursor().sql(f'select * from "{table}"').pl()
            for column in frame.select(pl.col(pl.String)).iter_columns():
                assert not secrets & set(column.drop_nulls()), (table, column.name)
            assert not {"leader_key", "school_key", "is_flagged", "row"} & set(frame.columns)
        assert connection.execute("select max(way) from cell").fetchone() <= (2,)


def test_every_publication_is_proven_safe_once_more(home: Home) -> None:
    for publication in publications(home)[-1:]:
        assert audit_wave(home, publication).undecided == 0


def test_what_shares_answers_is_audited_together(home_120: Path) -> None:
    home = Home(home_120)
    material = grouped_of(home, vault.stored_waves(home)[-1])
    owner: dict[str, str] = {}
    for code, family in material.families.items():
        made_from = [material.instrument.sources(member) for member in family.members]
        made_from += [material.instrument.parts_of(scale) for scale in family.scales]
        for source in set().union(*made_from):
            assert owner.setdefault(source, code) == code
    assert {attribute.code for family in material.families.values() for attribute in family.members} == {
        attribute.code for attribute in material.planned
    }


def test_the_same_leaders_with_other_answers_get_the_same_groups_and_tables(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample", load_instrument(), 45, 1, 3)  # small, so that many groups are near the minimum
    export = pl.read_csv(tmp_path / "sample" / "responses_2026Q3.csv", infer_schema=False)
    keys, found = ["leader_key", "submitted"], set()
    for seed in range(6):
        order = np.random.default_rng(seed).permutation(export.height)
        other = pl.concat([export.select(keys), export.drop(keys)[order]], how="horizontal")
        other.write_csv(tmp_path / f"{seed}.csv")
        home = Home(tmp_path / str(seed))
        import_wave(home, Source(tmp_path / f"{seed}.csv", "2026Q3", roster=tmp_path / "sample" / "roster.csv"))
        structure = grouped_of(home, Wave("2026Q3")).structure
        found.add(str((structure.merges, structure.tables, structure.tier_from)))
    assert len(found) == 1


def test_permuting_whole_rows_of_answers_never_changes_what_the_rules_withhold(home_120: Path) -> None:
    home = Home(home_120)
    material = grouped_of(home, vault.stored_waves(home)[-1])
    assert len(withheld_by_rules(material, rounds=10)) == 1  # `make prove` does it a thousand times


def test_what_a_plan_withholds_before_the_audit_is_the_same_for_other_answers(home_120: Path) -> None:
    home = Home(home_120)
    material = grouped_of(home, vault.stored_waves(home)[-1])
    random = np.random.default_rng(8)
    record = load(home, material.wave)
    plans = plan_families(home, record.now, material.structure, lambda _: None)
    for code in ("rock", "risk", "loneliness"):
        words = set()
        for _ in range(10):
            order = random.permutation(material.yes_no.height)
            other = replace(material, yes_no=material.yes_no[order], scores=material.scores[order])
            family, counts = material.families[code], count(other)
            teller = Teller(other, counts, family, with_means=False)
            told = teller.tell(plans[code], Amounts.of(other, counts, family), Dice(b"key"), "edges")
            figures, _ = teller.figures(told, plans[code])
            words.add(str([one.status.tolist() for one in figures.values()]))
        assert len(words) == 1


def test_the_plan_of_a_school_year_is_the_same_whatever_is_answered(home_single: Path, tmp_path: Path) -> None:
    stored = load(Home(home_single), Wave("2026Q3")).now
    structure = plan_school_year(Home(home_single), stored)
    silent = replace(
        stored,
        answers=stored.answers.with_columns(
            pl.lit(None, kind).alias(name)
            for name, kind in stored.answers.schema.items()
            if name in stored.about["columns_asked"]
        ),
        scores=stored.scores.with_columns(pl.exclude("leader_key").sort()),
    )
    plans = [
        plan_families(fixed(tmp_path / str(number)), wave, structure, lambda _: None)
        for number, wave in enumerate((stored, silent))
    ]
    assert plans[0] == plans[1]
    assert len(plans[0]["rock"]) > 3


def test_the_list_of_who_was_counted_holds_groups_and_no_answer(home: Home) -> None:
    for publication in publications(home):
        kinds = read_respondents(home, publication).schema
        assert {name for name, kind in kinds.items() if kind != pl.String} == {"had_memory"}
        assert not set(kinds) & {question.code for question in load_instrument().questions}


def test_the_vault_is_closed_to_others_and_a_snapshot_cannot_be_written(home: Home) -> None:
    assert home.vault.stat().st_mode & 0o077 == 0
    for path in (home.vault / "waves").iterdir():
        assert path.stat().st_mode & 0o077 == 0
    snapshot = current(home)
    assert snapshot is not None
    assert snapshot.stat().st_mode & 0o222 == 0
