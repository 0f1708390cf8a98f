"""Load the instrument from TOML, a steward's own files over the built-in ones.

Every mistake is explained with file, key and a suggestion.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from pipelines.ground.errors import Refused
from pipelines.ground.settings import INSTRUMENTS, LEAFLET, LETTER
from pipelines.instruments.checks import check_families, check_references, check_thresholds, suggest
from pipelines.instruments.meaning import check_meaning
from pipelines.instruments.model import About, Attribute, Instrument, Partition, Pillar, Question, Rock, Scale, Word
from pipelines.instruments.rules import Benchmark, Dimension, Model, Plan, Policy, Profile, Purpose, Target, Threshold

Shape = TypeVar("Shape")
ROW = TypeAdapter(dict[str, Any])
ROWS = TypeAdapter(list[dict[str, Any]])
NAMED = TypeAdapter(dict[str, dict[str, Any]])


def load_instrument(*folders: Path | None) -> Instrument:
    """The built-in instrument with the files of `folders` over it, later folders first.

    Raises Refused with file, key and a suggestion.
    """
    layers = [INSTRUMENTS, *(folder for folder in folders if folder and folder.is_dir())]
    files: dict[str, Path] = {}
    for layer in layers:
        os.listdir(layer)  # which says so when it may not be read; a search just finds nothing
        own = {path.relative_to(layer).as_posix(): path for path in sorted(layer.glob("**/*.toml"))}
        for beside in (LEAFLET, LETTER):  # for what leaders get alone: a slip in it must not stop an import
            own.pop(beside, None)
        if any(name.startswith("scales/") for name in own):
            files = {name: path for name, path in files.items() if not name.startswith("scales/")}
        files |= own
    raw = {name: _read(path) for name, path in files.items()}

    def rows(file: str, table: str) -> list[dict[str, Any]]:
        return _shaped(files[file], raw[file], table, ROWS, [])

    def named(file: str, table: str) -> dict[str, dict[str, Any]]:
        return _shaped(files[file], raw[file], table, NAMED, {})

    def many(file: str, kind: type[Model], table: str) -> list[Any]:
        return [_check(files[file], kind, entry, table) for entry in rows(file, table)]

    def one(file: str, kind: type[Model], table: str) -> Any:
        if table not in raw[file]:
            raise Refused("instrument_key_missing", file=files[file].name, key=f"[{table}]")
        return _check(files[file], kind, raw[file][table], table)

    for file, allowed in {
        "pillars.toml": ("pillar", "rock", "question"),
        "thresholds.toml": ("threshold", "target"),
        "attributes.toml": ("attribute", "partition"),
    }.items():
        _only(files[file], raw[file], allowed)
    scales = []
    for file in (name for name in raw if name.startswith("scales/")):
        _only(files[file], raw[file], ("scale", "item"))
        about = _shaped(files[file], raw[file], "scale", ROW, {})
        scales.append(_check(files[file], Scale, {**about, "items": rows(file, "item")}, ""))
    instrument = Instrument(
        about=one("instrument.toml", About, "instrument"),
        purposes=many("instrument.toml", Purpose, "purpose"),
        words=many("vocabulary.toml", Word, "word"),
        pillars=many("pillars.toml", Pillar, "pillar"),
        rocks=many("pillars.toml", Rock, "rock"),
        questions=many("pillars.toml", Question, "question"),
        scales=scales,
        attributes=[
            _check(files["attributes.toml"], Attribute, {"code": code, **entry}, code)
            for code, entry in named("attributes.toml", "attribute").items()
        ],
        partitions={
            code: _check(files["attributes.toml"], Partition, entry, code)
            for code, entry in named("attributes.toml", "partition").items()
        },
        thresholds=many("thresholds.toml", Threshold, "threshold"),
        targets=many("thresholds.toml", Target, "target"),
        policies=many("policy.toml", Policy, "policy"),
        dimensions=many("dimensions.toml", Dimension, "dimension"),
        plan=_check(files["publication.toml"], Plan, raw["publication.toml"], ""),
        benchmarks=many("benchmarks.toml", Benchmark, "benchmark"),
        profiles=[one(file, Profile, "profile") for file in raw if file.startswith("exports/")],
    )
    check_references(instrument)
    check_thresholds(instrument)
    check_families(instrument)
    check_meaning(instrument)
    return instrument


def _read(path: Path) -> dict[str, Any]:
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as mistake:  # no TOML, no UTF-8, a number or a depth without end
        raise Refused("instrument_not_toml", file=path.name, detail=str(mistake)) from mistake


@lru_cache(maxsize=256)
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
        key = ".".join([name, *map(str, first["loc"])])
        if first["type"] == "extra_forbidden":
            fields = [field.alias or code for code, field in kind.model_fields.items()]
            raise _unknown_key(path, key, fields) from mistakes
        if first["type"] == "missing":
            raise Refused("instrument_key_missing", file=path.name, key=key) from mistakes
        raise Refused("instrument_value", file=path.name, key=key, detail=first["msg"]) from mistakes
