"""Change: one word about leaders who answered a wave and the one before, board-wide. Law: docs/method.md."""

from __future__ import annotations

from typing import Literal

import dataframely as dy
import numpy as np
import polars as pl
from scipy import stats

from pipelines.counting import Flags, Grouped, Record, eligible, yes_no
from pipelines.ground.period import PublicationId
from pipelines.ground.schemas import Cell, Change, frame_of
from pipelines.instruments import Policy
from pipelines.vault import StoredWave


def change_table(
    record: Record, flags: Flags, grouped: Grouped, cell: dy.DataFrame[Cell], publication: PublicationId
) -> dy.DataFrame[Change]:
    """The table change: a word per coverage measure whose share of the whole board is published (`cell`)."""
    before = record.before
    rows = []
    if before is not None and before.wave == grouped.wave.before and before.has_keys and record.now.has_keys:
        earlier = _yes_no(before, flags)
        for measure, leaders in _told_board_wide(cell):
            if measure not in earlier.columns:
                continue
            is_about = eligible(grouped.people, grouped.instrument.attribute(measure))
            pairs = grouped.yes_no.filter(is_about).join(earlier.select("leader_key", was=measure), on="leader_key")
            word = change_word(pairs[measure], pairs["was"], leaders, grouped.policy)
            if word:
                rows.append({"measure": measure, "previous_wave": before.wave, "word": word})
    return frame_of(Change, rows, publication=publication, wave=grouped.wave)


def _told_board_wide(cell: dy.DataFrame[Cell]) -> list[tuple[str, int]]:
    """Coverage measures with a published figure of the whole board, and how many leaders that is about."""
    told = cell.filter(
        pl.col("table_id") == "total",
        pl.col("status") == "published",
        pl.col("class") == "coverage",
        pl.col("leaders").is_not_null(),
    )
    return list(told.select("measure", "leaders").iter_rows())


def _yes_no(stored: StoredWave, flags: Flags) -> pl.DataFrame:
    """The attributes of every respondent of a wave."""
    thresholds = stored.instrument.threshold_values(stored.wave.first_day)
    return yes_no(stored.instrument, stored.answers, stored.scores, flags[stored.wave], thresholds)


def change_word(
    now: pl.Series, before: pl.Series, leaders: int, policy: Policy
) -> Literal["higher", "same", "lower"] | None:
    """One of three words about leaders who answered twice; None when there are too few pairs.

    `now` and `before` are nullable booleans of the same leaders; `leaders` is the size of the group on the roster.
    """
    both = now.is_not_null() & before.is_not_null()
    now = now.filter(both)
    before = before.filter(both)
    pairs = len(now)
    if pairs < policy.fewest_pairs:
        return None
    gained = int((now & ~before).sum())
    lost = int((before & ~now).sum())
    # As if two more pairs had been seen, one of which gained and lost by half: no certainty from a few pairs.
    m = pairs + 2
    u = gained + 0.5
    w = lost + 0.5
    difference = (gained - lost) / m
    finite = max(0.0, (leaders - pairs) / (leaders - 1))
    half = stats.norm.ppf((1 + policy.certainty) / 2) * np.sqrt((u + w - (u - w) ** 2 / m) / m**2 * finite)
    return "higher" if difference - half > 0 else "lower" if difference + half < 0 else "same"
