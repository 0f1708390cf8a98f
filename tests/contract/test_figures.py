"""The figures of the sample stay what they were: no move and no rewriting changes what a board is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.contract.compare_homes import FROZEN, TABLES, compare, figures, freeze, frozen, main, read

LARGEST = 20_000  # bytes of what is frozen: a page that can be read


@pytest.mark.parametrize("name", TABLES)
def test_the_eight_sample_waves_still_give_the_figures_that_were_frozen(home_sample: Path, name: str) -> None:
    expected, table = frozen()[name], read(home_sample)[name]
    columns = expected.pop("columns")
    assert figures(table, columns) == expected, "see CONTRIBUTING.md: figures that changed"


def test_what_is_frozen_is_small_and_is_all_that_its_columns_tell(home_sample: Path) -> None:
    assert FROZEN.stat().st_size < LARGEST
    assert {name: len(sums) - 1 for name, sums in frozen().items() if len(sums) != 9} == {}
    assert set(freeze(home_sample).splitlines()) >= {
        line for line in FROZEN.read_text(encoding="utf-8").splitlines() if line.startswith("[")
    }


def changed(home: Path, folder: Path, *statements: str) -> Path:
    """A copy of what a home publishes, in which something was changed."""
    shutil.copytree(home / "published", folder / "published")
    place = folder / "published" / (folder / "published" / "CURRENT").read_text().strip()
    place.chmod(0o600)
    with duckdb.connect(str(place)) as connection:
        for statement in statements:
            connection.execute(statement)
    return folder


@pytest.mark.parametrize(
    ("statement", "name", "gone", "come"),
    [
        ("update cell set hi = hi + 1 where lo = (select min(lo) from cell)", "cell", 1, 1),
        ("delete from mean where scale = 'stress'", "mean", 1, 0),
        ("insert into cell select * from cell limit 1", "cell", 0, 1),
        ("update what_if set high = high + 0.01 where high < 0.99", "what_if", 1, 1),
    ],
)
def test_a_figure_that_differs_is_told_with_its_table(
    home_120: Path, tmp_path: Path, statement: str, name: str, gone: int, come: int
) -> None:
    found = {table.name: table for table in compare(home_120, changed(home_120, tmp_path, statement))}
    assert [table.name for table in found.values() if not table.is_same] == [name]
    assert bool(found[name].gone) == gone
    assert bool(found[name].come) == come


def test_order_dates_types_and_columns_of_one_home_are_no_difference(
    home_120: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = changed(
        home_120, tmp_path,
        "create table turned as select * from cell order by n desc, measure desc", "drop table cell",
        "alter table turned rename to cell", "alter table cell add column higher_is varchar",
        "alter table cell alter column n type double", "update publication set published_on = '1999-01-01'",
        "create table aged as select * replace (opens::varchar as opens) from publication", "drop table publication",
        "alter table aged rename to publication",
    )  # fmt: skip
    assert main([str(home_120), str(other)]) == 0
    assert "only one home has higher_is" in capsys.readouterr().out
    assert main([str(home_120)]) == 2


def test_a_table_that_one_home_lost_is_a_difference(
    home_120: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(home_120), str(changed(home_120, tmp_path, "drop table reliability"))]) == 1
    assert "reliability: only one home has it" in capsys.readouterr().out
