"""The questionnaire on paper: a tagged A4 PDF (PDF/UA-1), no fonts from elsewhere."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from pipelines.ground.messages import say, sentences
from pipelines.questionnaire.sheet import Sheet

TEMPLATE = Path(__file__).with_name("paper.typ")


def paper(sheet: Sheet) -> bytes:
    """The sheet as PDF, the same bytes for the same sheet."""
    prefix = "questionnaire.paper_"
    words = {key.removeprefix(prefix): text for key, text in sentences(sheet.lang).items() if key.startswith(prefix)}
    data = {**asdict(sheet), "words": words}
    for block in data["blocks"]:
        for question in block["questions"]:
            if question["only_if"]:
                answer = sheet.label(*question["only_if"])
                question["after"] = say(sheet.lang, "questionnaire.paper_after", answer=answer)
    return typeset(TEMPLATE, data)


def typeset(template: Path, data: dict[str, Any]) -> bytes:
    """A template filled in, as tagged PDF; the same bytes for the same data."""
    return typst.compile(
        template,
        sys_inputs={"sheet": json.dumps(data)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=0,
    )


def pages(template: Path, data: dict[str, Any]) -> int:
    """How many pages a template takes; it says so itself under the label <pages>."""
    return int(
        typst.query(
            template,
            "<pages>",
            field="value",
            one=True,
            sys_inputs={"sheet": json.dumps(data)},
            ignore_system_fonts=True,
        )
    )
