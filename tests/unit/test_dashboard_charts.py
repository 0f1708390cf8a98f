"""Charts: specs without data, built once, that Vega-Lite can draw in both languages and themes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import vl_convert

from dashboard import charts, theme
from dashboard.charts import grid, intervals, parts, rocks, specs, trend
from dashboard.words import words
from tests.unit.test_dashboard_words import cell

NL = words("nl")
BOARD = cell(0.70, 0.80)
NORTH = cell(0.20, 0.40, table_id="region", dim_1="region", level_1="Noord", position_1=0, position_2=0)
HIDDEN = NORTH | {"low": None, "high": None, "status": "too_few", "level_1": "Zuid"}


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", charts.NAMES)
def test_a_spec_holds_no_data_follows_the_language_and_is_built_once(name: str, lang: str, mode: str) -> None:
    spec = charts.spec(name, lang, mode)
    assert not {"data", "datasets"} & set(spec)
    assert all("data" not in layer for layer in spec["layer"])
    assert spec["config"]["locale"]["number"]["decimal"] == {"nl": ",", "en": "."}[lang]
    assert charts.spec(name, lang, mode)["layer"] is spec["layer"]


@pytest.mark.parametrize("name", charts.NAMES)
def test_every_chart_follows_the_schema_of_vega_lite(name: str) -> None:
    chart = specs.CHARTS[name].chart("nl", theme.LIGHT)
    spec = chart.configure(**theme.configuration("nl", "light")).to_dict(validate=True)
    assert [layer["mark"] for layer in spec["layer"]] == [
        layer["mark"] for layer in charts.spec(name, "nl", "light")["layer"]
    ]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "frame", "options"),
    [
        (
            "intervals",
            intervals.rows([("Bestuur", BOARD), ("Noord", NORTH), ("Zuid", HIDDEN)], NL, BOARD),
            {"clickable": 60},
        ),
        (
            "grid",
            grid.rows([((0, "Noord"), (0, "Alle"), NORTH), ((1, "Zuid"), (0, "Alle"), HIDDEN)], NL),
            {},
        ),
        (
            "trend",
            trend.rows([("2026Q2", None), ("2026Q3", BOARD)], NL, {"2026Q3": "instrument"}, 0.9),
            {"small": True},
        ),
        ("rocks", rocks.rows([("Bestuur", []), ("Noord", [])], NL), {}),
    ],
)
def test_vega_lite_draws_every_chart(name: str, frame: Any, options: dict[str, Any], mode: str) -> None:
    spec = charts.filled(name, "nl", mode, frame, 400, **options)
    assert vl_convert.vegalite_to_svg(json.loads(json.dumps(spec))).startswith("<svg")


@pytest.mark.parametrize(("name", "lines"), [("‘Ik moet het antwoord eerst zelf vinden’", 2), ("so + vso " * 6, 3)])
def test_a_name_of_more_lines_stands_around_the_middle_of_its_row(name: str, lines: int) -> None:
    frame = intervals.rows([("Noord", NORTH), (name.strip(), NORTH)], NL)
    drawn = vl_convert.vegalite_to_svg(charts.filled("intervals", "nl", "light", frame, 300), allowed_base_urls=[])
    labels = re.findall(r'<text [^>]*translate\(-8,([\d.]+)\)"[^>]*>(.*?)</text>', drawn)
    (one, _), (several, words) = labels[:2]
    assert words.count("<tspan") == lines
    assert float(several) - float(one) == intervals.ROW - parts.LINE * (lines - 1) / 2


def tone(cell: Any) -> str:
    """What a contrast would say of the cells above."""
    return "whole" if cell is BOARD else "worse" if cell is NORTH else "near"


def test_colour_follows_what_is_said_of_a_cell_not_its_middle() -> None:
    cells = [("Bestuur", BOARD), ("Noord", NORTH), ("West", dict(NORTH)), ("Zuid", HIDDEN)]
    frame = intervals.rows(cells, NL, BOARD, tone=tone)
    assert set(intervals.rows(cells, NL, BOARD)["tone"]) == {"whole"}
    assert frame["tone"].to_list() == ["whole", "worse", "near", "near"]
    assert frame["inside"].to_list() == ["", "", "", "niet getoond"]
    assert frame["text"].to_list()[-1] == "–"


def test_a_trend_is_cut_where_a_wave_is_missing_or_the_questionnaire_changed() -> None:
    waves = [("2025Q4", BOARD), ("2026Q1", cell(status="not_asked")), ("2026Q2", BOARD), ("2026Q3", BOARD)]
    frame = trend.rows(waves, NL, {"2026Q3": "instrument"})
    assert frame["segment"].to_list() == [0, 1, 1, 2]
    assert frame["text"].to_list()[1] == "–"
    assert frame["inside"].to_list()[1] == "niet gevraagd"
    assert frame["broken"].to_list()[3] == "andere vragenlijst"


def test_each_kind_of_rock_is_drawn_as_its_own_range_and_nothing_else() -> None:
    known = {
        "both": (0.32, 0.46),
        "emotional_only": (0.11, 0.21),
        "instrumental_only": (0.11, 0.21),
        "none": (0.26, 0.31),
    }
    states = [{"state": state, "low": low, "high": high, "level_1": None} for state, (low, high) in known.items()]
    frame = rocks.rows([("Bestuur", states), ("Zuid", [])], NL)
    drawn = frame.filter(frame["start"].is_not_null())
    zero = drawn["zero"]
    assert (drawn["start"] - zero).to_list() == pytest.approx([low for low, _ in known.values()])
    assert (drawn["stop"] - zero).to_list() == pytest.approx([high for _, high in known.values()])
    assert rocks.table(frame, "Groep") == [
        {
            "Groep": "Bestuur",
            "Allebei": "32–46%",
            "Alleen emotioneel": "11–21%",
            "Alleen praktisch": "11–21%",
            "Geen rots": "26–31%",
        },
        {"Groep": "Zuid", "Allebei": "–", "Alleen emotioneel": "–", "Alleen praktisch": "–", "Geen rots": "–"},
    ]


def test_a_grid_is_also_a_table_in_which_only_planned_cells_are_written() -> None:
    at = [((0, "Buddy"), (-1, "Bestuur"), BOARD), ((0, "Buddy"), (0, "0-1"), NORTH)]
    at += [((1, "Mentor"), (0, "0-1"), HIDDEN)]
    frame = grid.rows(at, NL, tone)
    assert frame["tone"].to_list() == ["whole", "worse", "near"]
    assert grid.table(frame, "Pijler") == (
        {"Pijler": "Buddy", "Bestuur": "ca. 75%", "0-1": "ca. 30%"},
        {"Pijler": "Mentor", "Bestuur": "", "0-1": "–"},
    )
