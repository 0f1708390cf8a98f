"""A language is a folder of TOML: its sentences are found by key, and what it lacks is said in English."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pipelines.ground import language
from pipelines.ground.language import Locales, carried, in_language, own_name
from pipelines.ground.settings import ROOT

APPLICATIONS = ("pipelines", "dashboard", "desk")


PAGE = 'app = "Klankbord"\n[page]\ntitle = "{title}"\nrows.one = "{{count}} {row}"\nrows.other = "{{count}} {rows}"\n'


@pytest.fixture
def locales(tmp_path: Path) -> Locales:
    texts = {
        "nl/page.toml": PAGE.format(title="Titel", row="rij", rows="rijen"),
        "en/page.toml": PAGE.format(title="Title", row="row", rows="rows"),
        "en/more.toml": '[page]\nend = "End"\n',
        "fy/own.toml": '[page]\ntitle = "Titel op it Frysk"\nrows = "{count} rigen"\n',
    }
    for name, text in texts.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Locales(tmp_path)


def test_a_folder_is_a_language_and_the_default_comes_first(locales: Locales) -> None:
    assert locales.languages == ("nl", "en", "fy")


def test_the_sections_of_all_files_become_keys(locales: Locales) -> None:
    assert locales.say("en", "app") == "Klankbord"
    assert locales.say("en", "page.title") == "Title"
    assert locales.say("en", "page.end") == "End"


@pytest.mark.parametrize(("count", "said"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows")])
def test_a_count_chooses_between_the_forms(locales: Locales, count: int, said: str) -> None:
    assert locales.say("en", "page.rows", count=count) == said


def test_what_a_language_lacks_is_said_in_english_and_forms_of_two_languages_never_mix(locales: Locales) -> None:
    assert locales.say("fy", "page.title") == "Titel op it Frysk"
    assert locales.say("fy", "page.end") == "End"
    assert locales.say("fy", "page.rows", count=1) == "1 rigen"
    assert set(locales.sentences("fy")) == {"app", "page.title", "page.rows", "page.end"}


@pytest.mark.parametrize(
    ("asked", "locale", "lang"),
    [("fy", None, "fy"), (None, "fy-NL,nl;q=0.8", "fy"), ("xx", "en-US", "en"), (None, "fr", "nl"), (None, None, "nl")],
)
def test_a_reader_is_spoken_to_in_a_language_there_is(
    locales: Locales, asked: str | None, locale: str | None, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KLANKBORD_LANG", raising=False)
    assert locales.choose(asked, locale) == lang


def test_a_label_is_taken_in_the_language_or_else_in_english() -> None:
    row = {"nl": "rots", "en": "rock", "definition_nl": "een rots", "definition_en": "a rock"}
    assert [in_language(row, lang) for lang in ("nl", "en", "fy")] == ["rots", "rock", "rock"]
    assert in_language(row, "fy", "definition") == "a rock"
    assert carried("de") == "en"


@pytest.mark.parametrize(("lang", "name"), [("nl", "Nederlands"), ("en", "English"), ("fy", "Frysk")])
def test_a_language_is_called_as_those_who_speak_it_call_it(lang: str, name: str) -> None:
    assert own_name(lang) == name


@pytest.mark.parametrize("application", APPLICATIONS)
def test_no_sentence_of_an_application_stands_in_two_files(application: str) -> None:
    for lang in ("nl", "en"):
        folder = ROOT / application / "locales" / lang
        keys = [key for file in folder.glob("*.toml") for key in keys_of(file)]
        assert keys
        assert sorted(keys) == sorted(set(keys))


def keys_of(file: Path) -> list[str]:
    return [key for key, _ in language._flat(tomllib.loads(file.read_text(encoding="utf-8")))]


def test_the_dashboard_reads_words_as_the_pipelines_do() -> None:
    twins = (ROOT / "pipelines" / "ground" / "language.py", ROOT / "dashboard" / "language.py")
    assert len({twin.read_text(encoding="utf-8") for twin in twins}) == 1
