"""The questionnaire: what a leader reads, in LimeSurvey, on paper and in a table, and how its answers come back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipelines.flow import Source, import_wave
from pipelines.ground.errors import Refused
from pipelines.ground.messages import sentences
from pipelines.ground.settings import INSTRUMENTS, Home
from pipelines.instruments import Instrument, load_instrument
from pipelines.questionnaire import Sheet, limesurvey, paper, profile_toml, sheet_of, table
from pipelines.questionnaire.lime_profile import codes_of
from pipelines.sample import write_sample
from pipelines.vault import store as vault
from tests.limesurvey import answered, rows_of

DAY = dt.date(2026, 9, 1)


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return load_instrument()


def _sheet(instrument: Instrument, lang: str = "nl") -> Sheet:
    return sheet_of(instrument, instrument.policy(DAY), lang)


def test_the_sheet_asks_for_every_column_of_the_instrument_once(instrument: Instrument) -> None:
    asked = [question.column for question in _sheet(instrument).questions]
    assert sorted(asked) == sorted([*instrument.choices(), *instrument.lists(), *instrument.numbers()])


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_answer_on_the_sheet_is_one_the_import_knows(instrument: Instrument, lang: str) -> None:
    known = instrument.choices() | instrument.lists()
    for question in _sheet(instrument, lang).questions:
        offered = [choice.code for choice in question.choices]
        if question.column in known:
            assert sorted(offered) == sorted(known[question.column])
        else:
            low, high = instrument.numbers()[question.column]
            assert [float(code) for code in offered] == [low + step for step in range(round(high - low) + 1)]


# --------------------------------------------------------------------------------------------- privacy note


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_privacy_note_follows_the_policy(instrument: Instrument, lang: str) -> None:
    policy = instrument.policy(DAY)
    stricter = policy.model_copy(update={"k_coverage": 6, "k_outcome": 13, "retention_waves": 17})
    block = instrument.plan.tier[0].block[0].model_copy(update={"widths": (21, 34)})
    tiers = tuple(tier.model_copy(update={"block": (block,)}) for tier in instrument.plan.tier)
    plan = instrument.plan.model_copy(update={"tier": tiers, "least_outcome": 34})
    wider = instrument.model_copy(update={"plan": plan})

    def figures(sheet: Sheet) -> list[int]:
        return [int(figure) for figure in re.findall(r"\d+", " ".join(sheet.note))]

    assert figures(sheet_of(instrument, policy, lang)) == [5, 10, 3, 5, 8]
    assert figures(sheet_of(wider, stricter, lang)) == [6, 13, 21, 34, 17]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_sentence_of_the_questionnaire_holds_a_figure_of_its_own(lang: str) -> None:
    own = {key: text for key, text in sentences(lang).items() if key.startswith("questionnaire.")}
    assert len(own) > 20
    assert [key for key, text in own.items() if re.search(r"\d", re.sub(r"{\w+}", "", text))] == []


# ----------------------------------------------------------------------------------------------- LimeSurvey


def test_codes_are_such_as_limesurvey_accepts_and_no_two_are_alike(instrument: Instrument) -> None:
    codes = codes_of(_sheet(instrument))
    questions = [short for code, short in codes.titles.items() if "|" not in code]
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", short) for short in codes.titles.values())
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,5}", short) for short in codes.answers.values())
    assert len({short.lower() for short in questions}) == len(questions)


def test_codes_that_cannot_be_told_apart_are_refused_by_name(instrument: Instrument) -> None:
    coach = instrument.pillars[2]
    twins = (coach, coach.model_copy(update={"code": "expensive_coach"}))
    with pytest.raises(Refused) as refusal:
        codes_of(_sheet(instrument.model_copy(update={"pillars": twins})))
    assert refusal.value.rule == "lime_code_taken"
    assert refusal.value.where == {"code": "pillar_expensive_coach_quality", "short": "pECoachQuality"}


def test_the_structure_holds_together(instrument: Instrument) -> None:
    document = ET.fromstring(limesurvey(_sheet(instrument)))
    questions, boxes = rows_of(document, "questions"), rows_of(document, "subquestions")
    groups = {row["gid"] for row in rows_of(document, "groups")}
    known = {row["qid"] for row in questions}
    assert {row["gid"] for row in questions} == groups
    assert {row["parent_qid"] for row in boxes} <= known
    assert {row["qid"] for row in rows_of(document, "answers")} <= known
    texts = {row["qid"] for row in rows_of(document, "question_l10ns")}
    assert texts == known | {row["qid"] for row in boxes}
    answers, said = (rows_of(document, name) for name in ("answers", "answer_l10ns"))
    assert {row["aid"] for row in answers} == {row["aid"] for row in said}
    titles = {row["title"] for row in questions}
    asked_after = [row["relevance"].split(".")[0] for row in questions if row["relevance"] != "1"]
    assert len(asked_after) == 11
    assert set(asked_after) <= titles


def test_nothing_that_could_lead_to_a_person_is_switched_on(instrument: Instrument) -> None:
    (settings,) = rows_of(ET.fromstring(limesurvey(_sheet(instrument))), "surveys")
    assert (settings["ipaddr"], settings["refurl"], settings["savetimings"], settings["publicstatistics"]) == ("N",) * 4
    assert {row["mandatory"] for row in rows_of(ET.fromstring(limesurvey(_sheet(instrument))), "questions")} == {"N"}


@pytest.mark.shared
@pytest.mark.parametrize("real", ["answers.lss", "survey.lss", "limesurvey_survey_432535.lss"])
def test_the_structure_is_built_like_the_ones_limesurvey_writes(
    instrument: Instrument, shared_data: Path, real: str
) -> None:
    """The same tables in the same order, and no field that LimeSurvey does not write."""
    ours = ET.fromstring(limesurvey(_sheet(instrument)))
    theirs = ET.parse(shared_data / "limesurvey_citric" / real).getroot()
    assert (ours.tag, ours.findtext("LimeSurveyDocType")) == (theirs.tag, theirs.findtext("LimeSurveyDocType"))
    order = [part.tag for part in theirs]
    shared = [part.tag for part in ours if part.tag in order]
    assert shared == [tag for tag in order if tag in shared]
    assert len(shared) >= 9
    for part in shared[3:]:
        fields = {field.text for field in theirs.findall(f"{part}/fields/fieldname")}
        written = {field.text for field in ours.findall(f"{part}/fields/fieldname")}
        assert written <= fields, part
        assert {cell.tag for row in ours.findall(f"{part}/rows/row") for cell in row} <= written


def test_the_profile_is_the_one_made_from_the_instrument(instrument: Instrument) -> None:
    dutch, english = (profile_toml(_sheet(instrument, lang), instrument) for lang in ("nl", "en"))
    assert dutch == english
    made = dutch
    file = INSTRUMENTS / "exports" / "limesurvey_klankbord.toml"
    assert file.read_text(encoding="utf-8") == made, "run: klankbord questionnaire --format profile"


@pytest.mark.parametrize("form", ["codes", "texts"])
@pytest.mark.parametrize("heads", ["code", "expression"])
def test_an_answered_limesurvey_export_gives_the_same_wave_as_the_native_file(
    instrument: Instrument, tmp_path: Path, form: str, heads: str
) -> None:
    write_sample(tmp_path, instrument, 40, 1, 3)
    native = next(tmp_path.glob("responses_*.csv"))
    wave = native.stem.removeprefix("responses_")
    responses = pl.read_csv(native, infer_schema=False, null_values=[""])
    document = ET.fromstring(limesurvey(_sheet(instrument)))
    export = tmp_path / "results-survey240024.csv"
    export.write_text(answered(document, responses, form, heads), encoding="utf-8")
    homes = Home(tmp_path / "native"), Home(tmp_path / "lime")
    import_wave(homes[0], Source(native, wave, roster=tmp_path / "roster.csv"))
    (homes[1].vault).mkdir(parents=True)
    (homes[1].vault / "secret").write_text((homes[0].vault / "secret").read_text())
    imported = import_wave(homes[1], Source(export, wave, "limesurvey_klankbord", roster=tmp_path / "roster.csv"))
    assert imported.rejected.is_empty()
    assert imported.data_errors.is_empty()
    ours, theirs = (vault.read(home, wave, "answers").drop("row").sort("leader_key") for home in homes)
    assert theirs.select(ours.columns).equals(ours)
    assert ours.height > 20


# ------------------------------------------------------------------------------------------ paper and table


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_paper_is_a_tagged_pdf_that_holds_every_question_and_the_note(
    instrument: Instrument, tmp_path: Path, lang: str
) -> None:
    file, sheet = tmp_path / "paper.pdf", _sheet(instrument, lang)
    file.write_bytes(paper(sheet))
    info = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"Page size:.*A4", info)
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout

    def squeezed(words: str) -> str:
        return re.sub(r"[^\w]", "", words)

    found = squeezed(text)
    wanted = [sheet.welcome, *sheet.note, sheet.end, sheet.licence]
    wanted += [question.text for question in sheet.questions]
    rows = re.sub(r"\s+", " ", text)
    missing = [line for line in wanted if squeezed(line) not in found and line[:25] not in rows]
    assert missing == []
    assert paper(sheet) == file.read_bytes()


def test_the_table_has_a_row_for_every_question_with_its_column_and_codes(instrument: Instrument) -> None:
    sheet = _sheet(instrument)
    rows = list(csv.DictReader(io.StringIO(table(sheet).decode("utf-8-sig")), delimiter="\t"))
    asked = [row for row in rows if row["kolom"]]
    assert [row["kolom"] for row in asked] == [question.column for question in sheet.questions]
    assert [row["nummer"] for row in asked] == [str(number) for number in range(1, len(asked) + 1)]
    buddy = asked[0]
    assert buddy["codes"] == "none | available | used"
    assert buddy["antwoorden"].split(" | ")[0] == "Nee, die is er niet voor mij"
    assert "Ja, en ik maak er gebruik van" in asked[1]["alleen als"]
    assert sheet.note[0] in [row["tekst"] for row in rows]


def test_a_question_that_begins_like_a_formula_stays_text_in_the_table(instrument: Instrument) -> None:
    block, *others = _sheet(instrument).blocks
    first, *rest = block.questions
    odd = replace(block, questions=(replace(first, text="=1+1"), *rest))
    rows = csv.DictReader(
        io.StringIO(table(replace(_sheet(instrument), blocks=(odd, *others))).decode("utf-8-sig")), delimiter="\t"
    )
    texts = [row["tekst"] for row in rows]
    assert "'=1+1" in texts
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]


# ---------------------------------------------------------------------------------- somebody's own instrument


def test_an_own_instrument_without_item_texts_asks_for_numbers(tmp_path: Path) -> None:
    own = Path(__file__).parent.parent / "instruments" / "socsupport"
    instrument = load_instrument(own)
    sheet = _sheet(instrument, "en")
    assert {question.kind for question in sheet.questions} == {"number"}
    document = ET.fromstring(limesurvey(sheet))
    assert {row["type"] for row in rows_of(document, "questions")} == {"N"}
    assert paper(sheet).startswith(b"%PDF")
    assert "profile.columns" in profile_toml(sheet, instrument)


def test_a_word_the_vocabulary_lacks_is_named(instrument: Instrument) -> None:
    wordless = instrument.model_copy(update={"words": ()})
    with pytest.raises(Refused) as refusal:
        _sheet(wordless)
    assert refusal.value.where["file"] == "vocabulary.toml"
    assert "pillar:none" in str(refusal.value.where["key"])
