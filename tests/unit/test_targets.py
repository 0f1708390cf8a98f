"""Targets are the board's own: examples stand beside fictional waves and nowhere else."""

from __future__ import annotations

from pipelines.instruments import load_instrument
from pipelines.publication.tables import target_table


def test_examples_of_targets_are_published_with_fictional_waves_only() -> None:
    instrument = load_instrument()
    assert target_table(instrument, is_sample=True).height == len(instrument.targets) > 0
    assert target_table(instrument, is_sample=False).is_empty()


def test_a_target_of_the_board_is_published_with_every_wave() -> None:
    instrument = load_instrument()
    own = instrument.targets[0].model_copy(update={"example": False, "share": 0.75})
    board = instrument.model_copy(update={"targets": (own, *instrument.targets[1:])})
    assert target_table(board, is_sample=False)["share"].to_list() == [0.75]
