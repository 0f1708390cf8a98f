"""Store: the pseudonymous answers of the waves, one DuckDB file per wave, whole or not there at all.

Answers that come after a wave's publication lie beside it, one file per import (`late/2026Q3-1.duckdb`).
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from polars import selectors as cs

from pipelines.ground.database import connect, run
from pipelines.ground.errors import Refused
from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.settings import Home, sync
from pipelines.vault import hashes
from pipelines.vault.accounts import PRIVATE_FILE, make_private
from pipelines.vault.codes import check_secret, secret_check
from pipelines.vault.removals import pending_removal
from pipelines.vault.versions import NEWEST, upgraded

TABLES = ("about", "answers", "scores", "roster", "rejected", "data_errors", "outcomes")
EVENTS = {"wave": pl.String, "leader_key": pl.String, "event": pl.String}
Tables = Mapping[str, pl.DataFrame]
# What reading a damaged file ends in, where it has no hash yet.
BROKEN = (
    duckdb.CatalogException, duckdb.IOException, duckdb.FatalException, duckdb.InvalidInputException,
    duckdb.SerializationException, duckdb.InternalException, duckdb.ConversionException, UnicodeDecodeError,
)  # fmt: skip


# ------------------------------------------------------------------------------------------ which files


def wave_file(home: Home, wave: Wave) -> Path:
    """The vault file of one wave."""
    return home.vault / "waves" / f"{wave}.duckdb"


def stored_waves(home: Home) -> list[Wave]:
    """Waves in the vault, oldest first."""
    removed = pending_removal(home).waves
    waves = [Wave(path.stem) for path in (home.vault / "waves").glob(f"{Wave.FILES}.duckdb")]
    return sorted(wave for wave in waves if wave not in removed)


def late_files(home: Home, wave: Wave) -> list[Path]:
    """The vault files with answers that came after a wave's publication, in the order they came."""
    return sorted((home.vault / "late").glob(f"{wave}-*.duckdb"), key=_late_number)


def vault_files(home: Home) -> list[Path]:
    """Every vault file that holds leaders: of the waves, then what came late."""
    waves = (home.vault / "waves").glob(f"{Wave.FILES}.duckdb")
    late = (home.vault / "late").glob(f"{Wave.FILES}-*.duckdb")
    return [*sorted(waves), *sorted(late)]


def wave_of(place: Path) -> Wave:
    """The wave that a vault file belongs to."""
    return Wave(place.stem) if place.parent.name == "waves" else PublicationId(place.stem).wave


def _late_number(late_file: Path) -> int:
    return PublicationId(late_file.stem).number  # named as publications are: 2026Q3-1


# ---------------------------------------------------------------------------------------------- writing


def store_late(home: Home, wave: Wave, about: Mapping[str, Any], tables: Tables) -> None:
    """Keep an import that came after the wave's publication beside it."""
    earlier = late_files(home, wave)
    number = 1 + (_late_number(earlier[-1]) if earlier else 0)
    write_file(home.vault / "late" / f"{wave}-{number}.duckdb", about, tables)


def write_file(place: Path, about: Mapping[str, Any], tables: Tables) -> None:
    """Write one vault file beside its place, then move it there in one step: a half wave is never seen."""
    make_private(place.parent)
    build = place.with_name(f".build-{os.getpid()}-{place.name}")
    build.unlink(missing_ok=True)
    vault = place.parents[1]
    facts = {
        **about,
        "words": _words_of(tables),
        "schema_version": NEWEST,
        "secret_check": secret_check(Home(vault.parent)),
    }
    values = [json.dumps(value, default=str) for value in facts.values()]
    about_table = pl.DataFrame({"key": list(facts), "value": values})
    try:
        with connect(build) as connection:
            connection.execute("set threads = 1")  # a fifth less CPU, for frames that lie in memory
            connection.execute("set memory_limit = '512MB'")  # it would keep what is written already
            for name, frame in {"about": about_table, **tables}.items():
                # Numbers in place of words that come back: a third less CPU.
                run(connection, f"vault/create_{name}", {f"frame_{name}": frame.with_columns(cs.enum().to_physical())})
            connection.execute("checkpoint")
        build.chmod(PRIVATE_FILE)
        sync(build)
        with hashes.changing(vault, {place: build}):
            build.replace(place)
            sync(place.parent)
    finally:
        build.unlink(missing_ok=True)
        build.with_name(f"{build.name}.wal").unlink(missing_ok=True)  # what DuckDB leaves when the disk was full


def _words_of(tables: Tables) -> dict[str, dict[str, list[str]]]:
    """Table -> column -> the words that its numbers stand for."""
    return {
        name: {column: kind.categories.to_list() for column, kind in frame.schema.items() if isinstance(kind, pl.Enum)}
        for name, frame in tables.items()
    }


def bring_up_to_date(home: Home, passing: Path | None = None) -> int:
    """Rewrite the files an earlier version wrote, one by one and each at once; how many there were.

    `passing`: a file that is about to be made anew. Raises Refused, before anything is changed, when a newer version
    wrote one, or when one was written under another secret than the one that is there.
    """
    old: list[tuple[Path, dict[str, Any]]] = []
    for place in vault_files(home):
        if place == passing:
            continue
        about = read_file(place, "about")
        facts = facts_of(about)
        check_secret(home, facts.get("secret_check"), wave_of(place))
        if dict(about.iter_rows())["schema_version"] != str(NEWEST):
            old.append((place, facts))
    for place, facts in old:
        write_file(place, facts, read_tables(place, (name for name in TABLES if name != "about")))
    return len(old)


# ---------------------------------------------------------------------------------------------- reading


def read(home: Home, wave: Wave, table: str) -> pl.DataFrame:
    """One table of one wave, without leaders that are being erased; Refused for a wave that is not there."""
    if wave not in stored_waves(home):
        raise Refused("wave_unknown", wave=wave)
    return _without_erased(home, read_file(wave_file(home, wave), table))


def read_late(home: Home, wave: Wave, table: str) -> pl.DataFrame:
    """One table of all answers of a wave that came after its publication; the answer that came last counts."""
    frames = [read_file(place, table) for place in late_files(home, wave)]
    if not frames:
        return pl.DataFrame(schema={"leader_key": pl.String})
    frame = pl.concat(frames, how="diagonal")
    if "leader_key" not in frame.columns:
        return frame
    return _without_erased(home, frame.unique("leader_key", keep="last", maintain_order=True))


def read_about(home: Home, wave: Wave) -> dict[str, Any]:
    """Where a wave came from: hash, profile, counts, dates and the whole instrument it is read by."""
    return facts_of(read(home, wave, "about"))


def read_abouts(home: Home, wave: Wave) -> list[dict[str, Any]]:
    """Where a wave came from, then where each of its late imports came from, in their order."""
    late = [facts_of(read_file(place, "about")) for place in late_files(home, wave)]
    return [read_about(home, wave), *late]


def facts_of(about: pl.DataFrame) -> dict[str, Any]:
    """The about table as facts of the newest version; Refused when a newer Klankbord wrote it."""
    return upgraded({key: json.loads(value) for key, value in about.iter_rows()})


def read_file(place: Path, table: str) -> pl.DataFrame:
    """One table of one vault file, as it lies there."""
    return read_tables(place, (table,))[table]


def read_tables(place: Path, names: Iterable[str]) -> dict[str, pl.DataFrame]:
    """Tables of one vault file by name, as they lie there; Refused for a file that is broken."""
    place.open("rb").close()  # a file that may not be read says so; it is not broken
    hashes.check(place)
    try:
        with connect(place, read_only=True) as connection:
            words = json.loads(dict(_rows(connection, "about").iter_rows()).get("words", "{}"))
            return {name: _spelled(_rows(connection, name), words.get(name, {})) for name in names}
    except BROKEN as broken:
        raise Refused("vault_broken", file=place.name) from broken


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    try:
        frame = run(connection, f"vault/read_{table}")
    except duckdb.CatalogException:
        if table != "outcomes":
            raise
        return pl.DataFrame(schema=EVENTS)  # a wave that was imported before events could be
    assert frame is not None
    return frame


def _spelled(frame: pl.DataFrame, words: Mapping[str, list[str]]) -> pl.DataFrame:
    """A table with words again where the file holds their numbers, and every score a float.

    Whole scores are kept in a byte, others as they are: to whoever reads them all are alike.
    """
    spelled = [pl.Series(column, of_column, pl.String).gather(frame[column]) for column, of_column in words.items()]
    return frame.with_columns(spelled).cast({pl.Int8: pl.Float64})


def _without_erased(home: Home, frame: pl.DataFrame) -> pl.DataFrame:
    codes = pending_removal(home).codes
    return frame.filter(~pl.col("leader_key").is_in(codes)) if codes and "leader_key" in frame.columns else frame


# ---------------------------------------------------------------------------------------------- holding


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Hold the vault: a second importer or publisher is told to wait, another account to stay out, root too."""
    if home.vault.exists() and (owner := home.vault.stat().st_uid) != os.geteuid():
        raise Refused("folder_owner", path=home.vault, owner=owner)
    make_private(home.vault)
    with os.fdopen(os.open(home.vault / "lock", os.O_RDWR | os.O_CREAT, PRIVATE_FILE), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            raise Refused("vault_busy") from busy
        yield
