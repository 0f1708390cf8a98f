"""Risk and what-if, for flow: a model card and a grid of shares; no flag and no chance of a leader leaves here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from pipelines.evidence.fairness import fairness
from pipelines.evidence.forward import Transitions
from pipelines.evidence.history import STRESS, SUPPORT, History, dummies, leaders_in, tens
from pipelines.evidence.ladder import Card, climb
from pipelines.evidence.whatif import Answer, what_if
from pipelines.ground.period import PublicationId
from pipelines.ground.schemas_analysed import LATER, frame_of

Row = dict[str, Any]
TURNOVER, STARTER, BAND = "turnover_intention", "0-1", "experience_band"


def risk_tables(past: History, publication: PublicationId) -> dict[str, pl.DataFrame]:
    """The tables model_card and what_if of one publication."""
    is_asked = {STRESS, SUPPORT} <= set(past.now.columns) and past.adds_enough()
    rows = {
        "model_card": list(_card_rows(past)) if is_asked else [],
        "what_if": list(_what_if_rows(past)) if is_asked else [],
    }
    same = {"publication": publication, "wave": past.material.wave}
    return {name: frame_of(LATER[name], found, **same) for name, found in rows.items()}


def transitions(past: History) -> tuple[Transitions, pl.DataFrame]:
    """Leaders with scores at one wave and a known event by the next, until their first event; and their rows.

    An event: a strong intention to leave at the next wave, or having left where the policy lets that in. Who was
    silent is unknown, never fine.
    """
    strong = next((one.at_least for one in past.method.outcome if one.scale == TURNOVER), None)
    rows, none = (
        past.rows.with_columns(
            before=pl.col("wave").replace_strict(_following(past), default=None, return_dtype=pl.String)
        ),
        pl.lit(None),
    )
    later = pl.col(TURNOVER) if TURNOVER in rows.columns else none.cast(pl.Float64)
    wanted = past.rows.select("leader_key", before="wave", wants=later >= strong)
    data = rows.join(wanted, on=["leader_key", "before"], how="left", maintain_order="left")
    gone = past.events.select("leader_key", "wave", left=pl.lit(value=True))
    data = data.join(gone, on=["leader_key", "wave"], how="left", maintain_order="left")
    event = pl.when("left").then(statement=True).otherwise("wants")
    data = data.with_columns(event=event).drop_nulls(["event", STRESS, SUPPORT, "is_flagged"]).sort("wave")
    earlier = pl.col("event").cast(pl.Int32).cum_sum().over("leader_key") - pl.col("event")
    data = data.filter(earlier == 0)
    return Transitions(
        leader=data["leader_key"].rank("dense").cast(pl.Int64).to_numpy(),
        step=data["wave"].rank("dense").cast(pl.Int64).to_numpy(),
        scores=data.select(STRESS, SUPPORT).to_numpy(),
        event=data["event"].cast(pl.Int64).to_numpy(),
        is_flagged=data["is_flagged"].to_numpy(),
    ), data


def _following(past: History) -> dict[str, str]:
    """Wave -> the wave right after it, where there is one."""
    return {before: wave for wave in past.waves for before in past.waves if wave.before == before}


def _card_rows(past: History) -> Iterator[Row]:
    data, rows = transitions(past)
    card = climb(data, past.method)
    # R0 and R1 are told alike: that nobody had an event would be an answer of everybody.
    yield {"part": "rung", "word": "R1" if card.rung == "R0" else card.rung}
    if card.validated is None:
        return
    yield {"part": "leaders", "estimate": tens(data.leaders)}
    yield {"part": "folds", "estimate": card.validated.folds}
    for name, figure in card.validated.figures.items():
        yield {"part": name, **{edge: past.rounded(getattr(figure, edge)) for edge in ("estimate", "low", "high")}}
    yield from _told(past, card)
    for group in past.method.risk.fair_groups:
        if group in rows.columns and card.rung != "STOP":
            for measure, word in fairness(data, rows[group].fill_null("").to_numpy(), past.method).items():
                yield {"part": f"fair_{measure}:{group}", "word": word}


def _told(past: History, card: Card) -> Iterator[Row]:
    if card.of_ten is not None:
        yield {"part": "of_ten", "estimate": card.of_ten}
    for part, chance in zip(("chance_flagged", "chance_others"), card.chances or (), strict=False):
        yield {"part": part, "estimate": past.rounded(chance)}
    if card.has_product is not None:
        yield {"part": "product", "word": "kept" if card.has_product else "left_out"}


def _what_if_rows(past: History) -> Iterator[Row]:
    rows = past.rows.drop_nulls("is_flagged")
    for pillar in past.instrument.pillars:
        if (code := f"pillar_{pillar.code}") in rows.columns:
            answers = _asked(past, rows.drop_nulls(code), code)
            for group in ("all", "starters"):
                answer, row = answers.get(group), {"group": group, "pillar": pillar.code}
                yield from [row | told for told in _grid(past, answer)] if answer else [row | {"word": "too_small"}]


def _asked(past: History, rows: pl.DataFrame, code: str) -> dict[str, Answer]:
    """One pillar for every group that is large enough."""
    bands = rows[BAND] if BAND in rows.columns else pl.Series([""] * rows.height, dtype=pl.String)
    starters = (bands == STARTER).fill_null(value=False).to_numpy()
    targets = {"all": np.ones(rows.height, dtype=bool), "starters": starters}
    fewest = past.method.fewest_leaders
    targets = {name: inside for name, inside in targets.items() if leaders_in(rows.filter(inside)) >= fewest}
    if not targets:
        return {}
    years = bands.replace_strict(past.method.midpoints, default=0.0, return_dtype=pl.Float64).to_numpy() / 10
    others = {"years": years, **dummies(rows, "region"), **dummies(rows, "wave")}
    is_flagged, is_used = rows["is_flagged"].to_numpy(), (rows[code] == "used").to_numpy()
    leader = rows["leader_key"].rank("dense").cast(pl.Int64).to_numpy()
    return what_if(is_flagged, is_used, starters, others, leader, targets, past.method)


def _grid(past: History, answer: Answer) -> Iterator[Row]:
    if not answer.at:
        yield {"word": answer.word}
    for coverage, figure in answer.at.items():
        edges = {edge: past.rounded(getattr(figure, edge)) for edge in ("estimate", "low", "high")}
        yield {"word": answer.word, "coverage": coverage, **edges}
