"""Real files that nobody of this project wrote walk the whole way."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.period import Wave
from pipelines.ground.schemas import Cell
from pipelines.instruments import load_instrument
from pipelines.intake.read import read_table
from pipelines.publication.snapshot import current
from pipelines.sample import write_sample
from pipelines.vault.archive import read_frozen
from tests.homes import fixed

pytestmark = pytest.mark.shared
OWN = Path(__file__).parent.parent / "instruments" / "socsupport"


def test_a_survey_of_students_is_imported_by_toml_alone_and_its_bands_hold_the_true_counts(
    shared_data: Path, tmp_path: Path
) -> None:
    file, home = shared_data / "DAAG_socsupport" / "socsupport.csv", fixed(tmp_path / "home")
    imported = import_wave(home, Source(file, "2026Q3", profile="socsupport", instruments=OWN))
    assert (imported.rows, imported.answers.height, imported.has_keys) == (95, 95, False)
    publish_wave(home, Wave("2026Q3"))

    students = pl.read_csv(file, infer_schema_length=None, null_values=[""])
    counted = {
        "emotional_support": pl.col("emotional") >= 20,
        "tangible_support": pl.col("tangible") >= 16,
        "supported": (pl.col("emotional") >= 20) | (pl.col("tangible") >= 16).fill_null(value=False),
        "low_mood": pl.col("BDI") >= 10,
    }
    cells = read_frozen(home, "2026Q3-1", Cell).filter(pl.col("status") == "published")
    told = cells.filter(pl.col("measure").is_in(list(counted)))
    for cell in told.iter_rows(named=True):
        group = students.filter(pl.col("age").is_in(cell["level_1"].split(" + "))) if cell["dim_1"] else students
        assert cell["n"] == group.height
        assert cell["lo"] <= group.select(counted[cell["measure"]].sum()).item() <= cell["hi"]
    assert told.filter(pl.col("way") == 0).height == 4
    assert set(told.filter(pl.col("way") == 1)["level_1"]) >= {"18-20", "21-24"}


def duo_board(shared_data: Path, folder: Path, board: str) -> Path:
    """Sample waves on the real schools of one board: its own RPA areas and denominations; answers are generated."""
    schools = read_table(shared_data / "duo_schools" / "duo_vestigingen_bo_2026-04.csv")
    own = schools.filter(pl.col("BEVOEGD GEZAG NUMMER") == board).unique("VESTIGINGSCODE", maintain_order=True)
    write_sample(folder, load_instrument(), own.height, 2, seed=7)
    roster = pl.read_csv(folder / "roster.csv", infer_schema=False)
    real = own.select(region="RPA-GEBIED NAAM", denomination=pl.col("DENOMINATIE"))
    waves = [
        part.with_columns(real["region"][: part.height], real["denomination"][: part.height])
        for part in roster.partition_by("wave", maintain_order=True)
    ]
    pl.concat(waves).write_csv(folder / "roster.csv")
    return folder


def test_a_real_board_gives_a_sensible_publication(shared_data: Path, tmp_path: Path) -> None:
    schools = read_table(shared_data / "duo_schools" / "duo_vestigingen_bo_2026-04.csv")
    sizes = schools.group_by("BEVOEGD GEZAG NUMMER").agg(
        pl.col("VESTIGINGSCODE").n_unique().alias("schools"), pl.col("RPA-GEBIED NAAM").n_unique().alias("areas")
    )
    chosen = sizes.filter(pl.col("schools").is_between(30, 57) & (pl.col("areas") >= 3)).sort(
        "schools", descending=True
    )
    folder = duo_board(shared_data, tmp_path / "sample", chosen["BEVOEGD GEZAG NUMMER"][0])
    home = fixed(tmp_path / "home")
    for file in sorted(folder.glob("responses_*.csv")):
        wave = file.stem.removeprefix("responses_")
        import_wave(home, Source(file, wave, roster=folder / "roster.csv"))
        publish_wave(home, wave)
    snapshot = current(home)
    assert snapshot is not None
    cells = read_frozen(home, "2026Q3-1", Cell).filter(pl.col("status") == "published")
    shown = cells.filter((pl.col("measure") == "has_rock") & (pl.col("way") == 1))
    assert cells.filter((pl.col("measure") == "has_rock") & (pl.col("way") == 0)).height == 1
    assert shown.height >= 5
