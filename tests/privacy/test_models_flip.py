"""The flip test for models: other answers behind the same bands give the same rows, and figures whole steps away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.ground.schemas import EVIDENCE
from tests.privacy.boards import Answers, Board, board, publish

pytestmark = pytest.mark.slow

ONE, TWO = ("2026Q3",), ("2026Q2", "2026Q3")
KEYS = {
    "reliability": ["scale", "scope"], "evidence": ["outcome"], "evidence_term": ["outcome", "term"],
    "model_card": ["part"], "what_if": ["group", "pillar", "coverage"], "research": ["code"],
}  # fmt: skip
WORDS = {
    "model_card": "rung",
    "what_if": "word",
}  # which figures are told follows from these words, themselves modelled
FIGURES = ("estimate", "low", "high")
SHARES = ("recall", "benefit_twice", "chance", "rise")
Flip = tuple[Answers, Answers]


def steps(row: dict[str, object]) -> int:
    """How many steps of its grid go into one unit of a figure."""
    name = str(row.get("term") or row.get("part") or "share")
    if name.startswith("of_ten"):
        return 1
    return 100 if name == "share" or name.startswith(SHARES) else 20


def assert_nothing_but_steps(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> None:
    """Two snapshots are the same, but for figures of models that lie whole steps of the grid apart."""
    assert set(one) == set(other)
    one, other = (  # the fingerprint follows from all that is published, and tells nothing beside it
        {**tables, "publication": tables["publication"].drop("fingerprint")} for tables in (one, other)
    )
    assert [name for name in set(one) - set(EVIDENCE) if not one[name].equals(other[name])] == []
    for name, keys in KEYS.items():
        rows, others = (tables[name].sort("wave", *keys) for tables in (one, other))
        assert rows.schema == others.schema
        assert rows.select("wave", *keys).equals(others.select("wave", *keys)), name
        for row, flipped in zip(rows.to_dicts(), others.to_dicts(), strict=True):
            for figure in set(FIGURES) & set(row):
                if name not in WORDS:
                    assert (row[figure] is None) == (flipped[figure] is None), (name, row)
                for value in (row[figure], flipped[figure]):
                    assert value is None or abs(value * steps(row) - round(value * steps(row))) < 1e-9, (name, row)
    for tables in (one, other):
        card = tables["model_card"]
        for wave in card["wave"].unique():
            told = card.filter(pl.col("wave") == wave, pl.col("part") == "rung")["word"][0]
            assert (card.filter(wave=wave, part="auc")["estimate"][0] is None) == (told == "R1")
            apart = [card.filter(wave=wave, part=part)["estimate"][0] is None for part in ("of_ten", "of_ten_others")]
            assert apart == [told not in ("R2", "R3")] * 2  # of two groups, or of none
        what_if = tables["what_if"].filter(pl.col("word") != "too_small")
        assert what_if["estimate"].is_null().equals(~what_if["word"].cast(pl.String).is_in(["lower", "higher"]))


def exchanged(made: Board, is_so: np.ndarray, *, by: np.ndarray) -> np.ndarray:
    """As many in every group of leaders who look alike to the tables, given to those of whom `by` is true first."""
    order = made.people.select("leader_key").join(made.roster, on="leader_key", how="left", maintain_order="left")
    look = order.select(pl.struct(pl.exclude("leader_key", "wave", "school_key")).rank("dense")).to_series().to_numpy()
    flipped = np.zeros_like(is_so)
    for group in np.unique(look):
        inside = np.flatnonzero(look == group)
        first = inside[np.argsort(~by[inside], kind="stable")]
        flipped[first[: is_so[inside].sum()]] = True
    return flipped


def third(made: Board) -> np.ndarray:
    return np.arange(made.leaders) % 3 == 0


def separated(made: Board) -> Flip:
    """Among those who look alike the ones who want to leave are those with much stress, or those with little."""
    strained, leaving = np.arange(made.leaders) % 2 == 0, np.arange(made.leaders) % 7 < 2
    stress = made.scale("stress", strained)
    return tuple(
        stress | made.scale("turnover_intention", exchanged(made, leaving, by=first)) for first in (strained, ~strained)
    )


def exhausted(made: Board, is_so: np.ndarray, others: np.ndarray) -> dict[str, pl.Series]:
    """Scores of 100 for some, 0 for others, and 50 for the rest; the second statement is turned."""
    straight, turned = made.items("exhaustion")
    answers = (np.where(is_so, "5", np.where(others, "1", "3")), np.where(is_so, "1", np.where(others, "5", "3")))
    return {item: pl.Series(item, given) for item, given in zip((straight, turned), answers, strict=True)}


def constant(made: Board) -> Flip:
    """Everybody is equally exhausted, or half of all very much and the others not at all: the same mean."""
    nobody, half = np.zeros(made.leaders, dtype=bool), np.arange(made.leaders) % 2 == 0
    return exhausted(made, nobody, nobody), exhausted(made, half, ~half)


def left_open(made: Board) -> Flip:
    """Four leaders leave a whole scale open, or score 0 on it: the interval of the mean has room for either."""
    few, nobody = np.arange(made.leaders) < 4, np.zeros(made.leaders, dtype=bool)
    answered = exhausted(made, nobody, few)
    return answered, {item: pl.Series(item, np.where(few, "", given)) for item, given in answered.items()}


def made_at_risk(made: Board, counts: tuple[int, ...]) -> Answers:
    """So many of each region have much stress, little support, and want to leave: nobody in two of them."""
    sizes = np.unique(made.region, return_counts=True)
    place = {region: counts[at] for at, region in enumerate(("Noord", "Oost", "Zuid", "West"))}
    rank = np.concatenate([np.arange(size) for size in (np.sum(made.region == name) for name in place)])
    assert len(rank) == sizes[1].sum()
    is_so = rank < np.array([place[name] for name in made.region])
    return made.scale("stress", is_so) | made.scale("support", is_so) | made.scale("turnover_intention", is_so)


@pytest.fixture(scope="module")
def fifty(tmp_path_factory: pytest.TempPathFactory) -> Board:
    return board(tmp_path_factory.mktemp("fifty"))


@pytest.mark.parametrize("waves", [ONE, TWO], ids=["one wave", "two waves"])
@pytest.mark.parametrize("flip", [separated, constant, left_open])
def test_other_answers_behind_the_same_bands_change_no_row_and_move_figures_by_whole_steps(
    flip: Callable[[Board], Flip], waves: tuple[str, ...], fifty: Board, tmp_path: Path
) -> None:
    plain = made_at_risk(fifty, (5, 5, 3, 3))
    told = [
        publish(tmp_path / name, fifty, [(wave, {**plain, **answers}) for wave in waves])
        for name, answers in zip(("one", "other"), flip(fifty), strict=True)
    ]
    for name in ("cell", "mean"):
        assert told[0][name].equals(told[1][name])  # the same bands: else nothing is tested here
    assert_nothing_but_steps(*told)


def test_that_models_are_there_does_not_tell_ten_at_risk_from_nine(fifty: Board, tmp_path: Path) -> None:
    """Five and five of two regions want to leave and nobody of two others, or one fewer: that was certain of eleven."""
    ten, nine = (
        publish(tmp_path / str(sum(counts)), fifty, [(ONE[0], made_at_risk(fifty, counts))])
        for counts in ((5, 5, 0, 0), (5, 4, 0, 0))
    )
    for tables in (ten, nine):  # the published range alone says whether the yes/no outcome is told
        low = tables["cell"].filter(measure="leaving", table_id="total", status="published")["lo"][0]
        assert ("turnover_intention" in tables["evidence"]["outcome"]) == (low >= 10)
    if ten["cell"].equals(nine["cell"]):
        for name, keys in KEYS.items():
            told, other = (tables[name].sort(keys).select(keys) for tables in (ten, nine))
            assert told.equals(other), name


def test_that_everybody_or_nobody_in_a_hidden_band_of_five_wants_to_leave_changes_no_row(tmp_path: Path) -> None:
    """Five leaders of a band that is merged with another one want to leave, or five others of the merged group do."""
    made = board(tmp_path / "board")
    bands = made.roster["experience_band"].to_numpy().copy()
    group = np.flatnonzero(bands == "11-20")
    bands[group[:5]] = "21+"
    made.roster = made.roster.with_columns(experience_band=pl.Series(bands), region=pl.lit("Noord"))
    told = []
    for name, leaving in (("all five", group[:5]), ("none", group[5:10])):
        is_so = np.zeros(made.leaders, dtype=bool)
        is_so[leaving] = True
        is_so[np.setdiff1d(np.arange(made.leaders), group)[:9]] = True
        told.append(publish(tmp_path / name, made, [("2026Q3", made.scale("turnover_intention", is_so))]))
    assert "21+" not in told[0]["level"]["level"].to_list()  # it was merged
    assert told[0]["cell"].equals(told[1]["cell"])
    assert_nothing_but_steps(*told)


@pytest.mark.parametrize("events", [(19, 20), (0, 1)])
def test_one_event_more_or_less_near_a_rung_changes_no_row(events: tuple[int, int], tmp_path: Path) -> None:
    made = board(tmp_path / "board", {"Noord": 20, "Oost": 20, "Zuid": 20})
    told = []
    for count in events:
        is_so = np.arange(made.leaders) < count  # nobody of them wanted to leave the wave before
        waves = [(wave, made.scale("turnover_intention", is_so & (wave == TWO[-1]))) for wave in TWO]
        told.append(publish(tmp_path / str(count), made, waves))
    assert_nothing_but_steps_where_bands_agree(*told)


def test_who_wanted_to_leave_all_along_or_only_now_changes_no_row(tmp_path: Path) -> None:
    """Two leaders who begin to want to leave, or two others who did already: the same bands in the newest wave."""
    made = board(tmp_path / "board", {"Noord": 20, "Oost": 20, "Zuid": 20})
    now = np.arange(made.leaders) < 22
    told = []
    for name, already in (("first", np.arange(2)), ("last", np.arange(20, 22))):
        before = np.isin(np.arange(made.leaders), already)
        waves = [(TWO[0], made.scale("turnover_intention", before)), (TWO[1], made.scale("turnover_intention", now))]
        told.append(publish(tmp_path / name, made, waves))
    newest = [
        {name: table.filter(wave=TWO[1]) for name, table in tables.items() if "wave" in table.columns}
        for tables in told
    ]
    assert newest[0]["cell"].equals(newest[1]["cell"])
    assert_nothing_but_steps(*newest)


def assert_nothing_but_steps_where_bands_agree(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> None:
    """The same, where one answer more lies in the same bands; else the rows of models that need no range at least."""
    if one["cell"].equals(other["cell"]):
        assert_nothing_but_steps(one, other)
    for name in ("reliability", "model_card"):
        keys = ["wave", *KEYS[name]]
        assert one[name].sort(keys).select(keys).equals(other[name].sort(keys).select(keys))
