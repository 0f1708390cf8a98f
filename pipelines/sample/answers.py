"""The answers: what moves them in one wave, and what every leader on the roster would hand in."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from pipelines.instruments import Instrument
from pipelines.sample.assumptions import ASSUMED, Array, Random
from pipelines.sample.leaders import Leaders

USUAL_PILLARS = 2  # used by a leader whose support they neither raise nor lower
NOT_VARYING = ("starter", "level")  # what moves answers without being a part of their variance
Behind = dict[str, Array]  # name -> one value per leader, in standard deviations


def what_is_behind(rng: Random, leaders: Leaders, posts: pl.DataFrame, quarter: int) -> Behind:
    """What moves the answers of this wave."""
    life = ASSUMED["life"]
    in_region = posts["region"].replace_strict(life["region_support"], default=0.0).to_numpy()
    now = leaders.lasting + leaders.passing + np.outer(leaders.is_starter, life["starter"])
    now += np.outer(leaders.is_used.sum(axis=1) - USUAL_PILLARS, life["per_pillar"])
    now += np.outer(in_region, [0, 1, 1])
    stress, emotional, instrumental = now.T
    stress = stress + life["season"][quarter - 1]
    own = _half_trait_half_mood(rng, leaders.own[:, -1])
    parts = [stress, emotional, instrumental, stress * emotional, stress * instrumental, own]
    return {
        "stress": stress,
        "emotional": emotional,
        "instrumental": instrumental,
        "exhaustion": np.stack(parts, axis=1) @ life["exhaustion"],
        "starter": leaders.is_starter.astype(float),
        "level": np.ones(len(stress)),
    }


def answers_of(rng: Random, instrument: Instrument, leaders: Leaders, behind: Behind, opens: dt.date) -> pl.DataFrame:
    """What every leader on the roster would hand in, and when; the columns of a native export."""
    return _Answers(rng, instrument, leaders, behind).all(opens)


class _Answers:
    """The columns of an export as they come; every draw depends on the ones before, so their order is fixed."""

    def __init__(self, rng: Random, instrument: Instrument, leaders: Leaders, behind: Behind) -> None:
        self.rng = rng
        self.instrument = instrument
        self.leaders = leaders
        self.behind = behind
        self.people = len(leaders.key)
        self.columns: list[pl.Series | pl.Expr] = [pl.Series("leader_key", leaders.key)]

    def all(self, opens: dt.date) -> pl.DataFrame:
        """One row per leader."""
        self._add_days(opens)
        self._add_pillars()
        self._add_rocks()
        self._add_scales()
        return pl.select(*self.columns)

    def _add(self, column: str, values: Array, is_asked: Array | bool = True) -> Array:
        """Add a column of answers; who gave one, for here and there one is missed."""
        is_given: Array = is_asked & (self.rng.random(self.people) >= ASSUMED["answers"]["missed"])
        self.columns.append(pl.when(pl.Series(is_given)).then(pl.Series(values)).alias(column))
        return is_given

    def _add_days(self, opens: dt.date) -> None:
        assumed = ASSUMED["answers"]
        first_late, last_late = assumed["late_days"]
        is_late = self.rng.random(self.people) < assumed["late"]
        last = np.where(is_late, last_late, assumed["open_days"])
        days = self.rng.integers(is_late * first_late, last, endpoint=True)
        days += is_late * assumed["open_days"]
        self.columns.append(pl.Series("submitted", np.datetime64(opens) + days))

    def _add_pillars(self) -> None:
        assumed = ASSUMED["pillars"]
        for number, pillar in enumerate(self.instrument.pillars):
            column = f"pillar_{pillar.code}"
            is_used = self.leaders.is_used[:, number]
            is_near = self.leaders.reach[:, number] < assumed["available"]
            says_used = is_used & self._add(column, np.where(is_used, "used", np.where(is_near, "available", "none")))
            low, high = self.instrument.numbers()[f"{column}_quality"]
            self._add(f"{column}_quality", _on_scale(self._level("quality"), low, high), says_used)
            if pillar.asks_monthly:
                is_monthly = self.rng.random(self.people) < assumed["monthly"]
                self._add(f"{column}_monthly", np.where(is_monthly, "yes", "no"), says_used)

    def _add_rocks(self) -> None:
        for rock in self.instrument.rocks:
            column = f"rock_{rock.code}"
            has_rock = self._level(column) > 0
            says_yes = has_rock & self._add(column, np.where(has_rock, "yes", "no"))
            people = np.array([person.code for person in rock.who] or [""], dtype=object)
            one, other = np.sort(self.rng.integers(len(people), size=(2, self.people)), axis=0)
            names_two = (one < other) & (self.rng.random(self.people) < ASSUMED["answers"]["who_twice"])
            self._add(f"{column}_who", people[one] + np.where(names_two, "|" + people[other], ""), says_yes)

    def _add_scales(self) -> None:
        loading = ASSUMED["answers"]["loading"]
        noise = np.sqrt(1 - loading**2)
        reaches_scales = self.rng.random(self.people) >= ASSUMED["answers"]["broken_off"]
        for scale in self.instrument.scales:
            level = self._level(scale.code)
            for item in scale.items:
                low, high = self.instrument.numbers()[item.code]
                answer = _on_scale(loading * level + noise * self.rng.standard_normal(self.people), low, high)
                self._add(item.code, round(low + high) - answer if item.reversed else answer, reaches_scales)

    def _level(self, code: str) -> Array:
        """Where each leader stands on a scale: what lies behind it, then half trait, half mood."""
        weights = ASSUMED["behind"].get(code, {})
        unexplained = 1 - sum(weight**2 for name, weight in weights.items() if name not in NOT_VARYING)
        trait = self.leaders.own[:, [*ASSUMED["behind"], code].index(code)]
        own = np.sqrt(max(unexplained, 0)) * _half_trait_half_mood(self.rng, trait)
        return own + sum(weight * self.behind[name] for name, weight in weights.items())


def _half_trait_half_mood(rng: Random, trait: Array) -> Array:
    mixed: Array = (trait + rng.standard_normal(len(trait))) / np.sqrt(2)
    return mixed


def _on_scale(level: Array, low: float, high: float) -> Array:
    """The answer from low to high that stands for a level."""
    spread = ASSUMED["answers"]["spread"]
    edges = np.linspace(-spread, spread, round(high - low))
    return round(low) + (level[:, None] > edges).sum(axis=1)
