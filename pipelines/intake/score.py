"""Score: items become scale scores, percentage of maximum possible, kept as integers x1000 (0..100000)."""

from __future__ import annotations

import polars as pl

from pipelines.instruments import Instrument, Scale

FULL_SCORE = 100_000  # a hundred points, in thousandths


def score(answers: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """One row per leader: leader_key and one nullable Int32 per scale whose items were asked.

    A scale without a single score was not asked and has no column. A score is null when fewer than half of
    the items were answered; a composite needs all its parts.
    """
    scales = [_of_items(scale, answers) for scale in instrument.scales if scale.items]
    scores = answers.select("leader_key", *scales)
    composites = [
        _of_scales(scale)
        for scale in instrument.scales
        if scale.composite and all(part in scores.columns for part in scale.composite)
    ]
    scores = scores.with_columns(composites)
    return scores.drop(column for column in scores.columns if column != "leader_key" and scores[column].is_null().all())


def _of_items(scale: Scale, answers: pl.DataFrame) -> pl.Expr:
    shares = []
    for item in scale.items:
        if item.code not in answers.columns:
            continue
        low = scale.min if item.min is None else item.min
        high = scale.max if item.max is None else item.max
        share = (pl.col(item.code) - low) / (high - low)
        shares.append(1 - share if item.reversed else share)
    if not shares:
        return pl.lit(None, dtype=pl.Int32).alias(scale.code)
    answered = pl.sum_horizontal(share.is_not_null() for share in shares)
    half = (len(scale.items) + 1) // 2
    mean = (FULL_SCORE * pl.mean_horizontal(shares, ignore_nulls=True)).round().cast(pl.Int32)
    return pl.when(answered >= half).then(mean).alias(scale.code)


def _of_scales(scale: Scale) -> pl.Expr:
    """The mean of the parts of a composite."""
    mean = pl.sum_horizontal(scale.composite, ignore_nulls=False) / len(scale.composite)
    return mean.round().cast(pl.Int32).alias(scale.code)
