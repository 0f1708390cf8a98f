"""The leaders: what they are and carry with them, one per post; every quarter they get older and some are replaced."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from pipelines.ground.period import Wave
from pipelines.sample.assumptions import (
    ASSUMED,
    BANDS,
    NO_STARTER_FROM,
    QUARTER,
    Array,
    Random,
    happens,
    keys,
    stress_and_support,
)

KEY_BYTES = 8


@dataclass
class Leaders:
    """Who holds the posts: arrays with one entry, or one row, per post."""

    key: Array
    years: Array  # as a leader
    is_interim: Array
    lasting: Array  # the part of stress and the two kinds of support that stays with a person; x 3
    passing: Array  # the part that passes; x 3
    habit: Array  # of answering
    own: Array  # a trait per scale that is the person's own; the last is for everything not named
    reach: Array  # how near each pillar is, 0-1
    is_used: Array  # each pillar

    @property
    def is_starter(self) -> Array:
        """Whether each is a leader for less than two years."""
        return self.years < NO_STARTER_FROM

    def replace(self, is_gone: Array, newcomers: Leaders) -> None:
        """Give the posts of those who left to newcomers."""
        for field in fields(self):
            getattr(self, field.name)[is_gone] = getattr(newcomers, field.name)


def first_leaders(rng: Random, pillars: list[str], is_first: Array) -> Leaders:
    """Who holds the posts in the first wave; `is_first`: the posts of heads of a school."""
    assumed = ASSUMED["leaders"]
    is_starter = rng.random(len(is_first)) < np.where(is_first, *assumed["starters"])
    is_interim = rng.random(len(is_first)) < assumed["interims"]
    return _newcomers(rng, pillars, is_starter, is_interim, wave_number=0)


def pass_a_quarter(rng: Random, leaders: Leaders, pillars: list[str], is_gone: Array, wave_number: int) -> None:
    """Everybody gets older, some look at a pillar anew, newcomers take the posts of those who left.

    `wave_number`: of the wave that begins, from 0 for the first.
    """
    life = ASSUMED["life"]
    carried_over = life["carried_over"]
    was_starter = leaders.is_starter
    leaders.years = leaders.years + QUARTER
    room = (1 - carried_over**2) * (1 - np.array(life["lasting"]))
    leaders.passing = carried_over * leaders.passing + stress_and_support(rng, len(is_gone)) * np.sqrt(room)
    looks_anew = rng.random(leaders.is_used.shape) < ASSUMED["pillars"]["change"]
    looks_anew |= (was_starter & ~leaders.is_starter)[:, None]
    chosen = _choose(rng, pillars, leaders.is_starter, leaders.lasting, wave_number)
    leaders.is_used = np.where(looks_anew, chosen, leaders.is_used)
    filled_share, starter_share = ASSUMED["leaders"]["refilled"]
    is_filled = rng.random(is_gone.sum()) < filled_share
    is_by_starter = rng.random(is_gone.sum()) < starter_share
    newcomers = _newcomers(rng, pillars, is_filled & is_by_starter, ~is_filled, wave_number)
    leaders.replace(is_gone, newcomers)


def roster_of(leaders: Leaders, posts: pl.DataFrame, wave: Wave, *, is_split: bool) -> pl.DataFrame:
    """The roster of a wave, one row per leader; `is_split`: West has become two regions."""
    band = np.array([*BANDS])[np.digitize(leaders.years, [*BANDS.values()]) - 1]
    west = pl.when("is_north").then(pl.lit("West-Noord")).otherwise(pl.lit("West-Zuid"))
    role = np.where(posts["is_first"].to_numpy(), "director", "location_leader")
    return posts.select(
        pl.lit(wave).alias("wave"),
        pl.Series("leader_key", leaders.key),
        "school_key",
        pl.when((pl.col("region") == "West") & is_split).then(west).otherwise("region").alias("region"),
        pl.Series("experience_band", band),
        *("school_type", "school_size", "denomination"),
        pl.Series("role", np.where(leaders.is_interim, "interim", role)),
        pl.col("^board$"),
    )


def _newcomers(rng: Random, pillars: list[str], is_starter: Array, is_interim: Array, wave_number: int) -> Leaders:
    number = len(is_starter)
    shape, scale = ASSUMED["leaders"]["years"]
    longest_start = QUARTER if wave_number else NO_STARTER_FROM  # first starters began up to two years ago
    lasting_share = np.array(ASSUMED["life"]["lasting"])
    key = keys(rng, number, KEY_BYTES)
    years_of_starter = rng.uniform(0, longest_start, number)
    years_of_other = NO_STARTER_FROM + rng.gamma(shape, scale, number)
    lasting = stress_and_support(rng, number) * np.sqrt(lasting_share)
    passing = stress_and_support(rng, number) * np.sqrt(1 - lasting_share)
    habit = rng.standard_normal(number)
    own = rng.standard_normal((number, len(ASSUMED["behind"]) + 1))
    reach = rng.random((number, len(pillars)))
    years = np.where(is_starter, years_of_starter, years_of_other)
    is_used = _choose(rng, pillars, years < NO_STARTER_FROM, lasting, wave_number)
    return Leaders(key, years, is_interim, lasting, passing, habit, own, reach, is_used)


def _choose(rng: Random, pillars: list[str], is_starter: Array, lasting: Array, wave_number: int) -> Array:
    """Which pillars these leaders would use if they chose today; leaders x pillars."""
    assumed = ASSUMED["pillars"]
    growth = [wave_number * assumed["growth"].get(pillar, 0) for pillar in pillars]
    usual = [assumed["used"].get(pillar, assumed["other"]) for pillar in pillars]
    shares = [share + grown for share, grown in zip(usual, growth, strict=True)]
    chance = np.tile(shares, (len(is_starter), 1))
    if "mentor" in pillars:
        chance[:, pillars.index("mentor")] = np.where(is_starter, *assumed["mentor"])
    _, emotional, _ = lasting.T
    return happens(rng, [0, 1, assumed["draw"]], np.log(chance / (1 - chance)), emotional[:, None])
