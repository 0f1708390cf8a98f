"""The questionnaire for LimeSurvey: its structure file (.lss), as versions 4 to 6 write it."""

from __future__ import annotations

import html
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping

from pipelines.questionnaire.lime_profile import codes_of
from pipelines.questionnaire.sheet import Block, Choice, Question, Sheet

SURVEY = "240024"  # a number for the survey, changed on import when it is taken
VERSION = "426"  # of LimeSurvey's file
TYPES = {"one": "L", "many": "M", "grade": "5", "number": "N"}
GRID = "F"
ROW = "T"  # a row of a grid or a box of a list

TABLES = (
    "answers", "answer_l10ns", "groups", "group_l10ns", "questions", "subquestions", "question_l10ns",
    "question_attributes", "surveys", "surveys_languagesettings",
)  # fmt: skip
Rows = list[dict[str, str]]  # of one of LimeSurvey's tables, field -> value

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
    return _as_xml(_Structure(sheet).rows, sheet.lang)


class _Structure:
    """Rows of LimeSurvey's tables, numbered as they come."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.codes = codes_of(sheet)
        self.rows: dict[str, Rows] = {name: [] for name in TABLES}
        for number, block in enumerate(sheet.blocks, start=1):
            self._add_page(str(number), block)
        self._add_survey()

    def _add_survey(self) -> None:
        sheet = self.sheet
        self.rows["surveys"].append({"sid": SURVEY, "gsid": "1", "language": sheet.lang, **SETTINGS})
        self.rows["surveys_languagesettings"].append(
            {
                "surveyls_survey_id": SURVEY,
                "surveyls_language": sheet.lang,
                "surveyls_title": sheet.title,
                "surveyls_description": "",
                "surveyls_welcometext": _paragraphs([sheet.welcome]),
                "surveyls_endtext": _paragraphs([sheet.end]),
                "surveyls_policy_notice": _paragraphs(sheet.note),
                "surveyls_policy_notice_label": sheet.note_title,
            }
        )

    def _add_page(self, page: str, block: Block) -> None:
        """One page of the survey, which LimeSurvey calls a group, with its questions."""
        self.rows["groups"].append(
            {"gid": page, "sid": SURVEY, "group_order": page, "randomization_group": "", "grelevance": "1"}
        )
        self.rows["group_l10ns"].append(
            {
                "id": page,
                "gid": page,
                "group_name": block.title,
                "description": _paragraphs([block.intro]),
                "language": self.sheet.lang,
            }
        )
        if block.scale:
            self._add_grid(page, block)
        else:
            for place, question in enumerate(block.questions, start=1):
                self._add_single(page, place, question)

    def _add_grid(self, page: str, block: Block) -> None:
        """Questions that share their answers."""
        grid = self._add_question(page, 1, GRID, self.codes.titles[block.code], block.intro)
        for place, question in enumerate(block.questions, start=1):
            title = self.codes.titles[question.column]
            self._add_question(page, place, ROW, title, question.text, parent=grid)
        for place, choice in enumerate(block.scale, start=1):
            self._add_answer(grid, place, choice.code, choice.label)

    def _add_single(self, page: str, place: int, question: Question) -> None:
        """One question with its own answers or boxes."""
        title = self.codes.titles[question.column]
        number = self._add_question(
            page, place, TYPES[question.kind], title, question.text, relevance=self._relevance(question)
        )
        for order, choice in enumerate(question.choices, start=1):
            if question.kind == "many":
                self._add_box(page, order, number, question, choice)
            elif question.kind == "one":
                self._add_answer(number, order, self.codes.answers[choice.code], choice.label)

    def _add_box(self, page: str, place: int, parent: str, question: Question, choice: Choice) -> None:
        title = self.codes.titles[f"{question.column}|{choice.code}"]
        self._add_question(page, place, ROW, title, choice.label, parent=parent)

    def _relevance(self, question: Question) -> str:
        """When the question is shown, in LimeSurvey's expressions; 1 is always."""
        if not question.only_if:
            return "1"
        column, code = question.only_if
        return f'{self.codes.titles[column]}.NAOK == "{self.codes.answers[code]}"'

    def _add_question(
        self, page: str, place: int, kind: str, title: str, text: str, *, relevance: str = "1", parent: str = ""
    ) -> str:
        """A question, or with a parent a row of a grid or a box of a list; its number."""
        number = str(len(self.rows["question_l10ns"]) + 1)
        self.rows["subquestions" if parent else "questions"].append(
            {
                "qid": number,
                "parent_qid": parent or "0",
                "sid": SURVEY,
                "gid": page,
                "type": kind,
                "title": title,
                "preg": "",
                "other": "N",
                "mandatory": "N",
                "encrypted": "N",
                "question_order": str(place),
                "scale_id": "0",
                "same_default": "0",
                "relevance": relevance,
                "modulename": "",
            }
        )
        self.rows["question_l10ns"].append(
            {
                "id": number,
                "qid": number,
                "question": html.escape(text),
                "help": "",
                "script": "",
                "language": self.sheet.lang,
            }
        )
        if not parent:
            self.rows["question_attributes"].append({"qid": number, "attribute": "hide_tip", "value": "0"})
        return number

    def _add_answer(self, question: str, place: int, code: str, label: str) -> None:
        """One answer of a question."""
        number = str(len(self.rows["answers"]) + 1)
        self.rows["answers"].append(
            {
                "aid": number,
                "qid": question,
                "code": code,
                "sortorder": str(place),
                "assessment_value": "0",
                "scale_id": "0",
            }
        )
        self.rows["answer_l10ns"].append(
            {"id": number, "aid": number, "answer": html.escape(label), "language": self.sheet.lang}
        )


def _as_xml(tables: Mapping[str, Rows], lang: str) -> bytes:
    """The file: for each table its fields, then its rows."""
    document = ET.Element("document")
    ET.SubElement(document, "LimeSurveyDocType").text = "Survey"
    ET.SubElement(document, "DBVersion").text = VERSION
    ET.SubElement(ET.SubElement(document, "languages"), "language").text = lang
    for name, rows in tables.items():
        if not rows:
            continue
        table = ET.SubElement(document, name)
        fields = ET.SubElement(table, "fields")
        for field in rows[0]:
            ET.SubElement(fields, "fieldname").text = field
        rows_element = ET.SubElement(table, "rows")
        for row in rows:
            row_element = ET.SubElement(rows_element, "row")
            for field, value in row.items():
                ET.SubElement(row_element, field).text = value
    ET.indent(document, " ")
    return ET.tostring(document, encoding="utf-8", xml_declaration=True) + b"\n"


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines if line)
