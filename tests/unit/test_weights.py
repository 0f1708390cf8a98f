"""Raking: the roster's margins come out, weights stay modest, and a single board is never weighted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from pipelines.evidence.federation import weight_tables
from pipelines.evidence.weights import design_effect, rake, weighted_word
from pipelines.ground.schemas import Cell
from pipelines.ground.settings import Home
from pipelines.instruments.method import method_on
from pipelines.vault.archive import read_frozen
from tests.boards import WAVE, grouped_of
from tests.drawn import examples

NUMBERS = method_on(dt.date(2026, 7, 1)).weights


@given(seed=st.integers(0, 10_000), leaders=st.integers(150, 600))
@examples(30)
def test_where_nothing_is_trimmed_every_margin_of_the_roster_is_met(seed: int, leaders: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, 3, leaders), rng.integers(0, 2, leaders)
    answers = rng.random(leaders) < np.array([0.8, 0.7, 0.6])[first]
    margins = [(first[answers], np.bincount(first)), (second[answers], np.bincount(second))]
    weights = rake(margins, NUMBERS)
    assert weights is not None
    assert_allclose(weights.mean(), 1)
    for level, listed in margins:
        assert_allclose(np.bincount(level, weights) / len(level), listed / listed.sum(), atol=1e-6)


def test_weights_are_trimmed_and_a_large_design_effect_is_refused() -> None:
    level = np.repeat([0, 1], [90, 10])
    assert rake([(level, np.array([100, 900]))], NUMBERS) is None
    mild = rake([(level, np.array([85, 15]))], NUMBERS)
    assert mild is not None
    assert mild.max() <= NUMBERS.trim
    assert design_effect(mild) <= NUMBERS.design_effect


def test_a_margin_with_a_level_of_too_few_respondents_is_left_out() -> None:
    small, large = np.repeat([0, 1], [95, 5]), np.repeat([0, 1], 50)
    assert rake([(small, np.array([90, 10]))], NUMBERS) is None
    both = rake([(small, np.array([90, 10])), (large, np.array([60, 40]))], NUMBERS)
    assert_allclose(both, rake([(large, np.array([60, 40]))], NUMBERS))


def test_the_word_says_on_which_side_of_the_margin_the_weighted_share_lies() -> None:
    yes, weights = np.array([1.0, 0, 0, 0]), np.array([2.5, 0.5, 0.5, 0.5])
    assert [weighted_word(weights, yes, margin) for margin in ((0.5, 0.7), (0.2, 0.4), (0.7, 0.9))] == [
        "inside", "above", "below",
    ]  # fmt: skip


def test_only_a_federation_is_weighted_and_only_a_word_leaves(home_120: Path) -> None:
    home = Home(home_120)
    material, cell = grouped_of(home, WAVE), read_frozen(home, f"{WAVE}-1", Cell)
    assert weight_tables(material, cell, "p")["weighting"].is_empty()
    assert material.roster is not None
    boards = pl.Series("board", [f"b{number % 2}" for number in range(material.roster.height)])
    told = weight_tables(replace(material, roster=material.roster.with_columns(boards)), cell, "p")["weighting"]
    assert told.columns == ["publication", "wave", "measure", "word"]
    assert set(told["word"]) <= {"inside", "above", "below"}
    assert told.filter(measure="has_rock")["word"].to_list() == ["inside"]
