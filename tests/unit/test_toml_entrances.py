"""Whatever stands in a TOML file of the steward is read, or refused in one sentence; nothing breaks."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.door.access import WrongAccess
from dashboard.door.access import load as load_access
from dashboard.words import words
from pipelines.ground.errors import KlankbordError
from pipelines.ground.messages import explain
from pipelines.ground.settings import INSTRUMENTS
from pipelines.instruments import Instrument, load_instrument
from pipelines.questionnaire import read_places, read_sender
from tests.drawn import examples
from tests.faults.tomls import TREES, Tree, harmed, written

DAY = dt.date(2026, 9, 1)
OUR_OWN = {"method.toml", "refusals.toml"}  # nobody lays these in a home: they are read from the clone only
FILES: dict[str, Tree] = {
    path.relative_to(INSTRUMENTS).as_posix(): tomllib.loads(path.read_text(encoding="utf-8"))
    for path in INSTRUMENTS.glob("**/*.toml")
    if path.name not in OUR_OWN
}
LEAFLET = {"support_places": [{"nl": "Vertrouwenspersoon", "en": "Confidential adviser", "how": "balie"}] * 2}
LETTER = {"board": "Stichting", "agency": "Bureau", "contact": "Wie"}
ACCESS = {
    "address": "https://k.nl", "provider": "https://p.nl", "client_id": "k", "client_secret": "s",
    "cookie_secret": "c" * 32, "claim": "roles", "roles": {"board": ["b"], "council": ["c", "d"]},
}  # fmt: skip
DEEP = b"a = " + b"[" * 5000
LONG = b"a = 1" + b"0" * 5000

Reads = Callable[[Path], Any]


def is_read(read: Reads, file: Path, content: bytes) -> Any:
    """What was read, or None when it was refused as it should be: by a rule with a sentence of one line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    file.chmod(0o600)
    try:
        return read(file)
    except KlankbordError as refusal:
        told = [explain(lang, refusal) for lang in ("nl", "en")]
    except WrongAccess as refusal:
        told = [words(lang)(f"access.{refusal.rule}", **refusal.where) for lang in ("nl", "en")]
    for sentence in told:
        assert ".toml" in sentence  # the file at fault: another may name what this one no longer holds
        assert "\n" not in sentence.strip()
    return None


def instrument_of(file: Path) -> Instrument:
    home = next(folder for folder in file.parents if folder.name == "instruments")
    return load_instrument(home)


SMALL: dict[str, tuple[Reads, Tree]] = {
    "leaflet.toml": (read_places, LEAFLET),
    "letter.toml": (read_sender, LETTER),
    "access.toml": (lambda file: load_access(file.parent), ACCESS),
}


@examples(60)
@given(st.sampled_from([*FILES, *SMALL]), st.binary(max_size=60) | TREES.map(lambda tree: written(tree).encode()))
@example("policy.toml", DEEP)
@example("policy.toml", LONG)
@example("leaflet.toml", DEEP)
@example("leaflet.toml", LONG)
@example("letter.toml", DEEP)
@example("access.toml", DEEP)
@example("access.toml", LONG)
@example("scales/stress.toml", b"\xff")
def test_no_bytes_and_no_tree_break_a_reader(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / "instruments" / name
    file.unlink(missing_ok=True)
    is_read(SMALL[name][0] if name in SMALL else instrument_of, file, content)
    file.unlink()


@pytest.mark.hypothesis
@pytest.mark.parametrize("name", SMALL)
def test_no_slip_in_a_small_file_breaks_its_reader(name: str, tmp_path: Path) -> None:
    read, sound = SMALL[name]
    assert is_read(read, tmp_path / name, written(sound).encode())

    @examples(60)
    @given(harmed({name: sound}))
    @example((name, {"a\nb": "x"}))
    def slip(made: tuple[str, Tree]) -> None:
        is_read(read, tmp_path / name, written(made[1]).encode())

    slip()


@examples(150)
@given(harmed(FILES))
def test_no_slip_in_an_instrument_breaks_its_loader_and_what_loads_can_be_kept_and_used(
    tmp_path: Path, made: tuple[str, Tree]
) -> None:
    file = tmp_path / "instruments" / made[0]
    found = is_read(instrument_of, file, written(made[1]).encode())
    file.unlink()
    if found is not None:  # it is kept with each wave, as it was read
        assert Instrument.model_validate_json(found.model_dump_json(by_alias=True)) == found
