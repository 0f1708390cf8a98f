"""The plain table of all figures: it opens in columns where its readers are, and shows what is shown."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import page
from dashboard.__main__ import main
from dashboard.report import csv as csv_of_a_report
from dashboard.report import phrases, render
from dashboard.report.content import build
from dashboard.story.snapshot import Snapshot, find
from tests.patience import PATIENCE

MARK = b"\xef\xbb\xbf"
MARKS = {"nl": (";", ","), "en": (",", ".")}  # between columns, and of decimals


@pytest.fixture
def snapshot(home_120: Path) -> Snapshot:
    found = find(home_120).snapshot
    assert found is not None
    return found


def rows(content: bytes, lang: str) -> list[dict[str, str]]:
    """The rows as a spreadsheet in that language reads them, by the keys of their heads."""
    heads = {text: key.removeprefix("column.") for key, text in phrases.texts(lang).items() if "column." in key}
    read = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=MARKS[lang][0])
    return [{heads[head]: text for head, text in row.items()} for row in read]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_it_opens_in_columns_with_numbers_as_the_language_writes_them(snapshot: Snapshot, lang: str) -> None:
    content = render(snapshot, snapshot.waves()[0], lang, "csv")
    assert content.startswith(MARK)
    told = rows(content, lang)
    assert told
    number = re.compile(rf"[01]{re.escape(MARKS[lang][1])}\d{{1,2}}")
    assert {row[edge] for row in told for edge in ("low", "high") if not number.fullmatch(row[edge])} == set()


def test_every_row_says_its_wave_and_group_and_no_figure_stands_in_it_twice(snapshot: Snapshot) -> None:
    told = rows(render(snapshot, snapshot.waves()[0], "nl", "csv", with_withheld=True), "nl")
    places = [(row["wave"], row["by"], row["label"], row["measure"]) for row in told]
    assert {row["wave"] for row in told} == set(snapshot.waves())
    assert {"Hele bestuur", "Noord", "0–1 jaar"} <= {row["label"] for row in told}
    assert all(row["label"] and row["measure"] for row in told)
    assert len(set(places)) == len(places)


def test_a_table_of_one_region_is_about_that_region_through_the_waves(snapshot: Snapshot) -> None:
    told = rows(render(snapshot, snapshot.waves()[0], "nl", "csv", "Noord"), "nl")
    earlier = [row for row in told if row["wave"] != snapshot.waves()[0]]
    assert earlier
    assert {(row["by"], row["label"]) for row in earlier} == {("Regio", "Noord")}


def test_what_is_not_shown_is_left_out_unless_asked_and_then_has_its_reason(snapshot: Snapshot) -> None:
    wave = snapshot.waves()[0]
    shown = rows(render(snapshot, wave, "nl", "csv"), "nl")
    every = rows(render(snapshot, wave, "nl", "csv", with_withheld=True), "nl")
    withheld = [row for row in every if not row["low"]]
    assert shown == [row for row in every if row["low"]]
    assert withheld
    assert {(row["text"], row["high"]) for row in withheld} == {("–", "")}
    assert all(row["note"] for row in withheld)


def test_where_nothing_is_shown_the_heads_still_stand(snapshot: Snapshot) -> None:
    report = replace(build(snapshot, snapshot.waves()[0], "nl"), tables={"waves": [], "groups": []})
    written = csv_of_a_report.written(report)
    assert rows(written, "nl") == []
    assert written.decode("utf-8-sig").startswith("Meting;Uitsplitsing;Groep;Cijfer;")


def test_the_command_leaves_out_or_keeps_what_is_not_shown_as_asked(
    home_120: Path, snapshot: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wave, paper = snapshot.waves()[0], tmp_path / "paper"
    asked = ["report", "--home", str(home_120), "--wave", wave, "--out", str(paper)]
    for more, with_withheld in (([], False), (["--with-withheld"], True)):
        assert main([*asked, "--format", "csv", *more]) == 0
        assert paper.read_bytes() == render(snapshot, wave, "nl", "csv", with_withheld=with_withheld)
    capsys.readouterr()
    assert main([*asked, "--with-withheld", "--lang", "en"]) == 2
    assert capsys.readouterr().err == "--with-withheld goes with --format csv only.\n"


@pytest.mark.parametrize("is_asked", [False, True])
def test_a_reader_of_the_report_page_chooses_whether_the_table_has_what_is_not_shown(
    home_120: Path, monkeypatch: pytest.MonkeyPatch, is_asked: bool
) -> None:
    handed = {}
    monkeypatch.setenv("KLANKBORD_HOME", str(home_120))
    monkeypatch.setattr(
        "streamlit.download_button", lambda label, data, file_name, **_: handed.update({file_name[-3:]: data})
    )
    at = AppTest.from_file(str(Path(page.__file__).parents[1] / "app.py"), default_timeout=PATIENCE)
    at.run()
    at.switch_page("views/report.py").run()
    box = at.checkbox[0]
    assert box.value is False
    if is_asked:
        box.check().run()
    lines = len(handed["csv"]().splitlines())
    snapshot = find(home_120).snapshot
    assert snapshot is not None
    wanted = render(snapshot, snapshot.waves()[0], "nl", "csv", with_withheld=is_asked)
    assert lines == len(wanted.splitlines())
