"""Risk: a model card, and what a pillar makes of the share at risk; no flag and no chance of a leader leaves here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from pipelines.evidence.fairness import MEASURES, fairness
from pipelines.evidence.forward import TOLD, Array, Interval, Transitions
from pipelines.evidence.history import History, dummies
from pipelines.evidence.rungs import Card, judged
from pipelines.evidence.whatif import what_if
from pipelines.ground.dice import Dice
from pipelines.ground.period import Wave
from pipelines.instruments import TOGETHER, Method, model_grid

Row = dict[str, Any]
TEN = 10
TEN_YEARS = 10
FIGURES = ("auc_all", *TOLD)
EXPECTED = ("of_ten", "of_ten_others", "of_ten_alone", "of_ten_others_alone")
CHANCES = ("chance_flagged", "chance_others")
FORETELLS = ("R2", "R3")  # rungs on which something is said about later


# ------------------------------------------------------------------------------------------ the model card


def transitions(past: History) -> tuple[Transitions, pl.DataFrame]:
    """Leaders with scores at a wave who did not want to leave so far, with what the next one says; and their rows."""
    stress, support = past.instrument.rule_scales
    scale, strong = past.leaving or ("", 0.0)
    wish = pl.col(scale) >= strong if scale in past.rows.columns else pl.lit(None, pl.Boolean)
    after = {before: wave for wave in past.waves for before in past.waves if wave.before == before}
    rows = not_yet_leaving(past.rows.with_columns(wants=wish), past.events, after)
    rows = rows.drop_nulls([stress, support, "is_flagged"])
    data = Transitions(
        leader=rows["leader_key"].rank("dense").cast(pl.Int64).to_numpy(),
        step=rows["wave"].rank("dense").cast(pl.Int64).to_numpy(),
        scores=rows.select(stress, support).to_numpy(),
        event=rows["event"].cast(pl.Int64).to_numpy(),
        is_flagged=rows["is_flagged"].to_numpy(),
    )
    return data, rows


def not_yet_leaving(rows: pl.DataFrame, gone: pl.DataFrame, after: Mapping[Wave, Wave]) -> pl.DataFrame:
    """The rows (leader_key, wave, wants) of leaders who are known not to want to leave and never did, with `event`.

    An event: wanting to leave at the wave `after`, or having left (`gone`: leader_key, wave). Who already wants to
    leave is no later event: such leaders are counted in their wave and nowhere else. Who was silent is unknown, never
    fine. A leader's event counts once.
    """
    next_wave = pl.col("wave").replace_strict(after, default=None, return_dtype=pl.String)
    later = rows.select("leader_key", next_wave="wave", wants_later="wants")
    left = gone.select("leader_key", "wave", left=pl.lit(value=True))
    rows = rows.sort("wave", maintain_order=True).with_columns(next_wave=next_wave)
    rows = rows.join(later, on=["leader_key", "next_wave"], how="left", maintain_order="left")
    rows = rows.join(left, on=["leader_key", "wave"], how="left", maintain_order="left")
    rows = rows.with_columns(event=pl.when("left").then(statement=True).otherwise("wants_later"))
    so_far = {name: pl.col(name).fill_null(value=False).cast(pl.Int32).cum_sum() for name in ("wants", "event")}
    had_event = (so_far["event"] - pl.col("event").fill_null(value=False)).over("leader_key") > 0
    is_new = ~pl.col("wants") & (so_far["wants"].over("leader_key") == 0) & ~had_event
    return rows.filter(is_new & pl.col("event").is_not_null())


def card_rows(past: History, dice: Dice) -> Iterator[Row]:
    """What the model may be used for, how it did on leaders and waves it had not seen, and whether it is fair.

    Which rows there are follows from how many answered the wave; which figures of them are told, from the rung, which
    is drawn near its thresholds.
    """
    if not past.has_flags:
        return
    if not past.is_enough:
        yield {"part": "rung", "word": "R1"}
        return
    data, rows = transitions(past)
    card = judged(data, past.method, dice.noise(model_grid().coin, "rung of the model card", past.wave))
    yield {"part": "rung", "word": card.rung}
    for name in FIGURES:
        yield {"part": name, **(asdict(card.figures[name]) if card.figures else {})}
    told = dict(_expected(card)) if card.rung in FORETELLS else {}
    yield from ({"part": part, **told.get(part, {})} for part in (*EXPECTED, *CHANCES))
    has_product = card.rung in FORETELLS and ("kept" if card.has_product else "left_out")
    yield {"part": "product", "word": has_product or None}
    yield from _fairness_rows(past, data, rows, is_checked=card.rung in FORETELLS)


def _expected(card: Card) -> Iterator[tuple[str, Row]]:
    """What is told of two groups of leaders, always both, as far as the rung allows."""
    chances = (card.flagged, card.others)
    for part, chance in zip(EXPECTED, chances, strict=False):
        yield part, {name: TEN * value for name, value in asdict(chance).items()}
    for part, alone in zip(EXPECTED[len(chances) :], card.without_prior, strict=True):
        yield part, {"estimate": TEN * alone}
    if card.rung == "R3":
        yield from zip(CHANCES, map(asdict, chances), strict=True)


def _fairness_rows(past: History, data: Transitions, rows: pl.DataFrame, *, is_checked: bool) -> Iterator[Row]:
    """Words about the dimensions in the roles that the method names."""
    groups = [code for code in map(past.instrument.dimension_in, past.method.risk.fair_groups) if code]
    for group in groups:
        if past.asks(group):
            words = fairness(data, rows[group].fill_null("").to_numpy(), past.method) if is_checked else {}
            yield from ({"part": f"fair_{one}:{group}", "word": words.get(one)} for one in MEASURES)


# ------------------------------------------------------------------------------------------------ what-if


def what_if_rows(past: History) -> Iterator[Row]:
    """For every pillar that was asked about and either group: how much the share at risk differs with and without it.

    A difference for every leader of the group; the curve is drawn from it after the gate, through what is published.
    """
    if not past.is_enough or not past.has_flags:
        return
    rows = past.rows.drop_nulls("is_flagged")
    for pillar in past.instrument.pillars:
        column = f"pillar_{pillar.code}"
        if past.asks(column):
            differences = _differences(past, rows.drop_nulls(column), column)
            for group, difference in differences.items():
                yield {"group": group, "pillar": pillar.code, **asdict(difference)}


def _differences(past: History, rows: pl.DataFrame, column: str) -> dict[str, Interval]:
    """One pillar, for everybody and for the group that starters are counted in; `column` holds whether it is used."""
    years, first = past.instrument.starters or ("", "")
    bands = rows[years].fill_null("") if years in rows.columns else pl.Series([""] * rows.height, dtype=pl.String)
    is_starter = bands.str.split(TOGETHER).list.contains(first).to_numpy() & (first != "")
    groups = {"all": np.ones(rows.height, dtype=bool), "starters": is_starter}
    places = dummies(rows, past.instrument.dimension_in("place") or "")
    return what_if(
        is_flagged=rows["is_flagged"].to_numpy(),
        is_used=(rows[column] == "used").to_numpy(),
        is_starter=is_starter,
        others={"years": _years(bands, past.method) / TEN_YEARS, **places, **dummies(rows, "wave")},
        leader=rows["leader_key"].rank("dense").cast(pl.Int64).to_numpy(),
        targets=groups,
        method=past.method,
    )


def _years(bands: pl.Series, method: Method) -> Array:
    """Years as a school leader that stand for a band; of merged bands their mean, of an unknown one 0."""
    known = {
        band: float(np.mean([method.midpoints.get(part, 0.0) for part in band.split(TOGETHER)]))
        for band in bands.unique()
    }
    return bands.replace_strict(known, default=0.0, return_dtype=pl.Float64).to_numpy()
