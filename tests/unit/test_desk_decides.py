"""The desk decides by clicking: heads, groups and answers are mapped where they are shown, and nothing is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from desk.page import as_text
from pipelines.flow import Draft, Source, look, unpublished
from pipelines.ground.settings import ROOT, Home
from tests.patience import PATIENCE

APP = str(ROOT / "desk" / "app.py")
LEADERS = range(12)
ROSTER_HEADS = "wave;leader_key;region;experience_band"
Bring = Callable[..., AppTest]


def roster(heads: str, cells: Callable[[int], str]) -> str:
    """A roster of twelve leaders."""
    return "\n".join([heads, *map(cells, LEADERS)]) + "\n"


def plain(at: int) -> str:
    """A line of a roster that says everything as we call it."""
    return f"2026Q3;k{at};{'Noord' if at % 2 else 'Zuid'};2-5"


def export(heads: str, cells: Callable[[int], str]) -> str:
    """The answers of twelve leaders."""
    return "\n".join([heads, *map(cells, LEADERS)]) + "\n"


ANSWERS = export("leader_key,stress_1,stress_2", lambda at: f"k{at},{1 + at % 5},3")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    place = Home(tmp_path / "home")
    (place.path / "inbox").mkdir(parents=True)
    monkeypatch.setenv("KLANKBORD_HOME", str(place.path))
    return place


@pytest.fixture
def bring(home: Home) -> Bring:
    """Put files in the inbox, open the page and choose them."""

    def begin(answers: str = ANSWERS, of: str | None = None, wave: str | None = "2026Q3") -> AppTest:
        (home.path / "inbox" / "export.csv").write_text(answers, encoding="utf-8")
        if of is not None:
            (home.path / "inbox" / "roster.csv").write_text(of, encoding="utf-8")
        page = AppTest.from_file(APP, default_timeout=PATIENCE).run()
        page.selectbox(key="export_ready").select("export.csv").run()
        if of is not None:
            page.selectbox(key="roster_ready").select("roster.csv").run()
        if wave:
            page.selectbox(key="wave").select(wave).run()
        assert not page.exception
        return page

    return begin


def press(page: AppTest, label: str) -> None:
    """Press the one button of that name."""
    (button,) = [one for one in page.button if one.label == label]
    button.click().run()
    assert not page.exception


def of_first_card(page: AppTest, what: str) -> Selectbox:
    """The list of the first card that asks for a head or a level."""
    return next(one for one in page.selectbox if (one.key or "").startswith("stop_") and what in str(one.key))


def choose(page: AppTest, what: str, meant: str) -> None:
    """Choose in the list of the first card."""
    of_first_card(page, what).select(meant).run()


def words(page: AppTest) -> str:
    """All that the page says."""
    kinds = (page.error, page.markdown, page.text, page.success, page.info, page.warning, page.caption, page.subheader)
    return "\n".join(one.value for kind in kinds for one in kind)


def may_import(page: AppTest) -> bool:
    """Whether the button is there and can be pressed."""
    return any(one.label == "Inlezen" and not one.disabled for one in page.button)


# ------------------------------------------------------------------------------------------------ heads


def test_an_export_of_which_no_head_is_known_is_read_after_choosing_them(bring: Bring, home: Home) -> None:
    page = bring(export("Sleutel deelnemer,V1,V2", lambda at: f"k{at},{1 + at % 5},4"))
    assert not may_import(page)
    assert "Kies hierboven per kolom wat zij is" in words(page)
    page.selectbox(key="unread-Sleutel deelnemer").select("leader_key")
    page.selectbox(key="unread-V1").select("stress_1")
    page.selectbox(key="unread-V2").select("stress_2")
    (button,) = [one for one in page.button if one.label == "Lees ze zo"]
    button.click().run()
    assert not page.exception
    press(page, "Inlezen")
    assert unpublished(home) == ["2026Q3"]


def test_a_roster_whose_heads_nobody_knows_is_read_after_choosing_them_and_so_is_the_next(
    bring: Bring, home: Home
) -> None:
    lines = roster("Nummer X;Plek;Sinds", lambda at: f"k{at};Noord;2-5")
    page = bring(of=lines)
    assert "geen kolom met sleutels" in words(page)
    choose(page, "_head", "Nummer X")
    press(page, "Lees ‘Nummer X’ als de sleutel van de leider")
    for head, column in (("Plek", "Regio"), ("Sinds", "Ervaring als schoolleider")):
        choose(page, "_head", head)
        press(page, f"Lees ‘{head}’ als {column}")
    assert may_import(page)
    press(page, "Bewaar dit voor de lijst van de volgende meting")
    assert "instruments/roster.desk.toml" in words(page)
    press(page, "Inlezen")
    file = home.path / "inbox" / "export.csv"
    read = look(home, Source(file, "2026Q4", roster=home.path / "inbox" / "roster.csv"))
    assert read.answers["region"].unique().to_list() == ["Noord"]


def test_a_head_of_the_roster_is_read_otherwise_or_not_at_all(bring: Bring) -> None:
    page = bring(of=roster(f"{ROSTER_HEADS};Cluster 2", lambda at: f"{plain(at)};Oost"))
    assert may_import(page)
    page.selectbox(key="roster_head").select("Cluster 2")
    page.selectbox(key="roster_column").select("region")
    press(page, "Lees de lijst zo")
    assert "Regio: Oost (12)" in words(page)
    page.selectbox(key="roster_head").select("experience_band")
    page.selectbox(key="roster_column").select("-")
    press(page, "Lees de lijst zo")
    assert "‘Ervaring als schoolleider’ ontbreekt" in words(page)
    press(page, "Wijzigingen ongedaan maken")
    assert may_import(page)
    assert "Noord (6), Zuid (6)" in words(page)


@pytest.mark.parametrize("head", ["Regioo", "Regi0", "Rgio"])
def test_a_head_that_is_nearly_one_is_taken_with_one_button(bring: Bring, head: str) -> None:
    page = bring(of=roster(f"wave;leader_key;{head};experience_band", plain))
    press(page, f"Lees ‘{head}’ als Regio")
    assert may_import(page)


def test_of_two_heads_that_are_one_column_the_steward_says_which(bring: Bring) -> None:
    heads = "wave;leader_key;region;ervaringsjaren;jaren in functie"
    page = bring(of=roster(heads, lambda at: f"2026Q3;k{at};Noord;3;8"))
    press(page, "Lees ‘jaren in functie’ als Ervaring als schoolleider")
    assert may_import(page)
    assert "6–10 jaar (12)" in words(page)


# ----------------------------------------------------------------------------------- rows and groups


def test_of_a_leader_on_two_rows_the_first_counts_when_that_is_said(bring: Bring) -> None:
    lines = roster(f"{ROSTER_HEADS};FTE", lambda at: f"{plain(at)};0,4") + "2026Q3;k1;Oost;2-5;0,6\n"
    page = bring(of=lines)
    assert "Welke rij telt?" in words(page)
    press(page, "De grootste aanstelling telt")
    assert "Oost (1)" in words(page)
    page = bring(of=lines, answers=ANSWERS.replace("k0,", "k0 ,"))
    press(page, "Wijzigingen ongedaan maken")
    press(page, "De eerste rij telt")
    assert "Oost" not in words(page)


@pytest.mark.parametrize(("word", "level"), [("twee tot vijf jr", "2-5"), ("gevorderd", "6-10"), ("2-6", "2-5")])
def test_a_word_that_is_no_group_is_mapped_where_it_is_shown(bring: Bring, word: str, level: str) -> None:
    page = bring(of=roster(ROSTER_HEADS, lambda at: plain(at) if at else f"2026Q3;k0;Zuid;{word}"))
    assert not may_import(page)
    choose(page, "_level", level)
    (button,) = [one for one in page.button if one.label.startswith("Lees het als")]
    button.click().run()
    assert not page.exception
    assert may_import(page)


def test_a_new_region_is_confirmed_or_is_another_spelling(bring: Bring, home: Home) -> None:
    page = bring(of=roster(ROSTER_HEADS, plain), wave="2026Q2")
    page = bring(of=roster(ROSTER_HEADS, lambda at: plain(at).replace("2026Q3", "2026Q2")), wave="2026Q2")
    press(page, "Inlezen")
    assert unpublished(home) == ["2026Q2"]
    moved = roster(ROSTER_HEADS, lambda at: plain(at).replace("Zuid", "Kust"))
    page = bring(of=moved)
    choose(page, "_level", "Zuid")
    press(page, "Lees het als Zuid")
    assert "Noord (6), Zuid (6)" in words(page)
    press(page, "Wijzigingen ongedaan maken")
    press(page, "‘Kust’ is een nieuwe groep")
    assert "Kust (6), Noord (6)" in words(page)
    assert may_import(page)


def test_the_wave_that_a_roster_has_is_chosen_with_one_button(bring: Bring) -> None:
    page = bring(of=roster(ROSTER_HEADS, plain), wave="2026Q4")
    press(page, "Lees de rijen van meting 2026Q3")
    assert page.selectbox(key="wave").value == "2026Q3"
    assert may_import(page)


# ---------------------------------------------------------------------------------------------- answers


def test_answers_that_were_not_understood_are_mapped_and_kept_with_the_layout(bring: Bring, home: Home) -> None:
    spoken = ["tamelijk", "best wel", "zeg ik niet", "3"]
    page = bring(export("leader_key,stress_1,stress_2", lambda at: f"k{at},{spoken[at % 4]},3"))
    assert "‘tamelijk’" in words(page)
    for word, code in (("tamelijk", "3"), ("best wel", "4"), ("zeg ik niet", "")):
        (one,) = [one for one in page.selectbox if word in one.label]
        one.select(code)
    press(page, "Lees ze zo")
    counts = next(table.value for table in page.table if "Onleesbaar" in table.value.columns)
    assert counts.set_index("Vraag").loc["stress_1"].to_list() == [9, 0, 3]
    page.text_input[0].input("Bureau")
    press(page, "Bewaar de indeling")
    read = look(home, Source(home.path / "inbox" / "export.csv", "2026Q3"))
    assert read.answers["stress_1"].to_list() == [3, 4, None, 3] * 3


def test_a_block_that_counts_from_nought_is_moved_with_one_button(bring: Bring) -> None:
    low = [0, 1, 2, 3]
    heads = "leader_key,stress_1,stress_2,exhaustion_1"
    lines = [f"k{at},{low[at % 4]},{1 + low[at % 3]},{1 + at % 5}" for at in range(24)]
    page = bring("\n".join([heads, *lines]) + "\n")
    press(page, "Hier wordt vanaf 0 geteld: lees 0 als 1, 1 als 2 en zo verder (stress_1, stress_2)")
    counts = next(table.value for table in page.table if "Onleesbaar" in table.value.columns)
    assert counts.set_index("Vraag")["Gelezen"].to_list() == [24, 24, 24]


def test_a_block_that_counts_one_higher_is_moved_with_one_button(bring: Bring) -> None:
    lines = [f"k{at},{3 + at % 4},{2 + at % 4},{1 + at % 5}" for at in range(24)]
    page = bring("\n".join(["leader_key,stress_1,stress_2,exhaustion_1", *lines]) + "\n")
    press(page, "Hier wordt één hoger geteld: lees 2 als 1, 3 als 2 en zo verder (stress_1, stress_2)")
    counts = next(table.value for table in page.table if "Onleesbaar" in table.value.columns)
    assert counts.set_index("Vraag")["Gelezen"].to_list() == [24, 24, 24]


# ---------------------------------------------------------------------------------------- nothing is lost


def test_what_was_decided_is_back_after_a_closed_tab_and_gone_after_the_import(bring: Bring, home: Home) -> None:
    lines = roster("wave;leader_key;Plek;experience_band", plain)
    page = bring(of=lines)
    choose(page, "_head", "Plek")
    press(page, "Lees ‘Plek’ als Regio")
    (draft,) = Draft.all(home)
    assert (draft.file, draft.wave, draft.decided.roster_columns) == ("export.csv", "2026Q3", {"Plek": "region"})

    closed = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    assert any("U was bezig met `export.csv` (meting 2026Q3)" in one.value for one in closed.markdown)
    again = bring(of=lines, wave=None)
    assert again.selectbox(key="wave").value == "2026Q3"
    assert any("staat er weer" in one.value for one in again.caption)
    assert may_import(again)
    press(again, "Inlezen")
    assert Draft.all(home) == []


def test_a_file_that_was_mended_under_the_same_name_finds_its_decisions_and_so_does_one_that_was_renamed(
    bring: Bring, home: Home
) -> None:
    page = bring(export("Sleutel,stress_1", lambda at: f"k{at},3"))
    page.selectbox(key="unread-Sleutel").select("leader_key")
    press(page, "Lees ze zo")
    assert bring(export("Sleutel,stress_1", lambda at: f"k{at},4"), wave=None).caption
    (draft,) = Draft.all(home)
    assert draft.decided.columns == {"Sleutel": "leader_key"}
    found = Draft.find(home, "heel anders.csv", draft.content)
    assert found == draft
    assert Draft.find(home, "heel anders.csv", "andere inhoud") is None


def test_a_draft_holds_no_row_of_a_file_and_is_for_the_account_of_the_vault_only(bring: Bring, home: Home) -> None:
    secret = "x9f8e7"
    page = bring(export("Sleutel,stress_1", lambda at: f"{secret}{at},{1 + at % 5}"))
    page.selectbox(key="unread-Sleutel").select("leader_key")
    press(page, "Lees ze zo")
    (file,) = (home.vault / "drafts").iterdir()
    assert secret not in file.read_text(encoding="utf-8")
    _hash, draft = file.read_text(encoding="utf-8").splitlines()
    assert set(json.loads(draft)) == {
        "file", "content", "wave", "layout", "decided", "guesses",
    }  # fmt: skip
    assert file.stat().st_mode & 0o077 == 0


def test_nothing_is_kept_of_a_file_about_which_nothing_was_decided(bring: Bring, home: Home) -> None:
    bring(of=roster(ROSTER_HEADS, plain))
    assert not (home.vault / "drafts").exists()


def test_a_guess_that_was_not_taken_is_not_taken_again(bring: Bring) -> None:
    answers = export("leader_key,stress_2,Stress-1", lambda at: f"k{at},3,4")
    page = bring(answers)
    page.checkbox[0].uncheck().run()
    assert not page.exception
    again = bring(answers, wave=None)
    assert not again.checkbox[0].value


@pytest.mark.parametrize("spoiled", ["", "{", "[]", '{"file": 3}', '{"file": "export.csv", "wave": "2026Q3"}'])
def test_a_draft_that_cannot_be_read_stops_nothing(bring: Bring, home: Home, spoiled: str) -> None:
    Draft("export.csv", "x", "2026Q3", "native").keep(home)
    (file,) = (home.vault / "drafts").iterdir()
    file.write_text(spoiled, encoding="utf-8")
    assert may_import(bring(of=roster(ROSTER_HEADS, plain)))


def test_a_draft_is_forgotten_with_a_button(home: Home) -> None:
    Draft("export.csv", "x", "2026Q3", "native").keep(home)
    page = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    press(page, "Vergeet wat ik over export.csv besloot")
    assert Draft.all(home) == []


def test_a_wave_that_was_imported_and_not_published_waits_on_the_first_screen(bring: Bring, home: Home) -> None:
    page = bring(of=roster(ROSTER_HEADS, plain))
    press(page, "Inlezen")
    again = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    assert any("Meting **2026Q3** is ingelezen en nog niet gepubliceerd" in one.value for one in again.markdown)
    assert any("liggen de groepen voor schooljaar 2026/27 vast" in one.value for one in again.info)
    press(again, "Publiceer 2026Q3")
    assert unpublished(home) == []
    later = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    assert [one.label for one in later.expander if "2026/27" in one.label] == ["Wat schooljaar 2026/27 vastlegde"]
    assert any("Noord" in one.value for one in later.text)


# ------------------------------------------------------------------------------------------- words are text


@given(st.text(alphabet="ab_*[](){}$<>`~#|\\: !-1", max_size=30))
def test_no_name_becomes_a_mark_of_markdown(name: str) -> None:
    written = as_text(name)
    assert re.sub(r"\\(.)", r"\1", written) == name
    assert not set(re.sub(r"\\.", "", written)) & set("*[]$<>`~#|\\")


# -------------------------------------------------------------------- what was said of one thing is said of it only


def put(home: Home, name: str, text: str) -> None:
    """Another file in the inbox."""
    (home.path / "inbox" / name).write_text(text, encoding="utf-8")


def test_a_group_chosen_for_one_word_is_not_proposed_for_the_next(bring: Bring) -> None:
    page = bring(of=roster(ROSTER_HEADS, lambda at: f"2026Q3;k{at};Noord;{['junior', 'senior', '2-5'][at % 3]}"))
    choose(page, "_level", "2-5")
    press(page, "Lees het als 2–5 jaar")
    assert of_first_card(page, "_level").value == "–"
    assert not any(one.label.startswith("Lees het als") for one in page.button)


def test_an_answer_mapped_on_one_word_is_not_proposed_for_the_next(bring: Bring, home: Home) -> None:
    page = bring(export("leader_key,stress_1", lambda at: f"k{at},{['weinig', 'matig', 'veel'][at % 3]}"))
    (first,) = [one for one in page.selectbox if one.label == "‘weinig’"]
    first.select("1")
    press(page, "Lees ze zo")
    (draft,) = Draft.all(home)
    assert draft.decided.answers == {"stress_1": {"weinig": "1"}}
    assert {one.label: one.value for one in page.selectbox if one.label.startswith("‘")} == {
        "‘matig’": "–", "‘veel’": "–",
    }  # fmt: skip


def test_a_guess_refused_in_one_file_is_still_made_in_the_next(bring: Bring, home: Home) -> None:
    put(home, "next.csv", export("leader_key,stress_2,Stress 3", lambda at: f"k{at},3,4"))
    page = bring(export("leader_key,stress_2,Stress 1", lambda at: f"k{at},3,4"))
    page.checkbox[0].uncheck().run()
    page.selectbox(key="export_ready").select("next.csv").run()
    assert page.checkbox[0].value
    page.selectbox(key="export_ready").select("export.csv").run()
    assert not page.checkbox[0].value


def test_importing_one_file_loses_nothing_that_was_decided_about_another(bring: Bring, home: Home) -> None:
    put(home, "next.csv", ANSWERS)
    page = bring(export("Sleutel,stress_1", lambda at: f"k{at},3"))
    page.selectbox(key="unread-Sleutel").select("leader_key")
    press(page, "Lees ze zo")
    page.selectbox(key="export_ready").select("next.csv").run()
    page.selectbox(key="wave").select("2026Q3").run()
    press(page, "Inlezen")
    assert [(one.file, one.decided.columns) for one in Draft.all(home)] == [("export.csv", {"Sleutel": "leader_key"})]


def test_a_column_left_out_of_the_export_stays_on_the_roster(bring: Bring, home: Home) -> None:
    page = bring(
        export("leader_key,stress_1,region", lambda at: f"k{at},{1 + at % 5},Elders"), of=roster(ROSTER_HEADS, plain)
    )
    (head,) = [one for one in page.selectbox if one.label == "Kolom in het bestand"]
    head.select("region")
    press(page, "Zo lezen")
    assert may_import(page)
    assert "Noord (6), Zuid (6)" in words(page)
    (draft,) = Draft.all(home)
    assert (draft.decided.drop, draft.decided.beside_drop) == (("region",), ())


def test_several_answers_in_one_cell_are_mapped_as_they_are_shown(bring: Bring) -> None:
    page = bring(export("leader_key,rock_emotional,rock_emotional_who", lambda at: f"k{at},yes,mentor;mijn zus"))
    (list_of,) = [one for one in page.selectbox if one.label == "‘mentor;mijn zus’"]
    list_of.select("mentor")
    press(page, "Lees ze zo")
    assert may_import(page)


def test_markdown_in_heads_and_groups_is_shown_as_it_stands(bring: Bring) -> None:
    odd = "[x](http://a.b) **b**"
    page = bring(
        export(f"leader_key,stress_1,{odd}", lambda at: f"k{at},3,w"),
        of=roster(f"{ROSTER_HEADS};{odd}", lambda at: f"2026Q3;k{at};{'Noord' if at % 2 else odd};2-5;1"),
    )
    (head,) = [one for one in page.selectbox if one.label == "Kolom in het bestand"]
    head.select(odd)
    press(page, "Zo lezen")
    shown = [one.value for kind in (page.caption, page.markdown) for one in kind]
    shown += [str(cell) for table in page.table for cell in table.value.to_numpy().ravel()]
    assert sum("a.b" in one for one in shown) > 2
    assert not any("[x](" in one or "**b**" in one for one in shown)
