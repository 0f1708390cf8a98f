"""Plot: the outcome over stress at little, average and much support, as one SVG for a steward's own file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import vl_convert
from scipy import special

from pipelines.evidence.buffer import Moderation

WIDTH = 360  # pixels
HEIGHT = 240
POINTS = 25  # of a curve


def svg(
    model: Moderation, outcome: str, words: dict[int, str], stress: tuple[float, float], *, is_chance: bool = False
) -> str:
    """Three lines over the observed stress, controls at 0; `words` names support at -1, 0 and +1 SD.

    Of a yes/no outcome (`is_chance`) they are chances, and curves.
    """
    intercept = model.fit["intercept"].estimate
    support_slope = model.fit["support"].estimate
    link: Callable[[float], float] = (lambda log_odds: float(special.expit(log_odds))) if is_chance else float
    values = [
        {
            "support": words[level],
            "stress": at_stress,
            "outcome": link(intercept + support_slope * at_support + model.slopes[level].estimate * at_stress),
        }
        for level, at_support in model.support_at.items()
        for at_stress in np.linspace(*stress, POINTS if is_chance else 2).tolist()
    ]
    axis = {"type": "quantitative", "scale": {"zero": False}}
    spec: dict[str, Any] = {
        "data": {"values": values},
        "mark": "line",
        "width": WIDTH,
        "height": HEIGHT,
        "encoding": {
            "x": {"field": "stress", **axis},
            "y": {"field": "outcome", "title": outcome, **axis},
            "strokeDash": {"field": "support", "type": "nominal", "sort": list(words.values()), "title": None},
        },
    }
    return str(vl_convert.vegalite_to_svg(spec))
