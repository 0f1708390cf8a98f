"""Who left: kept under the vault's codes where the policy lets it in, read by nobody where it does not."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from pipelines.evidence.risk import transitions
from pipelines.flow import Decided, Source, import_wave, takes_outcomes
from pipelines.ground.errors import Refused, RefusedColumns
from pipelines.ground.messages import explain
from pipelines.ground.period import Wave
from pipelines.ground.settings import INSTRUMENTS, Home
from pipelines.instruments import load_instrument
from pipelines.intake.events import conform_outcomes
from pipelines.sample import write_sample
from pipelines.vault import rights as flow_rights
from pipelines.vault import store as vault
from tests.boards import history_of

FIRST, SECOND = Wave("2026Q2"), Wave("2026Q3")


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    write_sample(tmp_path / "sample", load_instrument(), 60, 2, 3)
    return tmp_path / "sample"


@pytest.fixture
def switched_on(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    policy = (INSTRUMENTS / "policy.toml").read_text(encoding="utf-8")
    (folder / "policy.toml").write_text(re.sub(r"^outcomes = \[\]", 'outcomes = ["left"]', policy, flags=re.MULTILINE))
    return folder


def loaded(home: Home, sample: Path, **changes: object) -> None:
    for wave in (FIRST, SECOND):
        file = sample / f"responses_{wave}.csv"
        import_wave(home, Source(file, wave, roster=sample / "roster.csv", outcomes=sample / "outcomes.csv", **changes))


def test_events_other_than_the_policys_and_of_later_waves_are_not_kept() -> None:
    table = pl.DataFrame(
        {"wave": ["2026Q1", "2026Q2", "2026Q3"], "leader_key": ["a", "b", "c"], "event": ["left", "sick", "left"]}
    )
    assert conform_outcomes(table, "f.csv", ("left",), "2026Q2").rows() == [("2026Q1", "a", "left")]
    with pytest.raises(Refused, match="outcomes_file"):
        conform_outcomes(table.drop("event"), "f.csv", ("left",), "2026Q2")
    with pytest.raises(Refused, match="outcomes_file"):
        conform_outcomes(table.with_columns(wave=pl.lit("spring")), "f.csv", ("left",), "2026Q2")


def test_by_default_nobody_reads_the_file(sample: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    (sample / "outcomes.csv").write_text("not even a table")
    loaded(home, sample)
    assert vault.read(home, SECOND, "outcomes").is_empty()
    assert not takes_outcomes(home, Source(sample / "responses_2026Q3.csv", SECOND))


@pytest.mark.parametrize(
    ("head", "value", "rule"),
    [("naam", "Jan Jansen", "name"), ("leader_key", "j@x.example", "email"), ("event", "j@x.example", "email")],
)
def test_a_file_of_who_left_with_personal_data_is_refused_like_an_export(
    sample: Path, switched_on: Path, tmp_path: Path, head: str, value: str, rule: str
) -> None:
    home, events = Home(tmp_path / "home"), {"wave": FIRST, "leader_key": "k1", "event": "left"}
    pl.DataFrame({name: [one] for name, one in (events | {head: value}).items()}).write_csv(sample / "outcomes.csv")
    with pytest.raises(RefusedColumns) as refusal:
        loaded(home, sample, instruments=switched_on)
    assert [(found.column, found.rule) for found in refusal.value.found] == [(head, rule)]
    assert "outcomes.csv" in explain("en", refusal.value)
    kept = [path for path in home.path.rglob("*") if path.is_file()]
    assert {path.name for path in kept} == {"log.jsonl", "log.head"}
    assert value not in kept[0].read_text()
    if head == "naam":
        loaded(home, sample, instruments=switched_on, decided=Decided(beside_drop=("naam",)))
        assert vault.read(home, SECOND, "outcomes")["event"].to_list() == ["left"]


def test_where_the_policy_says_so_who_left_counts_as_an_event_and_goes_when_erased(
    sample: Path, switched_on: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    first = pl.read_csv(sample / f"responses_{FIRST}.csv")
    asked = first.drop_nulls([name for name in first.columns if name.startswith(("stress", "support"))])
    gone = asked["leader_key"].head(2)
    pl.DataFrame({"wave": [FIRST] * 2, "leader_key": gone, "event": ["left"] * 2}).write_csv(sample / "outcomes.csv")
    loaded(home, sample, instruments=switched_on)
    kept = vault.read(home, SECOND, "outcomes")
    assert kept.height == 2
    assert not set(kept["leader_key"]) & set(gone)  # under the vault's codes
    data, _ = transitions(history_of(home, SECOND))
    codes = set(transitions(history_of(home, SECOND))[1].filter("event")["leader_key"])
    assert set(kept["leader_key"]) <= codes
    assert data.leaders_with_event >= 2
    flow_rights.erase(home, gone[0])
    assert vault.read(home, SECOND, "outcomes").height == 1
    assert vault.read(home, FIRST, "outcomes").height == 1
