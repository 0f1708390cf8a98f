"""LimeSurvey's names for our columns and answers, and the profile that reads them back.

LimeSurvey wants codes of letters and digits, a question's at most 20 long, an answer's at most 5. The structure file
and the profile are both made from these codes, so that they cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.ground.errors import Refused
from pipelines.ground.texts import listed, quoted
from pipelines.instruments import Instrument
from pipelines.questionnaire.sheet import Question, Sheet

LONGEST = 20  # characters LimeSurvey keeps of the code of a question
LONGEST_ANSWER = 5  # and of an answer
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
    titles = _Shortened(LONGEST)
    for block in sheet.blocks:
        if block.scale:
            titles.add(block.code)
    for question in sheet.questions:
        titles.add(question.column)
    boxes: dict[str, str] = {}
    answers = _Shortened(LONGEST_ANSWER)
    for question in sheet.questions:
        if question.kind == "many":
            boxes |= _boxes(question)
        elif question.kind == "one":
            for choice in question.choices:
                if choice.code not in answers.codes:
                    answers.add(choice.code)
    return Codes({**titles.codes, **boxes}, answers.codes)


def _boxes(question: Question) -> dict[str, str]:
    """ "column|code" -> code in LimeSurvey, for each answer of a list; only within the list must they differ."""
    short = _Shortened(LONGEST)
    for choice in question.choices:
        short.add(choice.code)
    return {f"{question.column}|{code}": title for code, title in short.codes.items()}


class _Shortened:
    """Codes made short enough, each different from the others whatever its capitals."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.codes: dict[str, str] = {}

    def add(self, code: str) -> None:
        """Shorten one more; Refused when that is taken already."""
        short = _short(code, self.longest)
        if short.lower() in {other.lower() for other in self.codes.values()}:
            raise Refused("lime_code_taken", code=code, short=short)
        self.codes[code] = short


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


def profile_toml(sheet: Sheet, instrument: Instrument) -> str:
    """The profile that reads an answered export: heads as codes or as expression codes, the same in every language."""
    codes = codes_of(sheet)
    answers = {short: code for code, short in codes.answers.items() if short != code}
    name, _, _ = instrument.about.code.replace("-", "_").partition("_")
    lines = [
        "# How LimeSurvey writes the answers to the questionnaire of `klankbord questionnaire --format lss`.",
        "# Made from the instrument by `klankbord questionnaire --format profile`; a test holds the two together.",
        "[profile]",
        f'code = "limesurvey_{name}"',
        f'nl = "LimeSurvey, {instrument.about.nl}"',
        f'en = "LimeSurvey, {instrument.about.en}"',
        f"dates = {listed(DATES)}",
        f"drop = {listed(UNREAD)}",
        "",
        "[profile.recognise]",
        f"heads = {listed(MARKS)}",
        "",
        "[profile.rows]",
        'unfinished = { "submitdate" = [""] }',
        *_section("columns", _columns(sheet, codes)),
        *_section("answers", answers),
    ]
    return "\n".join(lines) + "\n"


def _columns(sheet: Sheet, codes: Codes) -> dict[str, str]:
    """Head in an export -> our column, or "column|code" for a box of a list."""
    columns = dict(FRAME)
    for block in sheet.blocks:
        for question in block.questions:
            title = codes.titles[question.column]
            if block.scale:
                columns |= _both_heads(codes.titles[block.code], title, question.column)
            elif question.kind == "many":
                for choice in question.choices:
                    target = f"{question.column}|{choice.code}"
                    columns |= _both_heads(title, codes.titles[target], target)
            else:
                columns[title] = question.column
    return columns


def _both_heads(title: str, part: str, target: str) -> dict[str, str]:
    """A row of a grid or a box of a list has two heads, by the way the export was asked for."""
    return {f"{title}[{part}]": target, f"{title}_{part}": target}


def _section(name: str, entries: dict[str, str]) -> list[str]:
    return ["", f"[profile.{name}]", *(f"{quoted(key)} = {quoted(value)}" for key, value in entries.items())]
