"""What a leader can count on: keys are not stored, an erased leader stays away, old answers go."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from pipelines.again import audit_wave, waves
from pipelines.counting import flag_record, load
from pipelines.flow import Source, import_wave, look, publish_wave
from pipelines.ground.database import connect, run
from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.schemas import Cell
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.publication import snapshot as publish
from pipelines.sample import write_sample
from pipelines.vault import archive
from pipelines.vault import codes as vault_keys
from pipelines.vault import store as vault
from pipelines.vault.removals import begin_removal
from pipelines.vault.rights import erase, held, retain
from tests.homes import fixed

WAVES = tuple(map(Wave, ("2026Q1", "2026Q2", "2026Q3")))


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board of 60 leaders: two waves published, of the third only the first 20 answers, published too."""
    folder = tmp_path_factory.mktemp("rights")
    write_sample(folder / "sample", load_instrument(), 60, 3, 5)
    home = fixed(folder / "home")
    for wave in WAVES:
        export = folder / "sample" / f"responses_{wave}.csv"
        if wave == WAVES[-1]:
            lines = export.read_text(encoding="utf-8").splitlines()
            export = export.with_name("first_20.csv")
            export.write_text("\n".join(lines[:21]), encoding="utf-8")
        import_wave(home, Source(export, wave, roster=folder / "sample" / "roster.csv"))
        publish_wave(home, wave)
    return folder


@pytest.fixture
def board(made_once: Path, tmp_path: Path) -> tuple[Home, Path]:
    """A copy to change, with its sample; the third wave has late answers too."""
    shutil.copytree(made_once, tmp_path / "board")
    home, sample = Home(tmp_path / "board" / "home"), tmp_path / "board" / "sample"
    import_wave(home, Source(sample / "responses_2026Q3.csv", "2026Q3", roster=sample / "roster.csv"))
    return home, sample


def _keys(sample: Path, name: str) -> list[str]:
    return [line.split(",")[0] for line in (sample / name).read_text(encoding="utf-8").splitlines()[1:]]


def _loyal(sample: Path) -> list[str]:
    """Leaders who answered the first two waves, and the third one late."""
    late = set(_keys(sample, "responses_2026Q3.csv")) - set(_keys(sample, "first_20.csv"))
    return sorted(late & set(_keys(sample, "responses_2026Q1.csv")) & set(_keys(sample, "responses_2026Q2.csv")))


def _found(home: Home, code: str) -> list[str]:
    """Tables in which a code still stands."""
    places = [*home.vault.glob("waves/*.duckdb"), *home.vault.glob("late/*.duckdb")]
    found = []
    for place in places:
        for table in vault.TABLES[1:]:
            frame = vault.read_file(place, table).cast(pl.String)
            if any(frame[column].str.contains(code, literal=True).any() for column in frame.columns):
                found.append(f"{place.stem} {table}")
    for name in archive.publications(home):
        if code in archive.read_respondents(home, name)["leader_key"]:
            found.append(name)
    return sorted(found)


def test_the_agencys_keys_are_stored_nowhere_and_the_codes_are_hmacs_under_a_private_secret(
    board: tuple[Home, Path],
) -> None:
    home, sample = board
    keys = {*_keys(sample, "responses_2026Q3.csv"), *pl.read_csv(sample / "roster.csv")["school_key"]}
    stored = b"".join(path.read_bytes() for path in home.vault.rglob("*") if path.is_file())
    assert [key for key in keys if key.encode() in stored] == []
    secret = home.vault / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    key = _keys(sample, "responses_2026Q1.csv")[0]
    code = hmac.digest(bytes.fromhex(secret.read_text()), key.encode(), hashlib.sha256).hex()[:32]
    assert code in vault.read(home, Wave("2026Q1"), "answers")["leader_key"]


def test_words_that_come_back_are_kept_once_as_numbers_and_read_as_words(board: tuple[Home, Path]) -> None:
    home, sample = board
    with connect(vault.wave_file(home, Wave("2026Q1")), read_only=True) as connection:
        kept = run(connection, "vault/read_roster")
    assert kept is not None
    assert kept["region"].dtype == pl.UInt8
    listed = pl.read_csv(sample / "roster.csv").filter(wave="2026Q1")
    assert (
        vault.read(home, Wave("2026Q1"), "roster")["region"].to_list()
        == listed["region"].fill_null("unknown").to_list()
    )


def test_the_same_leader_has_the_same_code_in_every_wave_so_memory_works(board: tuple[Home, Path]) -> None:
    home, sample = board
    both = set(_keys(sample, "responses_2026Q1.csv")) & set(_keys(sample, "responses_2026Q2.csv"))
    assert flag_record(load(home, Wave("2026Q2")))["2026Q2"]["had_memory"].sum() == len(both) > 20


def test_another_vault_gives_the_same_leader_another_code(board: tuple[Home, Path], tmp_path: Path) -> None:
    home, sample = board
    other = Home(tmp_path / "other")
    import_wave(other, Source(sample / "responses_2026Q1.csv", "2026Q1"))
    codes = [set(vault.read(place, Wave("2026Q1"), "answers")["leader_key"]) for place in (home, other)]
    assert len(codes[0]) == len(codes[1])
    assert not codes[0] & codes[1]


def test_an_erased_leader_is_gone_from_every_table_and_the_figures_stay(board: tuple[Home, Path]) -> None:
    home, sample = board
    key = _loyal(sample)[0]
    code = vault_keys.leader_codes(home, pl.Series([key]))[0]
    assert {"2026Q1 answers", "2026Q1 roster", "2026Q3-1 scores", "2026Q1-1"} <= set(_found(home, code))
    before = {name: archive.read_frozen(home, name, Cell) for name in archive.publications(home)}
    snapshot = publish.current(home)

    removed = erase(home, key)

    assert removed.waves == WAVES
    assert removed.publications == ("2026Q1-1", "2026Q2-1")
    assert _found(home, code) == []
    assert publish.current(home) == snapshot
    assert all(archive.read_frozen(home, name, Cell).equals(cell) for name, cell in before.items())
    line = json.loads((home.vault / "log.jsonl").read_text().splitlines()[-1])
    assert set(line) == {"at", "account", "command", "waves", "rows", "publications", "before", "hashes"}
    assert key not in json.dumps(line)


def test_of_an_erased_leader_a_publication_keeps_the_group_and_neither_code_nor_answer(
    board: tuple[Home, Path],
) -> None:
    home, sample = board
    before = archive.read_respondents(home, "2026Q1-1")
    erase(home, _loyal(sample)[0])
    after = archive.read_respondents(home, "2026Q1-1")
    groups = ["region", "experience_band", "role", "had_memory"]
    assert after.filter(pl.col("leader_key").str.starts_with("erased-")).height == 1
    assert after.select(groups).sort(groups).equals(before.select(groups).sort(groups))
    assert {name for name, kind in after.schema.items() if kind != pl.String} == {"had_memory"}


def test_a_leader_has_one_stand_in_in_all_publications_of_a_wave_also_after_a_kill_between_them(
    board: tuple[Home, Path],
) -> None:
    home, _ = board
    publish_wave(home, Wave("2026Q3"))
    first, second = (PublicationId(f"2026Q3-{number}") for number in (1, 2))
    both = set(archive.read_respondents(home, first)["leader_key"]) & set(
        archive.read_respondents(home, second)["leader_key"]
    )
    removal = begin_removal(home, waves=[Wave("2026Q3")])
    codes = archive.counted_codes(home, first)
    archive.without_leaders(home, first, {code: removal.stand_in(Wave("2026Q3"), code) for code in codes})
    with held(home):  # the next command finishes what was cut off
        pass
    left = [set(archive.read_respondents(home, name)["leader_key"]) for name in (first, second)]
    assert len(left[0] & left[1]) == len(both) > 15
    assert not (left[0] | left[1]) & codes
    assert audit_wave(home, second).undecided == 0


def test_published_waves_are_still_proven_safe_after_several_were_erased(board: tuple[Home, Path]) -> None:
    home, sample = board
    before = audit_wave(home, PublicationId("2026Q1-1"))
    for key in _loyal(sample)[:3]:
        erase(home, key)
    after = audit_wave(home, PublicationId("2026Q1-1"))
    assert after.groups == before.groups > 100
    assert after.undecided == 0


def test_importing_the_file_again_does_not_bring_an_erased_leader_back(board: tuple[Home, Path]) -> None:
    home, sample = board
    key = _loyal(sample)[0]
    code = vault_keys.leader_codes(home, pl.Series([key]))[0]
    erase(home, key)
    for wave in WAVES[:2]:
        file = sample / f"responses_{wave}.csv"
        file.write_text(file.read_text() + "\n")  # other bytes, so another file
        with pytest.raises(Refused, match="wave_published"):
            import_wave(home, Source(file, wave, roster=sample / "roster.csv"))
    file = sample / "responses_2026Q3.csv"
    file.write_text(file.read_text() + "\n")
    late = import_wave(home, Source(file, "2026Q3", roster=sample / "roster.csv"))
    assert late.rejected.filter(rule="erased").select("column", "raw").rows() == [("leader_key", None)]
    assert _found(home, code) == []


def test_the_next_wave_does_not_bring_an_erased_leader_back_and_a_dry_run_says_so(
    board: tuple[Home, Path], tmp_path: Path
) -> None:
    home, sample = board
    key = _loyal(sample)[0]
    erase(home, key)
    text = (sample / "responses_2026Q3.csv").read_text(encoding="utf-8")
    next_wave = tmp_path / "responses_2026Q4.csv"
    next_wave.write_text(text, encoding="utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text((sample / "roster.csv").read_text().replace("2026Q3,", "2026Q4,"))
    source = Source(next_wave, "2026Q4", roster=roster)
    assert look(home, source).rejected["rule"].to_list() == ["erased"]
    import_wave(home, source)
    code = vault_keys.leader_codes(home, pl.Series([key]))[0]
    assert _found(home, code) == []
    assert code not in vault.read(home, Wave("2026Q4"), "roster")["leader_key"]


def test_a_rejected_row_of_an_erased_leader_goes_too(tmp_path: Path) -> None:
    home, file = Home(tmp_path / "home"), tmp_path / "export.csv"
    file.write_text(
        "leader_key,submitted,region,stress_1,stress_2\n"
        "a,2026-07-01,Noord,3,2\na,2026-07-02,Noord,4,7\nb,2026-07-01,Noord,7,3\nc,soon,Noord,3,3\n"
    )
    import_wave(home, Source(file, "2026Q3"))
    assert vault.read(home, Wave("2026Q3"), "rejected")["rule"].to_list() == ["duplicate_leader", "bad_date"]
    assert b'"a"' not in vault.wave_file(home, Wave("2026Q3")).read_bytes()
    erase(home, "a")
    assert vault.read(home, Wave("2026Q3"), "rejected")["rule"].to_list() == ["bad_date"]
    assert vault.read(home, Wave("2026Q3"), "data_errors")["row"].to_list() == [4]
    erase(home, "c")  # only ever rejected
    assert vault.read(home, Wave("2026Q3"), "rejected").is_empty()
    assert vault.read(home, Wave("2026Q3"), "answers").height == 1


def test_an_unknown_key_is_refused_and_an_erased_one_may_be_erased_again(board: tuple[Home, Path]) -> None:
    home, sample = board
    with pytest.raises(Refused, match="key_unknown"):
        erase(home, "nobody")
    assert vault_keys.erased_codes(home) == set()
    erase(home, _loyal(sample)[0])
    assert erase(home, _loyal(sample)[0]).rows == 0


def test_retain_removes_old_answers_and_keeps_their_publications(board: tuple[Home, Path]) -> None:
    home, _ = board
    snapshot, cells = publish.current(home), archive.read_frozen(home, "2026Q1-1", Cell)
    assert retain(home).waves == ()  # the policy keeps eight
    removed = retain(home, 1)
    assert removed.waves == ("2026Q1", "2026Q2")
    assert [row["wave"] for row in waves(home)] == ["2026Q3"]
    assert archive.publications(home) == ["2026Q1-1", "2026Q2-1", "2026Q3-1"]
    assert archive.read_frozen(home, "2026Q1-1", Cell).equals(cells)
    assert publish.current(home) == snapshot
    left = [path for path in home.vault.rglob("*") if "2026Q1" in path.name and path.is_file()]
    assert left == []
    counted = archive.read_respondents(home, "2026Q1-1")
    assert counted["leader_key"].str.starts_with("erased-").all()
    assert {name for name, kind in counted.schema.items() if kind != pl.String} == {"had_memory"}


def test_what_is_past_retention_can_still_be_audited_for_an_audit_asks_for_nobodys_answers(
    board: tuple[Home, Path],
) -> None:
    home, _ = board
    before = audit_wave(home, PublicationId("2026Q1-1"))
    retain(home, 1)
    after = audit_wave(home, PublicationId("2026Q1-1"))
    assert after.groups == before.groups > 100
    assert after.undecided == 0


def test_nothing_can_be_added_to_a_wave_past_retention(board: tuple[Home, Path]) -> None:
    home, sample = board
    retain(home, 2)
    with pytest.raises(Refused, match="wave_past_retention"):
        import_wave(home, Source(sample / "responses_2026Q1.csv", "2026Q1", roster=sample / "roster.csv"))


def test_a_wave_that_was_never_published_is_not_removed(tmp_path: Path) -> None:
    home, file = Home(tmp_path / "home"), tmp_path / "export.csv"
    file.write_text("leader_key,stress_1\na,3\nb,2\n")
    for wave in ("2026Q1", "2026Q2"):
        import_wave(home, Source(file, wave))
    with pytest.raises(Refused, match="retain_unpublished"):
        retain(home, 1)
    assert vault.stored_waves(home) == ["2026Q1", "2026Q2"]


def test_every_file_of_the_vault_is_private(board: tuple[Home, Path]) -> None:
    home, sample = board
    erase(home, _loyal(sample)[0])
    files = [path for path in home.vault.rglob("*") if path.is_file() and path.name != "lock"]
    assert len(files) > 40
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []
