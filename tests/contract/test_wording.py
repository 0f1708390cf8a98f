"""One word per idea, one and many told apart, and no English on a Dutch page: words that were dropped stay away."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from pipelines.ground.settings import ROOT

APPLICATIONS = ("dashboard", "desk", "pipelines")
# What was said before, and what is said now.
DROPPED = {
    "nl": {
        r"ledenlijst|lijst van leiders|\(roster\)": "lijst van schoolleiders",
        r"open klimaat": "open sfeer",
        r"onzekerheidsmarge|betrouwbaarheidsinterval": "marge",
        r"\bspanning\b": "stress",
        r"\b(golf|meetronde|peiling)\b": "meting",
        r"telling van nu": "gaat over deze meting",
        r"Neem het mee|\bmeenemen\b": "downloaden",
        r"\b(in|van|naar) het papier\b|^Wie trekt het": "het rapport; wie pakt het op",
        r"Kijken we terug in": "Terugkijken in",
        r"wil het team niet belasten": "‘Ik wil mijn team niet belasten’",
        r"Meten de vragen wat": "Horen de vragen van een onderwerp bij elkaar?",
        r"een paar leiders verraden|antwoorden van één leider verraden": "iets over een paar leiders vertellen",
        r"ik gebruik het niet": "ik maak er geen gebruik van",
        r"[Zz]oveel mogelijke aantallen bevat": "omvat minstens … mogelijke aantallen",
        r"mediane": "the statistician's layer",
    },
    "en": {
        r"take (it|the report|this) along|taking along|take it along": "download",
        r"count of now": "a snapshot of this wave",
        r"\b(support|a rock) (is|are) missed|[Mm]iss (support|a rock)": "lack",
        r"\b[Mm]argins?\b(?!\})": "range",
        r"\bstrain\b": "stress",
        r"[Ll]og (in|out)\b|cannot come in": "sign in, sign out",
        r"made-up figures|Example: ": "Sample: invented figures",
        r"board paper|the paper\b": "report",
        r"burden the team": "‘I do not want to burden my team’",
        r"measure what they should": "go together",
        r"\bforetold\b": "predicted",
    },
}  # fmt: skip
# Words that are English only; of a command, a file or a column of one they may stand in a Dutch sentence.
ENGLISH = re.compile(r"\b(the|and|with|which|your|their|figures?|leaders? who|answers?|waves?)\b")
CODE = re.compile(
    r"`[^`]*`|\S*[./=_]\S*|--\S+|\[[^\]]*\]|\{\w+\}|\(wave, leader_key, event\)"
    r"|kolom(men)? wave\S*|klankbord waves|zijn wave \(\w+\)"
)
# Sentences of a count that is never one, or that stands with a word for one and many alike.
ALIKE = {"trust.asked_open", "trust.why_note"}


def sentences(lang: str) -> Iterator[tuple[str, str]]:
    """Every sentence of a language, under its application and key."""
    for application in APPLICATIONS:
        for file in sorted((ROOT / application / "locales" / lang).glob("*.toml")):
            yield from flat(tomllib.loads(file.read_text(encoding="utf-8")), f"{application}: ")


def flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield prefix + key, value
        else:
            yield from flat(value, f"{prefix}{key}.")


@pytest.mark.parametrize("lang", sorted(DROPPED))
def test_words_that_were_dropped_stand_in_no_locale(lang: str) -> None:
    found = [
        f"{key}: {word} (say: {better})"
        for key, text in sentences(lang)
        for word, better in DROPPED[lang].items()
        if re.search(word, text, re.MULTILINE)
    ]
    assert found == []


def test_words_that_were_dropped_stand_in_no_label_or_definition_of_the_instrument() -> None:
    skipped = {"nl": {r"\bspanning\b"}, "en": {r"\bstrain\b"}}  # the wording of questions is the instrument's own
    found = []
    for file in sorted((ROOT / "instruments").glob("*.toml")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            named = re.match(r"\s*(?:\w+_)?(nl|en) = (.*)", line)
            if named:
                words = set(DROPPED[named[1]]) - skipped[named[1]]
                found += [f"{file.name}:{number}: {word}" for word in words if re.search(word, named[2])]
    assert found == []


def test_no_dutch_sentence_holds_english() -> None:
    found = [f"{key}: {hit[0]}" for key, text in sentences("nl") if (hit := ENGLISH.search(CODE.sub(" ", text)))]
    assert found == []


@pytest.mark.parametrize("lang", sorted(DROPPED))
def test_a_sentence_that_counts_has_a_form_for_one_and_for_more(lang: str) -> None:
    """`{count}` before a word: '1 antwoorden' would be said of one."""
    counted = re.compile(r"\{count\} (?!van |of )[a-z]")
    found = [
        key
        for key, text in sentences(lang)
        if counted.search(text) and not key.endswith((".one", ".other")) and key.split(": ")[1] not in ALIKE
    ]
    assert found == []


def test_one_and_more_are_said_otherwise() -> None:
    """A pair of forms that says the same of one as of many was copied, not written."""
    for lang in DROPPED:
        said = dict(sentences(lang))
        pairs = [key.removesuffix(".one") for key in said if key.endswith(".one")]
        assert len(pairs) > 20
        assert [key for key in pairs if said[f"{key}.one"] == said[f"{key}.other"]] == []
