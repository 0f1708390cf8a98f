"""The questionnaire for LimeSurvey: its structure file (.lss), as versions 4 to 6 write it."""

from __future__ import annotations

import html
import xml.etree.ElementTree as ET
from collections.abc import Iterable

from pipelines.questionnaire.lime_profile import codes_of
from pipelines.questionnaire.sheet import Block, Question, Sheet

SURVEY, VERSION = "240024", "426"  # a number for the survey, changed on import when taken; LimeSurvey's file version
TYPES = {"one": "L", "many": "M", "grade": "5", "number": "N"}
GRID = "F"

# How a survey of this kind must run: with tokens as keys, without addresses, nothing mandatory.
SETTINGS = {
    "anonymized": "N", "format": "G", "savetimings": "N", "datestamp": "Y", "usecookie": "N", "allowregister": "N",
    "allowsave": "Y", "allowprev": "Y", "printanswers": "N", "ipaddr": "N", "ipanonymize": "Y", "refurl": "N",
    "showsurveypolicynotice": "1", "publicstatistics": "N", "publicgraphs": "N", "listpublic": "N",
    "tokenanswerspersistence": "N", "usetokens": "N", "shownoanswer": "Y", "showwelcome": "Y", "showprogress": "Y",
    "alloweditaftercompletion": "N",
}  # fmt: skip


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
