"""Boards made to be hard to protect: tiny regions, features that go together, answers that follow the features.

Everything is drawn; half of the leaders of a group can give the same answer, some answers nearly nobody gives.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from pipelines.instruments import Instrument

WAVE, RESPONSE = "2026Q3", 0.72
REGIONS = {"Noord": 0.44, "Oost": 0.28, "Zuid": 0.18, "West": 0.06, "Eiland": 0.04}
BANDS = ["0-1", "2-5", "6-10", "11-20", "21+"]
COMMON = (-3.2, -1.6, 0.0, 1.8, 3.2)  # log-odds: from nearly nobody to nearly everybody


def write_harsh(folder: Path, instrument: Instrument, leaders: int, seed: int) -> tuple[Path, Path]:
    """One wave in the native layout; the export and the roster."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    region = random.choice(len(REGIONS), leaders, p=list(REGIONS.values()))
    career = np.clip(random.normal(region / 2, 1.1, leaders), 0, 4.99).astype(int)
    kind = np.where(random.random(leaders) < 0.12 + 0.15 * (region == 1), random.integers(2, 5, leaders), 1)
    columns = {
        "wave": [WAVE] * leaders,
        "leader_key": [f"k{i:05d}" for i in range(leaders)],
        "school_key": [f"s{i:05d}" for i in range(leaders)],
        "region": np.array(list(REGIONS))[region],
        "experience_band": np.array(BANDS)[career],
        "school_type": np.array(["vo", "bao", "sbo", "so", "vso"])[kind],
        "school_size": np.array(["<100", "100-199", "200-399", "400+"])[
            np.clip(kind + random.integers(-1, 2, leaders), 0, 3)
        ],
        "denomination": random.choice(
            ["Openbaar", "Rooms-Katholiek", "Protestants-Christelijk"], leaders, p=[0.6, 0.3, 0.1]
        ),
        "role": np.where(random.random(leaders) < 0.1, "interim", np.where(career == 0, "location_leader", "director")),
    }
    if leaders >= 1000:
        share = 1 / np.arange(1, leaders // 80 + 1)
        columns["board"] = random.choice(
            [f"bestuur {i + 1}" for i in range(len(share))], leaders, p=share / share.sum()
        )
    roster = pl.DataFrame(columns)
    roster.write_csv(folder / "roster.csv")
    pull = 1.6 * random.normal(size=(len(REGIONS), 1))[region] + 0.9 * random.normal(size=(len(BANDS), 1))[career]
    mood = (pull + random.normal(size=(leaders, 1))).ravel()

    def yes(common: float) -> np.ndarray:
        weight = random.choice([-1, 1]) * random.uniform(0.3, 1.2)
        return random.random(leaders) < 1 / (1 + np.exp(-(common + weight * mood)))

    answers: dict[str, object] = {"leader_key": columns["leader_key"], "submitted": [f"{WAVE[:4]}-07-08"] * leaders}
    for pillar in instrument.pillars:
        there, used = yes(random.choice(COMMON)), yes(random.choice(COMMON))
        answers[f"pillar_{pillar.code}"] = np.where(~there, "none", np.where(used, "used", "available"))
        answers[f"pillar_{pillar.code}_quality"] = np.where(
            there & used, random.integers(1, 6, leaders).astype(str), ""
        )
    for rock in instrument.rocks:
        answers[f"rock_{rock.code}"] = np.where(yes(random.choice(COMMON)), "yes", "no")
    for scale in instrument.scales:
        level = random.uniform(1.8, 4.2) + random.uniform(-0.9, 0.9) * mood
        for item in scale.items:
            score = np.clip(np.rint(level + random.normal(scale=0.6, size=leaders)), 1, 5).astype(int)
            answers[item.code] = np.where(random.random(leaders) < 0.01, "", score.astype(str))
    answered = random.random(leaders) < RESPONSE
    pl.DataFrame(answers).filter(answered).write_csv(folder / "responses.csv")
    return folder / "responses.csv", folder / "roster.csv"
