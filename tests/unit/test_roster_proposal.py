"""A proposal for a roster: it loads as it stands, leaves to a person what only a person knows, and repeats nobody."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cli.data_in import propose as profile_command
from pipelines.flow import Decided, Source, import_wave, look
from pipelines.ground.errors import Refused
from pipelines.ground.settings import ROOT, Home
from pipelines.instruments import check_roster_words, load_instrument, load_roster_words
from pipelines.intake import is_roster, propose_roster, roster_toml
from pipelines.sample import write_sample
from tests.drawn import examples

INSTRUMENT = load_instrument()
WAVE = "2026Q3"
Columns = dict[str, Sequence[str | None]]
# Nine leaders as an office might list them: heads of its own, names, two posts, and words that are no groups of ours.
KEYS = [f"{number:08x}" for number in range(3_000_000_017, 3_000_000_017 + 9 * 7919, 7919)]
OFFICE: Columns = {
    "Naam": [f"A. de Vries{at}" for at in range(9)],
    "Geboortedatum": ["01-01-1970"] * 9,
    "Sleutel": [*KEYS[:8], KEYS[0]],
    "Kring": ["Noord", "Oost", "Zuid"] * 3,
    "Ervaring": ["0-1", "2-5", "veel", "veel", "6-10", "11-20", "21+", "2 - 55", "0-1"],
    "Datum in dienst": ["01-08-2001"] * 9,
    "FTE": ["1,0", "0,8", "1,0"] * 3,
    "Parkeerplaats": ["1", "2", "3"] * 3,
}


def write(folder: Path, columns: Columns, name: str = "roster.csv") -> Path:
    """A roster of these columns, as a text or a workbook."""
    file = folder / name
    if name.endswith("csv"):
        pl.DataFrame(columns).write_csv(file, separator=";")
        return file
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, list(columns))
        for place, cells in enumerate(columns.values()):
            page.write_column(1, place, [cell or "" for cell in cells])
    return file


def proposed(folder: Path, columns: Columns, lang: str = "nl", home: Home | None = None) -> str:
    return roster_toml(propose_roster(home or Home(folder / "home"), write(folder, columns)), lang)


def taken(text: str, *begins: str, **said: str) -> str:
    """The proposal with the # taken away from lines that begin so, and what somebody said put for what is open."""
    lines = []
    for line in text.splitlines():
        bare = line.removeprefix("# ")
        is_taken = line.startswith("# ") and bare.startswith(begins)
        lines.append(bare.replace('"…"', said.get("level", '"…"'), 1) if is_taken else line)
    return "\n".join(lines) + "\n"


def keep(home: Home, text: str) -> Path:
    home.instruments.mkdir(parents=True, exist_ok=True)
    place = home.instruments / "roster.toml"
    place.write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize("name", ["roster.csv", "roster.xlsx"])
def test_an_offices_roster_is_read_with_what_was_proposed_and_decided(tmp_path: Path, name: str) -> None:
    home, export = Home(tmp_path / "home"), tmp_path / "export.csv"
    export.write_text("leader_key,stress_1\n" + "".join(f"{key},3\n" for key in KEYS[:8]), encoding="utf-8")
    roster = write(tmp_path, OFFICE, name)
    source = Source(export, WAVE, roster=roster)
    with pytest.raises(Refused):
        look(home, source)
    text = roster_toml(propose_roster(home, roster), "nl")
    keep(home, text)
    with pytest.raises(Refused):  # it loads, and what is doubtful is still open
        look(home, source)
    keep(home, taken(text, '"Kring"', "several", '"veel"', '"2 - 55"', level='"21+"'))
    found = look(home, source)
    assert found.answers["region"].to_list() == ["Noord", "Oost", "Zuid"] * 2 + ["Noord", "Oost"]
    assert found.answers["experience_band"].to_list()[2:8] == ["21+", "21+", "6-10", "11-20", "21+", "2-5"]
    assert "roster_several_largest" in {one.kind for one in found.told}


def test_sure_lines_stand_as_they_are_and_doubtful_ones_are_comments_each_with_its_reason(tmp_path: Path) -> None:
    lines = proposed(tmp_path, OFFICE, "en").splitlines()
    assert '"Sleutel" = "leader_key" # is read so already' in lines
    assert '"Ervaring" = "experience_band" # is read so already' in lines
    assert '# "Kring" = "region" # its cells look like this column; check' in lines
    assert '    "Naam", # looks like a name' in lines
    assert '    "Geboortedatum", # looks like a date of birth' in lines
    assert any(line.startswith('# "FTE": how large an appointment is') for line in lines)
    assert any(line.startswith('# "Datum in dienst": a date, but not since when') for line in lines)
    assert '# "Parkeerplaats": nothing that a roster has looks like it' in lines
    assert (
        '# several = "largest" # leaders stand on several rows (rows 2, 10); "largest" (appointment) or "first" (row)'
        in lines
    )
    assert '# "veel" = "…" # 2 rows (rows 4, 5); choose from: "0-1", "2-5", "6-10", "11-20", "21+"' in lines
    assert '# "2 - 55" = "2-5" # 1 row (row 9); looks like it, check' in lines


def test_a_date_of_employment_is_offered_where_experience_is_lacking(tmp_path: Path) -> None:
    columns = {head: cells for head, cells in OFFICE.items() if head != "Ervaring"}
    assert '# "Datum in dienst" = "experience_band" # een datum, maar' in proposed(tmp_path, columns)


@pytest.mark.parametrize(
    ("head", "cells", "column"),
    [
        ("Kring", ["Noord", "Zuid", "Oost"], "region"),
        ("Jaren?", ["0-1 jaar", "2 t/m 5", "21 of meer"], "experience_band"),
        ("Soort", ["bao", "vo", "Basisonderwijs"], "school_type"),
        ("Wie", ["Directeur", "rector", "interim"], "role"),
        ("Tijdvak", ["2026-Q3", "2026 K3", "Q3 2026"], "wave"),
    ],
)
def test_a_column_under_another_head_is_known_by_its_cells_and_never_for_sure(
    tmp_path: Path, head: str, cells: list[str], column: str
) -> None:
    text = proposed(tmp_path, {"leader_key": KEYS[:3], head: cells})
    assert f'# "{head}" = "{column}"' in text
    assert head not in tomllib.loads(text)["roster"]["columns"]


def test_keys_under_another_head_are_asked_about_and_names_are_none(tmp_path: Path) -> None:
    text = proposed(tmp_path, {"Code": KEYS[:3], "region": ["a", "b", "b"]})
    assert '# "Code" = "leader_key" # elke rij heeft een eigen code' in text
    names = proposed(tmp_path, {"Sleutel": ["Jan Jansen", "Piet de Boer", "A. Smit"], "region": ["a", "b", "b"]})
    assert '# "Sleutel" = "leader_key" # dit lijken namen' in names
    assert "Jansen" not in names


def test_two_columns_that_are_one_are_left_to_a_person(tmp_path: Path) -> None:
    text = proposed(tmp_path, {"Sleutel": KEYS[:3], "Token": KEYS[3:6], "region": ["a", "b", "b"]})
    assert {'# "Sleutel" = "leader_key"', '# "Token" = "leader_key"'} <= {
        line.split(" # ")[0] for line in text.splitlines()
    }
    assert tomllib.loads(text)["roster"]["columns"] == {"region": "region"}


def test_a_number_that_nobody_said_the_group_of_asks_where_each_begins(tmp_path: Path) -> None:
    own = tmp_path / "home" / "instruments"
    own.mkdir(parents=True)
    shipped = (ROOT / "instruments" / "dimensions.toml").read_text(encoding="utf-8")
    levels = shipped.replace('levels = ["<100", "100-199", "200-399", "400+"]', 'levels = ["klein", "groot"]')
    levels = re.sub(r'(labels_..|coarse) = \{ "<100".*\n', "", levels)
    (own / "dimensions.toml").write_text(levels, encoding="utf-8")
    columns = {"leader_key": KEYS[:3], "region": ["a", "b", "b"], "Leerlingen": ["88", "140", "512"]}
    text = proposed(tmp_path, columns)
    assert "# [roster.bins.school_size]" in text
    lines = [line.removeprefix("# ") if "…" in line or "roster.bins" in line else line for line in text.splitlines()]
    with pytest.raises(Refused, match="instrument_not_toml"):  # what nobody filled in is told, and not guessed
        load_roster_words(keep(Home(tmp_path / "home"), "\n".join(lines)).parent)
    filled = "\n".join(lines).replace('"klein" = …', '"klein" = 0').replace('"groot" = …', '"groot" = 150')
    keep(Home(tmp_path / "home"), filled)
    export = tmp_path / "export.csv"
    export.write_text(f"leader_key,stress_1\n{KEYS[0]},3\n{KEYS[2]},3\n", encoding="utf-8")
    source = Source(export, WAVE, roster=tmp_path / "roster.csv", decided=Decided(without=("experience_band",)))
    assert look(Home(tmp_path / "home"), source).answers["school_size"].to_list() == ["klein", "groot"]


def test_a_region_that_no_wave_has_is_listed_and_in_a_new_home_all_are_as_they_come(tmp_path: Path) -> None:
    home, export = Home(tmp_path / "home"), tmp_path / "export.csv"
    columns = {"leader_key": KEYS[:4], "region": ["Kust", "Polder", "Kust", "Stad"], "experience_band": ["0-1"] * 4}
    assert "roster.levels" not in proposed(tmp_path, columns, home=home)
    export.write_text(f"leader_key,stress_1\n{KEYS[0]},3\n", encoding="utf-8")
    import_wave(home, Source(export, "2026Q2", roster=tmp_path / "roster.csv"))
    text = proposed(tmp_path, {**columns, "region": ["Kust", "Poldr", "KUST ", "Haven"]}, home=home)
    assert '# "Poldr" = "Polder" # 1 rij (rij 3); lijkt hierop, kijk na' in text
    assert '# "Haven" = "…" # 1 rij (rij 5)' in text
    assert '"KUST ' not in text


@pytest.mark.parametrize(
    "cells",
    [
        ["Jan Jansen", "Piet de Boer", "A. Smit"],
        ["jan@school.example", "veel", "weinig"],
        ["0612345678", "veel", "weinig"],
        [f"los woord {at}" for at in range(30)],
        ["een heel verhaal over hoe het komt dat ik hier werk en nog veel meer", "0-1", "2-5"],
    ],
)
def test_a_word_that_could_be_somebodys_is_counted_and_not_repeated(tmp_path: Path, cells: list[str]) -> None:
    keys = [f"{at:08x}f" for at in range(len(cells))]
    text = proposed(tmp_path, {"leader_key": keys, "region": ["a"] * len(cells), "experience_band": cells})
    for cell in cells:
        assert cell in ("0-1", "2-5") or cell not in text
    assert "niet herhaald" in text or "experience_band" in str(tomllib.loads(text)["roster"].get("drop"))


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@examples(60)
@given(
    heads=st.lists(st.one_of(WORDS, st.sampled_from(list(OFFICE))), min_size=1, max_size=5, unique=True),
    cells=st.lists(st.one_of(WORDS, st.sampled_from(["0-1", "veel", "Noord", "12", "2-mei"])), min_size=3, max_size=3),
)
def test_whatever_the_heads_and_words_what_is_proposed_loads(
    tmp_path_factory: pytest.TempPathFactory, heads: list[str], cells: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    columns = {"leader_key": KEYS[:3], "Ervaring": cells, **{f"x{at} {head}": cells for at, head in enumerate(heads)}}
    pl.DataFrame(columns).write_csv(folder / "roster.csv", separator=";")
    text = roster_toml(propose_roster(Home(folder / "home"), folder / "roster.csv"), "en")
    keep(Home(folder), text)
    words = load_roster_words(folder / "instruments")
    check_roster_words(words, INSTRUMENT)
    assert words.columns["leader_key"] == "leader_key"


# ------------------------------------------------------------------------------------- which of the two it is


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, INSTRUMENT, 30, 1, 3)
    return folder


def test_a_roster_is_recognised_by_itself_and_an_export_is_none(tmp_path: Path, sample: Path) -> None:
    home = Home(tmp_path / "home")
    assert is_roster(home, sample / "roster.csv")
    assert is_roster(home, write(tmp_path, OFFICE))
    for file in sample.glob("responses_*.csv"):
        assert not is_roster(home, file)


@pytest.mark.parametrize(
    "heads",
    [
        ["token", "Regio", *(f"Q{number}" for number in range(24))],  # an export of a tool nobody knows
        ["leader_key", "region", "stress_1"],
        ["Response ID", "submitdate", "Regio", "stress_1"],
        ["Naam", "Adres"],
    ],
)
def test_a_file_with_questions_or_without_groups_is_no_roster(tmp_path: Path, heads: list[str]) -> None:
    assert not is_roster(Home(tmp_path / "home"), write(tmp_path, {head: ["x1", "x2"] for head in heads}))


@pytest.mark.shared
def test_of_the_awkward_files_every_roster_is_one_and_no_export_is(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data.parent / "cases" / "import"
    if not folder.is_dir():
        pytest.skip("The awkward files are not on this machine: they lie beside the real ones.")
    seen = 0
    for case in json.loads((folder / "index.json").read_text(encoding="utf-8")):
        for name, wanted in ((case["roster"], True), (case["export"], False)):
            try:
                found = name and is_roster(Home(tmp_path), folder / case["name"] / name)
            except Refused:
                continue
            if name:
                assert found == wanted, (case["name"], name)
                seen += 1
    assert seen > 90


def test_the_command_writes_the_one_or_the_other_and_can_be_told_which(
    tmp_path: Path, sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, out = tmp_path / "home", tmp_path / "roster.toml"
    profile_command(sample / "roster.csv", home=home, out=out, lang="en")
    assert capsys.readouterr().out == (
        f"The proposal is in {out}: of 9 columns, certain: 9, doubtful: 0. "
        f"Check it and save it as roster.toml in {home / 'instruments'}.\n"
    )
    assert tomllib.loads(out.read_text(encoding="utf-8"))["roster"]["columns"]["region"] == "region"
    (export,) = sample.glob("responses_*.csv")
    profile_command(export, home=home)
    assert "[profile.columns]" in capsys.readouterr().out
    profile_command(export, home=home, roster=True)
    assert "[roster.columns]" in capsys.readouterr().out
    profile_command(write(tmp_path, OFFICE), home=home, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["roster"], told["levels"]) == (True, {"experience_band": 2})
    assert {"head": "Kring", "column": "region", "by": "cells", "sure": 0.75} in told["columns"]
