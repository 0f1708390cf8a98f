"""Boards with a known truth: so many leaders of each region say yes, wave by wave; written as exports and a roster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.ground.period import Wave
from pipelines.instruments import Instrument

FIRST_WAVE = Wave("2026Q3")
REGIONS = ("Noord", "Oost", "Zuid", "West")
SIZES = (0.20, 0.25, 0.25, 0.30)
BANDS = {"0-1": 0.15, "2-5": 0.24, "6-10": 0.26, "11-20": 0.23, "21+": 0.12}
TYPES = {"bao": 0.75, "vo": 0.15, "sbo": 0.10}
ROLES = {"director": 0.8, "location_leader": 0.15, "interim": 0.05}
RESPONSE = 0.8
PERSISTS = 0.8  # of the leaders lean in a wave as they always do
SHARES = (0.7, 0.8)  # of yes outside the region that lies lower
ROCK = "has_rock"
ROCK_IS_EMOTIONAL = 0.85  # of those who have a rock
ROCK_IS_INSTRUMENTAL = 0.6


@dataclass(frozen=True)
class Truth:
    """What is so for one measure: the region that lies lower, and by how much."""

    region: str
    gap: float


@dataclass(frozen=True)
class Planted:
    """A board on disk, and what is true of it."""

    roster: Path
    exports: dict[Wave, Path]
    truth: dict[str, Truth]
    answered: dict[Wave, pl.DataFrame]  # region, and per measure whether the leader says yes, of those who answered


def write_planted(
    folder: Path, instrument: Instrument, leaders: int, seed: int, *, waves: int, gaps: tuple[float, ...], odds: float
) -> Planted:
    """Waves in the native layout. Measures get the gaps in an order that chance decides.

    `odds`: in the region that lies lower those who say yes answer at so many times the odds of the others there, and
    elsewhere the other way round. Where it is not 1, all measures have the same answers.
    """
    random = np.random.default_rng((leaders, seed))
    folder.mkdir(parents=True, exist_ok=True)
    region = np.repeat(np.arange(len(REGIONS)), _shared(leaders, SIZES))
    columns = {
        "leader_key": [f"k{i:05d}" for i in range(leaders)],
        "school_key": [f"s{i:05d}" for i in range(leaders)],
        "region": np.array(REGIONS)[region],
        "experience_band": random.permutation(np.repeat(list(BANDS), _shared(leaders, BANDS.values()))),
        "school_type": random.choice(list(TYPES), leaders, p=list(TYPES.values())),
        "role": random.choice(list(ROLES), leaders, p=list(ROLES.values())),
    }
    names = list(map(str, _waves(waves)))
    roster = pl.DataFrame(columns).join(pl.DataFrame({"wave": names}), how="cross")
    roster.write_csv(folder / "roster.csv")
    measures = [ROCK, *_pillars_of_all(instrument)]
    order = random.permutation(np.resize(gaps, len(measures)))
    lower = random.integers(len(REGIONS), size=len(measures))
    if odds != 1:
        lower[:] = lower[0]
    yes = np.stack(
        [
            _leaning(random, region, at, gap, share, waves)
            for at, gap, share in zip(lower, order, random.choice(SHARES, len(measures)), strict=True)
        ]
    )
    if odds != 1:
        yes = np.repeat(yes[:1], len(measures), axis=0)
    own = np.where(region == lower[0], odds**0.5, odds**-0.5)[:, None]
    chance = RESPONSE / (1 - RESPONSE) * np.where(yes[0], own, 1 / own)
    answers = random.random((leaders, waves)) < chance / (1 + chance)
    exports, answered = {}, {}
    for at, wave in enumerate(_waves(waves)):
        told = dict(zip(measures, yes[:, :, at], strict=True))
        who = pl.Series(answers[:, at])
        exports[wave] = folder / f"responses_{wave}.csv"
        rows = _export(random, instrument, columns["leader_key"], wave, told)
        rows.filter(who).write_csv(exports[wave])
        answered[wave] = pl.DataFrame({"region": columns["region"], **told}).filter(who)
    truth = {name: Truth(REGIONS[at], float(gap)) for name, at, gap in zip(measures, lower, order, strict=True)}
    return Planted(folder / "roster.csv", exports, truth, answered)


def _waves(waves: int) -> Iterator[Wave]:
    return (FIRST_WAVE.later(number) for number in range(waves))


def _pillars_of_all(instrument: Instrument) -> list[str]:
    """Whether they use it: of the pillars that every leader is asked about."""
    used = [f"{pillar.code}_used" for pillar in instrument.pillars]
    return [code for code in used if not instrument.attribute(code).eligible]


def _shared(leaders: int, shares) -> np.ndarray:
    """Whole numbers that together are all leaders, as near to these shares as they can."""
    ends = np.rint(leaders * np.cumsum(list(shares))).astype(int)
    return np.diff(ends, prepend=0)


def _leaning(
    random: np.random.Generator, region: np.ndarray, lower: int, gap: float, share: float, waves: int
) -> np.ndarray:
    """Who says yes in each wave: an exact number of each region; most leaders lean as they always do."""
    lasting = random.random((len(region), 1))
    leaning = np.where(random.random((len(region), waves)) < PERSISTS, lasting, random.random((len(region), waves)))
    yes = np.zeros(leaning.shape, bool)
    for at in range(len(REGIONS)):
        inside = region == at
        number = round((share - gap * (at == lower)) * inside.sum())
        yes[inside] = leaning[inside].argsort(0).argsort(0) < number
    return yes


def _export(
    random: np.random.Generator, instrument: Instrument, keys: list[str], wave: Wave, told: dict[str, np.ndarray]
) -> pl.DataFrame:
    """Everybody's answers in one wave; what is not planted is drawn, the same for all groups."""
    leaders = len(keys)
    rock = told[ROCK]
    emotional = rock & (random.random(leaders) < ROCK_IS_EMOTIONAL)
    instrumental = rock & (~emotional | (random.random(leaders) < ROCK_IS_INSTRUMENTAL))
    answers: dict[str, object] = {"leader_key": keys, "submitted": [str(wave.first_day)] * leaders}
    for code, has in (("emotional", emotional), ("instrumental", instrumental)):
        answers[f"rock_{code}"] = np.where(has, "yes", "no")
    for pillar in instrument.pillars:
        used = told.get(f"{pillar.code}_used", random.random(leaders) < 0.5)
        other = np.where(random.random(leaders) < 0.5, "none", "available")
        answers[f"pillar_{pillar.code}"] = np.where(used, "used", other)
    for scale in instrument.scales:
        trait = random.normal(size=leaders)
        for item in scale.items:
            score = np.clip(np.rint(3 + 0.8 * trait + random.normal(scale=0.6, size=leaders)), 1, 5)
            answers[item.code] = score.astype(int)
    return pl.DataFrame(answers)
