"""Archive: the frozen publications of a vault, made once and never changed; who was counted stays in the vault."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.frames import dy
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.schemas import PUBLISHED, PublishedTable, Tables, up_to_date
from pipelines.ground.settings import Home, sync
from pipelines.vault import hashes
from pipelines.vault.accounts import PRIVATE_FOLDER, make_private
from pipelines.vault.versions import NEWEST, upgraded

RESPONDENTS = "respondents"  # the one table of a publication that holds leaders
WITHDRAWN = "withdrawn"  # a file beside the tables of a publication that is no longer shown
FACTS = "facts.json"
HASHES = "hashes"  # the one of the facts that is about the tables beside them
COUNTED = "counted.json"  # instrument, groups and questions: with who was counted, all that an audit asks for
READ_ONLY = 0o400
Table = TypeVar("Table", bound=PublishedTable)


# -------------------------------------------------------------------------------------- which there are


def publications(home: Home) -> list[PublicationId]:
    """Ids of all frozen publications, oldest wave first."""
    hashes.check_there(home, "publications/")
    folders = _archive(home).glob(f"{Wave.FILES}-*")
    return sorted((PublicationId(folder.name) for folder in folders), key=lambda publication: publication.order)


def publications_of(home: Home, wave: Wave) -> list[PublicationId]:
    """Ids of the frozen publications of one wave, oldest first."""
    return [publication for publication in publications(home) if publication.wave == wave]


def live_publications(home: Home) -> list[PublicationId]:
    """The publications on show: the newest of each wave that was not withdrawn, oldest wave first."""
    newest = {publication.wave: publication for publication in publications(home) if is_live(home, publication)}
    return list(newest.values())


def next_publication(home: Home, wave: Wave) -> PublicationId:
    """The id of a wave's next publication, e.g. 2026Q3-1."""
    return PublicationId.of(wave, 1 + len(publications_of(home, wave)))


def is_live(home: Home, publication: PublicationId) -> bool:
    """Whether a publication was not withdrawn."""
    mark = _folder(home, publication) / WITHDRAWN
    hashes.check(mark)
    return not mark.exists()


def is_past_retention(home: Home, publication: PublicationId) -> bool:
    """Whether who was counted is known no more, as an earlier version left it; then nothing can be audited."""
    path = _table(home, publication, RESPONDENTS)
    hashes.check(path)
    return not path.exists()


# ---------------------------------------------------------------------------------------------- reading


def read_frozen(home: Home, publication: PublicationId, schema: type[Table]) -> dy.DataFrame[Table]:
    """One table of a frozen publication, brought up to date as it is read; on disk it stays as it was frozen.

    A table that came after the publication was made is empty. Raises Refused for a publication that does not exist.
    """
    path = _table(home, publication, schema.table())
    hashes.check(path)
    if schema.CAME_LATER and path.parent.exists() and not path.exists():
        return schema.create_empty()
    return up_to_date(schema, _read(path, publication))


def read_respondents(home: Home, publication: PublicationId) -> pl.DataFrame:
    """Who a publication counted, one row per leader; it never leaves the vault.

    Raises Refused for a publication that does not exist, or whose wave is past retention.
    """
    path = _table(home, publication, RESPONDENTS)
    hashes.check(path)
    if path.parent.exists() and not path.exists():
        raise Refused("publication_past_retention", publication=publication)
    return _read(path, publication)


def _read(path: Path, publication: PublicationId) -> pl.DataFrame:
    if not path.parent.exists():
        raise Refused("publication_unknown", publication=publication)
    return _parquet(path)


def read_publication(home: Home, publication: PublicationId) -> Tables:
    """All public tables of a frozen publication, by name, in the columns of today."""
    return {
        name: read_frozen(home, publication, schema) for name, schema in PUBLISHED.items() if not schema.OF_SNAPSHOT
    }


def frozen_facts(home: Home, publication: PublicationId) -> dict[str, Any]:
    """The facts an outside auditor needs about a publication; see docs/operations.md."""
    facts = _json(_folder(home, publication) / FACTS)
    return {key: value for key, value in facts.items() if key != HASHES}


def counted_under(home: Home, publication: PublicationId) -> dict[str, Any] | None:
    """The rules, groups and questions a publication was counted under; None for one of an earlier version."""
    path = _folder(home, publication) / COUNTED
    hashes.check(path)
    return upgraded(_json(path)) if path.exists() else None


def counted_codes(home: Home, publication: PublicationId) -> set[str]:
    """The codes of the leaders a publication counted; none when that is past retention."""
    path = _table(home, publication, RESPONDENTS)
    hashes.check(path)
    return set(_parquet(path)["leader_key"]) if path.exists() else set()


def faults(home: Home) -> list[Refused]:
    """The publications of which a table differs from the hash that its own facts name."""
    found = []
    for facts in sorted(_archive(home).glob(f"{Wave.FILES}-*/{FACTS}")):
        try:
            tables = _json(facts).get(HASHES, {})
        except Refused as fault:
            found.append(fault)
            continue
        for name, expected in tables.items():
            place = facts.with_name(f"{name}.parquet")
            if hashes.hash_of(place) != expected:
                found.append(Refused("vault_broken", file=_name(place)))
    return found


def _parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as broken:
        raise Refused("vault_broken", file=_name(path)) from broken


def _json(path: Path) -> dict[str, Any]:
    hashes.check(path)
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as broken:
        raise Refused("vault_broken", file=_name(path)) from broken


def _name(path: Path) -> str:
    return f"publications/{path.parent.name}/{path.name}"


# ---------------------------------------------------------------------------------------------- keeping


def freeze(
    home: Home,
    publication: PublicationId,
    tables: Mapping[str, pl.DataFrame],
    facts: Mapping[str, object],
    counted: Mapping[str, object],
) -> None:
    """Keep a publication for good: its public tables, and (for the steward) who was counted, and under what."""
    folder = _folder(home, publication)
    build = folder.with_name(f".build-{os.getpid()}-{publication}")
    make_private(folder.parent)
    build.mkdir(mode=PRIVATE_FOLDER)
    for name, frame in tables.items():
        frame.write_parquet(build / f"{name}.parquet")
    public = {name: hashes.hash_of(build / f"{name}.parquet") for name in tables if name != RESPONDENTS}
    (build / FACTS).write_text(json.dumps({**facts, HASHES: public}, indent=1, default=str), encoding="utf-8")
    (build / COUNTED).write_text(json.dumps({**counted, "schema_version": NEWEST}, default=str), encoding="utf-8")
    for path in build.iterdir():
        path.chmod(READ_ONLY)
        sync(path)
    with hashes.changing(home.vault, {folder / path.name: path for path in build.iterdir()}):
        build.replace(folder)
        sync(folder.parent)


def withdrawn_publications(home: Home) -> list[PublicationId]:
    """The publications that were taken off show, oldest wave first."""
    return [publication for publication in publications(home) if not is_live(home, publication)]


def mark_withdrawn(home: Home, names: Iterable[PublicationId]) -> None:
    """Mark publications as no longer shown; they stay frozen."""
    for publication in names:
        mark = _folder(home, publication) / WITHDRAWN
        hashes.write_kept(mark, f"{publication}\n")


def clear_leftovers(home: Home) -> None:
    """Remove what a kill left half-built; nothing of it was ever shown, but it may hold leaders."""
    for leftover in [*home.published.glob(".build-*"), *home.vault.glob(".build-*"), *home.vault.glob("*/.build-*")]:
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    for leftover in _archive(home).glob("*/*.build"):
        leftover.unlink()


# ------------------------------------------------------------------------------------------- taking away


def without_leaders(home: Home, publication: PublicationId, stand_ins: Mapping[str, str]) -> bool:
    """Give these leaders' codes names without meaning in who was counted; whether any of them was among those.

    The groups stay: later audits need to know that somebody of a group was counted, not who. Answers that a publication
    of before kept beside them go.
    """
    path = _table(home, publication, RESPONDENTS)
    if not path.exists():
        return False
    hashes.check(path)
    frame = _parquet(path)
    if frame.filter(pl.col("leader_key").is_in(list(stand_ins))).is_empty():
        return False
    frame = frame.select(pl.col(pl.String), "had_memory").with_columns(pl.col("leader_key").replace(stand_ins))
    build = path.with_suffix(".build")
    build.unlink(missing_ok=True)
    frame.sort("leader_key").write_parquet(build)
    build.chmod(READ_ONLY)
    sync(build)
    with hashes.changing(home.vault, {path: build}):
        build.replace(path)
        sync(path.parent)
    return True


def _archive(home: Home) -> Path:
    return home.vault / "publications"


def _folder(home: Home, publication: PublicationId) -> Path:
    return _archive(home) / publication


def _table(home: Home, publication: PublicationId, name: str) -> Path:
    return _folder(home, publication) / f"{name}.parquet"
