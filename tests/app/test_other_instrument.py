"""An instrument that shares no code with the shipped one, and turns its classes round.

A figure of the coverage class of which more is worse leads, and one of the outcome class of which more is better stands
beside it: order, colour, words, suggestions and paper follow what the instrument says.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from dashboard import charts, theme
from dashboard.agreements import ADVICES, Action, Store, effect_sentence, measure_of, suggestions
from dashboard.agreements.suggest import effect
from dashboard.report import render
from dashboard.report.content import build
from dashboard.story import Story, crossings, differences, figures, find, headlines, pictures, sentences, topics
from dashboard.words import LOCALES, words
from pipelines.flow import Source, import_wave, publish_wave
from pipelines.instruments import load_instrument
from tests.app.test_pages import PAGES, text, visit
from tests.homes import fixed

OWN = Path(__file__).parents[1] / "instruments" / "otherwise"
BEFORE, NOW = "2026Q2", "2026Q3"
LEADERS = 240
DISTRICTS, TENURES, KINDS = ("north", "middle", "south"), ("new", "settled", "long"), ("big", "small")
# Of ten leaders who say yes, by district: alone most in the north, thriving least in the south; both rise.
APART = {BEFORE: {"north": 5, "middle": 1, "south": 1}, NOW: {"north": 9, "middle": 4, "south": 4}}
THRIVES = {BEFORE: {"north": 5, "middle": 5, "south": 2}, NOW: {"north": 9, "middle": 9, "south": 4}}
TONES = {measure: ["whole", "worse", "better", "better"] for measure in ("set_apart", "thrives")}
OTHERS = {
    "pressure": 5, "backing": 6, "wish": 4, "voice": 6, "silence": 3, "shame": 7, "listener": 6, "doer": 3,
    "huddle": 7, "guide": 3,
}  # fmt: skip


def leaders() -> pl.DataFrame:
    """The roster of both waves: every group of a district holds all tenures and kinds."""
    rows = [
        {"leader_key": f"leader{i:04d}", "school_key": f"school{i:04d}", "district": DISTRICTS[i % 3],
         "tenure": TENURES[i // 3 % 3], "kind": KINDS[i // 9 % 2]}
        for i in range(LEADERS)
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(rows).select(pl.lit(wave).alias("wave"), pl.all()) for wave in (BEFORE, NOW)])


def answers(wave: str) -> pl.DataFrame:
    """What everybody answers: of ten neighbours in a district, so many say yes; each question starts elsewhere."""
    rows = []
    for i in range(LEADERS):
        turn, district = i // 3, DISTRICTS[i % 3]
        says = {name: (turn * 7 + 3 * at) % 10 < tenths for at, (name, tenths) in enumerate(OTHERS.items())}
        says["isolation"] = turn % 10 < APART[wave][district]
        says["vigour"] = (turn * 3) % 10 < THRIVES[wave][district]
        rows.append(
            {
                "leader_key": f"leader{i:04d}",
                "submitted": "2026-09-10" if wave == NOW else "2026-05-10",
                **{f"{scale}_1": 5 if says[scale] else 1 for scale in ("isolation", "vigour", *list(OTHERS)[:6])},
                **{f"rock_{rock}": "yes" if says[rock] else "no" for rock in ("listener", "doer")},
                **{f"pillar_{pillar}": "used" if says[pillar] else "available" for pillar in ("huddle", "guide")},
            }
        )
    return pl.DataFrame(rows)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two waves that went the whole way."""
    folder = tmp_path_factory.mktemp("otherwise")
    leaders().write_csv(folder / "roster.csv")
    place = fixed(folder / "home")
    for wave in (BEFORE, NOW):
        answers(wave).write_csv(folder / f"responses_{wave}.csv")
        export = folder / f"responses_{wave}.csv"
        import_wave(place, Source(export, wave, profile="native", roster=folder / "roster.csv", instruments=OWN))
        publish_wave(place, wave)
    return place.path


@pytest.fixture(scope="module")
def story(home: Path) -> Story:
    return of(home)


def of(home: Path, lang: str = "nl", wave: str = NOW) -> Story:
    snapshot = find(home).snapshot
    assert snapshot is not None
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), wave)


def test_it_shares_no_code_with_the_shipped_instrument() -> None:
    def codes(*folders: Path) -> set[str]:
        loaded = load_instrument(*folders)
        things = (*loaded.attributes, *loaded.scales, *loaded.pillars, *loaded.dimensions)
        return {thing.code for thing in things}

    assert codes() & codes(OWN) == set()


def test_the_lead_is_the_one_that_says_so_and_more_of_it_is_worse(story: Story) -> None:
    assert story.lead() == "set_apart"
    assert story.board("set_apart")["class"] == "coverage"
    assert story.worse("set_apart") == "higher"
    assert story.board("thrives")["class"] == "outcome"
    assert story.worse("thrives") == "lower"
    assert (story.worse("mean:vigour"), story.worse("mean:voice")) == ("lower", "lower")


@pytest.mark.parametrize(("measure", "worst"), [("set_apart", "Noordrand"), ("thrives", "Zuidrand")])
def test_the_group_that_needs_attention_stands_on_top_in_brown(story: Story, measure: str, worst: str) -> None:
    strip = pictures.strip(story, measure, "district")
    assert strip is not None
    assert strip.frame["label"][0] == "Hele bestuur"
    assert strip.frame["label"][1] == worst
    assert strip.frame["tone"].to_list() == TONES[measure]
    tones = next(
        layer["encoding"]["color"]["scale"]
        for layer in charts.spec("intervals", "nl", "light")["layer"]
        if layer.get("encoding", {}).get("color", {}).get("field") == "tone"
    )
    assert tones["range"][tones["domain"].index("worse")] == theme.LIGHT.brown


def test_the_note_under_a_picture_says_which_side_is_brown(story: Story) -> None:
    assert (
        "Bruin: vrijwel zeker hoger dan de rest van het bestuur." in pictures.strip(story, "set_apart", "district").note
    )
    assert (
        "Bruin: vrijwel zeker lager dan de rest van het bestuur." in pictures.strip(story, "thrives", "district").note
    )
    crossed = crossings.main_cross(story, "set_apart")
    assert crossed is not None
    assert "Bruin: vrijwel zeker hoger dan de rest van het bestuur." in crossed.note


def test_the_sentence_names_the_groups_that_stand_out_on_the_worse_side(story: Story) -> None:
    assert differences.groups(story, "set_apart", ("district",)).startswith(
        "Van de leiders in de groep Noordrand geldt ‘Staat er alleen voor’ voor **ongeveer 91% (marge 90–93%)**: "
        "vrijwel zeker meer dan bij de andere leiders (50 tot 55 punten hoger)."
    )
    assert differences.groups(story, "thrives", ("district",)).startswith("Van de leiders in de groep Zuidrand ")
    lead = sentences.lead(story)
    assert lead.startswith("Staat er alleen voor: **ongeveer")
    assert "rots" not in lead
    assert "Dat is **hoger** dan bij de vorige meting: " in lead
    assert lead.endswith(" punten hoger.")


def test_four_figures_in_large_type_follow_the_roles(story: Story) -> None:
    chosen = [one.measure for one in headlines(story)]
    assert chosen[:2] == ["set_apart", "heart"]
    assert story.meaning.pillar_of(chosen[2]) in ("huddle", "guide")
    assert chosen[3] == "thrives"
    assert {one.measure: one.change for one in headlines(story)}["thrives"] == "higher"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_page_opens_and_shows_its_own_labels_and_no_bare_code(
    home: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, shipped = load_instrument(OWN), load_instrument()
    codes = [one.code for one in (*own.attributes, *own.scales) if "_" in one.code]
    others = {getattr(one, lang) for one in shipped.attributes} - set(LOCALES.sentences(lang).values())
    for page in (*PAGES, "actions"):
        app = visit(home, page, monkeypatch, lang=lang)
        assert [error.message for error in app.exception] == [], page
        written = text(app)
        assert [code for code in codes if code in written] == [], page
        assert [label for label in others if f"{label}:" in written or f"{label}," in written] == [], page


def test_overview_shows_worst_first_and_arrows_that_say_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(home, "overview", monkeypatch)
    first = app.metric[0]
    assert (first.label, first.delta) == ("Staat er alleen voor", "hoger")
    (strip,) = [alt for alt in alts(app) if alt.startswith("Staat er alleen voor, naar wijk")]
    assert strip.index("Noordrand") < strip.index("Zuidrand")
    assert re.search(r"Noordrand.{0,80}vrijwel zeker meer dan bij de andere leiders", text(app))


def test_a_filter_carries_the_code_of_its_own_dimension_from_page_to_page(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home, "coverage", monkeypatch)
    app.selectbox(key="choose_district").set_value("north").run()
    assert app.query_params["district"] == "north"
    assert [metric.label for metric in app.metric] == ["Heeft een anker", "Heeft een luisteraar", "Heeft een aanpakker"]
    app.switch_page("views/trend.py").run()
    assert app.query_params["district"] in ("north", ["north"])


def test_the_kinds_of_rock_need_stress_and_asking_are_found_by_their_roles(
    home: Path, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [row["state"] for row in story.rock_groups("total")[0][1]] == [
        "both", "emotional_only", "instrumental_only", "none"
    ]  # fmt: skip
    assert topics.risks(story) == ["stretched", "uncovered", "worn"]
    assert topics.needs(story) == ["wants_more", "uncovered", "falls_short"]
    assert len(story.snapshot.later("need_states", wave=NOW)) == 4
    assert (topics.helps(story), topics.beliefs(story)) == (["speaks_up"], ["keeps_quiet", "is_shy"])
    assert "schaamt zich ervoor" in sentences.belief(story)
    assert "Een gids is bedoeld voor starters" in sentences.meant_for_starters(story)
    assert topics.starters(story) == ("tenure", ("new",))
    assert topics.path(story)[:4] == ["anchored", "heart", "hands", "uncovered"]
    assert topics.kinds_of_school(story) == ["kind", "district"]
    assert list(topics.by_topic(story)) == ["support", "pillars", "strain", "asking", "scores"]
    asking = visit(home, "asking", monkeypatch)
    assert any("Stem, gemiddeld (0–100)" in alt for alt in alts(asking))
    assert not any("Veerkracht" in alt for alt in alts(asking))


def test_suggestions_speak_of_its_own_pillars_and_measures(story: Story) -> None:
    because = {one.advice: one.because for one in suggestions(story)}
    assert "gids" in because["mentor_early"]
    assert because["unmet_need"].startswith("Van de schoolleiders")
    assert {advice: measure_of(story, advice) for advice in ADVICES if measure_of(story, advice)} == {
        "mentor_early": "guide_joined", "buddy_monthly": "huddle_joined", "network": "thrives",
        "unmet_need": "falls_short", "asking": "speaks_up", "share_what": "set_apart",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("advice", "word", "label"),
    [("share_what", "worse", "staat er alleen voor"), ("network", "better", "bloeit in het werk")],
)
def test_a_rise_is_better_or_worse_as_the_figure_says(story: Story, advice: str, word: str, label: str) -> None:
    action = Action(advice, "total", "", "hr_adviser", BEFORE, "2027Q2", "running", BEFORE, 1, 1)
    assert effect(story, action, NOW) == word
    told = effect_sentence(story, action, NOW)
    assert label in told
    assert told.startswith({"worse": "Het ging de andere kant op", "better": "Er is beweging"}[word])


def test_the_paper_puts_the_same_group_first_in_brown_and_names_its_own_figures(home: Path, story: Story) -> None:
    action = Store(home).save(Action("share_what", "total", "", "hr_adviser", BEFORE, NOW, "running", BEFORE))
    report = build(story.snapshot, NOW, "nl", agreed=(action,))
    coverage = report.tables["coverage"][0]
    assert coverage.title == "Staat er alleen voor naar wijk"
    assert [(row["label"], row["tone"]) for row in coverage.rows][:2] == [
        ("Hele bestuur", "whole"), ("Noordrand", "worse")
    ]  # fmt: skip
    assert "de leiders in de groep Noordrand" in coverage.message
    assert report.tables["risk"][0].rows[0]["label"] == "Versleten en zonder rugdekking"
    assert {row["label"] for row in report.tables["needs"][0].rows} == {
        "Bloeit in het werk", "Wil meer rugdekking", "Wil rugdekking en krijgt haar niet"
    }  # fmt: skip
    starters = report.tables["starters"][0]
    assert [row["label"] for row in starters.rows][:2] == ["Staat er alleen voor", "Heeft een luisteraar"]
    assert "ging de andere kant op" in report.notes["agreed"][0][1]
    place = build(story.snapshot, NOW, "nl", region="noordrand")
    assert place.subtitle.startswith("Noordrand")


@pytest.mark.parametrize("form", ["pdf", "pptx", "xlsx", "csv"])
def test_every_form_of_the_paper_is_made(story: Story, form: str, tmp_path: Path) -> None:
    paper = render(story.snapshot, NOW, "en", form)
    assert len(paper) > 1000
    if form == "pptx":
        (tmp_path / "deck.pptx").write_bytes(paper)
        titles = [slide.shapes.title.text for slide in Presentation(tmp_path / "deck.pptx").slides]
        assert any("North side" in title for title in titles)


def test_a_mixed_table_puts_the_most_worrying_first_whatever_its_side(story: Story) -> None:
    cells = {one.measure: one.figure.middle for one in figures(story, ("thrives", "wants_more", "falls_short"))}
    ranked = [row["label"] for row in build(story.snapshot, NOW, "nl").tables["needs"][0].rows]
    worry = {story.label(code): (1 - share if code == "thrives" else share) for code, share in cells.items()}
    assert ranked == sorted(worry, key=lambda label: -worry[label])


def alts(app: AppTest) -> list[str]:
    return [chart.proto.alt for chart in app.get("vega_lite_chart")]
