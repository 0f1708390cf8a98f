"""The plan of a school year: chosen from a roster and made-up answers, richest first, and trimmed where that shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.counting import count, load
from pipelines.counting.grouped import group_expected
from pipelines.flow import Source, import_wave
from pipelines.ground.period import Wave
from pipelines.instruments import load_instrument
from pipelines.protection import plan_families, plan_school_year
from pipelines.protection.steps import candidates
from pipelines.protection.teller import Teller
from pipelines.vault import StoredWave
from tests.bench.harsh import WAVE, write_harsh
from tests.homes import fixed


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StoredWave]:
    """A board of 120 that is hard to protect, imported."""
    folder = tmp_path_factory.mktemp("hard")
    home = fixed(folder / "home")
    export, roster = write_harsh(folder / "files", load_instrument(), 120, 1)
    import_wave(home, Source(export, WAVE, roster=roster))
    return home.path, load(home, Wave(WAVE)).now


def test_made_up_answers_are_told_of_every_group_that_is_large_enough_though_nobody_answered(hard) -> None:
    path, stored = hard
    structure = plan_school_year(fixed(path), stored)
    board = group_expected(stored, structure, 0.7, 0)
    family = board.families["rock"]
    teller = Teller(board, count(board), family, with_means=True, is_made_up=True)
    assert teller.may[:, 0].all()
    assert not Teller(board, count(board), family, with_means=True).may.any()  # for everybody left everything open


def test_a_plan_is_trimmed_where_made_up_answers_show_too_much_and_what_is_most_useful_stays(hard) -> None:
    path, stored = hard
    home = fixed(path)
    structure = plan_school_year(home, stored)
    plans = plan_families(home, stored, structure, lambda _: None)
    tier = stored.instrument.plan.tier_for(structure.expected)
    family = group_expected(stored, structure, 1, 0).families["rock"]
    whole = {widths[0] for widths in candidates(structure, tier, stored.instrument.plan, family)}
    narrow = {step.table: step.width for step in plans["rock"]}
    assert not whole <= set(plans["rock"])
    assert (narrow["region"], narrow["experience_band"]) == (3, 3)
