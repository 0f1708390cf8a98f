"""Modelled: the gate's rule for what models say; pure functions of estimates, published numbers of leaders and rules.

An estimate may pass as a row that is there by how many answered the wave alone, with figures on a coarse grid. Which
rows and terms there may be is written down here; anything else is refused.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.schemas import EVIDENCE, Tables
from pipelines.instruments import RULE_SCALES, Attribute, Grid, Method

Row = dict[str, Any]
Unit = Literal["standardised", "share", "whole"]
INTERVAL = ("low", "high")
OF_PUBLICATION = ("publication", "wave")
GROUPS = ("all", "starters")
DUST = 1e-9  # of a step: what is nearer to a step than this lies on it


@dataclass(frozen=True)
class Figure:
    """How a figure is told: the unit whose step it is rounded to, and the least and most that are told apart."""

    unit: Unit
    least: float
    most: float


EFFECT = Figure("standardised", -1, 1)
RELIABLE = Figure("standardised", 0, 1)
SHARE = Figure("share", 0, 1)
DIFFERENCE = Figure("share", -1, 1)
BUFFER_TERMS = dict.fromkeys(("own", "combined"), EFFECT)
SCORE_TERMS = {**dict.fromkeys(("slope-1", "slope+0", "slope+1", "by_support"), EFFECT), **BUFFER_TERMS}
KIND_TERMS = dict.fromkeys(("emotional", "instrumental", "difference"), EFFECT)
CHANCE_TERMS = {
    **dict.fromkeys(("chance-1-1", "chance-1+1", "chance+1-1", "chance+1+1"), SHARE),
    **BUFFER_TERMS,
}
OF_TEN = Figure("whole", 0, 10)
CARD = {
    "auc_all": RELIABLE,
    "auc": RELIABLE,
    "slope": Figure("standardised", 0, 2),
    "recall": SHARE,
    "benefit_twice": DIFFERENCE,
    **dict.fromkeys(("of_ten", "of_ten_others", "of_ten_alone", "of_ten_others_alone"), OF_TEN),
    "chance_flagged": SHARE,
    "chance_others": SHARE,
}
CARD_WORDS = ("rung", "product")  # and fair_<measure>:<dimension>
FAIR = "fair_"
FORETELLS = ("R2", "R3")  # rungs on which a part is told, unless another line says so
TELLS = {
    **dict.fromkeys(("auc_all", "auc", "slope", "recall", "benefit_twice"), ("R2", "R3", "STOP")),
    **dict.fromkeys(("chance_flagged", "chance_others"), ("R3",)),
}
EXPLAINED = ("r2", "delta_r2", "f2")


@dataclass(frozen=True)
class Modelled:
    """What models say of one wave, as it may be published; only this module makes one."""

    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)  # without the publication's name and wave
    is_repeat: bool = False  # told before, word by word


def on_grid(
    estimates: Mapping[str, pl.DataFrame], respondents: int, starters: int, method: Method, grid: Grid
) -> Modelled:
    """What models may say of a wave that so many answered, so many of them counted with the starters.

    Raises Refused when an estimate is not of the rows, terms and parts that are published at that number.
    """
    rows = {name: frame.to_dicts() for name, frame in estimates.items()}
    for name in rows:
        _need(name in ON_GRID, name, "table")
    is_enough = respondents >= method.fewest_leaders
    _check_presence(rows, is_enough=is_enough)
    told = {name: [ON_GRID[name](row, method, grid) for row in of_table] for name, of_table in rows.items()}
    if "what_if" in told:
        large = {"all": respondents, "starters": starters}
        told["what_if"] = [row for row in told["what_if"] if large[row["group"]] >= method.fewest_leaders]
    return Modelled({name: pl.DataFrame(of_table, infer_schema_length=None) for name, of_table in told.items()})


def told_before(frozen: Tables) -> Modelled:
    """What an earlier publication of the wave told: told again it tells nothing more.

    No model is estimated anew for a few leaders more or fewer.
    """
    return Modelled({name: frozen[name].drop(OF_PUBLICATION) for name in EVIDENCE}, is_repeat=True)


def withheld_flags(
    modelled: Modelled, asked: Iterable[Attribute], rule_scales: tuple[str, str] = RULE_SCALES
) -> set[str]:
    """Attributes that are withheld because what they are made of measures too little, by the published reliability.

    `asked`: the attributes of the plan that were asked about.
    """
    scales = modelled.tables["reliability"].to_dicts()
    is_shut = any(row["is_gate_shut"] for row in scales if row["scale"] in rule_scales)
    return {attribute.code for attribute in asked if attribute.rule} if is_shut else set()


# ------------------------------------------------------------------------------------------------ the grid


def rounded(row: Row, figure: Figure, grid: Grid) -> Row:
    """An estimate and its limits on the grid; what could not be worked out is the widest interval of all.

    The estimate goes to the nearest step, a limit to the next step outward: an interval never becomes narrower, and
    whether it holds a step of the grid stays as it was.
    """
    step = {"standardised": grid.standardised, "share": grid.share, "whole": 1}[figure.unit]
    estimate = row.get("estimate")
    if estimate is None:
        return dict.fromkeys(("estimate", *INTERVAL))
    middle = (figure.least + figure.most) / 2
    told = _held(_step(round((estimate if math.isfinite(estimate) else middle) / step), step), figure)
    low, high = row.get("low"), row.get("high")
    if low is None or high is None:
        return {"estimate": told, "low": None, "high": None}
    if not (math.isfinite(low) and math.isfinite(high) and math.isfinite(estimate)):
        return {"estimate": told, "low": float(figure.least), "high": float(figure.most)}
    down, up = _step(math.ceil(low / step - DUST) - 1, step), _step(math.floor(high / step + DUST) + 1, step)
    return {"estimate": told, "low": min(_held(down, figure), told), "high": max(_held(up, figure), told)}


def _step(number: int, step: float) -> float:
    """So many steps, written without the noise of binary fractions."""
    return number / round(1 / step) if step < 1 else float(number)


def _held(value: float, figure: Figure) -> float:
    return float(min(max(value, figure.least), figure.most))


def _reliability(row: Row, method: Method, grid: Grid) -> Row:
    """The word and the gate of flags follow from the figures as they are published."""
    figures = rounded({"estimate": row.get("estimate"), "low": row.get("low"), "high": row.get("high")}, RELIABLE, grid)
    numbers, estimate = method.reliability, figures["estimate"]
    if estimate is None:
        word = "not_assessable"
    else:
        word = "good" if estimate >= numbers.good else "usable" if estimate >= numbers.usable else "low"
    is_shut = figures["high"] is not None and figures["high"] < numbers.usable
    return {**row, **figures, "leaders": _tens(row.get("leaders"), grid), "word": word, "is_gate_shut": is_shut}


def _evidence(row: Row, _: Method, grid: Grid) -> Row:
    shares = {name: rounded({"estimate": row.get(name)}, SHARE, grid)["estimate"] for name in EXPLAINED}
    return {**row, **shares, "leaders": _tens(row["leaders"], grid)}


def _term(row: Row, _: Method, grid: Grid) -> Row:
    figure = {**SCORE_TERMS, **KIND_TERMS, **CHANCE_TERMS}[row["term"]]
    return {**row, **rounded(row, figure, grid)}


def _card(row: Row, _: Method, grid: Grid) -> Row:
    figure = CARD.get(row["part"])
    return {**row, **rounded(row, figure, grid)} if figure else row


def _what_if(row: Row, _: Method, grid: Grid) -> Row:
    return {**row, **rounded(row, DIFFERENCE, grid)}


def _as_it_is(row: Row, _: Method, __: Grid) -> Row:
    return row


def _tens(leaders: int | None, grid: Grid) -> int | None:
    return None if leaders is None else leaders // grid.leaders * grid.leaders


ON_GRID = {
    "reliability": _reliability,
    "evidence": _evidence,
    "evidence_term": _term,
    "model_card": _card,
    "what_if": _what_if,
    "research": _as_it_is,
}


# ----------------------------------------------------------------------------- which rows there may be


def _check_presence(rows: Mapping[str, list[Row]], *, is_enough: bool) -> None:
    """Refuse what is not there by how many answered alone: too much, and too little."""
    for row in rows.get("reliability", ()):
        is_asked = is_enough and row["items"] > 1
        _need((row.get("estimate") is not None) == is_asked, "reliability", row["scale"])
    told, terms = rows.get("evidence", ()), rows.get("evidence_term", ())
    for row in told:
        _need((row["state"] != "no_basis") == is_enough, "evidence", row["outcome"])
        own = {term["term"] for term in terms if term["outcome"] == row["outcome"]}
        _need(own in _terms_of(row, is_enough=is_enough), "evidence_term", row["outcome"])
        _need((row.get("kinds_state") is not None) == (own >= set(KIND_TERMS)), "evidence", "kinds_state")
    _need({row["outcome"] for row in terms} <= {row["outcome"] for row in told}, "evidence_term", "outcome")
    _check_card(rows.get("model_card", ()), is_enough=is_enough)
    for name in _incomplete(rows.get("what_if", ()), is_enough=is_enough):
        raise Refused("model_off_rules", table="what_if", what=name)


def _check_card(rows: Sequence[Row], *, is_enough: bool) -> None:
    """The card has all its parts; which of them say something follows from the rung."""
    if not rows:
        return
    parts = {row["part"]: row for row in rows}
    fixed = {*CARD, *CARD_WORDS} if is_enough else {"rung"}
    _need({part for part in parts if not (is_enough and part.startswith(FAIR))} == fixed, "model_card", "part")
    rung = parts["rung"]["word"]
    for part in fixed - {"rung"}:
        says = parts[part].get("estimate") is not None or parts[part].get("word") is not None
        _need(says == (rung in TELLS.get(part, FORETELLS)), "model_card", part)


def _terms_of(row: Row, *, is_enough: bool) -> Collection[set[str]]:
    """The terms that the model of one outcome may have."""
    if not is_enough:
        return [set()]
    if row["kind"] == "chance":
        return [set(CHANCE_TERMS)]
    return [set(SCORE_TERMS), {*SCORE_TERMS, *KIND_TERMS}]


def _incomplete(rows: Iterable[Row], *, is_enough: bool) -> Iterator[str]:
    """Pillars that are not told of both groups, or that are told though too few answered."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(row["pillar"], []).append(row["group"])
    yield from (pillar for pillar, told in groups.items() if not is_enough or tuple(told) != GROUPS)


def _need(condition: object, table: str, what: str) -> None:
    if not condition:
        raise Refused("model_off_rules", table=table, what=what)
