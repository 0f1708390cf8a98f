"""Every page in every state a board can be in, run by Streamlit's own test runner."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.door.asgi import PAGES
from dashboard.page import pieces
from dashboard.story.snapshot import find
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from tests.homes import as_before_hashes
from tests.patience import PATIENCE

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
TITLES = {
    "overview": ("Waar missen schoolleiders steun?", "Where do school leaders lack support?"),
    "coverage": ("Wie heeft een rots, en welke?", "Who has a rock, and which kind?"),
    "pillars": ("Wie heeft welke steun nodig?", "Who needs which support?"),
    "schools": ("Is de steun verdeeld over onze scholen?", "Is support spread evenly across our schools?"),
    "starters": ("Komen starters goed door hun eerste jaren?", "Are starters getting through their first years well?"),
    "asking": ("Wat houdt leiders tegen om hulp te vragen?", "What keeps leaders from asking for help?"),
    "risk": ("Waar komen weinig steun en veel stress samen?", "Where do low support and high stress meet?"),
    "trend": ("Wordt het beter?", "Is it getting better?"),
    "report": ("Wat vertel ik het bestuur?", "What do I tell the board?"),
    "accountability": ("Kunnen leiders hierop vertrouwen?", "Can leaders trust this?"),
}


class AlwaysOpen:
    """An expander that somebody opened."""

    open = True

    def __enter__(self) -> AlwaysOpen:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def visit(home: Path, page: str, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setenv("KLANKBORD_HOME", str(home))
    monkeypatch.setenv("KLANKBORD_LANG", "nl")
    app = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    app.query_params.update(query)
    app.run()
    if page != PAGES[0]:
        app.switch_page(f"views/{page}.py").run()
    return app


def text(app: AppTest) -> str:
    """Everything written on a page, tables and chart descriptions included."""
    words = [
        element.value for kind in ("title", "header", "subheader", "markdown", "caption") for element in app.get(kind)
    ]
    words += [f"{metric.label} {metric.value} {metric.delta}" for metric in app.metric]
    words += [chart.proto.alt for chart in app.get("vega_lite_chart")]
    words += [table.value.to_string() for table in app.table]
    return plain("\n".join(map(str, words)))


def plain(words: str) -> str:
    """Without the marks that keep a figure on one line."""
    return words.replace("\u2060", "").replace("\u00a0", " ")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("state", ["home_120", "home_25", "home_single", "home_empty"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_page_has_one_title_and_no_error_in_every_state(
    page: str, state: str, lang: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(request.getfixturevalue(state), page, monkeypatch, lang=lang)
    assert [error.message for error in app.exception] == []
    (title,) = [title.value for title in app.title]
    assert title == TITLES.get(page, (title, title))[lang == "en"]


def test_every_page_stands_in_the_menu() -> None:
    named = {part.value for part in ast.walk(ast.parse(APP.read_text())) if isinstance(part, ast.Constant)}
    assert set(PAGES) - named == set()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("state", ["home_120", "home_25", "home_single"])
def test_every_chart_is_described_and_no_page_promises_too_much(
    page: str, state: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(request.getfixturevalue(state), page, monkeypatch)
    assert all(len(chart.proto.alt) > 20 for chart in app.get("vega_lite_chart"))
    written = text(app).lower()
    for forbidden in ("anoniem", "anonymous", "herkenbaar", "<5", "nan%", "none"):
        assert forbidden not in written, forbidden


def test_the_overview_opens_with_the_answer_and_four_figures(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(home_120, "overview", monkeypatch)
    assert "heeft **ongeveer" in app.markdown[0].value
    assert len(app.metric) == 4
    assert [metric.label for metric in app.metric][:2] == ["Heeft een rots", "Heeft een emotionele rots"]
    assert "leiders deden mee" in app.caption[0].value


def test_a_tiny_board_sees_a_calm_page_about_the_whole(home_25: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(home_25, "overview", monkeypatch)
    heads = [header.value for header in app.header]
    assert heads[:2] == ["Sinds de vorige keer", "Wordt het beter? Heeft een rots"]
    assert "Wat u hier kunt zien, en wat niet" in heads
    assert "Om samen te bespreken" in heads
    assert len(app.get("vega_lite_chart")) == 2  # pillars and trend: no strips of empty boxes


def test_nothing_published_is_told_kindly(home_empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(home_empty, "overview", monkeypatch)
    assert [header.value for header in app.header] == ["Er is nog niets gepubliceerd"]


def test_a_single_wave_speaks_of_no_change(home_single: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(home_single, "overview", monkeypatch)
    assert all(not metric.delta for metric in app.metric)
    assert "vorige meting." not in app.markdown[0].value


def test_a_filter_stands_in_the_address_by_its_code_and_leads_back(
    home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home_120, "coverage", monkeypatch)
    whole = [metric.value for metric in app.metric]
    app.selectbox(key="choose_experience_band").set_value("6-10").run()
    assert app.query_params["experience_band"] == "6-10"
    assert "6–10 jaar" in text(app)

    same = visit(home_120, "coverage", monkeypatch, experience_band="6-10")
    assert [metric.value for metric in same.metric] == [metric.value for metric in app.metric]

    app.button[0].click().run()
    assert "experience_band" not in app.query_params
    assert [metric.value for metric in app.metric] == whole


def test_a_group_too_small_to_show_leads_to_the_nearest_wider_one(
    home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home_120, "coverage", monkeypatch, region="Noord", experience_band="21+")
    assert "dichtstbijzijnde groep waarvan wel iets te tonen is" in app.info[0].value
    assert any(metric.value != "–" for metric in app.metric)


def test_an_unknown_code_in_the_address_shows_the_whole_board(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(home_120, "coverage", monkeypatch, region="Nergens", wave="1999Q1", lang="xx")
    assert not app.exception
    assert app.selectbox(key="choose_region").value == ""


def test_risk_says_beside_its_figure_that_it_predicts_nothing(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "geen voorspelling" in text(visit(home_120, "risk", monkeypatch))


def test_accountability_gives_the_promise_in_its_own_words(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    promise = (
        "no single leader's answer follows with certainty from what is published, "
        "for a reader who knows the whole roster"
    )
    written = text(visit(home_120, "accountability", monkeypatch, lang="en"))
    assert promise in written
    assert "In the vault the data are pseudonymous; outside it there are only protected figures" in written


def test_a_snapshot_that_cannot_be_read_gives_way_to_the_last_good_one(
    home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(home_120 / "published", home / "published")
    broken = home / "published" / "klankbord-0099.duckdb"
    broken.write_bytes(b"not a database")
    (home / "published" / "CURRENT").write_text(broken.name)
    app = visit(home, "overview", monkeypatch)
    assert "klankbord-0003" in app.warning[0].value
    assert len(app.metric) == 4

    for path in (home / "published").glob("klankbord-000*.duckdb"):
        path.unlink()
    app = visit(home, "overview", monkeypatch)
    assert [header.value for header in app.header] == ["De cijfers zijn even niet te lezen"]


def changed_home(home: Path, folder: Path, *statements: str) -> Path:
    """A home whose newest snapshot differs a little: page tests may not touch the original."""
    copy = folder / "changed"
    shutil.copytree(home / "published", copy / "published")
    as_before_hashes(Home(copy))
    path = copy / "published" / (copy / "published" / "CURRENT").read_text().strip()
    path.chmod(0o644)
    with duckdb.connect(str(path)) as opened:
        for statement in statements:
            opened.execute(statement)
    return copy


def test_a_new_snapshot_waits_until_the_reader_asks_for_it(
    home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(home_120 / "published", home / "published")
    as_before_hashes(Home(home))  # else the newest is shown, whatever stands in CURRENT
    current = home / "published" / "CURRENT"
    names = sorted(path.name for path in (home / "published").glob("*.duckdb"))
    current.write_text(names[-2])
    app = visit(home, "overview", monkeypatch)
    began = [metric.value for metric in app.metric], app.caption[0].value

    current.write_text(names[-1])
    app.run()
    assert "nieuwe momentopname klaar" in text(app)
    assert ([metric.value for metric in app.metric], app.caption[0].value) == began
    app.switch_page("views/coverage.py").run()
    assert "nieuwe momentopname klaar" in text(app)  # no page of a mix of two

    next(button for button in app.button if button.label == "Toon de nieuwe cijfers").click().run()
    assert "nieuwe momentopname klaar" not in text(app)
    assert names[-1].removesuffix(".duckdb") in text(app)

    current.write_text(names[-2])  # what they saw was withdrawn
    app.run()
    assert "zijn vervangen" in text(app)


def test_a_comparison_with_last_year_stands_in_the_address_and_in_the_sentence(
    home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waves = [path.stem for path in sorted((home_120 / "published").glob("*.duckdb"))]
    assert len(waves) == 3
    tables = "publication", "cell", "level", "rock_state", "withheld", "question"
    home = changed_home(
        home_120, tmp_path, *(f"update {table} set wave = '2025Q3' where wave = '2026Q1'" for table in tables)
    )
    app = visit(home, "overview", monkeypatch)
    assert "vorig jaar" not in app.markdown[0].value
    app.button_group(key="choose_compare").set_value("year").run()
    assert app.query_params["compare"] == "year"
    assert "de vorige meting" not in app.markdown[0].value
    assert "dezelfde meting vorig jaar" in text(app)


def test_figures_before_another_questionnaire_are_not_compared(
    home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = changed_home(home_120, tmp_path, "update publication set breaks = 'instrument' where wave = '2026Q3'")
    app = visit(home, "overview", monkeypatch)
    assert "de vragenlijst veranderd; daarom vergelijken we niet" in app.markdown[0].value
    assert all(not metric.delta for metric in app.metric)


def test_everything_withheld_is_a_designed_page_on_every_page(
    home_25: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = changed_home(
        home_25, tmp_path, "update cell set lo = null, hi = null, low = null, high = null, status = 'protects'"
    )
    for page in PAGES:
        app = visit(home, page, monkeypatch)
        assert not app.exception
        written = text(app)
        assert "%" not in written.split("Neem het mee")[0] or page == "accountability", page


def test_a_figure_no_group_of_which_can_be_shown_is_told_in_a_sentence_not_in_empty_boxes(
    home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = "table_id = 'region'"
    rocks = f"{by} and measure in ('has_rock', 'rock_emotional', 'rock_instrumental')"
    hide = "set lo = null, hi = null, low = null, high = null, status = 'protects'"
    home = changed_home(home_120, tmp_path, f"update cell {hide} where {rocks}", f"delete from rock_state where {by}")
    app = visit(home, "overview", monkeypatch)
    assert "Heeft een rots, naar regio" not in [header.value for header in app.header]
    told = "Deze keer niet uitgesplitst naar regio: Heeft een rots. Samen met een ander cijfer zou dit iets "
    assert any(caption.value.startswith(told) for caption in app.caption)
    kinds = visit(home, "coverage", monkeypatch)
    assert "Naar regio is dit deze keer niet te tonen" in text(kinds)


def test_a_chart_can_be_read_as_a_table(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(home_120, "overview", monkeypatch)
    charts = len(app.get("vega_lite_chart"))
    monkeypatch.setattr("streamlit.expander", lambda label, **how: AlwaysOpen())
    app.run()
    tables = []  # a narrow screen gets the table of the cross in its place, so it stands there twice
    for table in app.table:
        if not any(table.value.equals(seen) for seen in tables):
            tables.append(table.value)
    assert len(tables) == charts
    for chart, shown in zip(app.get("vega_lite_chart"), tables, strict=True):
        figures = [plain(cell) for cell in shown.to_numpy().flatten() if "%" in cell]
        assert all(figure in chart.proto.alt for figure in figures)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("ca. 62% (55–69%)", "ca._62% (55|69%)"),
        ("771 van 1.000", "771_van_1.000"),
        ("27 november 2026", "27_november_2026"),
        ("0,73 (0,70 tot 0,76)", "0,73 (0,70 tot 0,76)"),
        ("Wil eerst zelf – zonder hulp – het antwoord", "Wil eerst zelf – zonder hulp – het antwoord"),
    ],
)
def test_a_figure_in_a_table_stays_on_one_line(told: str, kept: str) -> None:
    unbroken = pieces.unbroken(told)
    assert unbroken.replace("\u2060–\u2060", "|").replace("\u00a0", "_") == kept
    assert plain(unbroken) == told


def test_a_small_screen_is_told_of_columns_out_of_sight(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "Schuif de tabel opzij voor de andere kolommen."
    pages = ("accountability", "pillars", "coverage", "overview")
    assert [text(visit(home_120, page, monkeypatch)).count(told) for page in pages] == [1, 1, 0, 0]


def test_the_starters_page_follows_the_region_and_names_the_least_used_pillar(
    home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home_120, "starters", monkeypatch)
    assert not app.exception
    assert any("De steunpijlers" in header.value for header in app.header)
    app.selectbox(key="choose_region").set_value("Noord").run()
    assert app.query_params["region"] == "Noord"
    assert not app.exception


def test_asking_for_help_ranks_the_thoughts_and_shows_means_in_points(
    home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home_120, "asking", monkeypatch)
    assert "op tijd om hulp" in app.markdown[0].value
    instrument = load_instrument()
    planned = {one.attribute for one in instrument.plan.measure}
    about = [one for one in instrument.attributes if one.topic == "asking" and one.code in planned]
    assert [metric.label for metric in app.metric] == [one.nl for one in about if "belief" not in one.roles]
    ranked = app.table[0].value
    assert set(ranked["Cijfer"]) == {one.nl for one in about if "belief" in one.roles}
    means = [chart.proto.alt for chart in app.get("vega_lite_chart") if "gemiddeld (0–100)" in chart.proto.alt]
    assert means
    assert all("%" not in alt for alt in means)
    assert any("leiders die niet meededen, zitten er niet in" in caption.value for caption in app.caption)


def test_the_pillars_page_goes_from_available_to_good_enough(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(home_120, "pillars", monkeypatch)
    assert app.header[0].value == "Van beschikbaar naar goed genoeg"
    steps = app.table[0].value
    assert list(steps.columns) == ["Pijler", "Beschikbaar", "Gebruikt", "Goed genoeg"]
    assert len(steps) == 6
    assert "Wel beschikbaar, maar zeker minder gebruikt: " in app.markdown[0].value
    again = visit(home_120, "pillars", monkeypatch, step="good")
    assert again.header[1].value.startswith("Welke steun is goed genoeg")


def test_a_figure_is_the_same_on_every_page_that_shows_it(home_120: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: dict[str, set[str]] = {}
    for page in ("overview", "coverage", "pillars", "asking", "risk"):
        for metric in visit(home_120, page, monkeypatch).metric:
            label = metric.label.split(": ")[-1].lower()
            shown.setdefault(label, set()).add(metric.value)
    assert len(shown) > 8
    assert {label: values for label, values in shown.items() if len(values) > 1} == {}


def test_need_beside_support_says_ranges_that_hold_the_figure_of_those_who_answered(
    home_120: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(home_120, "pillars", monkeypatch)
    (alt,) = [chart.proto.alt for chart in app.get("vega_lite_chart") if "naast elkaar" in chart.proto.alt]
    assert "ca." not in alt
    low, high = (int(edge) / 100 for edge in re.findall(r"Weinig steun (\d+)–(\d+)%", alt)[0])
    cell = find(home_120).snapshot.cell("2026Q3", "unmet_need")
    assert low <= cell["lo"] / cell["n"] <= cell["hi"] / cell["n"] <= high


def test_the_trend_of_a_group_says_what_the_year_says(home_sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = text(visit(home_sample, "trend", monkeypatch, region="Noord"))
    assert "Over dit jaar, vergeleken met de rest van het bestuur: " in told
    assert "Over dit jaar, vergeleken met" not in text(visit(home_sample, "trend", monkeypatch))
