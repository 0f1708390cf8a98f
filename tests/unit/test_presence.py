"""Which estimates are told follows from the published ranges: a row that is there says nothing beyond them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.evidence import within_ranges
from pipelines.ground.schemas import Cell, Tables
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument, method_on
from pipelines.vault import live_publications, read_publication
from tests.boards import WAVE

METHOD = method_on(WAVE.first_day)
FEWEST = METHOD.what_if.fewest_rows


@pytest.fixture
def tables(home_120: Path) -> Tables:
    """The newest publication of a board of 120, with a curve for every pillar."""
    home = Home(home_120)
    found = read_publication(home, live_publications(home)[-1])
    what_if = found["what_if"].filter(group="all").with_columns(word=pl.lit("lower", found["what_if"]["word"].dtype))
    filled = what_if.with_columns(pl.col("coverage", "estimate").fill_null(0.1), low=0.05, high=0.15)
    return {**found, "what_if": type_of(found, "what_if", filled)}


def type_of(found: Tables, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.cast(dict(found[name].schema))


def with_range(tables: Tables, measure: str, lo: int, without: int) -> pl.DataFrame:
    """The cells, where the range of a measure for the whole board shows so many with it and so many without."""
    is_it = (pl.col("measure") == measure) & (pl.col("table_id") == "total")
    return Cell.cast(
        tables["cell"].with_columns(
            status=pl.when(is_it).then(pl.lit("published")).otherwise(pl.col("status").cast(pl.String)),
            lo=pl.when(is_it).then(lo).otherwise("lo"),
            hi=pl.when(is_it).then(pl.col("n") - without).otherwise("hi"),
        )
    )


def told(tables: Tables, cell: pl.DataFrame, pillar: str) -> set[str]:
    left = within_ranges(tables, cell, load_instrument(), METHOD)
    return set(left["what_if"].filter(pillar=pillar)["word"])


@pytest.mark.parametrize(
    ("lo", "without", "words"),
    [
        (FEWEST, FEWEST, {"lower"}),
        (FEWEST - 1, FEWEST, {"too_few"}),
        (FEWEST, FEWEST - 1, {"too_few"}),
    ],
)
def test_a_pillar_has_a_curve_where_the_range_shows_enough_with_it_and_without(
    tables: Tables, lo: int, without: int, words: set[str]
) -> None:
    cell = with_range({**tables, "cell": with_range(tables, "at_risk", FEWEST, FEWEST)}, "buddy_used", lo, without)
    assert told(tables, cell, "buddy") == words


def test_no_pillar_has_a_curve_where_the_range_of_who_is_at_risk_is_open(tables: Tables) -> None:
    cell = with_range(tables, "at_risk", FEWEST - 1, FEWEST)
    left = within_ranges(tables, cell, load_instrument(), METHOD)["what_if"]
    assert set(left["word"]) == {"too_few"}
    assert left.select("coverage", "estimate", "low", "high").null_count().row(0) == (left.height,) * 4
    assert left["pillar"].is_unique().all()


def test_a_yes_or_no_outcome_is_told_where_its_range_divides_the_board_and_scores_always(tables: Tables) -> None:
    few = METHOD.fewest_added
    rows = pl.concat([tables["evidence"].head(1)] * 2).with_columns(
        outcome=pl.Series(["exhaustion", "turnover_intention"]), kind=pl.Series(["score", "chance"])
    )
    made = {**tables, "evidence": type_of(tables, "evidence", rows)}
    for lo, outcomes in ((few, ["exhaustion", "turnover_intention"]), (few - 1, ["exhaustion"])):
        left = within_ranges(made, with_range(tables, "leaving", lo, few), load_instrument(), METHOD)
        assert left["evidence"]["outcome"].to_list() == outcomes
        assert set(left["evidence_term"]["outcome"]) <= set(outcomes)
