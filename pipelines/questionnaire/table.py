"""The questionnaire as a table: what to type into Forms or another survey tool, and our code for each answer."""

from __future__ import annotations

import polars as pl

from pipelines.ground.messages import say
from pipelines.questionnaire.sheet import Sheet

HEADS = ("number", "block", "kind", "text", "answers", "only_if", "column", "codes")


def table(sheet: Sheet) -> bytes:
    """One row per question, tab-separated, the text before and after the questions included."""
    rows: list[dict[str, object]] = [
        {"kind": "text", "text": line} for line in (sheet.welcome, sheet.note_title, *sheet.note)
    ]
    texts = {question.column: question for question in sheet.questions}
    number = 0
    for block in sheet.blocks:
        for question in block.questions:
            number += 1
            asked = None
            if question.only_if:
                column, code = question.only_if
                label = sheet.label(column, code)
                asked = say(sheet.lang, "questionnaire.only_if", question=texts[column].text, answer=label)
            rows.append(
                {
                    "number": number,
                    "block": block.title,
                    "kind": question.kind,
                    "text": question.text,
                    "answers": " | ".join(choice.label for choice in question.choices),
                    "only_if": asked,
                    "column": question.column,
                    "codes": " | ".join(choice.code for choice in question.choices),
                }
            )
    rows += [{"kind": "text", "text": line} for line in (sheet.end, sheet.licence)]
    schema = {head: pl.Int64 if head == "number" else pl.String for head in HEADS}
    names = {head: say(sheet.lang, f"questionnaire.head_{head}") for head in HEADS}
    frame = pl.DataFrame(rows, schema=schema).rename(names)
    return frame.write_csv(separator="\t", include_bom=True).encode()
