"""Late: of an import after the publication only what it adds is kept, beside the wave."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from pipelines import vault
from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.intake.conform import Imported
from pipelines.intake.under_codes import turned_away


def late_only(home: Home, wave: Wave, imported: Imported) -> Imported:
    """What an import after the publication adds: leaders on the wave's roster who were not counted.

    Raises Refused when it adds nobody, for the figures of a published wave stand, and where there are no keys by
    which that could be known.
    """
    about = vault.read_about(home, wave)
    if not (imported.has_keys and about["has_keys"]):
        raise Refused("late_without_keys", wave=wave)
    answers = imported.answers
    counted = answers.join(vault.read(home, wave, "answers"), on="leader_key", how="semi")
    rejected = [imported.rejected, turned_away(counted, "already_counted")]
    answers = answers.join(counted, on="row", how="anti")
    if about["has_roster"]:
        roster = vault.read(home, wave, "roster").drop("school_key", strict=False)
        strangers = answers.join(roster, on="leader_key", how="anti")
        rejected.append(turned_away(strangers, "not_on_roster"))
        answers = _with_groups_of(answers.join(strangers, on="row", how="anti"), roster)
    if answers.is_empty():
        raise Refused("wave_published", wave=wave)
    return replace(
        imported,
        answers=answers,
        rejected=pl.concat(rejected).sort("row"),
        data_errors=imported.data_errors.join(answers, on="row", how="semi"),
        late=answers.height,
        standing="late",
    )


def _with_groups_of(answers: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """Answers with the groups that the wave's own roster gives their leaders."""
    groups = [name for name in roster.columns if name != "leader_key"]
    return answers.drop(groups, strict=False).join(roster, on="leader_key", how="left", maintain_order="left")
