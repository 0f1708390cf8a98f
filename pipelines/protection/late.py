"""Late answers enter a wave as one batch that changes every shown cell by nobody or by many."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.counting import Grouped
from pipelines.ground.errors import Refused
from pipelines.protection.published import PLACE, Publication


def check_batch(grouped: Grouped, newest: Publication, *, is_shown: bool) -> None:
    """Refused unless the leaders who differ between the newest publication and the one to be made are many enough.

    A wave that was withdrawn (not `is_shown`) may be published anew with the very same leaders.
    """
    wave = grouped.wave
    policy = grouped.policy
    added = grouped.respondents.join(newest.respondents, on="leader_key", how="anti")
    gone = newest.respondents.join(grouped.respondents, on="leader_key", how="anti")
    different = added.height + gone.height
    if not different and is_shown:
        raise Refused("wave_published", wave=wave)
    if 0 < different < policy.k_coverage:
        raise Refused("late_too_few", wave=wave, found=different, needed=policy.k_coverage)
    shown = newest.cell.filter((pl.col("status") == "published") & (pl.col("measure") != "n"))
    for (table, dim_1, level_1, dim_2, level_2), rows in shown.group_by(PLACE, maintain_order=True):
        inside = sum(_inside(people, dim_1, level_1, dim_2, level_2) for people in (added, gone))
        needed = max(policy.k(name) for name in rows["class"].cast(pl.String).unique())
        if 0 < inside < needed:
            group = " / ".join(str(level) for level in (level_1, level_2) if level) or str(table)
            raise Refused("late_few_in_group", wave=wave, group=group, found=inside, needed=needed)


def _inside(people: pl.DataFrame, *place: object) -> int:
    """How many of these people sit in a cell, given as dimension, level, dimension, level."""
    is_in = np.ones(people.height, dtype=bool)
    for dimension, level in (place[:2], place[2:]):
        if dimension:
            is_in &= (people[str(dimension)] == level).to_numpy()
    return int(is_in.sum())
