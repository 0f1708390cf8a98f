"""docs/roster.md, walked: exports like those of HR systems become rosters of a published wave, by its commands."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from pipelines.ground.period import Wave
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.browser.serving import ROOT

PAGE = (ROOT / "docs" / "roster.md").read_text(encoding="utf-8")
PARTS = {part.split("\n", 1)[0].split()[-1].lower(): part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}
LEADERS, WAVE = 60, Wave("2026Q3")
YEARS = {"0-1": 1, "2-5": 3, "6-10": 8, "11-20": 15, "21+": 25}


def delivered(folder: Path, system: str) -> pl.DataFrame:
    """The answers of a sample wave, and its roster as this system would export it; what the roster was."""
    write_sample(folder / "survey", load_instrument(), LEADERS, 1, 6, last_wave=WAVE)
    (folder / "answers.csv").write_bytes((folder / "survey" / f"responses_{WAVE}.csv").read_bytes())
    roster = pl.read_csv(folder / "survey" / "roster.csv", infer_schema=False).filter(wave=WAVE)
    heads = re.findall(r"```csv\n(.*?)\n```", PARTS[system], re.DOTALL)[0]
    rows = []
    for at, leader in enumerate(roster.iter_rows(named=True)):
        years = YEARS[leader["experience_band"]]
        since = dt.date(2026 - years, 3, 1 + at % 28)
        said = {
            "Medewerker": f"{100200 + at}", "Persoonsnummer": f"{100200 + at}", "Roepnaam": "Olga",
            "Naam": f"O. de Vries{at}", "Achternaam": f"Vries{at}", "Geboortedatum": "01-01-1970",
            "Datum in dienst": "01-08-1995", "Functie": "Directeur", "Functieomschrijving": "Directeur",
            "Ingangsdatum functie": since.strftime("%d-%m-%Y"), "Jaren schoolleider": str(years), "FTE": "1,0000",
            "Deeltijdfactor": "0,8", "BRIN": f"{10 + at}AB", "Regio": leader["region"],
            "Vestigingsregio": leader["region"].upper() if at % 7 else leader["region"], "Onderwijstype": "bo",
            "Sleutel": leader["leader_key"], "Token": leader["leader_key"], "Code van het bureau": leader["leader_key"],
            "Personeelslid": f"Olga de Vries{at}", "Kring": leader["region"],
            "Loopbaan": f"{leader['experience_band']} jaar",
        }  # fmt: skip
        rows.append(";".join(said[head] for head in heads.split(";")))
    again = rows[0].replace("0,8", "0,2") if system == "visma" else ""
    vacancy = "" if system == "own" else rows[-1].replace(roster["leader_key"][-1], "")
    lines = [heads, *rows, *filter(None, (vacancy, again))]
    (folder / f"{system}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return roster


def typed(part: str, folder: Path) -> list[str]:
    """What each command of a part says."""
    place = {name: value for name, value in os.environ.items() if name != "KLANKBORD_HOME"}
    place["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    said = []
    for command in re.findall(
        r"^klankbord .*$", "\n".join(re.findall(r"```sh\n(.*?)```", part, re.DOTALL)), re.MULTILINE
    ):
        done = subprocess.run(command, shell=True, cwd=folder, env=place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        said.append(done.stdout)
    return said


def test_a_list_with_heads_of_its_own_is_read_with_what_was_proposed_for_it(tmp_path: Path) -> None:
    roster = delivered(tmp_path, "own")
    proposing, importing = PARTS["own"].split("Have it say")[1].split("Then:")
    typed(proposing, tmp_path)
    proposed = (tmp_path / "proposed.toml").read_text(encoding="utf-8")
    heads = re.findall(r"```csv\n(.*?)\n```", PARTS["own"], re.DOTALL)[0].split(";")
    assert all(f'"{head}"' in proposed for head in heads)
    decided = re.sub(r'^# (?="(Code van het bureau|Kring|Loopbaan)" = )', "", proposed, flags=re.MULTILINE)
    (tmp_path / "data" / "instruments").mkdir(parents=True)
    (tmp_path / "data" / "instruments" / "roster.toml").write_text(decided, encoding="utf-8")
    checked, _, published, fixed = typed(importing, tmp_path)
    for name, count in roster["region"].value_counts().iter_rows():
        assert f"{name} ({count})" in checked
        assert name in fixed
    assert f"Meting {WAVE} gepubliceerd" in published


@pytest.mark.parametrize("system", ["afas", "visma"])
def test_an_export_of_an_hr_system_becomes_the_roster_of_a_published_wave(tmp_path: Path, system: str) -> None:
    roster = delivered(tmp_path, system)
    for text in re.findall(r"```toml\n(.*?)```", PARTS[system], re.DOTALL):
        (tmp_path / "data" / "instruments").mkdir(parents=True)
        (tmp_path / "data" / "instruments" / "roster.toml").write_text(text, encoding="utf-8")
    checked, _, published = typed(PARTS[system], tmp_path)
    bands = dict(roster["experience_band"].value_counts().iter_rows())
    labels = next(one for one in load_instrument().dimensions if one.code == "experience_band").labels_nl
    wanted = ", ".join(f"{labels[band]} ({bands[band]})" for band in YEARS if band in bands)
    assert f"Ervaring als schoolleider: {wanted}." in checked
    regions = dict(roster["region"].value_counts().iter_rows())
    assert all(re.search(rf"{name} \({count}\)", checked, re.IGNORECASE) for name, count in regions.items())
    assert "1 rij zonder sleutel is een vacature" in checked
    assert ("de grootste aanstelling telt" in checked) == (system == "visma")
    assert f"Meting {WAVE} gepubliceerd" in published


def test_names_in_such_an_export_are_refused_all_at_once_with_what_to_leave_out(tmp_path: Path) -> None:
    delivered(tmp_path, "afas")
    command = [str(Path(sys.executable).parent / "klankbord"), "check", "answers.csv", "--wave", WAVE]
    done = subprocess.run([*command, "--roster", "afas.csv"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    for head in ("Roepnaam", "Achternaam", "Geboortedatum"):
        assert f"‘{head}’" in done.stderr
    assert "Olga" not in done.stderr
