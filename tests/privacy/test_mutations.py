"""The list of broken rules stays true to the code; `make prove` breaks them all and runs the tests that must fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.privacy.mutations import MUTATIONS, Mutation

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.rule)
def test_a_rule_that_is_broken_on_purpose_stands_in_the_code_exactly_once(mutation: Mutation) -> None:
    assert (ROOT / mutation.file).read_text(encoding="utf-8").count(mutation.sound) == 1
    assert mutation.sound != mutation.broken
    for word in mutation.caught_by.split():
        assert not word.startswith("tests/") or (ROOT / word).exists()
