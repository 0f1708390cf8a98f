"""The questionnaire for LimeSurvey: its structure file (.lss, as versions 4 to 6 write it) and the profile that reads
the answers back.

LimeSurvey wants codes of letters and digits, a question's at most 20 long, an answer's at most 5. So our columns get
such codes here, and the profile maps them back; both come from one list, so that they cannot drift apart.
"""

from __future__ import annotations

import html
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.errors import Refused
from pipelines.instruments import Instrument
from pipelines.questionnaire.sheet import Block, Question, Sheet

LONGEST, LONGEST_ANSWER = 20, 5  # characters LimeSurvey keeps of a code
SURVEY, VERSION = "240024", "426"  # a number for the survey, changed on import when taken; LimeSurvey's file version
TYPES = {"one": "L", "many": "M", "grade": "5", "number": "N"}
GRID = "F"
DATES = ("%Y-%m-%d",)
TICKED = ("Y", "Yes", "Ja")
FRAME = {"token": "leader_key", "submitdate": "submitted"}  # LimeSurvey's own columns that we read

# How a survey of this kind must run: with tokens as keys, without addresses, nothing mandatory.
SETTINGS = {
    "anonymized": "N", "format": "G", "savetimings": "N", "datestamp": "Y", "usecookie": "N", "allowregister": "N",
    "allowsave": "Y", "allowprev": "Y", "printanswers": "N", "ipaddr": "N", "ipanonymize": "Y", "refurl": "N",
    "showsurveypolicynotice": "1", "publicstatistics": "N", "publicgraphs": "N", "listpublic": "N",
    "tokenanswerspersistence": "N", "usetokens": "N", "shownoanswer": "Y", "showwelcome": "Y", "showprogress": "Y",
    "alloweditaftercompletion": "N",
}  # fmt: skip


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
    """The profile that reads an answered export: heads as codes or as expression codes, answers as codes or texts."""
    sheets = list(sheets)
    codes = codes_of(sheets[0])
    columns, lists = dict(FRAME), {}
    for block in sheets[0].blocks:
        for question in block.questions:
            title = codes.titles[question.column]
            if block.scale:
                grid = codes.titles[block.code]
                columns |= {f"{grid}[{title}]": question.column, f"{grid}_{title}": question.column}
            elif question.kind == "many":
                boxes = {c.code: codes.titles[f"{question.column}|{c.code}"] for c in question.choices}
                lists[question.column] = {
                    head: code for code, box in boxes.items() for head in (f"{title}[{box}]", f"{title}_{box}")
                }
            else:
                columns[title] = question.column
    answers = {short: code for code, short in codes.answers.items() if short != code}
    for sheet in sheets:
        for block in sheet.blocks:
            for question in block.questions:
                for choice in question.choices if question.kind != "many" else ():
                    if answers.setdefault(choice.label, choice.code) != choice.code:
                        raise Refused("lime_code_taken", code=choice.code, short=choice.label)
    answers = {label: code for label, code in answers.items() if label != code}
    name = instrument.about.code.replace("-", "_")
    lines = [
        "# How LimeSurvey writes the answers to the questionnaire of `klankbord questionnaire --format lss`.",
        "# Made from the instrument by `klankbord questionnaire --format profile`; a test holds the two together.",
        "[profile]",
        f'code = "limesurvey_{name.split("_")[0]}"',
        f'nl = "LimeSurvey, {instrument.about.nl}"',
        f'en = "LimeSurvey, {instrument.about.en}"',
        f"dates = {_toml(DATES)}",
        f"ticked = {_toml(TICKED)}",
        *_section("columns", columns),
        *_section("answers", answers),
        *(line for column, boxes in lists.items() for line in _section(f"lists.{column}", boxes)),
    ]
    return "\n".join(lines) + "\n"


def _toml(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _section(name: str, entries: dict[str, str]) -> list[str]:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    return ["", f"[profile.{name}]", *(f"{quoted(key)} = {quoted(value)}" for key, value in entries.items())]


def limesurvey(sheet: Sheet) -> bytes:
    """The structure file, to be imported with LimeSurvey's own "import survey"."""
    return _Structure(sheet).written()


class _Structure:
    """Rows of LimeSurvey's tables, numbered as they come."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.codes = sheet, codes_of(sheet)
        tables = ("answers", "answer_l10ns", "groups", "group_l10ns", "questions", "subquestions", "question_l10ns")
        self.rows: dict[str, list[dict[str, str]]] = {name: [] for name in (*tables, "question_attributes")}
        for order, block in enumerate(sheet.blocks, start=1):
            self.group(order, block)
        self.rows["surveys"] = [{"sid": SURVEY, "gsid": "1", "language": sheet.lang, **SETTINGS}]
        note = _paragraphs(sheet.note)
        self.rows["surveys_languagesettings"] = [
            {
                "surveyls_survey_id": SURVEY, "surveyls_language": sheet.lang, "surveyls_title": sheet.title,
                "surveyls_description": "", "surveyls_welcometext": _paragraphs([sheet.welcome]),
                "surveyls_endtext": _paragraphs([sheet.end]), "surveyls_policy_notice": note,
                "surveyls_policy_notice_label": sheet.note_title,
            }
        ]  # fmt: skip

    def group(self, order: int, block: Block) -> None:
        """One page of the survey."""
        gid = str(order)
        self.rows["groups"].append(
            {"gid": gid, "sid": SURVEY, "group_order": gid, "randomization_group": "", "grelevance": "1"}
        )
        intro = _paragraphs([block.intro])
        self.rows["group_l10ns"].append(
            {"id": gid, "gid": gid, "group_name": block.title, "description": intro, "language": self.sheet.lang}
        )
        if block.scale:
            grid = self.question(gid, 1, GRID, self.codes.titles[block.code], block.intro, "")
            for place, question in enumerate(block.questions, start=1):
                self.question(gid, place, "T", self.codes.titles[question.column], question.text, "", grid)
            for place, choice in enumerate(block.scale, start=1):
                self.answer(grid, place, choice.code, choice.label)
            return
        for place, question in enumerate(block.questions, start=1):
            self.single(gid, place, question)

    def single(self, gid: str, place: int, question: Question) -> None:
        """One question with its own answers or boxes."""
        title = self.codes.titles[question.column]
        qid = self.question(gid, place, TYPES[question.kind], title, question.text, self.relevance(question))
        for order, choice in enumerate(question.choices, start=1):
            if question.kind == "many":
                box = self.codes.titles[f"{question.column}|{choice.code}"]
                self.question(gid, order, "T", box, choice.label, "", qid)
            elif question.kind == "one":
                self.answer(qid, order, self.codes.answers[choice.code], choice.label)

    def relevance(self, question: Question) -> str:
        """When the question is shown, in LimeSurvey's expressions."""
        if not question.only_if:
            return ""
        column, code = question.only_if
        return f'{self.codes.titles[column]}.NAOK == "{self.codes.answers[code]}"'

    def question(self, gid: str, place: int, kind: str, title: str, text: str, relevance: str, parent: str = "") -> str:
        """A question, or with a parent a row of a grid or a box of a list; its number."""
        qid = str(len(self.rows["question_l10ns"]) + 1)
        self.rows["subquestions" if parent else "questions"].append(
            {
                "qid": qid, "parent_qid": parent or "0", "sid": SURVEY, "gid": gid, "type": kind, "title": title,
                "preg": "", "other": "N", "mandatory": "N", "encrypted": "N", "question_order": str(place),
                "scale_id": "0", "same_default": "0", "relevance": relevance or "1", "modulename": "",
            }
        )  # fmt: skip
        self.rows["question_l10ns"].append(
            {"id": qid, "qid": qid, "question": html.escape(text), "help": "", "script": "",
             "language": self.sheet.lang}
        )  # fmt: skip
        if not parent:
            self.rows["question_attributes"].append({"qid": qid, "attribute": "hide_tip", "value": "0"})
        return qid

    def answer(self, qid: str, place: int, code: str, label: str) -> None:
        """One answer of a question."""
        aid = str(len(self.rows["answers"]) + 1)
        self.rows["answers"].append(
            {"aid": aid, "qid": qid, "code": code, "sortorder": str(place), "assessment_value": "0", "scale_id": "0"}
        )
        self.rows["answer_l10ns"].append(
            {"id": aid, "aid": aid, "answer": html.escape(label), "language": self.sheet.lang}
        )

    def written(self) -> bytes:
        """The file."""
        document = ET.Element("document")
        ET.SubElement(document, "LimeSurveyDocType").text = "Survey"
        ET.SubElement(document, "DBVersion").text = VERSION
        ET.SubElement(ET.SubElement(document, "languages"), "language").text = self.sheet.lang
        for name, rows in self.rows.items():
            if not rows:
                continue
            table = ET.SubElement(document, name)
            fields = ET.SubElement(table, "fields")
            for field in rows[0]:
                ET.SubElement(fields, "fieldname").text = field
            listed = ET.SubElement(table, "rows")
            for row in rows:
                entry = ET.SubElement(listed, "row")
                for field, value in row.items():
                    ET.SubElement(entry, field).text = value
        ET.indent(document, " ")
        return ET.tostring(document, encoding="utf-8", xml_declaration=True) + b"\n"


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines if line)
