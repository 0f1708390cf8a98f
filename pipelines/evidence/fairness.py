"""Fairness: does the flag find those with an event equally well in every group? Words only."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pipelines.evidence.forward import Array, Transitions, leader_weights
from pipelines.instruments.method import Method

Word = Literal["similar", "differs", "cannot_check"]
MEASURES = ("flag_share", "recall", "precision")


def fairness(data: Transitions, group: NDArray[Any], method: Method) -> dict[str, Word]:
    """Per measure: similar, differs (some group clearly from the others), or cannot be checked at this size."""
    numbers, names = method.risk, list(np.unique(group[group != ""]))
    sizes = [data[group == name] for name in names]
    enough = all(
        part.leaders >= numbers.fair_leaders and part.leaders_with_event >= numbers.fair_events for part in sizes
    )
    if len(names) < 2 or not enough:
        return dict.fromkeys(MEASURES, "cannot_check")
    weights = leader_weights(data.leader, method.draws)
    # One interval per group: with several groups each is drawn wider, so that chance alone seldom says "differs".
    tail = 50 * (1 - method.certainty) / len(names)
    words: dict[str, Word] = dict.fromkeys(MEASURES, "similar")
    for name in names:
        mine, others = (shares(data, weights * rows) for rows in (group == name, group != name))
        for measure in MEASURES:
            apart = mine[measure] - others[measure]
            low, high = np.nanpercentile(apart, [tail, 100 - tail]) if np.isfinite(apart).any() else (0, 0)
            if low > 0 or high < 0:
                words[measure] = "differs"
    return words


def shares(data: Transitions, weights: Array) -> dict[str, Array]:
    """Flagged of all, flagged of those with an event, events of the flagged; per set of weights."""
    flagged, event = data.is_flagged.astype(np.float64), data.event.astype(np.float64)
    both = weights @ (flagged * event)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "flag_share": (weights @ flagged) / weights.sum(axis=1),
            "recall": both / (weights @ event),
            "precision": both / (weights @ flagged),
        }
