"""The numbers of the statistical method, from instruments/method.toml: dated, the same for every board."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from typing import Any, Literal

from pydantic import Field

from pipelines.ground.settings import INSTRUMENTS
from pipelines.instruments.rules import Dated, Model, in_force


class Reliable(Model):
    """Words for reliability."""

    good: float
    usable: float


class Buffer(Model):
    """When a buffer is called one."""

    practical: float
    typical: float
    log_odds: float = Field(gt=0)
    guard: int
    end_told: float = Field(gt=0, lt=1)
    prior_mean: float
    prior_sd: float


class Outcome(Model):
    """A scale that stress and support explain; `at_least` makes it yes or no."""

    scale: str
    at_least: float | None = None


class Norm(Model):
    """The constants by which a scale is standardised."""

    scale: str
    mean: float
    sd: float = Field(gt=0)


class Risk(Model):
    """The prior, a convention of this project; the ladder; when a prediction is stopped."""

    prior: tuple[float, float, float, float]
    prior_leaders: float
    level_leaders: float
    grid_size: int
    grid_correlation: float
    rungs: dict[Literal["R1", "R2", "R3"], int]
    stop_from: int
    fewest_folds: int
    auc_floor: float
    slope_low: float
    slope_high: float
    slope_stop: float
    benefit_at: tuple[float, ...]
    recall_at: float
    guard_range: float
    fair_leaders: int
    fair_events: int
    fair_groups: tuple[str, ...]


class WhatIf(Model):
    """The what-if model."""

    ridge: float
    fewest_rows: int
    steps: int


class Research(Model):
    """What others found, with its source."""

    code: str
    nl: str
    en: str
    whom_nl: str  # about whom, and how many
    whom_en: str
    measured_nl: str
    measured_en: str
    reading_nl: str  # what we make of it
    reading_en: str
    source: str  # authors, year, where


class Method(Dated):
    """All numbers in force on a day. The lower limits are floors: no file can go under them."""

    fewest_leaders: int = Field(ge=50)
    fewest_added: int = Field(ge=10)
    share_from: int = Field(ge=300)
    certainty: float = Field(ge=0.9, lt=1)
    draws: int = Field(ge=500)
    reliability: Reliable
    buffer: Buffer
    outcome: tuple[Outcome, ...]
    norm: tuple[Norm, ...]
    midpoints: dict[str, float]
    risk: Risk
    what_if: WhatIf
    research: tuple[Research, ...]

    def norms(self) -> dict[str, tuple[float, float]]:
        """Scale -> mean and SD by which it is standardised."""
        return {norm.scale: (norm.mean, norm.sd) for norm in self.norm}


class Contrasts(Dated):
    """What is called a difference between published ranges, or no difference."""

    sure: float = Field(ge=0.9, lt=1)
    relevant: float = Field(gt=0, lt=1)
    retest: float = Field(ge=0)
    power: float = Field(ge=0.5, lt=1)
    large: float = Field(gt=0, le=1)
    fewest_waves: int = Field(ge=2)


class Grid(Model):
    """How finely what a model says may leave the vault; the lower limits are floors."""

    standardised: float = Field(ge=0.05, le=0.25)
    share: float = Field(ge=0.01, le=0.25)
    leaders: int = Field(ge=10)
    coin: float = Field(ge=0.5, lt=1)


def contrasts_on(day: dt.date) -> Contrasts:
    """The numbers of contrasts in force on a day; Refused when there are none yet."""
    return in_force(_all_contrasts(), day, "method.toml")


def method_on(day: dt.date) -> Method:
    """The method in force on a day; Refused when none is yet."""
    return in_force(_all(), day, "method.toml")


@cache
def _all_contrasts() -> tuple[Contrasts, ...]:
    return tuple(Contrasts.model_validate(entry) for entry in _raw()["contrast"])


@cache
def model_grid() -> Grid:
    """The grid of everything published from now on, of whatever wave."""
    return Grid.model_validate(_raw()["gate"])


@cache
def _all() -> tuple[Method, ...]:
    return tuple(Method.model_validate(entry) for entry in _raw()["method"])


def _raw() -> dict[str, Any]:
    return tomllib.loads((INSTRUMENTS / "method.toml").read_text(encoding="utf-8"))
