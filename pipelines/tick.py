"""Tick: boxes that a survey tool writes one to a column become one column of codes joined by |."""

from __future__ import annotations

import polars as pl

from pipelines.instruments import Profile


def join_boxes(table: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """The export with each list column of the profile made of its boxes; no box ticked is not answered."""
    made = []
    for column, boxes in profile.lists.items():
        known = {head: code for head, code in boxes.items() if head in table.columns}
        if known and column not in table.columns:
            is_ticked = (
                pl.when(pl.col(head).str.strip_chars().is_in(profile.ticked)).then(pl.lit(code))
                for head, code in known.items()
            )
            joined = pl.concat_str(is_ticked, separator="|", ignore_nulls=True)
            made.append(pl.when(joined != "").then(joined).alias(column))
    heads = {head for boxes in profile.lists.values() for head in boxes}
    return table.with_columns(made).drop(heads, strict=False) if made else table
