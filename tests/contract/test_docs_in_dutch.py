"""The user documents in Dutch go along with the English: the same headings in the same order, the same commands."""

from __future__ import annotations

import re

import pytest

from pipelines.ground.settings import ROOT

ENGLISH = ROOT / "docs"
DUTCH = ENGLISH / "nl"
PAGES = ("first-quarter", "second-quarter", "operations", "agency", "privacy", "method", "security", "hosting")
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"`(klankbord [^`]+)`")
# Of a page with a layer for statisticians only the plain one is in Dutch; so are its tables of rules.
PLAIN_ONLY = {"method"}


def pages(name: str) -> tuple[str, str]:
    english, dutch = ((folder / f"{name}.md").read_text(encoding="utf-8") for folder in (ENGLISH, DUTCH))
    return english, dutch


def levels(text: str) -> list[str]:
    return HEADING.findall(BLOCK.sub("", text))


def numbered(text: str) -> list[str]:
    """The numbers that headings begin with."""
    return re.findall(r"^#+ (\d+)", BLOCK.sub("", text), re.MULTILINE)


def test_every_user_document_is_in_dutch_and_nothing_else() -> None:
    assert sorted(file.stem for file in DUTCH.iterdir()) == sorted(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_it_has_the_same_headings(name: str) -> None:
    english, dutch = pages(name)
    assert levels(dutch) == levels(english)
    assert numbered(dutch) == numbered(english)


@pytest.mark.parametrize("name", PAGES)
def test_it_has_the_same_commands_and_files(name: str) -> None:
    english, dutch = pages(name)
    assert BLOCK.findall(dutch) == BLOCK.findall(english)
    if name not in PLAIN_ONLY:
        assert COMMAND.findall(dutch) == COMMAND.findall(english)


@pytest.mark.parametrize("name", sorted({*PAGES} - PLAIN_ONLY))
def test_its_tables_are_as_long(name: str) -> None:
    english, dutch = pages(name)
    rows = [len(re.findall(r"^\|", BLOCK.sub("", text), re.MULTILINE)) for text in (english, dutch)]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("name", PAGES)
def test_both_lead_to_each_other(name: str) -> None:
    english, dutch = pages(name)
    assert f"(nl/{name}.md)" in english
    assert f"(../{name}.md)" in dutch
    assert f"docs/nl/{name}.md" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_its_headings_and_words_are_dutch(name: str) -> None:
    _, dutch = pages(name)
    prose = re.sub(r"`[^`]*`|\]\([^)]*\)|\*[^*]+\*", " ", BLOCK.sub("", dutch))
    assert re.findall(r"\b(?:the|which|with|leaders who|wave|your)\b", prose) == []
