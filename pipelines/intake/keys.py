"""Keys: what a leader's key may not be. It is issued by whoever asks, and tells nobody who it is."""

from __future__ import annotations

import re

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.told import Told

# Two words with capitals, with what Dutch puts between them: "A. de Vries", "Jansen, Piet", "Fatima el Idrissi".
NAME = re.compile(
    r"(?:[A-Z][\w'’.-]*\s+)+(?:(?:de|den|der|van|het|'t|te|ten|ter|el|al|von|la|le|di|da)\s+)*[A-Z][\w'’-]+(?:-[A-Z]\w+)?"
    r"|[A-Z][\w'’-]+,\s*(?:[A-Z][\w'’.-]*\s*)+(?:(?:de|den|der|van|het|te|ten|ter|el|al)\s*)*"
)
PERSONNEL = re.compile(r"\d{3,7}")  # numbers that a personnel system gives out one after the other
MOST = 0.5  # of the keys
RISING = 0.2  # so much of the room between the lowest and the highest is in use, or they were drawn


def check_keys(keys: pl.Series) -> list[Told]:
    """Refused where most keys are names; told where they look like numbers of the personnel office."""
    known = keys.drop_nulls().unique().to_list()
    if not known:
        return []
    if sum(NAME.fullmatch(key.strip()) is not None for key in known) > MOST * len(known):
        raise Refused("keys_are_names", column="leader_key")
    numbers = [int(key) for key in known if PERSONNEL.fullmatch(key) and not key.startswith("0")]
    is_dense = len(numbers) > 1 and len(numbers) > RISING * (max(numbers) - min(numbers) + 1)
    if len(numbers) > MOST * len(known) and is_dense:
        return [Told("keys_personnel", len(numbers), "leader_key")]
    return []
