"""Sample: writes fictional waves, roster, outcomes and dates to try Klankbord with; never a finding."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.ground.period import Wave
from pipelines.instruments import Instrument

Random = np.random.Generator
Array = NDArray[Any]
Held = dict[str, Array]  # one array per property of the leaders, one entry per post
NEWEST = Wave("2026Q3")
ASSUMPTIONS = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
ASSUMED: dict[str, dict[str, Any]] = tomllib.loads(ASSUMPTIONS)  # data, with a comment each, not code
QUARTER = 0.25  # of a year, between two waves
BANDS = {"0-1": 0, "2-5": 2, "6-10": 6, "11-20": 11, "21+": 21}  # band -> completed years at which it starts
README = """# Fictional waves
Everything here is fiction: no leader, school or answer exists. Made of assumptions, never findings, by
`klankbord sample --leaders {} --waves {} --seed {} --out DIR`.
```toml
{}```
"""


def write_sample(
    out: Path, instrument: Instrument, leaders: int, waves: int, seed: int, *, last_wave: Wave = NEWEST
) -> None:
    """Write responses_<wave>.csv per wave, roster.csv, outcomes.csv, waves.csv and README.md.

    `leaders` are on the roster of every wave; the same seed writes the same bytes. Where the instrument names regions
    or school types of its own, schools are spread over those.
    """
    rng = np.random.default_rng(seed)
    names = [last_wave.later(number + 1 - waves) for number in range(waves)]
    assumed, pillars = ASSUMED["leaders"], [pillar.code for pillar in instrument.pillars]
    own = {dimension.code: dimension.levels for dimension in instrument.dimensions}
    split = waves if own.get("region") else ASSUMED["board"]["split_after"] * waves  # regions of its own stay whole
    posts = _posts(rng, leaders, own)
    starts = rng.random(leaders) < np.where(posts["is_first"].to_numpy(), *assumed["starters"])
    held = _newcomers(rng, pillars, starts, rng.random(leaders) < assumed["interims"], 0)
    out.mkdir(parents=True, exist_ok=True)
    rosters, events, dates = [], [], []
    for number, wave in enumerate(names):
        opens = wave.first_day + dt.timedelta(days=-wave.first_day.weekday() % 7)
        closes = opens + dt.timedelta(days=ASSUMED["answers"]["open_days"])
        dates.append({"wave": wave, "opens": opens, "closes": closes})
        behind = _behind(rng, held, posts, wave.quarter)
        stress, support = behind["stress"], (behind["emotional"] + behind["instrumental"]) / np.sqrt(3)
        left = _happens(rng, assumed["leave"], stress, support, stress * support)
        answered = _happens(rng, ASSUMED["answers"]["given"], held["habit"], stress, left)
        rosters.append(_roster(held, posts, wave, is_split=number >= split))
        events.append(rosters[-1].filter(left).select("wave", "leader_key", event=pl.lit("left")))
        responses = _responses(rng, instrument, held, behind, opens).filter(answered)
        responses.sort("submitted", "leader_key").write_csv(out / f"responses_{wave}.csv")
        _pass_a_quarter(rng, pillars, held, left, number + 1)
    pl.concat(rosters).sort("wave", "leader_key").write_csv(out / "roster.csv")
    pl.concat(events).sort("wave", "leader_key").write_csv(out / "outcomes.csv")
    pl.DataFrame(dates).write_csv(out / "waves.csv")
    (out / "README.md").write_text(README.format(leaders, waves, seed, ASSUMPTIONS), encoding="utf-8")


def _posts(rng: Random, leaders: int, own: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """One row per post with its school; in a federation with its board, which is at home in one region."""
    assumed = ASSUMED["board"]
    schools = boards = max(1, round(leaders / assumed["leaders_per_school"]))
    is_federation = leaders >= assumed["federation_from"]
    regions = dict.fromkeys(own.get("region", ()), 1.0) or dict(assumed["regions"])
    if is_federation:
        boards = round(leaders / assumed["leaders_per_board"])
        if not own.get("region"):
            regions |= dict.fromkeys(assumed["further_regions"], 1 / len(regions))
    usual, named = assumed["school_types"], own.get("school_type") or assumed["school_types"]
    kinds = {name: share for name, share in usual.items() if name in named}
    kinds |= {name: 1 / len(named) for name in named if name not in usual}
    board = np.arange(schools) * boards // schools
    region = rng.permutation(_quota(regions, boards))[board]
    kind = rng.permutation(_quota(kinds, schools))
    custom = np.array([assumed["usual_denomination"].get(name, "") for name in region])
    follows = (custom != "") & (rng.random(schools) < assumed["follows_usual"])
    shift = sum(((kind == word) | (region == word)) * by for word, by in assumed["size_shift"].items())
    rank = np.argsort(np.argsort(shift + rng.standard_normal(schools)))
    room = np.exp(assumed["large_schools"] * rank / schools)
    columns = {
        "school_key": _keys(rng, schools, 4),
        "region": region,
        "school_type": kind,
        "school_size": _quota(assumed["sizes"], schools)[rank],
        "denomination": np.where(follows, custom, rng.permutation(_quota(assumed["denominations"], schools))),
    } | ({"board": [f"bestuur-{number + 1:03d}" for number in board]} if is_federation else {})
    is_north = pl.int_range(pl.len()).over("region") % 2 == 0
    school = [*range(schools), *rng.choice(schools, leaders - schools, p=room / room.sum())]
    posts = pl.DataFrame(columns).with_columns(is_north=is_north)[school]
    return posts.with_columns(is_first=np.arange(leaders) < schools)


def _newcomers(rng: Random, pillars: list[str], starts: Array, is_interim: Array, wave: int) -> Held:
    """Leaders by what they are and carry with them; the last column of `own` is for everything not named."""
    count, at, (shape, scale) = len(starts), BANDS["2-5"], ASSUMED["leaders"]["years"]
    begun = QUARTER if wave else at  # the starters of the first roster began up to two years ago
    new = {
        "leader_key": _keys(rng, count, 8),
        "years": np.where(starts, rng.uniform(0, begun, count), at + rng.gamma(shape, scale, count)),
        "is_interim": is_interim,
        "lasting": _three(rng, count) * np.sqrt(ASSUMED["life"]["lasting"]),
        "passing": _three(rng, count) * np.sqrt(1 - np.array(ASSUMED["life"]["lasting"])),
        "habit": rng.standard_normal(count),
        "own": rng.standard_normal((count, len(ASSUMED["behind"]) + 1)),
        "reach": rng.random((count, len(pillars))),
    }
    return new | {"is_used": _choose(rng, pillars, new, wave)}


def _three(rng: Random, count: int) -> Array:
    """Stress, emotional support and instrumental support as they go together."""
    support, kinds = ASSUMED["life"]["stress_with_support"], ASSUMED["life"]["emotional_with_instrumental"]
    together = np.array([[1, support, support], [support, 1, kinds], [support, kinds, 1]])
    return rng.standard_normal((count, 3)) @ np.linalg.cholesky(together).T


def _choose(rng: Random, pillars: list[str], held: Held, wave: int) -> Array:
    """Which pillars these leaders would use if they chose today."""
    assumed, starters = ASSUMED["pillars"], held["years"] < BANDS["2-5"]
    shares = [assumed["used"].get(p, assumed["other"]) + wave * assumed["growth"].get(p, 0) for p in pillars]
    chance = np.tile(shares, (len(starters), 1))
    if "mentor" in pillars:
        chance[:, pillars.index("mentor")] = np.where(starters, *assumed["mentor"])
    return _happens(rng, [0, 1, assumed["draw"]], np.log(chance / (1 - chance)), held["lasting"][:, [1]])


def _pass_a_quarter(rng: Random, pillars: list[str], held: Held, left: Array, wave: int) -> None:
    """Everybody gets older, some look at a pillar anew, newcomers take the posts of those who left."""
    keep, before = ASSUMED["life"]["carried_over"], held["years"]
    held["years"] = before + QUARTER
    fresh = _three(rng, len(left)) * np.sqrt((1 - keep**2) * (1 - np.array(ASSUMED["life"]["lasting"])))
    held["passing"] = keep * held["passing"] + fresh
    looks = rng.random(held["is_used"].shape) < ASSUMED["pillars"]["change"]
    looks |= ((before < BANDS["2-5"]) & (held["years"] >= BANDS["2-5"]))[:, None]
    held["is_used"] = np.where(looks, _choose(rng, pillars, held, wave), held["is_used"])
    filled, by_starter = (rng.random(left.sum()) < share for share in ASSUMED["leaders"]["refilled"])
    for name, values in _newcomers(rng, pillars, filled & by_starter, ~filled, wave).items():
        held[name][left] = values


def _behind(rng: Random, held: Held, posts: pl.DataFrame, quarter: int) -> Held:
    """What moves the answers of this wave."""
    assumed, starters = ASSUMED["life"], held["years"] < BANDS["2-5"]
    place = posts["region"].replace_strict(assumed["region_support"], default=0.0).to_numpy()
    now = held["lasting"] + held["passing"] + np.outer(starters, assumed["starter"])
    now += np.outer(held["is_used"].sum(axis=1) - 2, assumed["per_pillar"]) + np.outer(place, [0, 1, 1])
    s, e, i = now[:, 0] + assumed["season"][quarter - 1], now[:, 1], now[:, 2]
    own = (held["own"][:, -1] + rng.standard_normal(len(s))) / np.sqrt(2)
    exhaustion = np.stack([s, e, i, s * e, s * i, own], axis=1) @ assumed["exhaustion"]
    behind = {"stress": s, "emotional": e, "instrumental": i, "exhaustion": exhaustion}
    return behind | {"starter": starters.astype(float), "level": np.ones(len(s))}


def _roster(held: Held, posts: pl.DataFrame, wave: Wave, *, is_split: bool) -> pl.DataFrame:
    band = np.array([*BANDS])[np.digitize(held["years"], [*BANDS.values()]) - 1]
    half = pl.when("is_north").then(pl.lit("West-Noord")).otherwise(pl.lit("West-Zuid"))
    role = np.where(posts["is_first"].to_numpy(), "director", "location_leader")
    return posts.select(
        pl.lit(wave).alias("wave"),
        pl.Series("leader_key", held["leader_key"]),
        "school_key",
        pl.when((pl.col("region") == "West") & is_split).then(half).otherwise("region").alias("region"),
        pl.Series("experience_band", band),
        *("school_type", "school_size", "denomination"),
        pl.Series("role", np.where(held["is_interim"], "interim", role)),
        pl.col("^board$"),
    )


def _responses(rng: Random, instrument: Instrument, held: Held, behind: Held, opens: dt.date) -> pl.DataFrame:
    """What every leader on the roster would hand in, and when."""
    assumed, count = ASSUMED["answers"], len(held["years"])
    is_late, (first, last) = rng.random(count) < assumed["late"], assumed["late_days"]
    days = rng.integers(is_late * first, np.where(is_late, last, assumed["open_days"]), endpoint=True)
    days += is_late * assumed["open_days"]
    columns: list[pl.Series | pl.Expr] = [pl.Series("submitted", np.datetime64(opens) + days)]

    def put(column: str, values: Array, is_asked: Array | bool = True) -> Array:
        given: Array = is_asked & (rng.random(count) >= assumed["missed"])
        columns.append(pl.when(pl.Series(given)).then(pl.Series(values)).alias(column))
        return given

    for number, pillar in enumerate(instrument.pillars):
        is_used, code = held["is_used"][:, number].copy(), f"pillar_{pillar.code}"
        is_near = held["reach"][:, number] < ASSUMED["pillars"]["available"]
        is_used &= put(code, np.where(is_used, "used", np.where(is_near, "available", "none")))
        put(f"{code}_quality", _pick(_level(rng, "quality", held, behind), 1, 5), is_used)
        if pillar.asks_monthly:
            is_monthly = rng.random(count) < ASSUMED["pillars"]["monthly"]
            put(f"{code}_monthly", np.where(is_monthly, "yes", "no"), is_used)
    for rock in instrument.rocks:
        has_rock = _level(rng, f"rock_{rock.code}", held, behind) > 0
        has_rock &= put(f"rock_{rock.code}", np.where(has_rock, "yes", "no"))
        who = np.array([person.code for person in rock.who] or [""], dtype=object)
        one, two = np.sort(rng.integers(len(who), size=(2, count)), axis=0)
        has_two = (one < two) & (rng.random(count) < assumed["who_twice"])
        put(f"rock_{rock.code}_who", who[one] + np.where(has_two, "|" + who[two], ""), has_rock)
    is_reached = rng.random(count) >= assumed["broken_off"]
    for scale in instrument.scales:
        level = _level(rng, scale.code, held, behind)
        for item in scale.items:
            low, high = instrument.numbers()[item.code]
            noise = np.sqrt(1 - assumed["loading"] ** 2) * rng.standard_normal(count)
            answer = _pick(assumed["loading"] * level + noise, low, high)
            put(item.code, round(low + high) - answer if item.reversed else answer, is_reached)
    return pl.select(pl.Series("leader_key", held["leader_key"]), *columns)


def _level(rng: Random, code: str, held: Held, behind: Held) -> Array:
    """Where each leader stands on a scale: what lies behind it, then half trait, half mood."""
    weights = ASSUMED["behind"].get(code, {})
    rest = 1 - sum(weight**2 for name, weight in weights.items() if name not in ("starter", "level"))
    trait = held["own"][:, [*ASSUMED["behind"], code].index(code)]
    own: Array = np.sqrt(max(rest, 0) / 2) * (trait + rng.standard_normal(len(trait)))
    return own + sum(weight * behind[name] for name, weight in weights.items())


def _pick(level: Array, low: float, high: float) -> Array:
    edges = np.linspace(-ASSUMED["answers"]["spread"], ASSUMED["answers"]["spread"], round(high - low))
    return round(low) + (level[:, None] > edges).sum(axis=1)


def _happens(rng: Random, odds: list[float], *pushes: Array) -> Array:
    total = odds[0] + sum(weight * push for weight, push in zip(odds[1:], pushes, strict=True))
    return np.asarray(rng.random(np.shape(total)) < 1 / (1 + np.exp(-total)))


def _quota(shares: dict[str, float], count: int) -> Array:
    """Each word as often as its share asks, rounded so that they add up."""
    ends = np.round(np.cumsum([*shares.values()]) / sum(shares.values()) * count).astype(int)
    return np.repeat([*shares], np.diff(ends, prepend=0))


def _keys(rng: Random, count: int, size: int) -> Array:
    return np.array([rng.bytes(size).hex() for _ in range(count)], dtype=object)
