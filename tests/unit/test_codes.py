"""The keys a vault makes from its secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.again import sample_sources
from pipelines.flow import Source, import_wave, look, preview
from pipelines.ground.errors import Refused
from pipelines.ground.settings import Home
from pipelines.vault import drawing_key, make_secret, stored_waves
from pipelines.vault.codes import SAMPLE_SECRET
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


def test_a_home_of_fictional_waves_has_the_secret_everybody_knows_and_takes_no_real_answers(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    first = sample_sources()[0]
    import_wave(home, first)
    assert (home.vault / "secret").read_text().strip() == SAMPLE_SECRET
    export = tmp_path / "export.csv"
    export.write_text("leader_key,stress_1\na,3\nb,2\n")
    for way in (import_wave, look, preview):
        with pytest.raises(Refused, match="sample_home"):
            way(home, Source(export, "2026Q4"))
    assert stored_waves(home) == [first.wave]


def test_a_home_of_real_answers_has_a_secret_of_its_own(tmp_path: Path) -> None:
    secrets = set()
    for name in ("a", "b"):
        home = Home(tmp_path / name)
        export = tmp_path / "export.csv"
        export.write_text("leader_key,stress_1\na,3\nb,2\n")
        import_wave(home, Source(export, "2026Q4"))
        secrets.add((home.vault / "secret").read_text().strip())
    assert len(secrets) == 2
    assert SAMPLE_SECRET not in secrets
