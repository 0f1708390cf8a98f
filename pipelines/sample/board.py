"""The board: its schools and the posts of leaders there; they stay while leaders come and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from pipelines.sample.assumptions import ASSUMED, Array, Random, keys, quota

KEY_BYTES = 4
Levels = Mapping[str, Sequence[str]]  # dimension -> its levels in the instrument


def posts_of(rng: Random, leaders: int, levels: Levels) -> pl.DataFrame:
    """One row per post with its school (`is_first`: the post of the head); in a federation also with its board."""
    assumed = ASSUMED["board"]
    schools = max(1, round(leaders / assumed["leaders_per_school"]))
    is_federation = leaders >= assumed["federation_from"]
    boards = round(leaders / assumed["leaders_per_board"]) if is_federation else schools
    board = np.arange(schools) * boards // schools
    region = rng.permutation(quota(_regions(levels, is_federation=is_federation), boards))[board]
    school_type = rng.permutation(quota(_school_types(levels), schools))
    usual = np.array([assumed["usual_denomination"].get(name, "") for name in region])
    follows_usual = (usual != "") & (rng.random(schools) < assumed["follows_usual"])
    size_rank = _size_ranks(rng, region, school_type)
    columns = {
        "school_key": keys(rng, schools, KEY_BYTES),
        "region": region,
        "school_type": school_type,
        "school_size": quota(assumed["sizes"], schools)[size_rank],
        "denomination": np.where(follows_usual, usual, rng.permutation(quota(assumed["denominations"], schools))),
    }
    if is_federation:
        columns["board"] = [f"bestuur-{number + 1:03d}" for number in board]
    room = np.exp(assumed["large_schools"] * size_rank / schools)
    further = rng.choice(schools, leaders - schools, p=room / room.sum())
    school_of_post = [*range(schools), *further]
    is_north = pl.int_range(pl.len()).over("region") % 2 == 0
    posts = pl.DataFrame(columns).with_columns(is_north=is_north)[school_of_post]
    return posts.with_columns(is_first=np.arange(leaders) < schools)


def _regions(levels: Levels, *, is_federation: bool) -> dict[str, float]:
    """Region -> share of the boards; a board is at home in one region."""
    own = levels.get("region", ())
    if own:
        return dict.fromkeys(own, 1.0)
    assumed = ASSUMED["board"]
    regions = dict(assumed["regions"])
    if is_federation:
        regions |= dict.fromkeys(assumed["further_regions"], 1 / len(regions))
    return regions


def _school_types(levels: Levels) -> dict[str, float]:
    """School type -> share of the schools; one that was not foreseen gets a fair part."""
    usual = ASSUMED["board"]["school_types"]
    named = levels.get("school_type") or usual
    foreseen = {name: share for name, share in usual.items() if name in named}
    return foreseen | {name: 1 / len(named) for name in named if name not in usual}


def _size_ranks(rng: Random, region: Array, school_type: Array) -> Array:
    """Each school's place by size, from 0 for the smallest."""
    shifts = ASSUMED["board"]["size_shift"]
    shift = sum(((school_type == word) | (region == word)) * by for word, by in shifts.items())
    return np.argsort(np.argsort(shift + rng.standard_normal(len(region))))
