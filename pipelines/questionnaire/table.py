"""The questionnaire as a table: what to type into Forms or another survey tool, and our code for each answer."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipelines.ground.messages import say
from pipelines.ground.texts import as_cell
from pipelines.questionnaire.sheet import Question, Sheet

HEADS = ("number", "block", "kind", "text", "answers", "only_if", "column", "codes")
BETWEEN = " | "
Row = dict[str, object]


def table(sheet: Sheet) -> bytes:
    """One row per question, tab-separated, the text before and after the questions included."""
    before = [sheet.welcome, sheet.note_title, *sheet.note]
    after = [sheet.end, sheet.licence]
    rows = [*map(_text, before), *_questions(sheet), *map(_text, after)]
    cells = [{head: as_cell(value) for head, value in row.items()} for row in rows]
    schema = {head: pl.Int64 if head == "number" else pl.String for head in HEADS}
    labels = {head: say(sheet.lang, f"questionnaire.head_{head}") for head in HEADS}
    frame = pl.DataFrame(cells, schema=schema).rename(labels)
    return frame.write_csv(separator="\t", include_bom=True).encode()


def _text(line: str) -> Row:
    return {"kind": "text", "text": line}


def _questions(sheet: Sheet) -> Iterator[Row]:
    number = 0
    for block in sheet.blocks:
        for question in block.questions:
            number += 1
            yield {
                "number": number,
                "block": block.title,
                "kind": question.kind,
                "text": question.text,
                "answers": BETWEEN.join(choice.label for choice in question.choices),
                "only_if": _condition(sheet, question),
                "column": question.column,
                "codes": BETWEEN.join(choice.code for choice in question.choices),
            }


def _condition(sheet: Sheet, question: Question) -> str | None:
    """After which answer to which question it is asked."""
    if not question.only_if:
        return None
    column, code = question.only_if
    text = next(other.text for other in sheet.questions if other.column == column)
    return say(sheet.lang, "questionnaire.only_if", question=text, answer=sheet.label(column, code))
