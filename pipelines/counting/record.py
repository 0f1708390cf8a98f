"""Record: all waves that a publication needs, loaded once, with the flags that follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pipelines.counting.flag import flag_leaders
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.vault import StoredWave, load_waves

Flags = Mapping[Wave, pl.DataFrame]  # per wave: leader_key, is_flagged (null: unknown), had_memory


@dataclass(frozen=True)
class Record:
    """The waves of a vault up to the one that is told of, oldest first; leaders are still leaders here."""

    waves: tuple[StoredWave, ...]  # without late answers
    with_late: bool = False

    @cached_property
    def now(self) -> StoredWave:
        """The wave that is told of, with its late answers where those are to be counted too."""
        newest = self.waves[-1]
        return newest.with_late() if self.with_late else newest

    @property
    def before(self) -> StoredWave | None:
        """The newest wave before it, however long ago, if there is one."""
        return self.waves[-2] if len(self.waves) > 1 else None

    def breaks(self) -> list[str]:
        """What makes a line with the wave before misleading: another instrument, items not asked, other regions."""
        now, before = self.now, self.before
        if before is None:
            return []
        broken = []
        if before.instrument.about.version != now.instrument.about.version:
            broken.append("instrument")
        if not set(before.about["columns_asked"]) <= set(now.about["columns_asked"]):
            broken.append("not_asked")
        if _places(now) and _places(before) and _places(now) - _places(before):
            broken.append("region_split")
        return broken


def load(home: Home, wave: Wave, *, with_late: bool = False) -> Record:
    """The record of a vault up to a wave, each vault file opened once; Refused when the wave is not in the vault.

    `with_late`: with the answers to that wave that came after its first publication.
    """
    return Record(load_waves(home, wave), with_late)


def flag_record(record: Record) -> Flags:
    """The flags of every wave of a record."""
    return flag_waves((*record.waves[:-1], record.now))


def flag_waves(waves: Sequence[StoredWave]) -> Flags:
    """The flags of each wave, with the memory of the wave right before it; a skipped wave and a late answer forget."""
    flags: dict[Wave, pl.DataFrame] = {}
    for stored in waves:
        memory = flags.get(stored.wave.before) if stored.has_keys else None
        thresholds = stored.instrument.threshold_values(stored.wave.first_day)
        flags[stored.wave] = flag_leaders(stored.scores, memory, thresholds, stored.instrument.rule_scales)
    return flags


def _places(stored: StoredWave) -> set[str]:
    """The places on the roster of a wave; nothing where it has none."""
    roster, place = stored.roster, stored.instrument.dimension_in("place")
    return set() if roster is None or place not in roster.columns else set(roster[place].unique())
