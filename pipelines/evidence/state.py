"""State: which of seven states a buffer estimate allows, and what it becomes beside published research."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import stats

from pipelines.evidence.buffer import Moderation
from pipelines.evidence.regress import Estimate
from pipelines.instruments import Buffer, Method

State = Literal["no_basis", "opposite", "tiny", "visible", "negligible", "cannot_tell_yet", "undecided"]
Pole = Literal["worse", "better"]


@dataclass(frozen=True)
class Evidence:
    """The state, with what its sentence needs. `product` is standardised and turned so that below 0 is a buffer."""

    state: State
    oriented: Pole | None  # what a higher outcome means; None when the data do not say
    leaders: int
    product: Estimate | None = None
    combined: Estimate | None = None  # with published research: never the board's own finding
    of_ten: int | None = None  # in how many of 10 boards like this a typical buffer would be noticed


def judge(model: Moderation, method: Method, *, higher_is: Pole | None = None) -> Evidence:
    """Which state a file of one's own allows; below `fewest_leaders` there is no basis for any.

    The outcome is turned so that stress makes it worse, unless `higher_is` says which way it points.
    """
    leaders = model.fit.clusters or model.fit.rows
    judged = judge_product(model.product, model.slopes[0], leaders, method, higher_is=higher_is)
    return replace(judged, state="no_basis") if leaders < method.fewest_leaders else judged


def judge_product(
    product: Estimate,
    slope: Estimate,
    leaders: int,
    method: Method,
    *,
    higher_is: Pole | None = None,
    is_reliable: bool = True,
) -> Evidence:
    """Which state holds; the first that matches wins. `slope`: of stress, at average support.

    An outcome whose direction is neither given nor visible leaves the question undecided; with a scale that measures
    too little it cannot be told.
    """
    oriented = higher_is or visible_direction(slope)
    turned = product if oriented != "better" else product.times(-1)
    combined = combine(turned, method.buffer, method.certainty)
    state: State = "undecided" if oriented is None else state_of(turned, combined, leaders, method.buffer)
    of_ten = round(10 * power(turned.se, method.buffer, method.certainty))
    return Evidence(state if is_reliable else "cannot_tell_yet", oriented, leaders, turned, combined, of_ten)


def judge_chance(
    difference: Estimate, leaders: int, higher_is: Pole | None, method: Method, *, is_reliable: bool = True
) -> Evidence:
    """The same for a yes/no outcome: how much less its chance rises by stress with much support than with little.

    There is no line for "too small to matter" on this scale, so it is visible, opposite or not decided.
    """
    product = difference if higher_is == "worse" else difference.times(-1)
    state: State = "undecided" if is_reliable else "cannot_tell_yet"
    if is_reliable and leaders >= method.buffer.guard and product.low > 0:
        state = "opposite"
    elif is_reliable and leaders >= method.buffer.guard and product.high < 0:
        state = "visible"
    return Evidence(state, higher_is, leaders, product)


def visible_direction(slope: Estimate) -> Pole | None:
    """Which way the outcome points, judged by the slope of stress; None when its interval includes 0."""
    if slope.low <= 0 <= slope.high:
        return None
    return "worse" if slope.estimate > 0 else "better"


def state_of(product: Estimate, combined: Estimate, leaders: int, numbers: Buffer) -> State:
    """The state of a directed, standardised buffer effect.

    The guard: enough leaders, or the estimate combined with research excludes 0 on the same side too.
    """
    is_guarded = leaders >= numbers.guard
    if product.low > 0 and (is_guarded or combined.low > 0):
        return "opposite"
    if product.high < 0 and product.low > -numbers.practical:
        return "tiny"
    if product.high < 0 and (is_guarded or combined.high < 0):
        return "visible"
    if product.low > -numbers.practical and product.high < numbers.practical:
        return "negligible"
    half_width = (product.high - product.low) / 2
    return "cannot_tell_yet" if half_width > numbers.wide else "undecided"


def combine(own: Estimate, numbers: Buffer, certainty: float = 0.95) -> Estimate:
    """The board's estimate together with published research, weighted by how precise each is."""
    precision = np.array([1 / max(own.se, np.finfo(float).tiny) ** 2, 1 / numbers.prior_sd**2])
    value = float(precision @ [own.estimate, numbers.prior_mean] / precision.sum())
    se = float(1 / np.sqrt(precision.sum()))
    half_width = float(stats.norm.ppf((1 + certainty) / 2)) * se
    return Estimate(value, se, value - half_width, value + half_width, float(2 * stats.norm.sf(abs(value) / se)))


def power(se: float, numbers: Buffer, certainty: float = 0.95) -> float:
    """The chance to notice a typical buffer with this standard error."""
    if se <= 0:
        return 1.0
    edge = stats.norm.ppf((1 + certainty) / 2)
    return float(stats.norm.cdf(numbers.typical / se - edge))
