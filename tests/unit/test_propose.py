"""A profile proposed for an unknown export: nothing is guessed silently, no two questions become one."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import polars as pl
import pytest

from pipelines.flow import Source, look
from pipelines.ground.settings import Home
from pipelines.instruments import Instrument, load_instrument
from pipelines.instruments.model import Question
from pipelines.intake import propose_profile
from pipelines.intake.propose import Guess, plain, propose
from pipelines.sample import write_sample

STRAIN = "De afgelopen vier weken gaf mijn werk mij spanning."


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return load_instrument()


def guesses(instrument: Instrument, *heads: str, texts: dict[str, str] | None = None) -> list[Guess]:
    return propose(heads, texts or {}, {}, (), {}, instrument)


@pytest.mark.parametrize(
    ("head", "column", "by", "is_sure"),
    [
        ("Stress1", "stress_1", "code", True),
        ("STRESS_1", "stress_1", "code", True),
        ("leaderKey", "leader_key", "code", True),
        ("rockEmotionalWho[buddy]", "rock_emotional_who|buddy", "code", True),
        (f"<strong>{STRAIN}</strong>", "stress_1", "text", True),
        ("De  afgelopen vier weken gaf mijn werk\xa0mij spanning", "stress_1", "near", False),
        ("De afgelopen vijf weken gaf mijn werk spanning.", "stress_1", "near", False),
        ("Hoe oud bent u?", None, "nothing", False),
        ("Q1", None, "nothing", False),
    ],
)
def test_a_column_is_known_by_its_code_then_by_its_text_and_it_is_told_how_surely(
    instrument: Instrument, head: str, column: str | None, by: str, is_sure: bool
) -> None:
    (guess,) = guesses(instrument, head)
    assert (guess.column, guess.by, guess.is_sure) == (column, by, is_sure)


def test_the_question_below_a_code_tells_what_the_code_is(instrument: Instrument) -> None:
    (guess,) = guesses(instrument, "Q17", texts={"Q17": STRAIN})
    assert (guess.column, guess.by) == ("stress_1", "text")


def test_two_columns_that_could_be_one_question_are_both_left_to_a_person(instrument: Instrument) -> None:
    found = guesses(instrument, STRAIN, f"<em>{STRAIN}</em>", "Stress_1")
    assert [guess.column for guess in found] == ["stress_1"] * 3
    assert not any(guess.is_sure for guess in found)


def test_a_proposal_is_a_profile_that_reads_the_export_it_was_made_from(tmp_path: Path) -> None:
    write_sample(tmp_path, load_instrument(), 40, 1, 3)
    native = next(tmp_path.glob("responses_*.csv"))
    table = pl.read_csv(native, infer_schema=False)
    renamed = {name: name.title().replace("_", "") for name in table.columns}
    other = tmp_path / "other.csv"
    table.rename(renamed).with_columns(Naam=pl.lit("Jan"), Vraag=pl.lit("1")).write_csv(other, separator=";")
    home, own = Home(tmp_path / "home"), tmp_path / "own"
    (own / "exports").mkdir(parents=True)
    proposal = propose_profile(home, other)
    assert not proposal.is_recognised
    (own / "exports" / "other.toml").write_text(proposal.toml("other", "nl"), encoding="utf-8")
    wave = native.stem.removeprefix("responses_")
    ours, theirs = (
        look(home, Source(file, wave, roster=tmp_path / "roster.csv", instruments=own)) for file in (native, other)
    )
    assert theirs.profile == "other"
    assert theirs.unread == ("Vraag",)
    assert theirs.answers.select(sorted(theirs.answers.columns)).equals(
        ours.answers.select(sorted(ours.answers.columns))
    )


def test_what_is_personal_is_proposed_to_be_dropped_and_its_content_stands_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("Q1,Q2,piet@school.example\nstress,jan@school.example,a\n")
    text = propose_profile(Home(tmp_path / "home"), file).toml("own", "en")
    assert tomllib.loads(text)["profile"]["drop"] == ["Q2", "column_3"]
    assert "an e-mail address" in text
    assert "@" not in text


@pytest.mark.shared
def test_questions_that_differ_only_in_markup_never_become_one(shared_data: Path, instrument: Instrument) -> None:
    years = json.loads((shared_data / "osmi_headers_dev" / "osmi_headers_2014_2018.json").read_text())
    collided = 0
    for heads in years.values():
        unique = list(dict.fromkeys(heads))
        texts = [plain(head) for head in unique]
        twice = [head for head, text in zip(unique, texts, strict=True) if texts.count(text) > 1]
        asked = [Question(code=f"q{at}", nl=plain(head), en="", answers=("a",)) for at, head in enumerate(twice)]
        own = instrument.model_copy(update={"questions": tuple({question.nl: question for question in asked}.values())})
        found = propose(unique, {}, {}, (), {}, own)
        assert [guess.head for guess in found] == unique
        assert not [guess for guess in found if guess.head in twice and guess.is_sure]
        collided += len(twice)
    assert collided > 0
