"""Attributes: each leader's answers and scores become yes or no to what is counted; null where it is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.instruments import Attribute, Instrument


def yes_no(
    instrument: Instrument,
    answers: pl.DataFrame,
    scores: pl.DataFrame,
    flags: pl.DataFrame,
    thresholds: Mapping[str, float],
) -> pl.DataFrame:
    """One row per respondent: leader_key and one nullable boolean per attribute that was asked (null: open)."""
    people = answers.join(scores, on="leader_key", how="left", maintain_order="left").join(
        flags.select("leader_key", "is_flagged"), on="leader_key", how="left", maintain_order="left"
    )
    for attribute in instrument.parts_first():
        value = _attribute(attribute, people.columns, scores.columns, thresholds, instrument.rule_scales)
        if value is not None:
            people = people.with_columns(value.alias(f"is:{attribute.code}"))
    known = [a.code for a in instrument.attributes if f"is:{a.code}" in people.columns]
    return people.select("leader_key", *(pl.col(f"is:{code}").alias(code) for code in known))


def _attribute(
    attribute: Attribute,
    columns: Sequence[str],
    scales: Sequence[str],
    thresholds: Mapping[str, float],
    rule_scales: tuple[str, str],
) -> pl.Expr | None:
    """The attribute as an expression, or None when what it needs was not asked."""
    needed = [*(f"is:{part}" for part in attribute.parts()), *attribute.unanswered]
    if not set(needed) <= set(columns) or (attribute.from_ and attribute.from_ not in columns):
        return None
    if attribute.rule and not set(rule_scales) <= set(scales):
        return None
    conditions = [_of_source(attribute, scales, thresholds)] if attribute.from_ else []
    conditions += [pl.col("is_flagged")] if attribute.rule else []
    conditions += [pl.any_horizontal(f"is:{part}" for part in attribute.any_of)] if attribute.any_of else []
    conditions += [pl.any_horizontal(pl.col(c).is_null() for c in attribute.unanswered)] if attribute.unanswered else []
    conditions += [pl.col(f"is:{part}") for part in (*attribute.all_of, *attribute.implies)]
    conditions += [~pl.col(f"is:{part}") for part in attribute.none_of]
    return pl.all_horizontal(conditions)


def _of_source(attribute: Attribute, scales: Sequence[str], thresholds: Mapping[str, float]) -> pl.Expr:
    source = pl.col(str(attribute.from_))
    if attribute.contains:
        return source.str.split("|").list.eval(pl.element().is_in(attribute.contains)).list.any()
    if attribute.equals:
        return source.is_in(attribute.equals)
    points = 1000 if attribute.from_ in scales else 1
    cut = attribute.at_least if attribute.at_least is not None else attribute.at_most
    value = (thresholds[cut] if isinstance(cut, str) else float(cut or 0)) * points
    return source >= value if attribute.at_least is not None else source <= value


def eligible(people: pl.DataFrame, attribute: Attribute) -> NDArray[np.bool_]:
    """Who an attribute is about, by roster data alone; nobody when that is not known."""
    if not set(attribute.eligible) <= set(people.columns):
        return np.zeros(people.height, dtype=np.bool_)
    conditions = [pl.col(column).is_in(levels) for column, levels in attribute.eligible.items()]
    return people.select(pl.all_horizontal(pl.repeat(value=True, n=pl.len()), *conditions).alias("e"))["e"].to_numpy()
