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
from pipelines.instruments import Instrument, Policy
from pipelines.instruments.rules import Model
from pipelines.questionnaire.leaflet import Line, read_toml
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
    _, told = read_toml(file)
    try:
        return Sender.model_validate(told)
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
    asked = len(sheet.questions)
    own = {key.removeprefix("letter."): text for key, text in sentences(lang).items() if key.startswith("letter.")}

    def span(one: Days | None) -> str:
        opens, closes = (format_date(day, "d MMMM y", lang) for day in one) if one else (BLANK, BLANK)
        return own["span"].format(opens=opens, closes=closes)

    data = {
        "lang": lang,
        "words": {key: text.format(**who, asked=asked, span=span(days)) for key, text in own.items() if key != "span"},
        "board": who["board"],
        "note_title": sheet.note_title,
        "note": sheet.note,
        "later": [span(one) for one in later],
    }
    if pages(TEMPLATE, data) > SIDES:
        raise Refused("letter_too_long")
    return typeset(TEMPLATE, data)
