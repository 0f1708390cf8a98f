"""What may be said about a cell: one honest margin, one rule for change, one for standing out."""

from __future__ import annotations

import string
from datetime import date
from typing import Any

import pytest

from dashboard.words import LOCALES, choose_language, sentences, words

NL, EN = words("nl"), words("en")


def cell(low: float | None = 0.55, high: float | None = 0.69, **other: Any) -> dict[str, Any]:
    whole = {"table_id": "total", "dim_1": None, "level_1": None, "dim_2": None, "level_2": None}
    told = {"n": 23, "leaders": 31, "low": low, "high": high, "status": "published", "response": "ok"}
    return whole | told | {"wider_table": None, "wider_level": None} | other


@pytest.mark.parametrize(
    ("given", "text", "margin"),
    [
        (cell(), "ca. 62%", "marge 55–69%"),
        (cell(0.551, 0.689), "ca. 62%", "marge 55–69%"),  # outwards: the true share stays inside
        (cell(0.40, 0.70), "ca. 55%", "marge 40–70%"),
        (cell(0.40, 0.71), "40–71%", "brede marge"),  # wider than thirty points: no middle
        (cell(0.0, 0.0), "ca. 0%", "marge 0%"),
    ],
)
def test_a_figure_has_a_margin_and_a_middle_only_when_it_is_narrow(given: Any, text: str, margin: str) -> None:
    figure = NL.figure(given)
    assert (figure.text, figure.margin) == (text, margin)


@pytest.mark.parametrize(
    ("given", "kind", "text"),
    [
        (None, "missing", "–"),
        (cell(status="not_asked"), "not_asked", "niet gevraagd"),
        (cell(None, None, status="too_few"), "withheld", "–"),
        (cell(None, None, status="protects"), "withheld", "–"),
        (cell(None, None, status="not_planned"), "withheld", "–"),
        (cell(None, None, response="low"), "response", "23 van 31 leiders deden mee"),
        (cell(0.5, 0.6, response="low"), "response", "23 van 31 leiders deden mee"),
    ],
)
def test_nothing_is_said_where_nothing_may_be_said(given: Any, kind: str, text: str) -> None:
    figure = NL.figure(given)
    assert (figure.kind, figure.text) == (kind, text)
    assert figure.reason
    assert figure.low is None


def test_a_moderate_response_and_an_unknown_one_are_said() -> None:
    assert "extra voorzichtigheid" in NL.figure(cell(response="amber")).reason
    assert "lijst van schoolleiders" in NL.figure(cell(response="unknown", leaders=None)).reason
    assert EN.answered(cell(leaders=None)) == "23 leaders took part"


@pytest.mark.parametrize(
    ("wider", "level", "words_for_it"),
    [
        ("total", None, "Kijk naar: Hele bestuur."),
        ("experience_band", "21+", "Kijk naar: 21+."),
        ("region+experience_band", "Noord+6+", "Kijk naar: Noord, 6+."),
    ],
)
def test_a_withheld_cell_names_the_nearest_wider_group(wider: str, level: str | None, words_for_it: str) -> None:
    given = cell(None, None, status="too_few", wider_table=wider, wider_level=level)
    assert NL.figure(given).reason.endswith(words_for_it)


@pytest.mark.parametrize(
    ("low", "high", "dutch", "english"),
    [
        (-0.59, -0.04, "4 tot 59 punten lager", "4 to 59 points lower"),
        (0.01, 0.01, "1 punt hoger", "1 point higher"),
        (-0.05, 0.12, "tussen 5 punten lager en 12 punten hoger", "between 5 points lower and 12 points higher"),
        (0.0, 0.12, "0 tot 12 punten hoger", "0 to 12 points higher"),
        (-0.12, -0.0, "0 tot 12 punten lager", "0 to 12 points lower"),
    ],
)
def test_a_difference_is_said_in_whole_points_and_on_its_own_side(
    low: float, high: float, dutch: str, english: str
) -> None:
    assert (NL.difference(low, high), EN.difference(low, high)) == (dutch, english)


def test_both_languages_have_the_same_sentences_with_the_same_blanks() -> None:
    blanks = {
        lang: {
            key: sorted(filter(None, (part[1] for part in string.Formatter().parse(text))))
            for key, text in table.items()
        }
        for lang, table in ((lang, sentences(lang)) for lang in LOCALES.languages)
    }
    assert blanks["nl"] == blanks["en"]


@pytest.mark.parametrize(
    ("asked", "started", "locale", "lang"),
    [
        ("en", "nl", "nl-NL", "en"),
        (None, "nl", "en-US", "nl"),
        (None, None, "en-US,en;q=0.9", "en"),
        ("xx", None, "fr-FR", "nl"),
        (None, None, None, "nl"),
    ],
)
def test_the_address_binds_the_language_and_dutch_is_the_default(
    asked: str | None, started: str | None, locale: str | None, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KLANKBORD_LANG", raising=False)
    if started:
        monkeypatch.setenv("KLANKBORD_LANG", started)
    assert choose_language(asked, locale) == lang


def test_numbers_dates_and_lists_follow_the_language() -> None:
    assert (NL.number(1234.5), EN.number(1234.5)) == ("1.234,5", "1,234.5")
    assert (NL.date(date(2026, 10, 12)), EN.date(date(2026, 10, 12))) == ("12 oktober 2026", "12 October 2026")
    assert (NL.listed(["a", "b", "c"]), EN.wave("2026Q3")) == ("a, b en c", "2026, quarter 3")


def test_a_number_of_set_decimals_keeps_its_zeros_and_a_zero_has_no_sign() -> None:
    assert (NL.number(0.7, 2), NL.number(-0.004, 2), NL.number(-8.4, 0), EN.number(1234.5, 1)) == (
        "0,70", "0,00", "-8", "1,234.5",
    )  # fmt: skip


def test_a_mean_is_said_in_points_with_its_margin() -> None:
    mean = cell(0.50, 0.56, unit="points")
    assert NL.line(NL.figure(mean)) == "ca. 53 (50–56)"
    assert NL.sentence_figure(mean) == "ongeveer 53 (marge 50–56)"
    assert EN.figure(cell(0.25, 0.75, unit="points")).text == "25–75"


def test_the_parts_of_a_margin_are_those_who_answered_and_those_who_were_silent() -> None:
    given = cell(0.50, 0.72, lo=14, hi=16)
    assert EN.parts(given) == "Among those who answered: 60–70%. The rest of the range allows for those who did not."
    assert NL.parts(given).startswith("Van wie antwoordde: 60–70%.")
    for nothing in (
        None,
        cell(status="too_few", lo=None, hi=None),
        cell(lo=14, hi=16, leaders=23),
        cell(lo=14, hi=16, leaders=None),
    ):
        assert EN.parts(nothing) == ""
