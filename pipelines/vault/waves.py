"""Waves: all that the vault holds of several waves, each file opened once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import Instrument, stored_instrument
from pipelines.vault.removals import pending_removal
from pipelines.vault.store import facts_of, late_files, read_tables, stored_waves, wave_file

NOBODY = pl.DataFrame(schema={"leader_key": pl.String})


@dataclass(frozen=True)
class StoredWave:
    """One wave as the vault keeps it: pseudonymous leaders, one row each, under the rules they were asked by."""

    wave: Wave
    about: Mapping[str, Any]  # where it came from: dates, columns asked, whether there are keys and a roster
    instrument: Instrument
    answers: pl.DataFrame
    scores: pl.DataFrame  # x1000
    roster: pl.DataFrame | None
    outcomes: pl.DataFrame  # wave, leader_key, event
    late_answers: pl.DataFrame  # what came after the first publication; the answer that came last counts
    late_scores: pl.DataFrame

    @property
    def has_keys(self) -> bool:
        """Whether leaders can be recognised in other waves."""
        return bool(self.about["has_keys"])

    def with_late(self) -> StoredWave:
        """The wave with its late answers among the others."""
        return replace(
            self,
            answers=pl.concat([self.answers, self.late_answers], how="diagonal"),
            scores=pl.concat([self.scores, self.late_scores], how="diagonal"),
        )


def load_waves(home: Home, until: Wave) -> tuple[StoredWave, ...]:
    """The waves up to and including `until`, oldest first; Refused when that one is not in the vault.

    Every vault file is opened once. Leaders whose removal has begun are left out.
    """
    names = [wave for wave in stored_waves(home) if wave <= until]
    if until not in names:
        raise Refused("wave_unknown", wave=until)
    gone = pending_removal(home).codes
    return tuple(_load(home, wave, gone) for wave in names)


def _load(home: Home, wave: Wave, gone: Collection[str]) -> StoredWave:
    tables = _without(read_tables(wave_file(home, wave), ("about", "answers", "scores", "roster", "outcomes")), gone)
    late = [_without(read_tables(place, ("answers", "scores")), gone) for place in late_files(home, wave)]
    about = facts_of(tables["about"])
    return StoredWave(
        wave=wave,
        about=about,
        instrument=stored_instrument(about["instrument"]),
        answers=tables["answers"],
        scores=tables["scores"],
        roster=tables["roster"] if about["has_roster"] else None,
        outcomes=tables["outcomes"],
        late_answers=_last_of_each([one["answers"] for one in late]),
        late_scores=_last_of_each([one["scores"] for one in late]),
    )


def _without(tables: Mapping[str, pl.DataFrame], gone: Collection[str]) -> dict[str, pl.DataFrame]:
    if not gone:
        return dict(tables)
    stays = ~pl.col("leader_key").is_in(list(gone))
    return {name: frame.filter(stays) if "leader_key" in frame.columns else frame for name, frame in tables.items()}


def _last_of_each(frames: list[pl.DataFrame]) -> pl.DataFrame:
    if not frames:
        return NOBODY
    return pl.concat(frames, how="diagonal").unique("leader_key", keep="last", maintain_order=True)
