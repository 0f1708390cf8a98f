"""docs/first-quarter.md, followed to the letter by a board that begins: its commands, its file, a survey in between."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl

from dashboard.story import find
from pipelines.ground.period import Wave
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.browser.serving import ROOT
from tests.limesurvey import answered

WAVE = Wave("2026Q4")
PAGE = (ROOT / "docs" / "first-quarter.md").read_text(encoding="utf-8")
PARTS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]


def _run(part: str, folder: Path) -> str:
    """Everything a section types, as one script that stops at the first command that fails."""
    script = "\n".join(re.findall(r"```sh\n(.*?)```", part, re.DOTALL))
    place = {name: value for name, value in os.environ.items() if name != "KLANKBORD_HOME"}
    place["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, env=place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (part.splitlines()[0], done.stdout, done.stderr)
    return done.stdout


def _survey(folder: Path) -> None:
    """What the agency does: put the questionnaire online, collect answers, deliver the two files."""
    instrument = load_instrument(folder / "data" / "instruments")
    write_sample(folder / "survey", instrument, 60, 1, 4, last_wave=WAVE)
    responses = pl.read_csv(folder / "survey" / f"responses_{WAVE}.csv", infer_schema=False, null_values=[""])
    structure = ET.parse(folder / "data" / "handout" / "questionnaire.lss").getroot()
    (folder / "export.csv").write_text(answered(structure, responses, "codes", "code"), encoding="utf-8")
    (folder / "roster.csv").write_bytes((folder / "survey" / "roster.csv").read_bytes())


def test_a_board_that_begins_gets_to_its_first_published_wave_by_the_page_alone(tmp_path: Path) -> None:
    typed = [line for line in PAGE.splitlines() if line.startswith("klankbord ")]
    assert len(typed) >= 14
    for part in PARTS:
        if part.startswith("5."):
            _survey(tmp_path)
        for text in re.findall(r"```toml\n(.*?)```", part, re.DOTALL):
            (tmp_path / "data" / "instruments" / "leaflet.toml").write_text(text, encoding="utf-8")
        _run(part, tmp_path)
    assert (tmp_path / "bestuur.pdf").read_bytes().startswith(b"%PDF")
    waves = subprocess.run(
        [Path(sys.executable).parent / "klankbord", "waves", "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [row["publication"] for row in json.loads(waves.stdout)["waves"]] == [f"{WAVE}-1"]
    published = find(tmp_path / "data").snapshot
    assert published is not None
    assert published.about()["board"] == "Stichting De Vuurtoren"
    assert b"Stichting De Vuurtoren: Waar missen" in (tmp_path / "bestuur.pdf").read_bytes()


def test_the_page_shows_the_columns_a_roster_has(tmp_path: Path) -> None:
    write_sample(tmp_path, load_instrument(), 3, 1, 1)
    assert (tmp_path / "roster.csv").read_text().splitlines()[0] in PAGE.splitlines()
