"""An answer means the same in every spelling of survey tools and spreadsheets, and never that of another question."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ground.errors import Refused
from pipelines.instruments import MISSING_CODES, MISSING_WORDS, Instrument, Profile, codes_by_answer, load_instrument
from pipelines.intake.answers import Typed, cast_answers
from pipelines.intake.days import days_of, seconds_of
from pipelines.intake.keys import at_home
from pipelines.intake.wording import NOTHING, Question, folded, questions_of, stray_codes

INSTRUMENT = load_instrument()
ASKED = (*INSTRUMENT.choices(), *INSTRUMENT.lists(), *INSTRUMENT.numbers())
NATIVE = next(profile for profile in INSTRUMENT.profiles if profile.code == "native")
QUESTIONS = questions_of(INSTRUMENT, NATIVE, {}, ASKED)
LABELS = [
    (column, label, code)
    for column, labels in codes_by_answer(INSTRUMENT).items()
    if column in QUESTIONS
    for label, code in labels.items()
]
DECORATIONS = (
    *("{0}", " {0} ", "{0}.", "\u200b{0}", "{0}\u00a0", "{1} - {0}", "{1}: {0}", "{1}. {0}", "({1}) {0}", "{1}) {0}"),
    *("{0} ({1})", "{0} - {1}", "{0} [{1}]", "{1} – {0}", "{1} = {0}"),
)


def own_profile(**keys: object) -> Profile:
    return Profile.model_validate({"code": "own", "nl": "Eigen", "en": "Own", **keys})


def question(column: str, profile: Profile = NATIVE, instrument: Instrument = INSTRUMENT) -> Question:
    return questions_of(instrument, profile, {}, [column])[column]


def typed(profile: Profile = NATIVE, **columns: list[str | None]) -> Typed:
    return cast_answers(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), INSTRUMENT, profile)


@given(
    st.sampled_from(LABELS), st.sampled_from(DECORATIONS), st.sampled_from([str.upper, str.title, str.lower]), st.data()
)
def test_any_label_in_any_decoration_reads_as_its_code(
    label: tuple[str, str, str], shape: str, case: object, data: st.DataObject
) -> None:
    column, text, code = label
    cut = data.draw(st.integers(1, len(text)))
    soft = text[:cut] + "\u00ad" + text[cut:]
    number = code if code.isdigit() else "3"
    written = shape.format(case(soft), number).replace(" ", data.draw(st.sampled_from([" ", "  ", "\u00a0"])))
    assert QUESTIONS[column].read(written) == code


@given(
    st.sampled_from(list(QUESTIONS.values())), st.text(max_size=30) | st.sampled_from([text for _, text, _ in LABELS])
)
def test_what_is_read_is_always_an_answer_of_that_question(question: Question, written: str) -> None:
    meant = question.read(written)
    if not meant:
        return
    if question.low is not None and question.high is not None:
        assert question.low <= float(meant) <= question.high
    else:
        assert set(meant.split("|")) <= set(question.codes)


@given(st.sampled_from(list(QUESTIONS.values())), st.sampled_from((*MISSING_WORDS, *MISSING_CODES)))
def test_a_word_for_nothing_never_takes_the_place_of_a_possible_answer(question: Question, word: str) -> None:
    own = Question("own", (*question.codes, word), labels=question.labels)
    assert own.meaning(word) == word
    labelled = Question("own", ("a", "b"), labels={folded(word): "a"})
    assert labelled.meaning(word) == "a"


@pytest.mark.parametrize("word", ["Y", "y", "Ja", "J", "YES", "1", "1.0", "TRUE", "WAAR", "waar "])
def test_yes_in_every_usual_spelling(word: str) -> None:
    assert question("rock_emotional").meaning(word) == "yes"


@pytest.mark.parametrize("word", ["N", "nee", "Nee.", "NO", "0", "0,0", "FALSE", "ONWAAR"])
def test_no_in_every_usual_spelling(word: str) -> None:
    assert question("rock_emotional").meaning(word) == "no"


def test_yes_is_no_answer_to_a_question_that_does_not_have_it() -> None:
    assert question("pillar_buddy").meaning("Ja") is None


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("buddy|mentor", "buddy|mentor"),
        ("Mijn buddy, Mijn mentor", "buddy|mentor"),
        ("Mijn mentor, Iemand thuis, familie of een vriend", "mentor|home"),
        ("Mijn buddy;Mijn mentor;", "buddy|mentor"),
        ("buddy mentor board_member", "buddy|mentor|board_member"),
        ("Mijn buddy\nMijn mentor", "buddy|mentor"),
        ("Anders, namelijk: mijn zus", "other"),
        ("Mijn buddy, anders: mijn zus, en haar man", "buddy|other"),
        ("n.v.t.", NOTHING),
        ("n.v.t. / weet niet", NOTHING),
        ("buddy, alien", None),
        ("mijn zus", None),
    ],
)
def test_several_answers_in_one_cell_are_cut_where_no_label_is(written: str, codes: str | None) -> None:
    assert question("rock_emotional_who").read(written) == codes


def test_a_range_is_no_label_with_a_number() -> None:
    own = Question("own", ("few", "many"), labels={"2 keer": "few", "keer": "many"})
    assert (own.meaning("1-2 keer"), own.meaning("2 keer")) == (None, "few")


@pytest.mark.parametrize("strays", [["99"], ["9", "99"], ["-99"], ["999.0"]])
def test_codes_outside_the_scale_of_a_kind_are_not_answered_and_told(strays: list[str]) -> None:
    read = typed(stress_1=["1", "5", *strays], stress_2=["1", "2", *("3" for _ in strays)])
    assert read.answers["stress_1"].to_list() == [1, 5, *(None for _ in strays)]
    assert read.errors.is_empty()
    assert [(one.kind, one.count, one.place) for one in read.told] == [("not_answered", len(strays), "stress_1")]


def test_a_nine_beside_a_seven_is_an_answer_on_another_scale() -> None:
    read = typed(stress_1=["1", "7", "9"])
    assert read.errors["answer"].to_list() == ["7", "9"]
    assert stray_codes(["9", "7"]) == set()


def test_a_mapping_for_all_columns_changes_only_those_that_have_its_target() -> None:
    bands = own_profile(answers={"1": "0-1", "2": "2-5", "j": "yes"})
    read = typed(bands, stress_1=["1", "2"], rock_emotional=["j", "no"], experience_band=["1", "2"])
    assert read.answers["stress_1"].to_list() == [1, 2]
    assert read.answers["rock_emotional"].to_list() == ["yes", "no"]
    assert read.answers["experience_band"].to_list() == ["0-1", "2-5"]
    assert read.told == ()


def test_a_mapping_of_one_column_leaves_the_others_alone() -> None:
    own = own_profile(answers={"stress_1": {"0": 1, "1": 2, "Zelden soms": "Zelden"}}, missing_in={"stress_2": [5]})
    read = typed(own, stress_1=["0", "1", "zelden soms"], stress_2=["1", "5", "2"], stress_3=["1", "5", "2"])
    assert read.answers["stress_1"].to_list() == [1, 2, 2]
    assert read.answers["stress_2"].to_list() == [1, None, 2]
    assert read.answers["stress_3"].to_list() == [1, 5, 2]


def test_what_is_declared_missing_everywhere_eats_no_answer() -> None:
    own = own_profile(missing=[5, 77, "geen idee"])
    read = typed(own, stress_1=["5", "77", "Geen idee"])
    assert read.answers["stress_1"].to_list() == [5, None, None]
    assert read.errors.is_empty()


@pytest.mark.parametrize(
    ("answers", "rule"),
    [({"stres_1": {"a": "1"}}, "profile_target"), ({"stress_1": {"a": "9"}}, "profile_answer")],
)
def test_a_mapping_to_what_there_is_not_is_refused(answers: dict[str, dict[str, str]], rule: str) -> None:
    with pytest.raises(Refused) as refusal:
        typed(own_profile(answers=answers), stress_1=["1"])
    assert refusal.value.rule == rule


@pytest.mark.parametrize(
    ("written", "day", "seconds"),
    [
        ("13 jul. 2026 14:05", "2026-07-13", 50_700),
        ("13-jul-26", "2026-07-13", None),
        ("ma 13 juli 2026", "2026-07-13", None),
        ("3 mrt 2026", "2026-03-03", None),
        ("3 mei 2026", "2026-05-03", None),
        ("July 13, 2026 2:05 PM", "2026-07-13", 50_700),
        ("2026-07-13T16:30:05Z", "2026-07-13", 59_405),
        ("46216.5", "2026-07-13", 43_200),
        ("31 feb 2026", None, None),
        ("7", None, None),
    ],
)
def test_a_day_in_words_or_as_a_number_of_excel(written: str, day: str | None, seconds: int | None) -> None:
    column = pl.Series([written])
    assert days_of(column, NATIVE.dates)[0].dt.to_string("%Y-%m-%d").to_list() == [day]
    assert seconds_of(column).to_list() == [seconds]


def test_keys_are_found_in_other_capitals_and_blanks_where_no_two_leaders_become_one() -> None:
    keys, told = at_home(pl.Series(["ABC ", "x"]), pl.Series([True, True]), pl.Series(["abc", "d"]))
    assert (keys.to_list(), [one.kind for one in told]) == (["abc", "x"], ["keys_folded"])
    keys, told = at_home(pl.Series(["aBc"]), pl.Series([True]), pl.Series(["abc", "ABC"]))
    assert (keys.to_list(), told) == (["aBc"], [])


def test_a_key_that_lost_its_zeros_stays_a_stranger_and_is_told() -> None:
    keys, told = at_home(pl.Series(["4711.0", "K-01"]), pl.Series([True, True]), pl.Series(["4711", "K–01"]))
    assert keys.to_list() == ["4711", "K–01"]
    keys, told = at_home(pl.Series(["7", "8"]), pl.Series([True, True]), pl.Series(["007", "x"]))
    assert keys.to_list() == ["7", "8"]
    assert [(one.kind, one.count) for one in told] == [("zeros_lost", 1)]
