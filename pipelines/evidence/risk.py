"""Risk: a model card, and what a pillar makes of the share at risk; no flag and no chance of a leader leaves here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from pipelines.evidence.fairness import MEASURES, fairness
from pipelines.evidence.forward import TOLD, Array, Interval, Transitions
from pipelines.evidence.history import STRESS, SUPPORT, History, dummies
from pipelines.evidence.ladder import Card, climb
from pipelines.evidence.whatif import what_if
from pipelines.ground.dice import Dice
from pipelines.instruments import STARTERS, TOGETHER, Method, model_grid

Row = dict[str, Any]
TURNOVER = "turnover_intention"
BAND, STARTER = STARTERS
TEN_YEARS = 10
PREDICTED = ("of_ten", "chance_flagged", "chance_others")
FORETELLS = ("R2", "R3")  # rungs on which something is said about later


# ------------------------------------------------------------------------------------------ the model card


def transitions(past: History) -> tuple[Transitions, pl.DataFrame]:
    """Leaders with scores at one wave and a known event by the next, until their first event; and their rows.

    An event: a strong intention to leave at the next wave, or having left where the policy lets that in. Who was
    silent is unknown, never fine.
    """
    rows = _with_event(past).drop_nulls(["event", STRESS, SUPPORT, "is_flagged"]).sort("wave")
    events_before = pl.col("event").cast(pl.Int32).cum_sum().over("leader_key") - pl.col("event")
    rows = rows.filter(events_before == 0)
    data = Transitions(
        leader=rows["leader_key"].rank("dense").cast(pl.Int64).to_numpy(),
        step=rows["wave"].rank("dense").cast(pl.Int64).to_numpy(),
        scores=rows.select(STRESS, SUPPORT).to_numpy(),
        event=rows["event"].cast(pl.Int64).to_numpy(),
        is_flagged=rows["is_flagged"].to_numpy(),
    )
    return data, rows


def _with_event(past: History) -> pl.DataFrame:
    """The rows of the history with `event`: true, false, or null where it is not known."""
    next_wave = {before: wave for wave in past.waves for before in past.waves if wave.before == before}
    rows = past.rows.with_columns(
        next_wave=pl.col("wave").replace_strict(next_wave, default=None, return_dtype=pl.String)
    )
    strong = next((outcome.at_least for outcome in past.method.outcome if outcome.scale == TURNOVER), None)
    intention = pl.col(TURNOVER) if TURNOVER in rows.columns else pl.lit(None).cast(pl.Float64)
    wants = past.rows.select("leader_key", next_wave="wave", wants=intention >= strong)
    left = past.events.select("leader_key", "wave", left=pl.lit(value=True))
    rows = rows.join(wants, on=["leader_key", "next_wave"], how="left", maintain_order="left")
    rows = rows.join(left, on=["leader_key", "wave"], how="left", maintain_order="left")
    return rows.with_columns(event=pl.when("left").then(statement=True).otherwise("wants"))


def card_rows(past: History, dice: Dice) -> Iterator[Row]:
    """What the model may be used for, how it did on waves it had not seen, and whether it is fair.

    Which rows there are follows from how many answered the wave; which figures of them are told, from the rung, which
    is drawn near its thresholds.
    """
    if not past.asks(STRESS, SUPPORT):
        return
    if not past.is_enough:
        yield {"part": "rung", "word": "R1"}
        return
    data, rows = transitions(past)
    card = climb(data, past.method, dice.noise(model_grid().coin, "rung of the model card", past.wave))
    yield {"part": "rung", "word": card.rung}
    for name in TOLD:
        yield {"part": name, **(asdict(card.figures[name]) if card.figures else {})}
    told = dict(_predictions(card)) if card.rung in FORETELLS else {}
    yield from ({"part": part, "estimate": told.get(part)} for part in PREDICTED)
    has_product = card.rung in FORETELLS and ("kept" if card.has_product else "left_out")
    yield {"part": "product", "word": has_product or None}
    for group in past.method.risk.fair_groups:
        if past.asks(group):
            is_checked = card.rung in FORETELLS
            words = fairness(data, rows[group].fill_null("").to_numpy(), past.method) if is_checked else {}
            yield from ({"part": f"fair_{one}:{group}", "word": words.get(one)} for one in MEASURES)


def _predictions(card: Card) -> Iterator[tuple[str, float]]:
    """What is foretold about a group of leaders, as far as the rung allows."""
    flagged, others = card.chances
    yield "of_ten", 10 * flagged
    if card.rung == "R3":
        yield "chance_flagged", flagged
        yield "chance_others", others


# ------------------------------------------------------------------------------------------------ what-if


def what_if_rows(past: History) -> Iterator[Row]:
    """For every pillar that was asked about and either group: how much the share at risk differs with and without it.

    A difference for every leader of the group; the curve is drawn from it after the gate, through what is published.
    """
    if not past.is_enough or not past.asks(STRESS, SUPPORT):
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
    bands = rows[BAND].fill_null("") if BAND in rows.columns else pl.Series([""] * rows.height, dtype=pl.String)
    is_starter = bands.str.split(TOGETHER).list.contains(STARTER).to_numpy()
    groups = {"all": np.ones(rows.height, dtype=bool), "starters": is_starter}
    return what_if(
        is_flagged=rows["is_flagged"].to_numpy(),
        is_used=(rows[column] == "used").to_numpy(),
        is_starter=is_starter,
        others={"years": _years(bands, past.method) / TEN_YEARS, **dummies(rows, "region"), **dummies(rows, "wave")},
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
