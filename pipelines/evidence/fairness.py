"""Fairness: does the flag find those with an event equally well in every group? Words only."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pipelines.evidence.forward import Array, Transitions, leader_weights
from pipelines.instruments import Method

Word = Literal["similar", "differs", "cannot_check"]
MEASURES = ("flag_share", "recall", "precision")


def fairness(data: Transitions, group: NDArray[Any], method: Method) -> dict[str, Word]:
    """Per measure: similar, or differs (some group clearly from the others).

    `group` (rows,): the group of each row; "" is unknown and stands among the others. Whether it can be checked at all
    is decided after the gate, by published ranges.
    """
    names = list(np.unique(group[group != ""]))
    if len(names) < 2:
        return dict.fromkeys(MEASURES, "cannot_check")
    weights = leader_weights(data.leader, method.draws)
    # One interval per group: with several groups each is drawn wider, so that chance alone seldom says "differs".
    tail = 50 * (1 - method.certainty) / len(names)
    words: dict[str, Word] = dict.fromkeys(MEASURES, "similar")
    for name in names:
        own = shares(data, weights * (group == name))
        others = shares(data, weights * (group != name))
        for measure in MEASURES:
            if _differs(own[measure] - others[measure], tail):
                words[measure] = "differs"
    return words


def _differs(difference: Array, tail: float) -> bool:
    """Whether 0 lies outside the interval of drawn differences (draws,); `tail` in percent on either side."""
    if not np.isfinite(difference).any():
        return False
    low, high = np.nanpercentile(difference, [tail, 100 - tail])
    return bool(low > 0 or high < 0)


def shares(data: Transitions, weights: Array) -> dict[str, Array]:
    """Flagged of all, flagged of those with an event, events of the flagged; per set of weights (sets, rows)."""
    flagged = data.is_flagged.astype(np.float64)
    event = data.event.astype(np.float64)
    both = weights @ (flagged * event)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "flag_share": (weights @ flagged) / weights.sum(axis=1),
            "recall": both / (weights @ event),
            "precision": both / (weights @ flagged),
        }
