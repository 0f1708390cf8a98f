"""Charts for pages and report: frames of ready words and shares in, cached specs without data out.

A chart is a module with `rows`, which makes its frame (columns as in its SCHEMA), `chart`, which draws it, and `tall`.

NAMES: which charts there are.
spec: one of them as Vega-Lite without data.
tall: how many pixels high it is.
beside: how many pixels wide the names at its left are.
filled: the same with its data and a width, for paper.
intervals: margins of groups or measures, one below the other, against the whole board.
grid: two dimensions crossed, with `table` for the same as words; `At`: where a cell stands.
rocks: which kinds of rock leaders have, in four parts, with `table` for the same as words.
trend: one measure through the waves.
estimates: estimates with their interval around no effect at all.
lines: an outcome from little to much stress, a line for each amount of support.
grid_line: a share that follows another.
"""

from dashboard.charts import estimates, grid, grid_line, intervals, lines, rocks, trend
from dashboard.charts.parts import beside
from dashboard.charts.specs import NAMES, filled, spec, tall

__all__ = [
    "NAMES",
    "beside",
    "estimates",
    "filled",
    "grid",
    "grid_line",
    "intervals",
    "lines",
    "rocks",
    "spec",
    "tall",
    "trend",
]
