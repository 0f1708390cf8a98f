"""State: what an interval allows to be said, of a buffer and of two kinds of support alike.

Below 0 is a buffer, or emotional support going along with less harm than practical support; above 0 the reverse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from scipy import stats

from pipelines.evidence.regress import Estimate
from pipelines.instruments import Buffer, Method

State = Literal[
    "no_basis", "opposite", "opposite_tiny", "tiny", "visible", "negligible", "cannot_tell_yet", "undecided"
]
Pole = Literal["worse", "better"]
Counted = Literal["leaders", "clusters", "rows"]


class Verdict(NamedTuple):
    """A state, and the key of its sentence."""

    state: State
    key: str


@dataclass(frozen=True)
class Sizes:
    """Two sizes on the scale of an outcome: from which one matters in practice, and what would be typical."""

    matters: float
    typical: float

    @classmethod
    def of(cls, numbers: Buffer, *, is_chance: bool = False) -> Sizes:
        """Of a score in standard deviations, of a yes/no outcome in log-odds."""
        unit = numbers.log_odds if is_chance else 1.0
        return cls(numbers.practical * unit, numbers.typical * unit)


@dataclass(frozen=True)
class Evidence:
    """The state, with what its sentence needs. `product` is turned so that below 0 is a buffer."""

    verdict: Verdict
    oriented: Pole | None  # what a higher outcome means; None when the data do not say
    count: int  # of what the guard counts
    counted: Counted = "leaders"
    product: Estimate | None = None
    combined: Estimate | None = None  # with published research: never the board's own finding
    of_ten: int | None = None  # in how many of 10 boards like this a typical buffer would be noticed

    @property
    def state(self) -> State:
        """What may be concluded."""
        return self.verdict.state


def verdict(
    low: float,
    high: float,
    sizes: Sizes,
    *,
    is_directed: bool = True,
    has_basis: bool = True,
    is_reliable: bool | None = None,
    is_guarded: bool = True,
) -> Verdict:
    """The state and the sentence of an interval; no sentence denies what lies inside it (sentence.CLAIMS).

    is_directed: whether it is known which way the outcome is worse. has_basis: whether enough were asked. is_reliable:
    whether the scales measure enough; None where nobody knows, and then no sentence speaks of it.
    is_guarded: whether so many were asked that an interval without 0 is seldom chance.
    """
    if not has_basis:
        return Verdict("no_basis", "no_basis")
    cannot_tell = Verdict("cannot_tell_yet", "too_uncertain" if is_reliable is None else "cannot_tell_yet")
    if is_reliable is False:
        return cannot_tell
    is_much_below, is_much_above = low <= -sizes.matters, high >= sizes.matters
    if not is_directed:
        is_small = not (is_much_below or is_much_above)
        return Verdict("negligible", "negligible") if is_small else Verdict("undecided", "no_direction")
    if low > 0 and (is_guarded or not is_much_above):
        state: State = "opposite" if is_much_above else "opposite_tiny"
        return Verdict(state, state)
    if high < 0 and (is_guarded or not is_much_below):
        state = "visible" if is_much_below else "tiny"
        return Verdict(state, state)
    if not (is_much_below or is_much_above):
        return Verdict("negligible", "negligible")
    if (high - low) / 2 > sizes.typical:
        return cannot_tell
    if low > 0 or high < 0:
        return Verdict("undecided", "few_above" if low > 0 else "few_below")
    side = "both" if is_much_below and is_much_above else "below" if is_much_below else "above"
    return Verdict("undecided", f"undecided_{side}")


def judge_buffer(
    product: Estimate,
    count: int,
    method: Method,
    oriented: Pole | None,
    *,
    is_chance: bool = False,
    is_reliable: bool | None = None,
    counted: Counted = "leaders",
) -> Evidence:
    """What may be said about a buffer; `product` as it was fitted, per standard deviation of stress and support.

    The guard: enough leaders, or the estimate combined with research excludes 0 on the same side too.
    """
    numbers, sizes = method.buffer, Sizes.of(method.buffer, is_chance=is_chance)
    turned = product if oriented != "better" else product.times(-1)
    combined = combine(turned, numbers, sizes, method.certainty)
    has_same_side = combined.low > 0 if turned.low > 0 else combined.high < 0
    told = verdict(
        turned.low,
        turned.high,
        sizes,
        is_directed=oriented is not None,
        has_basis=count >= method.fewest_leaders,
        is_reliable=is_reliable,
        is_guarded=count >= numbers.guard or has_same_side,
    )
    of_ten = round(10 * power(turned, sizes, method.certainty))
    return Evidence(told, oriented, count, counted, turned, combined, of_ten)


def judge_kinds(difference: Estimate, count: int, method: Method, *, is_reliable: bool | None = None) -> Verdict:
    """What may be said about emotional against practical support; `difference`: below 0 emotional goes with less harm.

    No research leans either way, so the guard is a number of leaders alone.
    """
    return verdict(
        difference.low,
        difference.high,
        Sizes.of(method.buffer),
        has_basis=count >= method.fewest_leaders,
        is_reliable=is_reliable,
        is_guarded=count >= method.buffer.guard,
    )


def visible_direction(slope: Estimate) -> Pole | None:
    """Which way the outcome points, judged by the slope of stress; None when its interval includes 0."""
    if slope.low <= 0 <= slope.high:
        return None
    return "worse" if slope.estimate > 0 else "better"


def combine(own: Estimate, numbers: Buffer, sizes: Sizes, certainty: float = 0.95) -> Estimate:
    """The middle of the board's interval together with published research, weighted by how precise each is."""
    unit = sizes.matters / numbers.practical
    precision = np.array([1 / max(own.se, np.finfo(float).tiny) ** 2, 1 / (unit * numbers.prior_sd) ** 2])
    value = float(precision @ [(own.low + own.high) / 2, unit * numbers.prior_mean] / precision.sum())
    se = float(1 / np.sqrt(precision.sum()))
    half_width = float(stats.norm.ppf((1 + certainty) / 2)) * se
    return Estimate(value, se, value - half_width, value + half_width, float(2 * stats.norm.sf(abs(value) / se)))


def power(own: Estimate, sizes: Sizes, certainty: float = 0.95) -> float:
    """The chance that a typical buffer would have an interval as wide as this one below 0."""
    if own.se <= 0:
        return 1.0
    edge = stats.norm.ppf((1 + certainty) / 2)
    return float(stats.norm.cdf(sizes.typical / own.se - edge))
