"""Keys: which leader of the roster an answer is by, where a key was written a little otherwise."""

from __future__ import annotations

import polars as pl

from pipelines.ground.told import Told

UNSEEN = "[\u00a0\u200b\ufeff]"


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
