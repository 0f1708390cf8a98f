"""LimeSurvey's names for our columns and answers, and the profile that reads them back.

LimeSurvey wants codes of letters and digits, a question's at most 20 long, an answer's at most 5. The structure file
and the profile are both made from these codes, so that they cannot drift apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.ground.errors import Refused
from pipelines.instruments import Instrument
from pipelines.questionnaire.sheet import Sheet

LONGEST, LONGEST_ANSWER = 20, 5  # characters LimeSurvey keeps of a code
DATES = ("%Y-%m-%d",)
MARKS = ("lastpage", "startlanguage")
UNREAD = ("id", *MARKS, "seed", "startdate", "datestamp", "interviewtime", "refurl", "groupTime*", "questionTime*")
FRAME = {"token": "leader_key", "submitdate": "submitted"}  # LimeSurvey's own columns that we read


@dataclass(frozen=True)
class Codes:
    """What LimeSurvey calls our columns and answers."""

    titles: dict[str, str]  # column, grid or list answer ("column|code") -> code in LimeSurvey
    answers: dict[str, str]  # answer code -> code in LimeSurvey


def codes_of(sheet: Sheet) -> Codes:
    """Codes that LimeSurvey accepts; Refused when two of ours cannot be told apart in so few characters."""
    titles: dict[str, str] = {}
    for block in sheet.blocks:
        if block.scale:
            titles[block.code] = _unique(_short(block.code, LONGEST), titles.values(), block.code)
    for question in sheet.questions:
        titles[question.column] = _unique(_short(question.column, LONGEST), titles.values(), question.column)
    for question in sheet.questions:
        boxes: dict[str, str] = {}
        for choice in question.choices if question.kind == "many" else ():
            short = _short(choice.code, LONGEST)
            boxes[f"{question.column}|{choice.code}"] = _unique(short, boxes.values(), choice.code)
        titles |= boxes
    answers: dict[str, str] = {}
    for question in sheet.questions:
        for choice in question.choices if question.kind == "one" else ():
            if choice.code not in answers:
                short = _short(choice.code, LONGEST_ANSWER)
                answers[choice.code] = _unique(short, answers.values(), choice.code)
    return Codes(titles, answers)


def _short(code: str, longest: int) -> str:
    """`pillar_external_coach_quality` -> `pECoachQuality`: words cut to a letter from the left until it fits."""
    words = code.split("_")
    short = ""
    for cut in range(len(words)):
        parts = [word[:1] if place < cut else word for place, word in enumerate(words)]
        short = parts[0] + "".join(part[:1].upper() + part[1:] for part in parts[1:])
        if len(short) <= longest:
            break
    return short[:longest]


def _unique(short: str, taken: Iterable[str], code: str) -> str:
    if short.lower() in {other.lower() for other in taken}:
        raise Refused("lime_code_taken", code=code, short=short)
    return short


def profile_toml(sheets: Iterable[Sheet], instrument: Instrument) -> str:
    """The profile that reads an answered export: heads as codes or as expression codes."""
    sheet = next(iter(sheets))
    codes = codes_of(sheet)
    columns = dict(FRAME)
    for block in sheet.blocks:
        for question in block.questions:
            title = codes.titles[question.column]
            if block.scale:
                grid = codes.titles[block.code]
                columns |= {f"{grid}[{title}]": question.column, f"{grid}_{title}": question.column}
            elif question.kind == "many":
                for target in (f"{question.column}|{choice.code}" for choice in question.choices):
                    box = codes.titles[target]
                    columns |= {f"{title}[{box}]": target, f"{title}_{box}": target}
            else:
                columns[title] = question.column
    answers = {short: code for code, short in codes.answers.items() if short != code}
    name = instrument.about.code.replace("-", "_")
    lines = [
        "# How LimeSurvey writes the answers to the questionnaire of `klankbord questionnaire --format lss`.",
        "# Made from the instrument by `klankbord questionnaire --format profile`; a test holds the two together.",
        "[profile]",
        f'code = "limesurvey_{name.split("_")[0]}"',
        f'nl = "LimeSurvey, {instrument.about.nl}"',
        f'en = "LimeSurvey, {instrument.about.en}"',
        f"dates = {_toml(DATES)}",
        f"drop = {_toml(UNREAD)}",
        "",
        "[profile.recognise]",
        f"heads = {_toml(MARKS)}",
        *_section("columns", columns),
        *_section("answers", answers),
    ]
    return "\n".join(lines) + "\n"


def _toml(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _section(name: str, entries: dict[str, str]) -> list[str]:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    return ["", f"[profile.{name}]", *(f"{quoted(key)} = {quoted(value)}" for key, value in entries.items())]
