"""The letter that tells leaders about the survey: why, when, and what happens with what they answer.

Who writes stands in a file of the board; without it the letter leaves room to fill in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from babel.dates import format_date
from pydantic import ValidationError

from pipelines.ground.errors import Refused
from pipelines.ground.messages import sentences
from pipelines.instruments import Instrument, Model, Policy
from pipelines.questionnaire.board_file import Line, read_toml
from pipelines.questionnaire.paper import pages, typeset
from pipelines.questionnaire.sheet import sheet_of

TEMPLATE = Path(__file__).with_name("letter.typ")
SIDES = 2  # one sheet
BLANK = "……………………………………"

Days = tuple[dt.date, dt.date]


class Sender(Model):
    """Who writes: the board, the agency that holds the keys, and whom to ask about the survey."""

    board: Line
    agency: Line
    contact: Line


def read_sender(file: Path) -> Sender:
    """Who writes, as the board says; Refused with file and key when the file holds a mistake, OSError without it."""
    _, content = read_toml(file)
    try:
        return Sender.model_validate(content)
    except ValidationError as mistakes:
        raise Refused("letter_key", file=file.name, key=mistakes.errors()[0]["loc"][0]) from mistakes


def letter(
    instrument: Instrument, policy: Policy, sender: Sender | None, days: Days | None, later: Sequence[Days], lang: str
) -> bytes:
    """The letter as a tagged A4 PDF; `days` are first and last of this wave, `later` those of the waves after it.

    Refused when it takes more than one sheet.
    """
    sheet = sheet_of(instrument, policy, lang)
    who = vars(sender) if sender else dict.fromkeys(Sender.model_fields, BLANK)
    texts = {key.removeprefix("letter."): text for key, text in sentences(lang).items() if key.startswith("letter.")}
    span = texts.pop("span")
    # What follows from an answer has a number on paper too, but most leaders get only some of it.
    follow = sum(question.only_if is not None for question in sheet.questions)
    counts = {"asked": len(sheet.questions) - follow, "follow": follow}
    data = {
        "lang": lang,
        "words": {key: text.format(**who, **counts, span=_filled(span, days, lang)) for key, text in texts.items()},
        "board": who["board"],
        "note_title": sheet.note_title,
        "note": sheet.note,
        "later": [_filled(span, one, lang) for one in later],
    }
    if pages(TEMPLATE, data) > SIDES:
        raise Refused("letter_too_long")
    return typeset(TEMPLATE, data)


def _filled(span: str, days: Days | None, lang: str) -> str:
    """From when to when, with room to fill in where that is not known."""
    opens, closes = (format_date(day, "d MMMM y", lang) for day in days) if days else (BLANK, BLANK)
    return span.format(opens=opens, closes=closes)
