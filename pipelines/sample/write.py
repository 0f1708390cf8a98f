"""Write the sample: wave after wave, who is on the roster, what they answer and who leaves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.ground.period import Wave, WaveDays
from pipelines.instruments import Instrument
from pipelines.sample.answers import answers_of, what_is_behind
from pipelines.sample.assumptions import ASSUMED, TEXT, happens
from pipelines.sample.board import posts_of
from pipelines.sample.leaders import first_leaders, pass_a_quarter, roster_of

NEWEST = Wave("2026Q3")
WEEK = 7
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
    pillars = [pillar.code for pillar in instrument.pillars]
    levels = {dimension.code: dimension.levels for dimension in instrument.dimensions}
    posts = posts_of(rng, leaders, levels)
    people = first_leaders(rng, pillars, posts["is_first"].to_numpy())
    # Regions of its own stay whole.
    split_from = waves if levels.get("region") else ASSUMED["board"]["split_after"] * waves
    # The standard deviation of the two kinds of support added up.
    together = np.sqrt(2 + 2 * ASSUMED["life"]["emotional_with_instrumental"])
    out.mkdir(parents=True, exist_ok=True)
    rosters = []
    events = []
    calendar = []
    for number in range(waves):
        days = _days_of(last_wave.later(number + 1 - waves))
        assert days.opens is not None
        behind = what_is_behind(rng, people, posts, days.wave.quarter)
        support = (behind["emotional"] + behind["instrumental"]) / together
        stress = behind["stress"]
        is_gone = happens(rng, ASSUMED["leaders"]["leave"], stress, support, stress * support)
        has_answered = happens(rng, ASSUMED["answers"]["given"], people.habit, stress, is_gone)
        roster = roster_of(people, posts, days.wave, is_split=number >= split_from)
        rosters.append(roster)
        events.append(roster.filter(is_gone).select("wave", "leader_key", event=pl.lit("left")))
        calendar.append(vars(days))
        answers = answers_of(rng, instrument, people, behind, days.opens).filter(has_answered)
        answers.sort("submitted", "leader_key").write_csv(out / f"responses_{days.wave}.csv")
        pass_a_quarter(rng, people, pillars, is_gone, number + 1)
    pl.concat(rosters).sort("wave", "leader_key").write_csv(out / "roster.csv")
    pl.concat(events).sort("wave", "leader_key").write_csv(out / "outcomes.csv")
    pl.DataFrame(calendar).write_csv(out / "waves.csv")
    (out / "README.md").write_text(README.format(leaders, waves, seed, TEXT), encoding="utf-8")


def _days_of(wave: Wave) -> WaveDays:
    """Open from the first Monday of the quarter on."""
    opens = wave.first_day + dt.timedelta(days=-wave.first_day.weekday() % WEEK)
    return WaveDays(wave, opens, opens + dt.timedelta(days=ASSUMED["answers"]["open_days"]))
