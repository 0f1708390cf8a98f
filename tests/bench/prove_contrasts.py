"""What do contrasts tell of a board, and how often wrongly? Simulated boards with a known truth; for a statistician.

One table, beside the figures of the design; `make prove` prints it. A board has three regions of a quarter and one of a
half of its leaders; counts become ranges of a width, as published, at a place drawn by chance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipelines.instruments import contrasts_on, load_instrument
from pipelines.publication.contrasts import Difference, Doubt, Side, contrast, rest_of

DAY = dt.date(2026, 7, 1)
NUMBERS, POLICY = contrasts_on(DAY), load_instrument().policy(DAY)
DOUBT = Doubt(*POLICY.silent_odds, POLICY.response_floor, NUMBERS.sure, NUMBERS.relevant, NUMBERS.power)
BOARDS = ((60, 3), (120, 3), (120, 5), (300, 5), (1000, 5))  # leaders, width of a range
SHARE, RESPONSE, WAVES, PERSISTS, GAP = 0.7, 0.8, 4, 0.8, 0.3
DRAWS = 3_000
Ints, Array = NDArray[np.int64], NDArray[np.float64]
# Told of a gap of 10, 20, 30, 40 and 50 points in one wave, and of 30 points over a year: percent, from the design.
DESIGN = {
    (60, 3): (3, 21, 40, 57, 67, 59), (120, 3): (13, 30, 73, 92, 98, 85), (120, 5): (3, 16, 37, 44, 68, 60),
    (300, 5): (5, 53, 89, 97, 100, 94), (1000, 5): (23, 86, 100, 100, 100, 100),
}  # fmt: skip
