"""A word typed beside the files means something of theirs or of the instrument, or is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Decided, Imported, Source, look
from pipelines.ground.errors import Refused, each
from pipelines.ground.messages import explain, tell_of
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.intake.asked import groups_meant
from tests.drawn import examples

INSTRUMENT = load_instrument()
EXPORT = "leader_key,Vraag 1,stress_2\n" + "".join(
    f"key{at},{'zelden' if at else 'nooit gehoord'},3\n" for at in range(8)
)
ROSTER = "leader_key;Vestigingsregio;Sinds\n" + "".join(f"key{at};Noord;01-08-{2011 + at}\n" for at in range(8))
Look = Callable[..., Imported]


@pytest.fixture
def look_at(tmp_path: Path) -> Look:
    """What an import would do of an export, and of a roster unless there is none."""

    def run(export: str = EXPORT, roster: str | None = ROSTER, **asked: object) -> Imported:
        (tmp_path / "export.csv").write_text(export, encoding="utf-8")
        people = None if roster is None else tmp_path / "roster.csv"
        if people:
            people.write_text(roster or "", encoding="utf-8")
        source = Source(tmp_path / "export.csv", "2026Q3", roster=people, decided=Decided(**asked))
        return look(Home(tmp_path / "home"), source)

    return run


def refused(look_at: Look, **asked: object) -> list[Refused]:
    with pytest.raises(Refused) as refusal:
        look_at(**asked)
    return list(each(refusal.value))


@pytest.mark.parametrize(
    ("asked", "rule", "near"),
    [
        ({"accept": ("stres_2",)}, "accept_unknown", "stress_2"),
        ({"accept": ("Regoi",)}, "accept_unknown", "region"),
        ({"accept": ("zzz",)}, "accept_unknown", "stress_2"),
        ({"without": ("regoin", "experience_band")}, "without_unknown", "region"),
        ({"without": ("ervaring", "experience_band")}, "without_unknown", "region, experience_band"),
        ({"without": ("stress_2", "experience_band")}, "without_unknown", "region, experience_band"),
        ({"experience_from": "Sind"}, "roster_head_unknown", "Sinds"),
        ({"experience_from": "Datum"}, "roster_head_unknown", "Vestigingsregio"),
        ({"experience_from": "Sinds", "roster": None}, "experience_without_roster", "--roster"),
    ],
)
def test_a_word_that_means_nothing_is_refused_by_name_with_what_is_near(
    look_at: Look, asked: dict[str, object], rule: str, near: str
) -> None:
    usual = {} if "roster" in asked or "without" in asked else {"without": ("experience_band",)}
    (problem,) = refused(look_at, **usual, **asked)
    assert problem.rule == rule
    (word, *_) = asked.get("accept") or asked.get("without") or (asked["experience_from"],)
    for lang in ("nl", "en"):
        said = explain(lang, problem)
        assert f"‘{word}’" in said
        assert near in said


def test_all_words_that_mean_nothing_are_told_at_once_with_whatever_else_stops(look_at: Look) -> None:
    problems = refused(look_at, accept=("foo", "bar"), without=("baz",), experience_from="Sinds?!x")
    assert [one.rule for one in problems] == ["without_unknown", "roster_head_unknown"]
    problems = refused(look_at, accept=("foo", "bar"), without=("baz",), experience_from="Sinds")
    assert [(one.rule, one.where["word"]) for one in problems] == [
        ("without_unknown", "baz"), ("accept_unknown", "foo"), ("accept_unknown", "bar"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "word", ["experience_band", "Ervaring als schoolleider", "experience as school leader", "EXPERIENCE-BAND"]
)
def test_a_group_may_be_called_by_its_code_or_by_its_label(look_at: Look, word: str) -> None:
    assert "experience_band" not in look_at(without=(word,)).answers.columns


@pytest.mark.parametrize("head", ["Sinds", "sinds", " SINDS "])
def test_a_head_may_be_written_in_other_capitals(look_at: Look, head: str) -> None:
    assert "roster_dates" in {one.kind for one in look_at(experience_from=head).told}


@pytest.mark.parametrize("word", ["stress_1", "Stress 1", "De afgelopen vier weken gaf mijn werk mij spanning."])
def test_what_is_odd_is_accepted_by_our_name_and_by_the_head_it_stands_under(look_at: Look, word: str) -> None:
    export = EXPORT.replace("Vraag 1", '"De afgelopen vier weken gaf mijn werk mij spanning."').replace(
        "zelden", "soms ja"
    )
    asked = {"export": export, "without": ("experience_band",)}
    (problem,) = refused(look_at, **asked)
    assert problem.rule == "answers_lost"
    assert look_at(**asked, accept=(word,)).answers.height == 8


def test_a_head_of_the_roster_says_which_new_groups_are_meant(look_at: Look) -> None:
    assert look_at(accept=("Vestigingsregio", "regio"), without=("experience_band",)).answers.height == 8


def test_a_group_that_was_said_to_be_absent_and_is_there_is_read_and_told(look_at: Look) -> None:
    found = look_at(without=("region", "experience_band"))
    assert found.answers["region"].unique().to_list() == ["Noord"]
    (told,) = [one for one in found.told if one.kind == "without_but_there"]
    assert "‘Vestigingsregio’" in tell_of("nl", told)


@examples(60)
@given(st.text(max_size=20))
def test_any_word_is_one_of_the_groups_or_is_refused(word: str) -> None:
    meant, wrong = groups_meant((word,), INSTRUMENT)
    assert len(meant) + len(wrong) == 1
    assert all(explain("nl", one).startswith("--without ‘") for one in wrong)


# -------------------------------------------------------------------------- dates since when are no dates of birth


@pytest.mark.parametrize("year", [1985, 1999, 2004, 2009])
def test_old_dates_since_when_are_read_and_those_of_birth_are_refused(look_at: Look, year: int) -> None:
    roster = ROSTER
    for at in range(8):
        roster = roster.replace(f"01-08-{2011 + at}", f"0{at + 1}-08-{year}")
    assert look_at(roster=roster.replace("Sinds", "Ingangsdatum functie")).answers.height == 8
    assert look_at(roster=roster, experience_from="Sinds").answers.height == 8
    for head in ("Geboortedatum", "Geboren"):
        (problem,) = refused(look_at, roster=roster.replace("Sinds", head), experience_from=head)
        assert problem.rule == "personal_roster"
    (problem,) = refused(look_at, roster=roster)  # a date under a head that says nothing could be one of birth
    assert problem.rule == "personal_roster"
