"""Risk: a model card, and shares at risk by coverage of a pillar; no flag and no chance of a leader leaves here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from pipelines.evidence.fairness import fairness
from pipelines.evidence.forward import Interval, Transitions
from pipelines.evidence.history import STRESS, SUPPORT, History, dummies, in_tens, leaders_in
from pipelines.evidence.ladder import Card, climb
from pipelines.evidence.whatif import Curve, what_if
from pipelines.ground.period import PublicationId
from pipelines.ground.schemas import EVIDENCE, Tables, frame_of

Row = dict[str, Any]
TURNOVER = "turnover_intention"
STARTER = "0-1"
BAND = "experience_band"
GROUPS = ("all", "starters")
TEN_YEARS = 10


def risk_tables(past: History, publication: PublicationId) -> Tables:
    """The tables model_card and what_if of one publication; empty where a wave adds too few leaders."""
    is_asked = {STRESS, SUPPORT} <= set(past.now.columns) and past.adds_enough()
    rows = {
        "model_card": list(_card_rows(past)) if is_asked else [],
        "what_if": list(_what_if_rows(past)) if is_asked else [],
    }
    return {
        name: frame_of(EVIDENCE[name], of_table, publication=publication, wave=past.wave)
        for name, of_table in rows.items()
    }


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


def _card_rows(past: History) -> Iterator[Row]:
    """What the model may be used for, how it did on waves it had not seen, and whether it is fair."""
    data, rows = transitions(past)
    card = climb(data, past.method)
    # R0 and R1 look alike: that nobody had an event would be an answer of everybody.
    yield {"part": "rung", "word": "R1" if card.rung == "R0" else card.rung}
    if card.validated is None:
        return
    yield {"part": "leaders", "estimate": in_tens(data.leaders)}
    yield {"part": "folds", "estimate": card.validated.folds}
    for name, figure in card.validated.figures.items():
        yield {"part": name, **_rounded(past, figure)}
    yield from _prediction_rows(past, card)
    if card.rung == "STOP":
        return
    for group in past.method.risk.fair_groups:
        if group in rows.columns:
            words = fairness(data, rows[group].fill_null("").to_numpy(), past.method)
            yield from ({"part": f"fair_{measure}:{group}", "word": word} for measure, word in words.items())


def _prediction_rows(past: History, card: Card) -> Iterator[Row]:
    """What is foretold about a group of leaders, as far as the rung allows."""
    if card.of_ten is not None:
        yield {"part": "of_ten", "estimate": card.of_ten}
    if card.chances is not None:
        flagged, others = card.chances
        yield {"part": "chance_flagged", "estimate": past.rounded(flagged)}
        yield {"part": "chance_others", "estimate": past.rounded(others)}
    if card.has_product is not None:
        yield {"part": "product", "word": "kept" if card.has_product else "left_out"}


# ------------------------------------------------------------------------------------------------ what-if


def _what_if_rows(past: History) -> Iterator[Row]:
    """For every pillar that was asked about and either group: the curve, or why there is none."""
    rows = past.rows.drop_nulls("is_flagged")
    for pillar in past.instrument.pillars:
        column = f"pillar_{pillar.code}"
        if column not in rows.columns:
            continue
        curves = _curves(past, rows.drop_nulls(column), column)
        for group in GROUPS:
            where = {"group": group, "pillar": pillar.code}
            if group in curves:
                yield from ({**where, **point} for point in _points(past, curves[group]))
            else:
                yield {**where, "word": "too_small"}


def _curves(past: History, rows: pl.DataFrame, column: str) -> dict[str, Curve]:
    """One pillar for every group that is large enough; `column` holds whether it is used."""
    bands = rows[BAND] if BAND in rows.columns else pl.Series([""] * rows.height, dtype=pl.String)
    is_starter = (bands == STARTER).fill_null(value=False).to_numpy()
    groups = {"all": np.ones(rows.height, dtype=bool), "starters": is_starter}
    fewest = past.method.fewest_leaders
    targets = {name: inside for name, inside in groups.items() if leaders_in(rows.filter(inside)) >= fewest}
    if not targets:
        return {}
    midpoints = bands.replace_strict(past.method.midpoints, default=0.0, return_dtype=pl.Float64).to_numpy()
    return what_if(
        is_flagged=rows["is_flagged"].to_numpy(),
        is_used=(rows[column] == "used").to_numpy(),
        is_starter=is_starter,
        others={"years": midpoints / TEN_YEARS, **dummies(rows, "region"), **dummies(rows, "wave")},
        leader=rows["leader_key"].rank("dense").cast(pl.Int64).to_numpy(),
        targets=targets,
        method=past.method,
    )


def _points(past: History, curve: Curve) -> Iterator[Row]:
    """The points of a curve, or the word alone where there are none."""
    if not curve.at:
        yield {"word": curve.word}
    for coverage, figure in curve.at.items():
        yield {"word": curve.word, "coverage": coverage, **_rounded(past, figure)}


def _rounded(past: History, figure: Interval) -> dict[str, float | None]:
    """A figure and its limits as they leave the vault."""
    return {edge: past.rounded(getattr(figure, edge)) for edge in ("estimate", "low", "high")}
