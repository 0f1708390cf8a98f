"""The keys a vault makes from its secret."""

from __future__ import annotations

from pathlib import Path

from pipelines.ground.settings import Home
from pipelines.vault import drawing_key, make_secret
from tests.homes import SECRET, fixed


def test_the_drawing_key_is_the_same_for_a_home_and_its_copies_another_elsewhere_and_never_the_secret(
    tmp_path: Path,
) -> None:
    one, copy, other = fixed(tmp_path / "one"), fixed(tmp_path / "copy"), Home(tmp_path / "other")
    assert drawing_key(one) == drawing_key(one) == drawing_key(copy)
    assert drawing_key(one) != bytes.fromhex(SECRET)
    made = drawing_key(other)  # a home without a secret makes one
    make_secret(other)
    assert made == drawing_key(other) != drawing_key(one)
