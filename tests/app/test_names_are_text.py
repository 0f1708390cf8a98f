"""What rosters and TOML call things is text on every page, in every paper and in the note: never a mark of any kind."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from dashboard.door.asgi import PAGES
from dashboard.names import JOINER, on_page, on_paper, unmarked
from dashboard.report import FORMATS, accountability_note, render
from dashboard.story.snapshot import Snapshot, find
from pipelines.flow import Source, import_wave, publish_wave, unpublished
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.browser.serving import ROOT
from tests.drawn import examples
from tests.homes import SEED, fixed
from tests.patience import PATIENCE

NAME = "[k](https://x.example) **b** $x^2$ <i>h</i> :red[r] `c`"
# Any of it as it stands would be a mark: a link, bold, a formula, HTML, a colour, code, an address.
MARKS = re.compile(r"(?<!\\)\[k|https:/|(?<!\\)\*\*?b\b|(?<!\\)\$x|(?<!\\)<i>|:red|(?<!\\)`c")
LABELS = ("dictionary", "research", "questions", "policy")
CARRIERS = re.compile(r"^((reason|definition|sentence|kinds|whom|measured|reading|population)_)?(nl|en)$|^source$")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board of 120 leaders of which a region has a name full of marks."""
    return board_of_names(tmp_path_factory.mktemp("names"))


def board_of_names(folder: Path) -> Path:
    """The home of that board."""
    write_sample(folder, load_instrument(), 120, 1, SEED)
    roster, place = folder / "roster.csv", fixed(folder / "home")
    roster.write_text(roster.read_text().replace("Noord", NAME))
    for file in folder.glob("responses_*.csv"):
        import_wave(place, Source(file, file.stem.removeprefix("responses_"), roster=roster, is_sample=True))
    for wave in unpublished(place):
        publish_wave(place, wave)
    return place.path


@pytest.fixture
def named(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That board, with an instrument of which every label and every explanation says the same."""
    rows = Snapshot.rows

    def of_ours(self: Snapshot, table: str, **where: Any) -> pl.DataFrame:
        found = rows(self, table, **where)
        said = [name for name in found.columns if CARRIERS.match(name)] if table in LABELS else []
        return found.with_columns(pl.col(said) + f" {NAME}") if said else found

    monkeypatch.setattr(Snapshot, "rows", of_ours)
    monkeypatch.setenv("KLANKBORD_HOME", str(home))
    return home


def marked(app: AppTest) -> Iterator[str]:
    """Every text of a page that Streamlit reads as Markdown."""
    for kind in ("markdown", "caption", "header", "subheader", "title", "info", "warning", "success"):
        yield from (str(block.value) for block in app.get(kind))
    for table in app.table:
        yield from table.value.columns
        yield from (str(value) for value in table.value.to_numpy().ravel())
    for metric in app.metric:
        yield from (metric.label, str(metric.help or ""))
    for kind in ("expander", "button", "selectbox", "button_group"):
        yield from (str(getattr(one, "label", "")) for one in app.get(kind))


@pytest.mark.parametrize("name", PAGES)
def test_no_page_makes_anything_of_a_name(named: Path, name: str) -> None:
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=PATIENCE)
    app.query_params["region"] = NAME
    if name != PAGES[0]:
        app.switch_page(f"views/{name}.py")
    app.run()
    assert not app.exception
    texts = list(marked(app))
    assert any("k" in text and JOINER in text for text in texts)  # names stand there
    assert [text for text in texts if MARKS.search(text)] == []


def test_a_list_of_choices_shows_the_name_as_it_is(named: Path) -> None:
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=PATIENCE).switch_page(
        "views/coverage.py"
    )
    assert any(NAME in option for box in app.run().selectbox for option in box.options)


def test_charts_show_the_name_as_it_is(named: Path) -> None:
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=PATIENCE).run()
    drawn = "".join(str(chart.proto) for chart in app.get("vega_lite_chart"))
    assert "https://x.example" in drawn
    assert "https:\\342\\201\\240" not in drawn  # the joiner, in bytes


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("region", [None, NAME])
def test_no_paper_makes_anything_of_a_name(named: Path, kind: Any, lang: str, region: str | None) -> None:
    snapshot = find(named).snapshot
    assert snapshot is not None
    paper = render(snapshot, snapshot.waves()[0], lang, kind, region)
    assert paper
    match kind:
        case "csv":
            assert NAME in paper.decode()
        case "pptx":
            said = [run for slide in Presentation(io.BytesIO(paper)).slides for run in _runs(slide)]
            assert any("[k](https://x.example)" in text for text, _ in said)
            assert not any(text.strip() == "b" for text, _ in said)
        case "pdf":
            assert b"/URI" not in paper  # nothing to click on


def _runs(slide: Any) -> Iterator[tuple[str, bool]]:
    for shape in slide.shapes:
        frames = [shape.text_frame] if shape.has_text_frame else []
        if shape.has_table:
            frames += [cell.text_frame for row in shape.table.rows for cell in row.cells]
        for frame in frames:
            yield from ((run.text, bool(run.font.bold)) for line in frame.paragraphs for run in line.runs)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_note_makes_nothing_of_a_name(named: Path, lang: str) -> None:
    snapshot = find(named).snapshot
    assert snapshot is not None
    note = accountability_note(snapshot, snapshot.waves()[0], lang)
    assert note.startswith(b"%PDF")
    assert b"/URI" not in note


@examples(300)
@given(st.text(alphabet="ab1 *_[]()<>$`~|&:/@.#-+=w\\\n\"'{}"))
def test_a_name_comes_back_from_a_page_as_it_was_and_keeps_no_mark(name: str) -> None:
    line = " ".join(name.split())
    assert unmarked(on_page(name)) == line
    assert on_paper(name).replace(JOINER, "") == line
    assert "**" not in on_paper(name)
    assert not re.search(r"(?<!\\)(?:\\\\)*[*\[\]<$`~]", on_page(name))
