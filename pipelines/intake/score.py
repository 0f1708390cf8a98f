"""Score: items become scale scores, percentage of maximum possible, kept as integers x1000 (0..100000)."""

from __future__ import annotations

import polars as pl

from pipelines.instruments import Instrument, Scale


def score(answers: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """One row per leader: leader_key and one nullable Int32 per scale whose items were asked.

    A scale without a single score was not asked and has no column. A score is null when fewer than half of
    the items were answered; a composite needs all its parts.
    """
    scored = answers.select("leader_key", *(_item_scale(s, answers) for s in instrument.scales if s.items))
    composites = [
        (pl.sum_horizontal(scale.composite, ignore_nulls=False) / len(scale.composite))
        .round()
        .cast(pl.Int32)
        .alias(scale.code)
        for scale in instrument.scales
        if scale.composite and all(part in scored.columns for part in scale.composite)
    ]
    scored = scored.with_columns(composites)
    return scored.drop(column for column in scored.columns if column != "leader_key" and scored[column].is_null().all())


def _item_scale(scale: Scale, answers: pl.DataFrame) -> pl.Expr:
    asked = [item for item in scale.items if item.code in answers.columns]
    shares = []
    for item in asked:
        low = scale.min if item.min is None else item.min
        high = scale.max if item.max is None else item.max
        share = (pl.col(item.code) - low) / (high - low)
        shares.append(1 - share if item.reversed else share)
    if not shares:
        return pl.lit(None, dtype=pl.Int32).alias(scale.code)
    answered = pl.sum_horizontal(share.is_not_null() for share in shares)
    points = (100_000 * pl.mean_horizontal(shares, ignore_nulls=True)).round().cast(pl.Int32)
    return pl.when(answered >= (len(scale.items) + 1) // 2).then(points).alias(scale.code)
