"""Whether two homes publish the same figures: `python -m tests.contract.compare_homes HOME_A HOME_B`.

For whoever moves or rewrites something that must not change a figure. `... --make FOLDER` publishes the eight sample
waves in FOLDER/home, always with the same secret, for what is drawn by chance follows from it: make one home before and
one after, and compare. Rows are compared whatever their order, on the columns that both homes have. `... --freeze HOME`
writes what a home gives into FROZEN, to which a test holds every later version.

Snapshots are read without any code of Klankbord, so that homes of every age can stand beside each other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

# Everything published that counts, estimates or compares; words have their own tables and may be bettered.
TABLES = (
    "publication", "level", "cell", "contrast", "mean", "rock_state", "need_state", "withheld", "evidence",
    "evidence_term", "model_card", "what_if", "reliability",
)  # fmt: skip
# When it was made; which number the publication of a wave has.
INCIDENTAL = {"publication", "published_on"}
# Left out of what is frozen: sentences may be bettered.
UNFROZEN = {"sentence_nl", "sentence_en", "kinds_nl", "kinds_en", "policy_fingerprint", "instrument_version", "tables"}
FROZEN = Path(__file__).with_name("sample_figures.toml")
DECIMALS = 9
SHOWN = 10  # rows of a table that are printed
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """One published table: the names of its columns, and its rows as they were read."""

    columns: tuple[str, ...]
    rows: list[Row]

    def canonical(self, columns: Sequence[str]) -> Counter[str]:
        """How often each row is there, written so that neither order, type of number nor type of date matters."""
        at = [self.columns.index(column) for column in columns]
        return Counter(json.dumps([_plain(row[place]) for place in at], ensure_ascii=False) for row in self.rows)


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        rounded = round(value, DECIMALS)
        return int(rounded) if rounded.is_integer() else rounded
    return value


def read(home: Path) -> dict[str, Table]:
    """The tables of the snapshot that a home shows now."""
    published = home / "published"
    snapshot = published / (published / "CURRENT").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        there = {name for (name,) in connection.sql("select table_name from duckdb_tables()").fetchall()}
        tables = {}
        for name in TABLES:
            if name in there:
                found = connection.table(name)
                tables[name] = Table(tuple(found.columns), found.fetchall())
    return tables


@dataclass(frozen=True)
class Compared:
    """One table of two homes: what is worth knowing of it, and the rows that only one of them has."""

    name: str
    note: str
    gone: list[str] = field(default_factory=list)
    come: list[str] = field(default_factory=list)
    is_in_both: bool = True

    @property
    def is_same(self) -> bool:
        """Whether both homes tell the same."""
        return self.is_in_both and not self.gone and not self.come

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.note}"]
        for sign, rows in (("-", self.gone), ("+", self.come)):
            lines += [f"  {sign} {row}" for row in rows[:SHOWN]]
            lines += [f"  {sign} and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
        return "\n".join(lines)


def compare(before: Path, after: Path) -> list[Compared]:
    """All tables of two homes, row by row."""
    one, other = read(before), read(after)
    return [
        _compare(name, one[name], other[name])
        if name in one and name in other
        else Compared(name, "only one home has it", is_in_both=False)
        for name in TABLES
        if name in one or name in other
    ]


def _compare(name: str, one: Table, other: Table) -> Compared:
    shared = [column for column in one.columns if column in other.columns and column not in INCIDENTAL]
    single = sorted({*one.columns} ^ {*other.columns})
    note = f"{len(one.rows)} and {len(other.rows)} rows, {len(shared)} columns compared"
    note += f"; only one home has {', '.join(single)}" if single else ""
    rows, other_rows = one.canonical(shared), other.canonical(shared)
    return Compared(name, note, sorted((rows - other_rows).elements()), sorted((other_rows - rows).elements()))


def figures(table: Table, columns: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Wave -> how many rows a table has of it, how many of them are shown, and a sum over all their contents."""
    place, sums = table.columns.index("wave"), {}
    for wave in sorted({row[place] for row in table.rows}):
        of_wave = Table(table.columns, [row for row in table.rows if row[place] == wave])
        rows = sorted(of_wave.canonical(columns).elements())
        sums[wave] = {"rows": len(rows), "sha256": hashlib.sha256("\n".join(rows).encode()).hexdigest()}
        if "status" in columns:
            sums[wave] |= {"published": sum('"published"' in row for row in rows)}
    return sums


def frozen() -> dict[str, dict[str, Any]]:
    """What stands in FROZEN: table -> its columns, and wave -> its figures."""
    return tomllib.loads(FROZEN.read_text(encoding="utf-8"))


def freeze(home: Path) -> str:
    """The text of FROZEN for the figures of a home."""
    lines = [
        "# What the eight waves of data/sample publish, as sums over the columns that stand here; see CONTRIBUTING.md.",
        "# Written by: python -m tests.contract.compare_homes --freeze HOME",
    ]
    for name, table in read(home).items():
        columns = [column for column in table.columns if column not in INCIDENTAL | UNFROZEN]
        lines += ["", f"[{name}]", f"columns = {json.dumps(columns)}"]
        for wave, sums in figures(table, columns).items():
            pairs = ", ".join(f"{key} = {json.dumps(value)}" for key, value in sums.items())
            lines.append(f'"{wave}" = {{ {pairs} }}')
    return "\n".join(lines) + "\n"


def main(words: Sequence[str]) -> int:
    """Print a comparison, or make or freeze a home; 1 when the homes differ, 2 when it was called in another way."""
    match words:
        case ["--make", folder]:
            from tests.homes import walk_sample  # only this needs Klankbord

            Path(folder).mkdir(parents=True)
            print(walk_sample(Path(folder)))
            return 0
        case ["--freeze", home]:
            FROZEN.write_text(freeze(Path(home)), encoding="utf-8")
            return 0
        case [before, after] if not before.startswith("-"):
            tables = compare(Path(before), Path(after))
            is_same = all(table.is_same for table in tables)
            print("\n".join([*map(str, tables), "the same figures" if is_same else "the figures differ"]))
            return int(not is_same)
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
