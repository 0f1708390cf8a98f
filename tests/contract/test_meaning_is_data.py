"""The dashboard knows roles and no code of a questionnaire; and time is cut in one place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.agreements import ADVICES
from dashboard.story import MAIN
from dashboard.story import meaning as pages
from dashboard.story.topics import NEEDS, RISK, ROCKS, SCORES
from dashboard.words import LOCALES
from pipelines.instruments import load_instrument, meaning
from tests.contract.test_house import CODE, named

SHIPPED = load_instrument()
CODES = {
    thing.code for thing in (*SHIPPED.attributes, *SHIPPED.scales, *SHIPPED.pillars, *SHIPPED.dimensions)
}  # fmt: skip
ROLES = {*meaning.roles_of_attributes(SHIPPED), *meaning.roles_of_dimensions(SHIPPED)}
DASHBOARD = [path for path in CODE if path.suffix == ".py" and named(path).startswith("dashboard/")]
WORD = re.compile(r"[a-z0-9_]+")
# Words of another kind that happen to be a code too: the file, the word, and what it is there.
OTHER_WORDS = {
    ("dashboard/readers.py", "role"): "where a session keeps who reads",
    ("dashboard/door/logins.py", "role"): "who reads",
    ("dashboard/report/cli.py", "region"): "a published option of the command line",
    ("dashboard/story/wave.py", "support"): "a topic",
}
CUTS = re.compile(r"\bwave\[|\bwave\.(split|partition|rpartition)\b|Q\{|\{\w+\}Q|\\d\{4\}\)?Q")


def texts(path: Path) -> Iterator[str]:
    """Every text in a module but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def codes_in(text: str) -> set[str]:
    """The codes a text holds as words, also those it only begins or ends: 'holds_', '_used'."""
    if text in ROLES:
        return set()
    words = {word for word in WORD.findall(text) if len(word) > 1}
    begun = {word for word in words if word.endswith("_") and any(code.startswith(word) for code in CODES)}
    ended = {word for word in words if word.startswith("_") and any(code.endswith(word) for code in CODES)}
    return (words & CODES) | begun | ended


def test_no_code_of_the_shipped_instrument_stands_in_the_dashboard() -> None:
    found = {(named(path), code) for path in DASHBOARD for text in texts(path) for code in codes_in(text)}
    assert found - set(OTHER_WORDS) == set()
    assert set(OTHER_WORDS) - found == set()  # no exception that nothing needs


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("has_rock", {"has_rock"}), ("mean:openness", {"openness"}), ("region+school_type", {"region", "school_type"}),
        ("holds_", {"holds_"}), ("_used", {"_used"}), ("rock:any", set()), ("pillars.unused", set()),
    ],
)  # fmt: skip
def test_what_counts_as_a_code(text: str, codes: set[str]) -> None:
    assert codes_in(text) == codes


def test_every_role_the_pages_ask_for_is_one_an_instrument_can_have() -> None:
    asked = {
        node.args[0].value
        for path in DASHBOARD
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
        and node.func.attr in ("measure", "in_role", "dimension") and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    assert {"rock:any", "headline", "place"} <= asked
    assert {*asked, *ROCKS, *RISK, *NEEDS, *MAIN} - ROLES == set()


def test_pages_and_instruments_have_the_same_words_for_steps_fields_and_advice() -> None:
    assert (pages.STEPS, pages.STRESS, pages.SUPPORT) == (meaning.STEPS, meaning.STRESS, meaning.SUPPORT)
    assert ADVICES == meaning.ADVICE


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_word_of_meaning_has_its_sentences(lang: str) -> None:
    keys = LOCALES.sentences(lang)
    wanted = [f"topic.{topic}" for topic in (*meaning.TOPICS, SCORES)] + [f"step.{step}" for step in meaning.STEPS]
    wanted += [f"advice.{advice}.{part}" for advice in meaning.ADVICE for part in ("title", "text")]
    wanted += [f"filter.all_{role}" for role in MAIN] + [f"pillars.{step}" for step in meaning.STEPS]
    wanted += [f"map.row_{stress}" for stress in meaning.STRESS] + [f"map.column_{one}" for one in meaning.SUPPORT]
    assert [key for key in wanted if key not in keys] == []


def test_a_wave_is_cut_and_made_in_one_module_of_the_dashboard() -> None:
    others = [path for path in DASHBOARD if named(path) != "dashboard/period.py"]
    lines = [f"{named(path)}: {line.strip()}" for path in others for line in path.read_text().splitlines()]
    assert [line for line in lines if CUTS.search(line.split(": ", 1)[1])] == []


@pytest.mark.parametrize(
    ("line", "is_cut"),
    [
        ("year = wave[:4]", True), ("quarter = wave[-1]", True), ('f"{year}Q{quarter}"', True),
        ('wave.partition("Q")', True), ("newest = waves()[0]", False), ("story.snapshot.waves()[0]", False),
        ("waves[keeps:]", False),
    ],
)  # fmt: skip
def test_what_counts_as_cutting_a_wave(line: str, is_cut: bool) -> None:
    assert bool(CUTS.search(line)) is is_cut
