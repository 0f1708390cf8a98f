"""Load the instrument from TOML, a steward's own files over the built-in ones.

Every mistake is explained with file, key and a suggestion.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from pipelines.ground.errors import Refused
from pipelines.ground.settings import INSTRUMENTS, LEAFLET, LETTER
from pipelines.instruments.checks import check_families, check_thresholds, suggest
from pipelines.instruments.codes import check_codes, check_codes_of_files
from pipelines.instruments.earlier_plan import plan_in_blocks
from pipelines.instruments.meaning import check_meaning
from pipelines.instruments.model import About, Attribute, Instrument, Partition, Pillar, Question, Rock, Scale, Word
from pipelines.instruments.profile import Profile
from pipelines.instruments.references import check_references
from pipelines.instruments.rules import Benchmark, Dimension, Model, Plan, Policy, Purpose, Target, Threshold

NO_MORE = {"policy.toml": ("fewest_pairs", "repair_steps")}  # rules of before that nothing asks for any more
FILES_REMEMBERED = 256
Shape = TypeVar("Shape")
ROW = TypeAdapter(dict[str, Any])
ROWS = TypeAdapter(list[dict[str, Any]])
NAMED = TypeAdapter(dict[str, dict[str, Any]])
# The tables of files that hold several kinds.
ALLOWED = {
    "pillars.toml": ("pillar", "rock", "question"),
    "thresholds.toml": ("threshold", "target"),
    "attributes.toml": ("attribute", "partition"),
}


def load_instrument(*folders: Path | None) -> Instrument:
    """The built-in instrument with the files of `folders` over it, later folders first.

    Raises Refused with file, key and a suggestion.
    """
    files = _Files(_layered([INSTRUMENTS, *(folder for folder in folders if folder and folder.is_dir())]))
    for file, allowed in ALLOWED.items():
        files.only(file, allowed)
    scales = [files.scale(file) for file in files.under("scales/")]
    instrument = Instrument(
        about=files.one("instrument.toml", About, "instrument"),
        purposes=files.many("instrument.toml", Purpose, "purpose"),
        words=files.many("vocabulary.toml", Word, "word"),
        pillars=files.many("pillars.toml", Pillar, "pillar"),
        rocks=files.many("pillars.toml", Rock, "rock"),
        questions=files.many("pillars.toml", Question, "question"),
        scales=scales,
        attributes=files.attributes(),
        partitions=files.partitions(),
        thresholds=files.many("thresholds.toml", Threshold, "threshold"),
        targets=files.many("thresholds.toml", Target, "target"),
        policies=files.many("policy.toml", Policy, "policy"),
        dimensions=files.many("dimensions.toml", Dimension, "dimension"),
        plan=files.plan(),
        benchmarks=files.many("benchmarks.toml", Benchmark, "benchmark"),
        profiles=[files.one(file, Profile, "profile") for file in files.under("exports/")],
    )
    check_codes_of_files(zip(files.under("exports/"), (one.code for one in instrument.profiles), strict=True))
    check_codes_of_files(zip(files.under("scales/"), (one.code for one in instrument.scales), strict=True))
    check_codes(instrument)
    check_references(instrument)
    check_thresholds(instrument)
    check_families(instrument)
    check_meaning(instrument)
    return instrument


def _layered(layers: Sequence[Path]) -> dict[str, Path]:
    """Name -> file, a later layer over an earlier one; a layer with scales of its own replaces all of them."""
    files: dict[str, Path] = {}
    for layer in layers:
        os.listdir(layer)  # which says so when it may not be read; a search just finds nothing
        own = {path.relative_to(layer).as_posix(): path for path in sorted(layer.glob("**/*.toml"))}
        for beside in (LEAFLET, LETTER):  # for what leaders get alone: a slip in it must not stop an import
            own.pop(beside, None)
        if any(name.startswith("scales/") for name in own):
            files = {name: path for name, path in files.items() if not name.startswith("scales/")}
        files |= own
    return files


class _Files:
    """The files of an instrument and what they hold; every mistake in them is Refused with file and key."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = files
        self.raw = {name: _read(path) for name, path in files.items()}

    def under(self, folder: str) -> list[str]:
        """The names of the files in a folder."""
        return [name for name in self.raw if name.startswith(folder)]

    def only(self, file: str, allowed: Sequence[str]) -> None:
        """Refused for a table the file may not have."""
        _only(self.files[file], self.raw[file], allowed)

    def one(self, file: str, kind: type[Model], table: str) -> Any:
        """A table that must be there."""
        if table not in self.raw[file]:
            raise Refused("instrument_key_missing", file=self.files[file].name, key=f"[{table}]")
        return _check(self.files[file], kind, self.raw[file][table], table)

    def many(self, file: str, kind: type[Model], table: str) -> list[Any]:
        """A list of tables, which may be absent."""
        return [_check(self.files[file], kind, entry, table) for entry in self._rows(file, table)]

    def scale(self, file: str) -> Scale:
        """A scale with its items."""
        self.only(file, ("scale", "item"))
        about = _shaped(self.files[file], self.raw[file], "scale", ROW, {})
        scale: Scale = _check(self.files[file], Scale, {**about, "items": self._rows(file, "item")}, "")
        return scale

    def attributes(self) -> list[Any]:
        """Attributes, each a table under its code."""
        file = "attributes.toml"
        named = self._named(file, "attribute").items()
        return [_check(self.files[file], Attribute, {"code": code, **entry}, code) for code, entry in named]

    def partitions(self) -> dict[str, Any]:
        """Partitions by their code."""
        file = "attributes.toml"
        named = self._named(file, "partition").items()
        return {code: _check(self.files[file], Partition, entry, code) for code, entry in named}

    def plan(self) -> Plan:
        """The publication plan, which is a file."""
        file = "publication.toml"
        plan: Plan = _check(self.files[file], Plan, self._plan_in_blocks(file), "")
        return plan

    def _plan_in_blocks(self, file: str) -> dict[str, Any]:
        """A plan of before blocks as one that has them; where it is too broken for that, as it stands."""
        try:
            return plan_in_blocks(self.raw[file])
        except (AttributeError, KeyError, TypeError):
            return self.raw[file]

    def _rows(self, file: str, table: str) -> list[dict[str, Any]]:
        return _shaped(self.files[file], self.raw[file], table, ROWS, [])

    def _named(self, file: str, table: str) -> dict[str, dict[str, Any]]:
        return _shaped(self.files[file], self.raw[file], table, NAMED, {})


def _read(path: Path) -> dict[str, Any]:
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as mistake:  # no TOML, no UTF-8, a number or a depth without end
        raise Refused("instrument_not_toml", file=path.name, detail=str(mistake)) from mistake


@lru_cache(maxsize=FILES_REMEMBERED)
def _parsed(text: str) -> dict[str, Any]:
    """A file is parsed once, however often the instrument is asked for; nobody changes what comes of it."""
    return tomllib.loads(text)


def _shaped(path: Path, raw: dict[str, Any], key: str, shape: TypeAdapter[Shape], absent: Shape) -> Shape:
    """What stands under a key, or Refused when it is of another kind than that."""
    try:
        return shape.validate_python(raw.get(key, absent))
    except ValidationError as mistakes:
        raise Refused("instrument_value", file=path.name, key=key, detail=mistakes.errors()[0]["msg"]) from mistakes


def _only(path: Path, raw: dict[str, Any], allowed: Sequence[str]) -> None:
    for key in raw:
        if key not in allowed:
            raise _unknown_key(path, key, allowed)


def _unknown_key(path: Path, key: str, allowed: Sequence[str]) -> Refused:
    return Refused("instrument_key_unknown", file=path.name, key=key, suggestion=suggest(key.split(".")[-1], allowed))


def _check(path: Path, kind: type[Model], raw: dict[str, Any], place: str) -> Any:
    try:
        return kind.model_validate(raw)
    except ValidationError as mistakes:
        first = mistakes.errors()[0]
        name = str(raw.get("code", place)) if isinstance(raw, dict) else place
        key = ".".join(filter(None, [name, *map(str, first["loc"])]))
        if first["type"] == "extra_forbidden" and first["loc"][-1] in NO_MORE.get(path.name, ()):
            raise Refused("instrument_key_gone", file=path.name, key=key) from mistakes
        if first["type"] == "extra_forbidden":
            raise _unknown_key(path, key, _keys(kind, first["loc"][:-1])) from mistakes
        if first["type"] == "missing":
            raise Refused("instrument_key_missing", file=path.name, key=key) from mistakes
        raise Refused("instrument_value", file=path.name, key=key, detail=first["msg"]) from mistakes


def _keys(kind: type[Model], place: Sequence[int | str]) -> list[str]:
    """The keys a table may have; `place` leads to a table inside it, such as ("recognise",) or ("tier", 0)."""
    for step in place:
        field = kind.model_fields.get(str(step))
        for part in (field.annotation, *get_args(field.annotation)) if field else ():
            if isinstance(part, type) and issubclass(part, Model):
                kind = part
    return [field.alias or code for code, field in kind.model_fields.items()]
