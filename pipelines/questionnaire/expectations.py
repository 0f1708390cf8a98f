"""The letter of expectations: what a board of its size will be able to see, said before anybody answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.numbers import format_decimal, format_percent

from pipelines.ground.errors import Refused
from pipelines.ground.messages import say, sentences
from pipelines.instruments import Policy
from pipelines.questionnaire.paper import typeset

TEMPLATE = Path(__file__).with_name("expectations.typ")
MOST_LEADERS = 100_000
Sizes = Sequence[float | None]  # per response: the smallest difference that is usually told, None where none is


@dataclass(frozen=True)
class Expected:
    """Which differences a board of so many leaders will see."""

    leaders: int
    responses: Sequence[float]
    groups: Mapping[int, Sizes]  # leaders in a group -> its differences from the rest of the board
    change: Sizes  # of the whole board


def expectations(board: str, expected: Expected, policy: Policy, lang: str) -> bytes:
    """The letter as a tagged A4 PDF."""
    texts = sentences(lang)
    known = {
        "leaders": format_decimal(expected.leaders, locale=lang),
        "answers": format_decimal(round(policy.expected_response * expected.leaders), locale=lang),
        "response": format_percent(policy.expected_response, locale=lang),
        "few": policy.k_coverage,
        "fewer": policy.k_outcome,
        "floor": format_percent(policy.response_floor, locale=lang),
    }
    words = {
        key.removeprefix("expectations."): text.format(**known)
        for key, text in texts.items()
        if key.startswith("expectations.") and not key.startswith("expectations.row")
    }
    rows = [[say(lang, "expectations.row_change"), *_points(expected.change, lang)]]
    for size, told in expected.groups.items():
        rows.append([say(lang, "expectations.row_group", leaders=size), *_points(told, lang)])
    data = {
        "lang": lang,
        "board": board,
        "words": words,
        "shown": [
            words["shown_board"],
            words["shown_groups" if expected.groups else "shown_no_groups"],
            words["shown_ranges"],
        ],
        "head": [words["head"], *(format_percent(one, locale=lang) for one in expected.responses)],
        "rows": rows,
        "helps": [words["helps_response"], words["helps_year"], words["helps_talk"]],
    }
    return typeset(TEMPLATE, data)


def leaders_of(text: str) -> int:
    """How many leaders a board has, as it is typed; Refused when that is no number."""
    try:
        leaders = int(text)
    except ValueError as mistake:
        raise Refused("init_leaders", text=text) from mistake
    if not 0 < leaders <= MOST_LEADERS:
        raise Refused("init_leaders", text=text)
    return leaders


def _points(sizes: Sizes, lang: str) -> list[str]:
    """In whole points."""
    return ["–" if size is None else format_decimal(round(100 * size), locale=lang) for size in sizes]
