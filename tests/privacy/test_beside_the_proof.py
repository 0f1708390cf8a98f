"""What stands beside the bands tells nothing that they do not tell: leaks that were found, kept from coming back."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.flow import Source, import_wave, publish_wave
from pipelines.ground.period import Wave
from pipelines.ground.schemas import EVIDENCE
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from tests.homes import fixed, tables_of
from tests.privacy.boards import REGIONS, board, publish

WAVES = tuple(map(Wave, ("2025Q4", "2026Q1", "2026Q2")))
LEADERS = 40


def published(folder: Path, buddies: tuple[int, ...]) -> dict[str, pl.DataFrame]:
    """All tables of a board whose 40 leaders all answer three waves; so many of them use a buddy in each."""
    write_sample(folder / "sample", load_instrument(), 160, 1, 7801)
    export = pl.read_csv(next((folder / "sample").glob("responses_*.csv")), infer_schema=False)
    roster = pl.read_csv(folder / "sample" / "roster.csv", infer_schema=False)
    items = [name for name in export.columns if name.split("_")[-1].isdigit()]
    people = export.drop_nulls(items).head(LEADERS)
    roster = roster.join(people.select("leader_key"), on="leader_key", how="semi")
    home = fixed(folder / "home")
    for wave, count in zip(WAVES, buddies, strict=True):
        is_used = np.arange(LEADERS) < count
        answers = people.with_columns(
            submitted=pl.lit(str(wave.first_day)),
            pillar_buddy=pl.Series(np.where(is_used, "used", "none")),
            pillar_buddy_quality=pl.Series(np.where(is_used, "4", "")),
            pillar_buddy_monthly=pl.Series(np.where(is_used, "yes", "")),
        )
        answers.write_csv(folder / f"{wave}.csv")
        roster.with_columns(wave=pl.lit(wave)).write_csv(folder / "roster.csv")
        import_wave(home, Source(folder / f"{wave}.csv", wave, roster=folder / "roster.csv"))
        publish_wave(home, wave)
    return tables_of(home)


@pytest.fixture(scope="module")
def rising(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    return published(tmp_path_factory.mktemp("rising"), (38, 39, 40))


def test_the_bands_of_three_waves_leave_every_count_open(rising: dict[str, pl.DataFrame]) -> None:
    total = rising["cell"].filter(measure="buddy_used", table_id="total").sort("wave")
    assert total.select("n", "leaders", "hi").rows() == [(LEADERS, LEADERS, LEADERS)] * len(WAVES)
    assert total["lo"].max() <= LEADERS - 2


@pytest.mark.parametrize("other", [(40, 39, 38), (39, 39, 39), (38, 38, 40)])
def test_boards_with_other_answers_within_the_same_bands_give_the_same_snapshot(
    rising: dict[str, pl.DataFrame], other: tuple[int, ...], tmp_path: Path
) -> None:
    told = published(tmp_path, other)
    assert [name for name, table in rising.items() if not table.equals(told[name])] == []


# ------------------------------------------------------------------------------------- rows that are there or not


def with_coaches(folder: Path, coached: tuple[int, ...]) -> dict[str, pl.DataFrame]:
    """All tables of a board of fifty, all of whom answer; so many of each region use an external coach."""
    made = board(folder)
    sizes = list(REGIONS.values())
    is_used = np.concatenate([np.arange(size) < some for size, some in zip(sizes, coached, strict=True)])
    is_strained = np.arange(made.leaders) % 3 == 0  # enough at risk that only the pillar decides
    answers = made.scale("stress", is_strained) | made.scale("support", is_strained)
    return publish(folder, made, [("2026Q3", answers | made.pillar("external_coach", is_used))])


def test_that_a_curve_is_there_does_not_tell_ten_who_use_a_pillar_from_eleven(tmp_path: Path) -> None:
    ten, eleven = with_coaches(tmp_path / "ten", (4, 3, 3, 0)), with_coaches(tmp_path / "eleven", (4, 4, 3, 0))
    shown = [tables["cell"].filter(measure="external_coach_used") for tables in (ten, eleven)]
    assert shown[0].equals(shown[1])  # the same bands
    assert shown[0].filter(table_id="total", status="published").height == 1
    assert ten["cell"].filter(measure="at_risk", table_id="total")["lo"][0] > 10
    rows = [tables["what_if"].select("group", "pillar", "word", "coverage") for tables in (ten, eleven)]
    assert rows[0].equals(rows[1])
    assert "too_few" not in set(ten["what_if"]["word"])
    assert [name for name in set(ten) - set(EVIDENCE) if not ten[name].equals(eleven[name])] == []


def test_the_curve_of_a_pillar_begins_at_what_is_published_and_says_nothing_else_of_today(tmp_path: Path) -> None:
    tables = with_coaches(tmp_path, (14, 6, 4, 0))
    cell = tables["cell"].filter(table_id="total", status="published")
    used, risk = (cell.filter(measure=measure).row(0, named=True) for measure in ("external_coach_used", "at_risk"))
    curve = tables["what_if"].filter(pillar="external_coach", group="all")
    (today,) = curve.filter("is_today").rows(named=True)
    assert today["coverage"] == round((used["low"] + used["high"]) / 2, 2)
    if today["word"] in ("lower", "higher"):
        assert today["estimate"] == round((risk["low"] + risk["high"]) / 2, 2)
        assert 0 <= risk["low"] - today["low"] < 0.01 > today["high"] - risk["high"] >= 0
    else:
        assert curve["estimate"].null_count() == curve.height


# --------------------------------------------------------------------------------------------------- flows

REGION, LEAST = 5, 3  # leaders in either region, and the fewest of them at risk by its range


def possible(new: int | None = None, gone: int | None = None) -> list[tuple[int, int, int, int]]:
    """How many are at risk in two regions before and now, by ranges of 3 to 5; and by who came and went, if told."""
    counts = product(range(LEAST, REGION + 1), repeat=4)
    if new is None or gone is None:
        return list(counts)
    return [(a, b, c, d) for a, b, c, d in counts if c + d - a - b == new - gone]


def test_who_came_and_who_went_would_tell_everybodys_answer_where_the_ranges_leave_all_open() -> None:
    """Why no page shows flows: six at risk, then ten, in ranges that allow either in both waves."""
    for region in range(2):
        assert {counts[2 + region] for counts in possible()} == {3, 4, 5}
    assert possible(new=4, gone=0) == [(LEAST, LEAST, REGION, REGION)]


def test_whether_the_same_leaders_are_at_risk_again_or_others_changes_no_count(tmp_path: Path) -> None:
    made = board(tmp_path / "board")
    place = np.concatenate([np.arange(size) for size in REGIONS.values()])
    first, others = place < 3, (place >= 3) & (place < 6)  # as many of every region and band
    told = []
    for name, now in (("again", first), ("new", others)):
        waves = [
            (wave, made.scale("stress", is_so) | made.scale("support", is_so))
            for wave, is_so in ((WAVES[1], first), (WAVES[2], now))
        ]
        told.append(publish(tmp_path / name, made, waves))
    roles = pl.col("roles").str.contains("risk:|map:")
    of_rule = set(told[0]["dictionary"].filter(roles)["code"]) - {"leaving"}  # made of stress and support alone
    assert {"at_risk", "watch", "overload", "map_high_low"} <= of_rule
    for table in ("cell", "contrast", "mean"):
        column = "scale" if table == "mean" else "measure"
        here = {"stress", "support"} if table == "mean" else of_rule
        one, other = (tables[table].filter(pl.col(column).is_in(here)) for tables in told)
        assert one.height
        assert one.equals(other), table
