"""Archive: the frozen publications of a vault, made once and never changed; who was counted stays in the vault."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from typing import Any

import dataframely as dy
import polars as pl

from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.schemas import Mean, NeedState
from pipelines.ground.schemas_analysed import LATER
from pipelines.ground.settings import Home, sync
from pipelines.vault.codes import make_private

PRIVATE = "respondents"
WITHDRAWN = "withdrawn"  # a file beside the tables of a publication that is no longer shown
COUNTS_SINCE = {"schools_answered": pl.Int64, "schools": pl.Int64}  # columns that older publications lack
# Tables that older publications lack.
SINCE_THEN: dict[str, type[dy.Schema]] = {"mean": Mean, "need_state": NeedState, **LATER}


def publications(home: Home) -> list[PublicationId]:
    """Ids of all frozen publications, oldest wave first."""
    folders = (home.vault / "publications").glob(f"{Wave.FILES}-*")
    return sorted((PublicationId(folder.name) for folder in folders), key=lambda one: one.order)


def of_wave(home: Home, wave: Wave) -> list[PublicationId]:
    """Ids of the frozen publications of one wave, oldest first."""
    return [name for name in publications(home) if name.wave == wave]


def is_live(home: Home, publication: PublicationId) -> bool:
    """Whether a publication was not withdrawn."""
    return not (home.vault / "publications" / publication / WITHDRAWN).exists()


def live(home: Home) -> list[PublicationId]:
    """The publications on show: the newest of each wave that was not withdrawn, oldest wave first."""
    return list({name.wave: name for name in publications(home) if is_live(home, name)}.values())


def next_id(home: Home, wave: Wave) -> PublicationId:
    """The id of a wave's next publication, e.g. 2026Q3-1."""
    return PublicationId.of(wave, 1 + len(of_wave(home, wave)))


def clear_leftovers(home: Home) -> None:
    """Remove what a kill left half-built; nothing of it was ever shown, but it may hold leaders."""
    for leftover in [*home.published.glob(".build-*"), *home.vault.glob(".build-*"), *home.vault.glob("*/.build-*")]:
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    for leftover in (home.vault / "publications").glob("*/*.build"):
        leftover.unlink()


def frozen(home: Home, publication: PublicationId, table: str) -> pl.DataFrame:
    """One table of a frozen publication."""
    path = home.vault / "publications" / publication / f"{table}.parquet"
    if table == PRIVATE and path.parent.exists() and not path.exists():
        raise Refused("publication_past_retention", publication=publication)
    if not path.parent.exists():
        raise Refused("publication_unknown", publication=publication)
    if table in SINCE_THEN and not path.exists():
        return SINCE_THEN[table].create_empty()
    frame = pl.read_parquet(path)
    lacking = COUNTS_SINCE.items() if table == "publication" else ()
    return frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in lacking if name not in frame.columns)


def without_leader(home: Home, publication: PublicationId, code: str, stands_in: str) -> int:
    """Take one leader's code and answers out of who was counted; the group stays, under a name without meaning.

    Later audits need to know that somebody of this group was counted, not who and not what was answered.
    """
    path = home.vault / "publications" / publication / f"{PRIVATE}.parquet"
    if not path.exists():
        return 0
    frame = pl.read_parquet(path)
    is_gone = pl.col("leader_key") == code
    answers = [name for name in frame.columns if frame[name].dtype != pl.String and name != "had_memory"]
    found = frame.filter(is_gone).height
    if found:
        frame = frame.with_columns(
            pl.when(is_gone).then(pl.lit(stands_in)).otherwise("leader_key").alias("leader_key"),
            *(pl.when(~is_gone).then(pl.col(name)).alias(name) for name in answers),
        )
        build = path.with_suffix(".build")
        build.unlink(missing_ok=True)
        frame.write_parquet(build)
        build.chmod(0o400)
        sync(build)
        build.replace(path)
        sync(path.parent)
    return found


def without_leaders(home: Home, publication: PublicationId) -> None:
    """Take everybody who was counted out of a publication whose wave is past retention; its figures stay."""
    (home.vault / "publications" / publication / f"{PRIVATE}.parquet").unlink(missing_ok=True)


def is_past_retention(home: Home, publication: PublicationId) -> bool:
    """Whether who was counted has been removed; then nothing can be audited or added any more."""
    return not (home.vault / "publications" / publication / f"{PRIVATE}.parquet").exists()


def facts_of(home: Home, publication: PublicationId) -> dict[str, Any]:
    """The facts an outside auditor needs about a publication; see docs/operations.md."""
    path = home.vault / "publications" / publication / "facts.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def freeze(
    home: Home, publication: PublicationId, frames: Mapping[str, pl.DataFrame], facts: Mapping[str, object]
) -> None:
    """Keep a publication for good: its public tables, and (for the steward) who was counted."""
    place = home.vault / "publications" / publication
    build = place.with_name(f".build-{os.getpid()}-{publication}")
    make_private(place.parent)
    build.mkdir(mode=0o700)
    for name, frame in frames.items():
        frame.write_parquet(build / f"{name}.parquet")
    (build / "facts.json").write_text(json.dumps(facts, indent=1, default=str), encoding="utf-8")
    for path in build.iterdir():
        path.chmod(0o400)
        sync(path)
    build.replace(place)
    sync(place.parent)


def mark_withdrawn(home: Home, names: list[PublicationId]) -> None:
    """Mark publications as no longer shown; they stay frozen."""
    for name in names:
        mark = home.vault / "publications" / name / WITHDRAWN
        mark.touch(mode=0o400)
        sync(mark)
        sync(mark.parent)
