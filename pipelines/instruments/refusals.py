"""What no export may hold, as data: instruments/refusals.toml, the same for every instrument."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Literal

from pydantic import Field

from pipelines.ground.settings import INSTRUMENTS
from pipelines.instruments.rules import Model


class Refusal(Model):
    """One kind of personal data and how it is recognised."""

    code: str
    nl: str
    en: str
    heads: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    check: Literal["bsn", "iban"] | None = None
    share: float = Field(default=0, ge=0, le=1)
    varied: float = Field(default=0, ge=0, le=1)


class Refusals(Model):
    """All kinds, and what counts as nothing."""

    longest_head: int
    empty: tuple[str, ...]
    refusal: tuple[Refusal, ...]


@cache
def load_refusals() -> Refusals:
    """The rules of this version."""
    return Refusals.model_validate(tomllib.loads((INSTRUMENTS / "refusals.toml").read_text(encoding="utf-8")))
