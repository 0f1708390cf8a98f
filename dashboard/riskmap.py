"""The map of stress and support for the whole board: three by three fields, edges at the rule's own cut-offs."""

from __future__ import annotations

from dashboard.charts import grid
from dashboard.pictures import Picture
from dashboard.story import MAP, Story, remembered
from dashboard.words import has_range

STRESS, SUPPORT = ("high", "middle", "low"), ("low", "middle", "high")


@remembered
def risk_map(story: Story) -> Picture | None:
    """How many leaders stand in each field; None when nothing of it can be shown."""
    words, cells = story.words, story.group("total", ())
    fields: list[grid.At] = [
        ((down, words(f"map.stress_{s}")), (across, words(f"map.support_{u}")), cells.get(f"{MAP}{s}_{u}"), None)
        for down, s in enumerate(STRESS)
        for across, u in enumerate(SUPPORT)
    ]
    if not any(has_range(cell) for *_, cell, _ in fields):
        return None
    frame, title = grid.rows(fields, words), words("map.title")
    told = "; ".join(f"{row['label']} {row['text']}" for row in frame.iter_rows(named=True))
    return Picture("grid", title, words("map.note"), frame, f"{title}: {told}.", grid.table(frame, words("map.head")))
