"""Keys: what a leader's key may not be, and which leader of the roster one is that was written a little otherwise."""

from __future__ import annotations

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.told import Told

UNSEEN = "[\u00a0\u200b\ufeff]"
# Two words with capitals, with what Dutch puts between them: "A. de Vries", "Jansen, Piet", "Fatima el Idrissi".
NAME = (
    r"^(?:(?:[A-Z][\w'’.-]*\s+)+(?:(?:de|den|der|van|het|'t|te|ten|ter|el|al|von|la|le|di|da)\s+)*[A-Z][\w'’-]+(?:-[A-Z]\w+)?"
    r"|[A-Z][\w'’-]+,\s*(?:[A-Z][\w'’.-]*\s*)+(?:(?:de|den|der|van|het|te|ten|ter|el|al)\s*)*)$"
)
PERSONNEL = "^[1-9][0-9]{2,6}$"  # numbers that a personnel system gives out one after the other
MOST = 0.5  # of the keys
RISING = 0.2  # so much of the room between the lowest and the highest is in use, or they were drawn


def check_keys(keys: pl.Series) -> list[Told]:
    """Refused where most keys are names; told where they look like numbers of the personnel office."""
    if look_like_names(keys):
        raise Refused("keys_are_names", column="leader_key")
    known = keys.drop_nulls().unique()
    numbers = known.filter(known.str.contains(PERSONNEL)).cast(pl.Int64).sort()
    if numbers.len() > max(1, MOST * known.len()) and numbers.len() > RISING * (numbers[-1] - numbers[0] + 1):
        return [Told("keys_personnel", numbers.len(), "leader_key")]
    return []


def look_like_names(words: pl.Series) -> bool:
    """Whether most different words are names of people."""
    known = words.drop_nulls().unique()
    return bool(known.str.strip_chars().str.contains(NAME).sum() > MOST * known.len())


def at_home(keys: pl.Series, is_strange: pl.Series, roster: pl.Series) -> tuple[pl.Series, list[Told]]:
    """Keys as the roster writes them: blanks and capitals folded, where that makes no two keys of the roster equal.

    `is_strange`: which keys are not on the roster as they are. Keys that lost the zeros before them are told and stay
    as they are: a number that is short could be anybody's.
    """
    is_strange = is_strange & keys.is_not_null()
    strange = keys.filter(is_strange)
    told = []
    bare = _bare(roster)
    if not bare.is_duplicated().any():
        known = pl.DataFrame({"bare": bare, "key": roster})
        meant = _bare(strange).alias("bare").to_frame().join(known, on="bare", how="left", maintain_order="left")["key"]
        if count := meant.len() - meant.null_count():
            told.append(Told("keys_folded", count))
            keys = keys.scatter(is_strange.arg_true().filter(meant.is_not_null()), meant.drop_nulls())
            strange = strange.filter(meant.is_null())
    short = strange.filter(strange.str.contains("^[1-9][0-9]*$"))
    padded = roster.filter(roster.str.contains("^0[0-9]+$")).str.strip_chars_start("0")
    if count := int(short.is_in(padded.implode()).sum()):
        told.append(Told("zeros_lost", count))
    return keys, told


def _bare(keys: pl.Series) -> pl.Series:
    return keys.str.replace_all(UNSEEN, "").str.strip_chars().str.to_lowercase()
