"""Flag: which leaders have much stress and little support, now or until just now; stays in the vault."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.instruments import RULE_SCALES

Flags = NDArray[np.bool_]
Points = NDArray[np.float64]
CUT_OFFS = ("high_stress", "low_support", "stress_persists", "support_persists")
NOBODY = pl.DataFrame(schema={"leader_key": pl.String, "is_flagged": pl.Boolean})
POINT = 1_000  # scores are kept as integers x1000


def flag_wave(stress: Points, support: Points, was_flagged: Flags, thresholds: Mapping[str, float]) -> Flags:
    """The rule with memory: a flag of the wave before stays until stress or support is clearly better.

    Without memory a leader near the thresholds would blink on and off. Nobody is flagged on a missing score
    (NaN); `was_flagged` is False for leaders who skipped the wave before.
    """
    from pipelines.counting.rule import SupportStressRule  # a command that flags nobody waits for no scikit-learn

    scores = np.column_stack([stress, support])
    now = SupportStressRule(thresholds["high_stress"], thresholds["low_support"])
    still = SupportStressRule(thresholds["stress_persists"], thresholds["support_persists"])
    return now.fit(scores).predict(scores) | (was_flagged & still.fit(scores).predict(scores))


def flag_leaders(
    scores: pl.DataFrame,
    previous: pl.DataFrame | None,
    thresholds: Mapping[str, float],
    rule_scales: tuple[str, str] = RULE_SCALES,
) -> pl.DataFrame:
    """One row per leader of `scores` (leader_key and scales x1000): leader_key, is_flagged, had_memory.

    `previous`: leader_key and is_flagged of who answered the wave before, None when there is no such wave.
    `rule_scales`: of stress and of support. is_flagged is null where a score is missing: unknown, not safe.
    had_memory: answered the wave before. An instrument without the four cut-offs of the rule flags nobody: all are
    unknown.
    """
    asked = [pl.col(c) if c in scores.columns else pl.lit(None, pl.Int32).alias(c) for c in rule_scales]
    before = NOBODY if previous is None else previous
    before = before.select("leader_key", was_flagged="is_flagged", had_memory=True)
    known = scores.select("leader_key", *asked).join(before, on="leader_key", how="left", maintain_order="left")
    known = known.with_columns(pl.col("was_flagged", "had_memory").fill_null(value=False))
    if not set(CUT_OFFS) <= set(thresholds):
        return known.select("leader_key", pl.lit(None, pl.Boolean).alias("is_flagged"), "had_memory")
    stress, support = (known[scale].cast(pl.Float64).to_numpy() / POINT for scale in rule_scales)
    flags = flag_wave(stress, support, known["was_flagged"].to_numpy(), thresholds)
    is_flagged = pl.when(pl.all_horizontal(pl.col(rule_scales).is_not_null())).then(pl.Series(flags))
    return known.select("leader_key", is_flagged.alias("is_flagged"), "had_memory")
