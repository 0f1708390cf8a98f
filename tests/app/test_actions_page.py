"""Actions: from a suggestion to an agreement, and what the next wave says of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.agreements import ADVICES, Action, Store, groups, measure_of, suggestions
from dashboard.agreements.suggest import effect, effect_sentence
from dashboard.story.snapshot import find
from dashboard.story.wave import Story
from dashboard.words import words
from tests.browser.serving import ROOT
from tests.patience import PATIENCE

APP = ROOT / "dashboard" / "app.py"


@pytest.fixture
def home(home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(home_120 / "published", tmp_path / "published")
    monkeypatch.setenv("KLANKBORD_HOME", str(tmp_path))
    return tmp_path


def story_of(home: Path, lang: str = "nl") -> Story:
    snapshot = find(home).snapshot
    assert snapshot is not None
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True)), snapshot.waves()[0])


def page(**query: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=PATIENCE).switch_page("views/actions.py")
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def action(home: Path, back: int = 0, **change: str) -> Action:
    waves = story_of(home).snapshot.waves()
    said = {"advice": "mentor_early", "table": "total", "level": "", "owner": "hr_adviser", "start": waves[0],
            "due": "2027Q4", "status": "planned", "base": waves[back]}  # fmt: skip
    return Action(**{**said, **change})


def test_a_suggestion_fills_the_form_and_saving_it_shows_the_agreement(home: Path) -> None:
    app = page()
    assert not app.exception
    first = suggestions(story_of(home))[0]
    next(button for button in app.button if button.key == f"take_{first.advice}").click().run()
    assert app.query_params["advice"] in (first.advice, [first.advice])
    next(button for button in app.button if button.label == "Opslaan").click().run()
    assert not app.exception
    assert [kept.advice for kept in Store(home).all()] == [first.advice]
    assert app.success[0].value == "De afspraak is opgeslagen."
    assert "advice" not in app.query_params
    assert any("Afgesproken na de meting van" in told.value for told in app.markdown)


def test_every_suggestion_names_a_figure_that_is_published(home: Path) -> None:
    for suggestion in suggestions(story_of(home)):
        assert suggestion.because
        assert suggestion.group in groups(story_of(home), suggestion.advice)


def test_what_somebody_else_changed_is_told_and_not_overwritten(home: Path) -> None:
    kept = Store(home).save(action(home))
    app = page()
    Store(home).save(Action(**{**vars(kept), "status": "running"}))
    next(button for button in app.button if button.key == f"save_{kept.number}_{kept.version}").click().run()
    assert "Iemand anders heeft deze afspraak net veranderd" in app.warning[0].value
    assert Store(home).all()[0].status == "running"


def test_the_effect_is_what_the_contrast_says_and_goes_against_no_figure_drawn(home: Path) -> None:
    story = story_of(home)
    waves = story.snapshot.waves()
    seen = {}
    for back in range(len(waves)):
        for advice in ADVICES:
            agreed = action(home, back, advice=advice, start=waves[back])
            now, before = (story.snapshot.cell(wave, measure_of(story, advice)) for wave in (waves[0], waves[back]))
            told = effect(story, agreed, waves[0])
            seen[told] = seen.get(told, 0) + 1
            if back == 0:
                assert told == "early"
            elif told in ("better", "worse"):
                assert now is not None
                assert before is not None
                rises = now["low"] + now["high"] > before["low"] + before["high"]
                assert rises == ((told == "better") == (story.worse(measure_of(story, advice)) == "lower"))
    assert set(seen) >= {"early", "cannot_tell"}


def test_an_action_can_be_changed_and_a_finished_one_goes_to_the_end(home: Path) -> None:
    store = Store(home)
    first, second = store.save(action(home)), store.save(action(home, advice="network"))
    store.save(Action(**{**vars(second), "status": "done"}))
    assert [(kept.number, kept.status) for kept in store.all()] == [(first.number, "planned"), (second.number, "done")]


def test_a_file_that_is_no_database_is_told_kindly_and_kept(home: Path) -> None:
    (home / "actions").mkdir()
    (home / "actions" / "actions.sqlite").write_text("not a database at all, but somebody's notes")
    app = page()
    assert not app.exception
    assert "niet te lezen" in app.warning[0].value
    assert "somebody's notes" in (home / "actions" / "actions.sqlite").read_text()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_speaks_both_languages_and_offers_no_free_text(home: Path, lang: str) -> None:
    Store(home).save(action(home))
    app = page(lang=lang)
    assert (
        app.title[0].value
        == {"nl": "Wat spreken we af, en hielp het?", "en": "What will we do, and did it help?"}[lang]
    )
    assert [box.key for box in app.text_input] == ["search"]  # which is kept nowhere
    assert not app.text_area


def test_nonsense_in_the_address_opens_an_empty_form(home: Path) -> None:
    app = page(advice="<script>", group="total=Nobody")
    assert not app.exception
    assert app.selectbox


def test_the_reason_why_nothing_can_be_said_is_the_one_that_holds(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = story_of(home)
    waves = story.snapshot.waves()
    gone = action(home, 1, advice="share_what", table="region", level="Atlantis")
    assert effect(story, gone, waves[0]) == "no_figure"
    wide = [
        advice for advice in ADVICES
        if effect(story, action(home, 1, advice=advice), waves[0]) == "cannot_tell"
        and story.snapshot.cell(waves[0], measure_of(story, advice))["low"] is not None
    ]  # fmt: skip
    assert wide
    monkeypatch.setattr(Story, "breaks", lambda self, table="total": {waves[0]: "instrument"})
    assert effect(story, action(home, 1), waves[0]) == "new_questions"
    assert effect(story, action(home, 0), waves[0]) == "early"


def test_the_form_opens_with_an_advice_of_which_a_figure_is_shown(home: Path) -> None:
    chosen = next(box for box in page().selectbox if box.label == "Wat gaan we doen?")
    assert groups(story_of(home), chosen.value)


def press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if (button.key or button.label).startswith(key)).click().run()


@pytest.mark.parametrize(
    ("button", "told", "status"),
    [("end", "De afspraak is beëindigd.", "stopped"), ("remove", "De afspraak is verwijderd.", None)],
)
def test_an_agreement_is_ended_or_removed_and_one_click_takes_that_back(
    button: str, told: str, status: str | None, home: Path
) -> None:
    kept = Store(home).save(action(home))
    app = press(page(), f"{button}_{kept.number}_")
    assert not app.exception
    assert app.success[0].value == told
    assert [one.status for one in Store(home).all()] == ([status] if status else [])
    app = next(one for one in app.button if one.label == "Ongedaan maken").click().run()
    assert app.success[0].value == "De afspraak is weer zoals zij was."
    assert [one.status for one in Store(home).all()] == ["planned"]
    assert "Ongedaan maken" not in [one.label for one in app.button]


def test_saving_twice_makes_one_agreement(home: Path) -> None:
    app = page()
    for _ in range(2):
        app = next(button for button in app.button if button.label == "Opslaan" and not button.key).click().run()
    assert len(Store(home).all()) == 1


def test_what_is_due_is_called_so(home: Path) -> None:
    waves = story_of(home).snapshot.waves()
    Store(home).save(action(home, 1, start=waves[1], due=waves[0]))
    Store(home).save(action(home, advice="network"))
    written = "\n".join(str(element.value) for element in page().get("markdown"))
    assert written.count("Nu terugkijken") == 1


def test_the_line_about_what_came_of_it_says_what_could_have_been_seen(home: Path) -> None:
    story = story_of(home)
    waves = story.snapshot.waves()
    said = {}
    for advice in ADVICES:
        agreed = action(home, 1, advice=advice, start=waves[1])
        said.setdefault(effect(story, agreed, waves[0]), effect_sentence(story, agreed, waves[0]))
    assert "meestal zijn opgevallen" in said["cannot_tell"] or "hoeft zelfs een groot verschil" in said["cannot_tell"]
    assert all("{" not in line and "()" not in line for line in said.values())
