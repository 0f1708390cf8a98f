"""What stops an import of which too much was not understood, what is rejected as nobody's answer, and what is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Decided, Imported, Source, look
from pipelines.ground.errors import Refused, RefusedFor
from pipelines.ground.messages import explain, say
from pipelines.ground.settings import Home

Look = Callable[..., Imported]


@pytest.fixture
def look_at(tmp_path: Path) -> Look:
    """What an import of a text would do."""

    def run(text: str, roster: str | None = None, **options: object) -> Imported:
        file, people = tmp_path / "export.csv", tmp_path / "roster.csv"
        file.write_text(text, encoding="utf-8")
        if roster:
            people.write_text(roster, encoding="utf-8")
        source = Source(file, "2026Q3", roster=people if roster else None, decided=Decided(**options))
        return look(Home(tmp_path / "home"), source)

    return run


def answers(first: list[str], second: list[str] | None = None) -> str:
    rows = zip(first, second or ["3"] * len(first), strict=True)
    return "leader_key,stress_1,stress_2\n" + "".join(f'k{at},"{a}","{b}"\n' for at, (a, b) in enumerate(rows))


def refused(look_at: Look, *arguments: object, **options: object) -> RefusedFor:
    with pytest.raises(RefusedFor) as refusal:
        look_at(*arguments, **options)
    return refusal.value


def test_every_question_says_how_much_was_read_unreadable_and_empty(look_at: Look) -> None:
    imported = look_at(answers(["1", "2", "", "n.v.t.", "4", "5", "now and then"]))
    assert imported.questions.rows() == [("stress_1", 4, 1, 2), ("stress_2", 7, 0, 0)]


def test_a_question_that_lost_a_fifth_stops_with_its_labels_and_all_of_them_at_once(look_at: Look) -> None:
    refusal = refused(look_at, answers(["1", "Meestal", "3", "meestal", "Weleens"], ["Nu en dan"] * 2 + ["2"] * 3))
    assert [(one.column, one.rule) for one in refusal.reasons] == [("stress_1", "labels"), ("stress_2", "labels")]
    for lang in ("nl", "en"):
        sentence = explain(lang, refusal)
        assert "Meestal’, ‘Weleens" in sentence or "meestal’, ‘Weleens" in sentence
        assert "Nu en dan" in sentence
        assert "[profile.answers.stress_1]" in sentence
        assert "--accept stress_2" in sentence


@pytest.mark.parametrize("accept", [("stress_1",), ("stress_1", "stress_2")])
def test_what_is_accepted_loads_with_the_rest_empty(look_at: Look, accept: tuple[str, ...]) -> None:
    imported = look_at(answers(["1", "Meestal", "3", "Meestal"]), accept=accept)
    assert imported.answers["stress_1"].to_list() == [1, None, 3, None]
    assert imported.partial == 0  # unreadable is not left open


def test_one_answer_that_cannot_be_read_is_told_and_stops_nothing(look_at: Look) -> None:
    assert look_at(answers(["1", "Meestal"])).data_errors.height == 1


def test_labels_are_not_repeated_where_they_could_be_a_story_or_somebodys_data(look_at: Look) -> None:
    story = "Ik voelde mij vooral in het voorjaar erg alleen staan"
    refusal = refused(look_at, answers([story] * 4 + ["3"]))
    assert [one.rule for one in refusal.reasons] == ["unnamed"]
    assert "voorjaar" not in explain("nl", refusal)


def test_a_scale_that_is_counted_from_zero_stops_though_few_answers_are_lost(look_at: Look) -> None:
    shifted = ["0", *["1", "2", "3", "4"] * 5]
    assert [one.rule for one in refused(look_at, answers(shifted)).reasons] == ["shifted"]
    assert look_at(answers([*shifted, "5"])).data_errors.height == 1
    higher = ["6", *["2", "3", "4", "5"] * 5]
    assert [one.rule for one in refused(look_at, answers(higher)).reasons] == ["shifted_up"]
    assert look_at(answers([*higher, "1"])).data_errors.height == 1
    assert look_at(answers(shifted[:10])).data_errors.height == 1


@pytest.mark.parametrize("shares", [["0", "25", "50", "75", "100"], ["20%", "40 %", "3%", "80%", "100%"]])
def test_shares_of_a_hundred_stop_as_such(look_at: Look, shares: list[str]) -> None:
    assert [one.rule for one in refused(look_at, answers(shares)).reasons] == ["percent"]


STRESS = [f"stress_{number}" for number in range(1, 4)]


@given(
    cells=st.lists(
        st.tuples(*[st.sampled_from(["", "3", "99", "n.v.t.", "-", "weet niet", "onzin"])] * 5), min_size=1, max_size=8
    )
)
def test_only_a_block_that_was_left_empty_counts_as_broken_off(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("block")
    heads = [*STRESS, "loneliness_1", "loneliness_2"]
    rows = "".join(f"k{at};3;{';'.join(row)}\n" for at, row in enumerate(cells))
    (folder / "export.csv").write_text(f"leader_key;help_seeking_1;{';'.join(heads)}\n{rows}", encoding="utf-8")
    found = look(Home(folder / "home"), Source(folder / "export.csv", "2026Q3", decided=Decided(accept=tuple(heads))))
    assert found.partial == sum(not any(row[:3]) or not any(row[3:]) for row in cells)


def test_when_no_row_is_left_the_refusal_counts_them_by_rule(look_at: Look) -> None:
    roster = "wave,leader_key,region,experience_band\n" + "".join(f"2026Q3,00{at},Noord,0-1\n" for at in range(5))
    export = "leader_key,submitted,stress_1\n1,2026-09-01,3\n2,2026-09-01,3\nzz,ooit,3\n"
    refusal = refused(look_at, export, roster)
    assert [one.rule for one in refusal.reasons] == ["not_on_roster", "bad_date", "zeros_lost"]
    sentence = explain("nl", refusal)
    assert "klankbord check" not in sentence
    assert "2 rijen" in sentence


def test_a_file_of_heads_alone_is_said_to_be_that(look_at: Look) -> None:
    with pytest.raises(Refused, match="no_answers"):
        look_at("leader_key,stress_1\n")


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("Totaal,,3\n", "totals_row"),
        ("Gemiddelde:,,3\n", "totals_row"),
        ("SUM (2),,3\n", "totals_row"),
        ("Gem.,,3\n", "totals_row"),
        ("Totaal generaal,,3\n", "totals_row"),
        ("N=24,,3\n", "totals_row"),
        ("Std. dev.,,1\n", "totals_row"),
        ("STDEV,,1\n", "totals_row"),
        ("Testing,2026-09-01,3\n", "test_answer"),
        ("leader_key,submitted,stress_1\n", "repeated_heads"),
        ("\ufeffleader_key,submitted,stress_1\n", "repeated_heads"),
        ("test 1,2026-09-01,3\n", "test_answer"),
    ],
)
def test_a_row_that_is_nobodys_answer_is_rejected_by_a_rule_of_its_own(look_at: Look, row: str, rule: str) -> None:
    imported = look_at(f"leader_key,submitted,stress_1\na,2026-09-01,3\n{row}b,2026-09-01,4\n")
    assert imported.rejected.select("row", "rule").rows() == [(3, rule)]
    assert imported.data_errors.is_empty()


def test_qualtrics_says_which_answers_are_trials_spam_or_unfinished(look_at: Look) -> None:
    heads = "EndDate,Status,Finished,leader_key,stress_1\n" * 2 + '"{""ImportId"":""e""}",x,x,x,x\n'
    words = ["Survey Preview,True,a,3", "8,1,b,3", "IP Address,False,c,4", "0,0,d,4", "IP Address,True,e,2"]
    imported = look_at(heads + "".join(f"2026-09-01 10:00:00,{row}\n" for row in words))
    assert imported.rejected.select("row", "rule").rows() == [(4, "test_answer"), (5, "spam")]
    assert [(one.kind, one.count) for one in imported.told] == [("unfinished", 2)]


@pytest.mark.parametrize(
    ("first", "second", "counts", "told"),
    [
        ("2026-09-01 16:30:00", "2026-09-01 09:00:00", 1, []),
        ("2026-09-01 09:00", "2026-09-01 16:30", 2, []),
        ("2026-09-01 1:05:00 PM", "2026-09-01 11:30:00 AM", 1, []),
        ("2026-09-02", "2026-09-01 16:30", 1, []),
        ("2026-09-01", "2026-09-01", 2, ["decided_by_row"]),
        ("2026-09-01 16:30", "2026-09-01", 2, ["decided_by_row"]),
        ("", "", 2, ["decided_by_row"]),
        ("2026-09-01", "", 1, []),
    ],
)
def test_of_two_answers_by_one_leader_the_later_moment_counts_and_else_the_later_row(
    look_at: Look, first: str, second: str, counts: int, told: list[str]
) -> None:
    imported = look_at(f"leader_key,submitted,stress_1\na,{first},1\na,{second},2\nb,2026-09-01,3\n")
    assert imported.answers.filter(leader_key=imported.answers["leader_key"][0])["stress_1"].to_list()[0] == counts
    assert [one.kind for one in imported.told] == told
    assert str(imported.answers.schema["submitted"]) == "Date"


MOMENTS = ["2026-09-01 09:00:00", "2026-09-01 16:30:00", "2026-09-02 08:00:00"]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(MOMENTS)), min_size=2, max_size=5))
def test_a_finished_answer_goes_first_then_the_later_moment_then_the_lower_row(
    tmp_path_factory: pytest.TempPathFactory, sent: list[tuple[bool, str]]
) -> None:
    """As the sentence says: of all answers by one leader exactly that one counts."""
    file = tmp_path_factory.mktemp("twice") / "export.csv"
    heads = "EndDate,Finished,leader_key,stress_1\n" * 2 + '"{""ImportId"":""e""}",x,x,x\n'
    rows = [f"{moment},{is_finished},a,{at % 5 + 1}\n" for at, (is_finished, moment) in enumerate(sent)]
    file.write_text(heads + "".join(rows), encoding="utf-8")
    found = look(Home(file.parent / "home"), Source(file, "2026Q3"))
    counts = max(range(len(sent)), key=lambda at: (*sent[at], at))
    assert found.answers["row"].to_list() == [counts + 4]
    assert found.rejected["rule"].to_list() == ["duplicate_leader"] * (len(sent) - 1)


def test_the_sentence_about_second_answers_names_what_decides_in_its_order() -> None:
    for lang, words in (
        ("nl", ["afgemaakt", "latere moment", "lager in het bestand"]),
        ("en", ["finished", "later moment", "lower in the file"]),
    ):
        for count in (1, 2):
            said = say(lang, "rejected.duplicate_leader", count=count, rows="4")
            places = [said.index(word) for word in words]
            assert places == sorted(places)


def test_boxes_under_their_own_heads_are_read_without_a_profile(look_at: Look) -> None:
    imported = look_at("leader_key,rock_emotional_who/buddy,rock_emotional_who/home\na,1,1\nb,0,1\n")
    assert imported.answers["rock_emotional_who"].to_list() == ["buddy|home", "home"]
    assert imported.unread == ()


def test_the_json_of_a_check_counts_per_question(look_at: Look) -> None:
    assert json.loads(json.dumps(look_at(answers(["1", "2"])).questions.to_dicts()))[0] == {
        "column": "stress_1",
        "read": 2,
        "unreadable": 0,
        "empty": 0,
    }
