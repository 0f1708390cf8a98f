"""A published table has one home, its schema: the snapshot, its comments, docs and older publications follow it."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import dataframely as dy
import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.story.snapshot import Snapshot
from pipelines.flow import mend
from pipelines.ground import schemas
from pipelines.ground.errors import Refused
from pipelines.ground.schemas import PUBLISHED, Cell, Dictionary, Level, Mean, Publication, PublishedTable, ddl
from pipelines.ground.schemas.table import Condition, frame_of, up_to_date
from pipelines.ground.settings import Home
from pipelines.publication import snapshot as publish
from pipelines.vault import live_publications, publications, read_frozen
from tests.app.test_pages import text, visit
from tests.contract import generated_docs
from tests.homes import as_before_hashes

DATES = ("opens", "closes", "published_on")
MEANING = ("higher_is", "topic", "roles")
SCHOOLS = ("schools_answered", "schools")
NOT_IN_SAMPLE = {  # columns of which the eight sample waves have nothing to tell
    "mean": {"wider_level"},
    "rock_state": {"dim_2", "level_2"},  # the two kinds of rock are told of no pair of dimensions
    "need_state": {"dim_1", "level_1", "dim_2", "level_2"},
    "evidence": {"r2", "delta_r2", "f2", "at_end"},
}
NEVER_EMPTY = Path(generated_docs.__file__).with_name("never_empty.toml")


class Shelf(PublishedTable):
    """What stands on a shelf; one row per
    shelf and code.
    """

    GRAIN = ("shelf", "code")

    shelf = dy.Int8(min=1, max=3, description="which shelf")
    code = dy.String(nullable=True, description="the reader's code")
    group = dy.Enum(["old", "new"], description="how it came")
    since = dy.Date(nullable=True, description="since when")

    shelf_of_old = dy.rule()(Condition("Old things stand low.", "\"group\" = 'new' or shelf = 1"))


def schemas_with_rows(base: type[PublishedTable] = PublishedTable) -> Iterator[type[PublishedTable]]:
    """Every published table there is, but those of this test."""
    for schema in base.__subclasses__():
        if schema.__module__.startswith("pipelines"):
            yield from [schema] if schema.GRAIN else []
            yield from schemas_with_rows(schema)


@pytest.fixture
def opened(home_120: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of a snapshot: DuckDB shares one instance per path, and a page test may hold the original locked."""
    shown = publish.current(Home(home_120))
    assert shown is not None
    with duckdb.connect(str(shutil.copy(shown, tmp_path)), read_only=True) as connection:
        yield connection


# -------------------------------------------------------------------------------- the schemas and the snapshot


def test_every_table_of_a_snapshot_has_a_schema_and_every_schema_a_table(opened: duckdb.DuckDBPyConnection) -> None:
    tables = {name for (name,) in opened.execute("select table_name from duckdb_tables()").fetchall()}
    assert tables == set(PUBLISHED) == {schema.table() for schema in schemas_with_rows()}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_schema_says_what_its_table_tells_its_grain_and_what_every_column_means(name: str) -> None:
    schema = PUBLISHED[name]
    assert "one row per" in schema.comment().lower()
    assert set(schema.GRAIN) <= set(schema.column_names())
    assert [column for column, about in schema.columns().items() if not about.description] == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_column_that_came_later_may_be_empty_for_publications_of_before_do_not_have_it(name: str) -> None:
    never_empty = [column for column, about in PUBLISHED[name].columns().items() if not about.nullable]
    assert set(never_empty) <= set(tomllib.loads(NEVER_EMPTY.read_text(encoding="utf-8"))[name])


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_column_is_filled_in_some_row_of_the_sample(name: str, home_sample: Path, tmp_path: Path) -> None:
    shown = publish.current(Home(home_sample))
    assert shown is not None
    with duckdb.connect(str(shutil.copy(shown, tmp_path)), read_only=True) as connection:
        rows = connection.sql(f'select * from "{name}"').pl()
    empty = {column for column in rows.columns if rows.height and rows[column].null_count() == rows.height}
    assert empty <= NOT_IN_SAMPLE.get(name, set())


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_table_of_a_fresh_snapshot_is_its_schema(name: str, opened: duckdb.DuckDBPyConnection) -> None:
    schema = PUBLISHED[name]
    columns = opened.execute(
        "select column_name, lower(data_type), is_nullable, comment from duckdb_columns() "
        "where table_name = ? order by column_index",
        [name],
    ).fetchall()
    assert columns == [
        (column, ddl.type_of(about), about.nullable, schema.meaning(column))
        for column, about in schema.columns().items()
    ]
    comments = opened.execute("select comment from duckdb_tables() where table_name = ?", [name]).fetchall()
    assert comments == [(schema.comment(),)]
    rows = opened.sql(f'select * from "{name}"').pl()
    assert rows.select(schema.GRAIN).is_unique().all()
    assert len(schema.filter(up_to_date(schema, rows))[1]) == 0


def test_every_day_in_a_snapshot_is_a_date(opened: duckdb.DuckDBPyConnection) -> None:
    days = opened.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where column_name in ('opens', 'closes', 'published_on', 'since')"
    ).fetchall()
    assert len(days) == 7
    assert {kind for _, _, kind in days} == {"DATE"}


# --------------------------------------------------------------------------------------- what a schema becomes


def test_a_schema_is_said_in_sql() -> None:
    assert ddl.create(Shelf).splitlines() == [
        'create table "shelf" (',
        '    "shelf" tinyint not null check ("shelf" >= 1 and "shelf" <= 3),',
        '    "code" varchar,',
        "    \"group\" varchar not null check (\"group\" in ('old', 'new')),",
        '    "since" date,',
        "    constraint shelf_of_old check (\"group\" = 'new' or shelf = 1)",
        ")",
    ]
    assert list(ddl.comments(Shelf))[:3] == [
        "comment on table \"shelf\" is 'What stands on a shelf; one row per shelf and code.'",
        'comment on column "shelf"."shelf" is \'which shelf\'',
        "comment on column \"shelf\".\"code\" is 'the reader''s code'",
    ]
    assert 'primary key ("publication", "dimension", "level")' in ddl.create(Level)


@pytest.mark.parametrize(
    "row",
    [
        {"shelf": 4, "code": "a", "group": "new"},
        {"shelf": 2, "code": "a", "group": "old"},
        {"shelf": None, "code": "a", "group": "new"},
    ],
)
def test_polars_and_duckdb_hold_the_same_rules(row: dict[str, object]) -> None:
    with pytest.raises(dy.exc.ValidationError):
        frame_of(Shelf, [row])
    broken = pl.DataFrame([row], schema={"shelf": pl.Int8, "code": pl.String, "group": pl.String})
    with duckdb.connect() as connection:
        connection.execute(ddl.create(Shelf))
        connection.register("broken", broken)
        with pytest.raises(duckdb.ConstraintException):
            connection.execute(ddl.fill(Shelf, "broken"))


def test_a_grain_of_which_a_part_is_null_is_held_too() -> None:
    rows = [{"shelf": 1, "code": None, "group": "old"}, {"shelf": 1, "code": None, "group": "new"}]
    with pytest.raises(dy.exc.ValidationError, match="one_row_per_grain"):
        frame_of(Shelf, rows)
    assert frame_of(Shelf, rows[:1]).height == 1


def test_a_row_with_a_value_for_no_column_is_a_mistake_and_not_dropped() -> None:
    with pytest.raises(ValueError, match="shelf has no column colour"):
        frame_of(Shelf, [{"shelf": 1, "group": "new", "colour": "red"}])


def test_rows_become_a_frame_of_the_types_of_their_schema() -> None:
    frame = frame_of(Shelf, [{"shelf": 1, "since": dt.date(2026, 9, 1)}, {"shelf": 2}], group="new")
    assert frame.schema == Shelf.create_empty().schema
    assert frame["since"].to_list() == [dt.date(2026, 9, 1), None]
    assert frame_of(Shelf, []).equals(Shelf.create_empty())


def test_a_table_of_before_is_read_as_its_schema_is_today() -> None:
    old = pl.DataFrame({"group": ["old", "new"], "since": ["2026-09-01", None], "shelf": [1, 2], "gone": [1, 1]})
    now = up_to_date(Shelf, old)
    assert now.schema == Shelf.create_empty().schema
    assert now.rows() == [(1, None, "old", dt.date(2026, 9, 1)), (2, None, "new", None)]


# ----------------------------------------------------------------------------------------- older publications


def aged(home_120: Path, folder: Path) -> Home:
    """A home whose publications were frozen by an earlier version: days as text, columns and a table not there yet."""
    shutil.copytree(home_120, folder / "home")
    home = as_before_hashes(Home(folder / "home"))
    for name in publications(home):
        place = home.vault / "publications" / name
        place.chmod(0o700)
        (place / "need_state.parquet").unlink()
        text_days = [pl.col(day).dt.to_string("%Y-%m-%d") for day in DATES]
        _freeze(place / "publication.parquet", lambda old, days=text_days: old.drop(SCHOOLS).with_columns(days))
        _freeze(place / "dictionary.parquet", lambda old: old.drop(MEANING))
    return home


def _freeze(path: Path, change) -> None:
    frame = change(pl.read_parquet(path))
    path.unlink()
    frame.write_parquet(path)


def _hashes(home: Home) -> dict[Path, str]:
    files = [path for path in (home.vault / "publications").rglob("*") if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_publication_of_before_is_bundled_as_of_today_and_stays_on_disk_as_it_was(
    home_120: Path, tmp_path: Path
) -> None:
    home = aged(home_120, tmp_path)
    frozen = _hashes(home)
    (home.published / "CURRENT").unlink()
    assert mend(home)
    made = publish.current(home)
    assert made is not None
    assert _hashes(home) == frozen
    before = read_frozen(Home(home_120), publications(home)[0], Publication)
    assert_frame_equal(read_frozen(home, publications(home)[0], Publication).drop(SCHOOLS), before.drop(SCHOOLS))
    with duckdb.connect(str(made), read_only=True) as connection:
        assert connection.sql("select * from publication").pl()[SCHOOLS].null_count().row(0) == (3, 3)
        assert connection.sql("select * from need_state").pl().is_empty()
        said = connection.sql("select higher_is from dictionary where code = 'has_rock' and kind = 'measure'")
        assert said.fetchall() == [("better",)]


@pytest.mark.parametrize("schema", [Cell, Mean, Level])
def test_what_is_bundled_is_what_was_frozen(
    schema: type[PublishedTable], home_120: Path, opened: duckdb.DuckDBPyConnection
) -> None:
    home = Home(home_120)
    frozen = pl.concat([read_frozen(home, name, schema) for name in live_publications(home)])
    assert_frame_equal(schema.cast(opened.sql(f"select * from {schema.table()}").pl()), frozen)


def old_snapshot(home_120: Path, folder: Path) -> Path:
    """A home with a snapshot as the first version made it: tables without rules or keys, days as text."""
    shutil.copytree(home_120 / "published", folder / "old" / "published")
    shown = publish.current(as_before_hashes(Home(folder / "old")))
    assert shown is not None
    with duckdb.connect(str(shutil.copy(shown, folder / "as_now.duckdb")), read_only=True) as connection:
        tables = {name: connection.sql(f'select * from "{name}"').pl() for name in PUBLISHED}
    tables["publication"] = tables["publication"].with_columns(pl.col(DATES).dt.to_string("%Y-%m-%d"))
    tables["dictionary"] = tables["dictionary"].drop(MEANING)
    shown.unlink()
    with duckdb.connect(str(shown)) as connection:
        for name, frame in tables.items():
            connection.register("given", frame)
            connection.execute(f'create table "{name}" as select * from given')
    return folder / "old"


@pytest.mark.parametrize("page", ["overview", "accountability"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_snapshot_of_before_reads_as_it_did(
    page: str, lang: str, home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = visit(old_snapshot(home_120, tmp_path), page, monkeypatch, lang=lang)
    assert not old.exception
    assert text(old) == text(visit(home_120, page, monkeypatch, lang=lang))


def test_what_was_told_is_read_from_a_snapshot_of_before_too(home_120: Path, tmp_path: Path) -> None:
    home = Home(old_snapshot(home_120, tmp_path))
    assert publish.on_show(home) == publish.on_show(Home(home_120))
    assert isinstance(publish.on_show(home)[0]["opens"], dt.date)


# -------------------------------------------------------------------------------------------- a broken row


def test_a_publication_that_breaks_a_rule_of_its_schema_is_never_shown(home_120: Path, tmp_path: Path) -> None:
    shutil.copytree(home_120, tmp_path / "home")
    home = as_before_hashes(Home(tmp_path / "home"))
    place = home.vault / "publications" / publications(home)[-1]
    _freeze(place / "cell.parquet", lambda cell: cell.with_columns(hi=pl.col("n") + 1))
    pointer = home.published / "CURRENT"
    pointer.unlink()
    with pytest.raises(Refused) as refusal:
        mend(home)
    assert refusal.value.where["check"] == "cell: band_holds"
    assert not pointer.exists()


# --------------------------------------------------------------------------- a new published column: one place


def test_a_new_published_column_is_one_place(home_120: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The column is written in its schema, and nothing else is touched: it would be filled where the row is made."""

    class Level(schemas.Level):
        """The groups of each dimension; one row per publication, dimension and level."""

        colour = dy.String(nullable=True, description="how it is drawn")

    monkeypatch.setitem(PUBLISHED, "level", Level)
    shutil.copytree(home_120, tmp_path / "home")
    home = Home(tmp_path / "home")
    (home.published / "CURRENT").unlink()
    assert mend(home)
    made = publish.current(home)
    assert made is not None
    rows = Snapshot(made).rows("levels", wave="2026Q3", dimension="region")
    assert rows.height
    assert rows["colour"].null_count() == rows.height
    with duckdb.connect(str(shutil.copy(made, tmp_path / "copy.duckdb")), read_only=True) as connection:
        said = connection.execute(
            "select data_type, comment from duckdb_columns() where table_name = 'level' and column_name = 'colour'"
        )
        assert said.fetchall() == [("VARCHAR", "how it is drawn")]
    assert "| `colour` | varchar, may be empty | how it is drawn |" in generated_docs.snapshot()
    filled = frame_of(Level, [{"dimension": "region", "level": "Noord", "position": 0, "coarse": "Noord",
                               "respondents": 9, "colour": "teal"}], publication="2026Q3-1", wave="2026Q3")  # fmt: skip
    assert filled["colour"].to_list() == ["teal"]


def test_the_words_of_the_newest_publication_win_in_the_bundle(home_120: Path) -> None:
    home = Home(home_120)
    frozen = [read_frozen(home, name, Dictionary) for name in reversed(live_publications(home))]
    shown = publish.current(home)
    assert shown is not None
    words = Snapshot(shown).rows("dictionary")
    newest = {(row["kind"], row["code"]): row["nl"] for frame in reversed(frozen) for row in frame.to_dicts()}
    assert {(row["kind"], row["code"]): row["nl"] for row in words.to_dicts()} == newest
