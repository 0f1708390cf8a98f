"""Plot: the outcome over stress at little, average and much support, as one SVG for a steward's own file."""

from __future__ import annotations

from typing import Any

import vl_convert

from pipelines.evidence.buffer import Moderation

WIDTH = 360  # pixels
HEIGHT = 240


def svg(model: Moderation, outcome: str, words: dict[int, str], stress: tuple[float, float]) -> str:
    """Three lines over the observed stress, controls at 0; `words` names support at -1, 0 and +1 SD."""
    intercept = model.fit["intercept"].estimate
    support_slope = model.fit["support"].estimate
    values = [
        {
            "support": words[level],
            "stress": at_stress,
            "outcome": intercept + support_slope * at_support + model.slopes[level].estimate * at_stress,
        }
        for level, at_support in model.support_at.items()
        for at_stress in stress
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
