"""A LimeSurvey as far as tests need one: from a structure file alone it makes exports as LimeSurvey writes them."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET

import polars as pl


def rows_of(document: ET.Element, name: str) -> list[dict[str, str]]:
    """One table of a structure file."""
    return [{cell.tag: cell.text or "" for cell in row} for row in document.findall(f"{name}/rows/row")]


def answered(document: ET.Element, responses: pl.DataFrame, form: str, heads: str) -> str:
    """Answers as LimeSurvey exports them for this structure: read from the file alone, not from our code."""
    answers = {row["aid"]: row for row in rows_of(document, "answers")}
    label = {(answers[row["aid"]]["qid"], answers[row["aid"]]["code"]): row["answer"]
             for row in rows_of(document, "answer_l10ns")}  # fmt: skip
    boxes: dict[str, list[str]] = {}
    for row in rows_of(document, "subquestions"):
        boxes.setdefault(row["parent_qid"], []).append(row["title"])
    ours = {re.sub("_", "", column).lower(): column for column in responses.columns}
    cut = {"pecoachquality": "pillar_external_coach_quality", "psboardquality": "pillar_sounding_board_quality",
           "ppeernetworkquality": "pillar_peer_network_quality", "pboardtalksquality": "pillar_board_talks_quality",
           "pboardtalksmonthly": "pillar_board_talks_monthly"}  # fmt: skip
    columns: dict[str, list[str]] = {
        "id": [str(i) for i in range(1, responses.height + 1)],
        "submitdate": [f"{day} 09:30:00" for day in responses["submitted"]],
        "lastpage": ["5"] * responses.height,
        "startlanguage": ["nl"] * responses.height,
        "token": responses["leader_key"].to_list(),
    }
    shape = "{}[{}]" if heads == "code" else "{}_{}"
    for question in rows_of(document, "questions"):
        qid, title = question["qid"], question["title"]

        def said(code: str | None, qid: str = qid) -> str:
            short = {"available": "avail"}.get(code or "", code or "")
            return short if form == "codes" else label.get((qid, short), short)

        if question["type"] == "F":
            for box in boxes[qid]:
                columns[shape.format(title, box)] = [said(value) for value in responses[ours[box.lower()]]]
        elif question["type"] == "M":
            ticked = [set((value or "").split("|")) for value in responses[ours[title.lower()]]]
            tick, none = ("Y", "") if form == "codes" else ("Ja", "Nee")
            for box in boxes[qid]:
                code = re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), box)
                columns[shape.format(title, box)] = [tick if code in codes else none for codes in ticked]
        else:
            name = cut.get(title.lower()) or ours[title.lower()]
            columns[title] = [said(value) for value in responses[name]]
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return "\ufeff" + buffer.getvalue()
