"""Simulated boards with a known buffer, and with what can look like one: curves, floors, skew, statements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LASTING = (0.6, 0.7, 0.5)  # what stays with a leader from wave to wave: of stress, support, the rest of the outcome
LOADING = 0.75  # of each statement on what it measures
EVEN = (-1.5, -0.5, 0.5, 1.5)  # where the answers to a statement are cut, in standard deviations
STATEMENTS = {"stress": 3, "support": 4, "outcome": 2}


@dataclass(frozen=True)
class Fault:
    """What a board has besides a buffer; the outcome is .4 S - .2 U + b S U + .8 e, plus curve S^2."""

    curve: float = 0.0
    floor: float = 0.0  # share of the answers that lie at the lowest score
    skew: float = 0.0  # sigma of a log-normal rest: .6 has a skewness of 2.3
    has_statements: bool = False  # scores of a few statements with five answers


FAULTS = {
    "none": Fault(),
    "curved": Fault(curve=0.08),
    "floor 6 %": Fault(floor=0.06),
    "floor 20 %": Fault(floor=0.20),
    "floor 37 %": Fault(floor=0.37),
    "skewed": Fault(skew=0.6),
    "skewed, floor 37 %": Fault(skew=0.6, floor=0.37),
    "curved, floor 20 %": Fault(curve=0.08, floor=0.20),
    "statements": Fault(has_statements=True),
    "statements, floor 37 %": Fault(floor=0.37, has_statements=True),
}


@dataclass(frozen=True)
class Board:
    """Rows of leaders over waves; y, stress and support in about standard deviations."""

    y: Array
    stress: Array
    support: Array
    leader: NDArray[np.int64]
    wave: NDArray[np.int64]

    def until(self, wave: int) -> Board:
        """The waves up to one."""
        is_there = self.wave <= wave
        return Board(*(column[is_there] for column in (self.y, self.stress, self.support, self.leader, self.wave)))

    @property
    def controls(self) -> dict[str, Array]:
        """Waves and five bands of experience, as in the models that are published."""
        waves = {f"wave={wave}": (self.wave == wave).astype(float) for wave in range(1, self.wave.max() + 1)}
        return waves | {f"band={band}": (self.leader % 5 == band).astype(float) for band in range(1, 5)}


def drawn(rng: np.random.Generator, leaders: int, waves: int, buffer: float, fault: Fault = FAULTS["none"]) -> Board:
    """One board: what is lasting of a leader stays, the rest passes; stress and support correlate -.2."""
    lasting = np.sqrt(LASTING)
    own = rng.standard_normal((leaders, 1, 3)) * lasting
    now = own + rng.standard_normal((leaders, waves, 3)) * np.sqrt(1 - lasting**2)
    stress, support, rest = np.moveaxis(now, 2, 0).reshape(3, -1)
    support = -0.2 * stress + np.sqrt(1 - 0.04) * support
    if fault.skew:
        rest = (np.exp(fault.skew * rest) - np.exp(fault.skew**2 / 2)) / np.sqrt(
            np.exp(fault.skew**2) * (np.exp(fault.skew**2) - 1)
        )
    y = 0.4 * stress - 0.2 * support + buffer * stress * support + fault.curve * stress**2 + 0.8 * rest
    if fault.has_statements:
        stress, support = (
            answered(rng, score, STATEMENTS[name]) for score, name in ((stress, "stress"), (support, "support"))
        )
        y = answered(rng, (y - y.mean()) / y.std(), STATEMENTS["outcome"], fault.floor)
    elif fault.floor:
        y = np.maximum(y, np.quantile(y, fault.floor))
    return Board(y, stress, support, np.repeat(np.arange(leaders), waves), np.tile(np.arange(waves), leaders))


def answered(rng: np.random.Generator, score: Array, statements: int, floor: float = 0.0) -> Array:
    """A score of so many statements with five answers each, in standard deviations; `floor`: share of lowest scores."""
    answers = LOADING * score[:, None] + np.sqrt(1 - LOADING**2) * rng.standard_normal((len(score), statements))
    first = np.quantile(answers.max(axis=1), floor) if floor else EVEN[0]
    cuts = np.linspace(first, max(EVEN[-1], first + 1.5), len(EVEN))
    return 4.5 * np.digitize(answers, cuts).mean(axis=1) / 4


def yes_or_no(
    rng: np.random.Generator, leaders: int, waves: int, buffer: float, share: float, curve: float = 0.0
) -> Board:
    """A board whose outcome is yes or no: log-odds .6 S - .4 U + buffer S U + curve S^2, about `share` yes."""
    board = drawn(rng, leaders, waves, 0.0)
    s, u = board.stress, board.support
    log_odds = np.log(share / (1 - share)) + 0.6 * s - 0.4 * u + buffer * s * u + curve * s**2
    is_yes = rng.random(len(s)) < 1 / (1 + np.exp(-log_odds))
    return Board(is_yes.astype(float), s, u, board.leader, board.wave)
