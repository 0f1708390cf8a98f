"""Throw broken and hostile files at the import, in a process of its own: `python -m tests.faults.fuzzing SEED CASES`.

Whatever the file, an import loads a whole wave or refuses in one sentence. Every case is made from its seed alone, so
that a failure can be made again: `python -m tests.faults.fuzzing SEED '#CASE'`. In place of CASES may stand `90s`.
"""

from __future__ import annotations

import io
import itertools
import json
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow
import pyreadstat
import xlsxwriter
from pyarrow import parquet

from pipelines.flow import Source, import_wave, propose_profile
from pipelines.ground.errors import KlankbordError
from pipelines.ground.messages import explain
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import load_instrument
from pipelines.sample import write_sample
from pipelines.vault import store as vault

WAVE = Wave("2026Q3")
WITH_BOMBS = 0  # the seed whose first cases are bombs
MEMORY = Path("/dev/shm")  # a folder that is no disk, where there is one
LONGEST = 60  # seconds of CPU a trial may take
ODD_CELLS = [
    "", " ", "\t", "\x00", "\x1b[31m", "nan", "inf", "-inf", "1e309", "1e-400", "9" * 400, "-1", "0x10", "١٢", "1,5",
    "1.5.5", "=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "+31", "'", '"', '""', "|", "a|b|", "|||", ";", "{}", "[1]",
    "null", "None", "true", "\ufeff", "\u202e", "é" * 50, "😀", "2026-02-30", "9999-12-31", "0001-01-01", "99/99/99",
    "x" * 100_000, "%s", "{0}",
]  # fmt: skip
ODD_HEADS = [
    "row", "raw", "rule", "column", "is_dated", "is_on_roster", "leader_key ", "LEADER_KEY", "stress_1|x",
    "stress_1 (1)",     "a" * 2000, "x\ny", "[", "]", "|", "{", "%", "\\",
    "*", "column_1", "", "0", "submitted", "wave", "region_coarse",
    "n",
]  # fmt: skip


def sample(folder: Path) -> pl.DataFrame:
    """A good export to spoil."""
    write_sample(folder, load_instrument(), 30, 1, 3)
    return pl.read_csv(folder / f"responses_{WAVE}.csv", infer_schema=False)


# ------------------------------------------------------------------------------------------ kinds of files


def as_csv(table: pl.DataFrame, path: Path, chance: random.Random) -> None:
    encoding = chance.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
    text = table.write_csv(separator=chance.choice(";,\t"), line_terminator=chance.choice(["\n", "\r\n"]))
    path.write_bytes(text.encode(encoding, errors="replace"))


def as_xlsx(table: pl.DataFrame, path: Path, _: random.Random) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": True, "nan_inf_to_errors": True}) as book:
        page = book.add_worksheet()
        for place, row in enumerate([table.columns, *table.rows()]):
            page.write_row(place, 0, [cell[:32_000] if cell else "" for cell in row])


def as_sav(table: pl.DataFrame, path: Path, chance: random.Random) -> None:
    named = {name: f"v{at}" if not name.isidentifier() else name[:60] for at, name in enumerate(table.columns)}
    table = table.rename(named).with_columns(pl.all().str.slice(0, 200).fill_null(""))
    pyreadstat.write_sav(table, str(path), compress=chance.random() < 0.5)


def as_parquet(table: pl.DataFrame, path: Path, chance: random.Random) -> None:
    odd = {"n": pl.lit(1.5), "when": pl.lit("2026-09-03").str.to_datetime(), "many": pl.lit([1, 2]), "b": pl.lit(b"\0")}
    name = chance.choice(list(odd))
    table.with_columns(odd[name].alias(name)).write_parquet(path)


KINDS: dict[str, Callable[[pl.DataFrame, Path, random.Random], None]] = {
    "csv": as_csv, "tsv": as_csv, "xlsx": as_xlsx, "sav": as_sav, "zsav": as_sav, "parquet": as_parquet,
}  # fmt: skip


# --------------------------------------------------------------------------------------------- spoiling


def odd_cells(table: pl.DataFrame, chance: random.Random) -> pl.DataFrame:
    for _ in range(chance.randint(1, 12)):
        name, row, cell = chance.choice(table.columns), chance.randrange(max(1, table.height)), chance.choice(ODD_CELLS)
        values = table[name].to_list()
        values[row : row + chance.choice([1, 1, 40])] = [cell] * len(values[row : row + 1])
        table = table.with_columns(pl.Series(name, (values + [None] * table.height)[: table.height], dtype=pl.String))
    return table


def odd_heads(table: pl.DataFrame, chance: random.Random) -> pl.DataFrame:
    for _ in range(chance.randint(1, 4)):
        new = chance.choice(ODD_HEADS)
        if new not in table.columns:
            table = table.rename({chance.choice(table.columns): new})
    return table


def shapes(table: pl.DataFrame, chance: random.Random) -> pl.DataFrame:
    pick = chance.randrange(6)
    if pick == 0:
        return table.head(0)
    if pick == 1:
        return table.with_columns(pl.lit("1").alias(f"extra_{at}") for at in range(10_000))
    if pick == 2:
        return table.select(chance.sample(table.columns, 3))
    if pick == 3:
        return pl.concat([table] * 40)
    if pick == 4:
        return table.with_columns(pl.lit(None, pl.String).alias(name) for name in chance.sample(table.columns, 20))
    return table.select(pl.all().shuffle(seed=chance.randrange(1000)))


def spoil_bytes(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 1, 3, 20])):
        at = chance.randrange(max(1, len(content)))
        size = chance.choice([1, 2, 8, 100, 5000])
        match chance.randrange(6):
            case 0:
                del content[at:]
            case 1:
                content[at : at + size] = chance.randbytes(size)
            case 2:
                del content[at : at + size]
            case 3:
                content[at:at] = content[at : at + size] * chance.choice([1, 50])
            case 4:
                content[at:at] = bytes(size)
            case _ if content:
                content[at % len(content)] ^= 1 << chance.randrange(8)
    path.write_bytes(bytes(content))


# -------------------------------------------------------------------------------------------------- bombs


def swollen_sheet(path: Path, megabytes: int) -> None:
    """A workbook whose sheet unfolds to so many megabytes of cells."""
    row = b"<row>" + b'<c t="str"><v>1</v></c>' * 100 + b"</row>"
    _rezip(path, sheet=b"<sheetData>" + row * (megabytes * 2**20 // len(row)) + b"</sheetData>")


def echoing_strings(path: Path) -> None:
    """A workbook of one long text that every cell repeats by its number: small unfolded, huge in memory."""
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 100 + b"</row>"
    texts = b"<si><t>" + b"x" * 30_000 + b"</t></si>"
    _rezip(path, sheet=b"<sheetData>" + row * 20_000 + b"</sheetData>", texts=texts)


def _rezip(path: Path, sheet: bytes, texts: bytes | None = None) -> None:
    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet().write(0, 0, "stress_1")
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename.endswith("sheet1.xml"):
                content = b"<worksheet " + space + b">" + sheet + b"</worksheet>"
            elif texts and member.filename.endswith("sharedStrings.xml"):
                content = b"<sst " + space + b">" + texts + b"</sst>"
            new.writestr(member.filename, content)


def long_parquet(path: Path) -> None:
    """A few kilobytes that say one answer fifty million times."""
    pl.select(stress_1=pl.repeat("3", 50_000_000)).write_parquet(path, compression="zstd")


def fat_parquet(path: Path) -> None:
    """One text of a megabyte, said a hundred thousand times."""
    key = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 100_000), ["k" * 1_000_000])
    parquet.write_table(pyarrow.table({"leader_key": key, "stress_1": ["3"] * 100_000}), path)


def many_cells(path: Path) -> None:
    """A text of nearly as many cells as are read, in which no word comes back."""
    columns = {f"c{at}": pl.int_range(100_000, 112_400, eager=True) for at in range(3998)}
    keys = pl.int_range(12_400, eager=True)
    pl.DataFrame({"leader_key": keys, "stress_1": keys % 5 + 1, **columns}).write_csv(path)


BOMBS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "sheet of 190 MB": ("xlsx", lambda path: swollen_sheet(path, 190)),
    "sheet of 300 MB": ("xlsx", lambda path: swollen_sheet(path, 300)),
    "echoing strings": ("xlsx", echoing_strings),
    "long parquet": ("parquet", long_parquet),
    "fat parquet": ("parquet", fat_parquet),
    "many cells": ("csv", many_cells),
}


# -------------------------------------------------------------------------------------------------- trial


def make(table: pl.DataFrame, folder: Path, chance: random.Random) -> tuple[str, Path]:
    """One spoilt export and a word for how it was spoilt."""
    kind = chance.choices(list(KINDS), weights=[6, 3, 1, 1, 1, 1])[0]  # the others take a process each
    spoil = chance.choice(["bytes", "bytes", "cells", "heads", "shapes"])
    for change, word in ((odd_cells, "cells"), (odd_heads, "heads"), (shapes, "shapes")):
        if spoil == word:
            table = change(table, chance)
    if kind == "xlsx" and table.width > 1000:
        kind = "csv"
    path = folder / f"export.{kind}"
    KINDS[kind](table, path, chance)
    if spoil == "bytes":
        spoil_bytes(path, chance)
    return f"{kind} {spoil}", path


def trial(file: Path, folder: Path, *, roster: Path | None = None, is_proposed: bool = False) -> str:
    """Import one file into an empty home; "loaded" or the rule by which it was refused."""
    home = Home(folder / "home")
    shutil.rmtree(home.path, ignore_errors=True)
    sentences: list[str] = []
    try:
        import_wave(home, Source(file, WAVE, roster=roster))
        outcome = "loaded"
    except KlankbordError as refusal:
        outcome = refusal.rule
        sentences = [explain(lang, refusal) for lang in ("nl", "en")]
    if is_proposed:
        with suppress(KlankbordError):
            propose_profile(home, file)
    lines = [line for text in sentences for line in text.split("\n")[1:]]
    assert all(line.startswith("  - ") for line in lines), (
        "a refusal is one sentence, or one with a line for each reason"
    )
    waves = vault.stored_waves(home)
    assert waves == ([WAVE] if outcome == "loaded" else []), "a wave is whole or not there"
    if waves:
        assert vault.read(home, WAVE, "answers").height == vault.read(home, WAVE, "scores").height > 0
    left = [path.name for path in home.path.rglob("*") if ".build" in path.name or ".upload" in path.name]
    assert left == [], "nothing is left half"
    return outcome


def too_long(*_: object) -> None:
    """The watchdog."""
    raise TimeoutError(f"longer than {LONGEST} seconds of CPU")


@dataclass
class Fuzzer:
    """Trials of one seed, and what came of them."""

    seed: int
    folder: Path
    table: pl.DataFrame
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def attempt(self, case: int) -> None:
        """Make the file of one case and import it; what goes wrong is written down."""
        chance = random.Random(f"{self.seed}-{case}")
        is_bomb = self.seed == WITH_BOMBS and case < len(BOMBS)
        signal.setitimer(signal.ITIMER_PROF, LONGEST * (len(BOMBS) if is_bomb else 1))
        word = list(BOMBS)[case] if is_bomb else "a file"
        try:
            word, file = (word, bomb(word, self.folder)) if is_bomb else make(self.table, self.folder, chance)
            self.outcomes[self.outcome(file, chance, is_bomb)] += 1
        except KeyboardInterrupt:
            raise
        except BaseException as failure:  # a panic of a library is no Exception
            self.failures.append(f"{self.seed} {case} {word}: {type(failure).__name__}: {str(failure)[:300]}")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def outcome(self, file: Path, chance: random.Random, is_bomb: bool) -> str:
        """What an import makes of a file: alone, with its roster, or a sound one with a spoilt roster."""
        roster = self.folder / "roster.csv"
        if chance.random() < 0.15 and not is_bomb:
            spoilt = Path(shutil.copy(roster, self.folder / "spoilt.csv"))
            spoil_bytes(spoilt, chance)
            return trial(self.folder / f"responses_{WAVE}.csv", self.folder, roster=spoilt)
        given = roster if chance.random() < 0.3 else None
        return trial(file, self.folder, roster=given, is_proposed=chance.random() < 0.3 and not is_bomb)

    def told(self) -> dict[str, object]:
        """As JSON."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        cases = self.outcomes.total() + len(self.failures)
        outcomes = dict(self.outcomes.most_common())
        return {"cases": cases, "outcomes": outcomes, "failures": self.failures, "peak_gib": round(peak, 2)}


def bomb(word: str, folder: Path) -> Path:
    """Make a bomb in a process of its own, for that takes memory too."""
    file = folder / f"bomb.{BOMBS[word][0]}"
    subprocess.run([sys.executable, "-m", "tests.faults.fuzzing", "bomb", word, str(file)], check=True)
    return file


def main(seed: int, how_long: str) -> None:
    """Run trials and print what came of them as JSON; `how_long`: "90s", "80" cases, or "#7" for that case alone."""
    signal.signal(signal.SIGPROF, too_long)
    end = time.monotonic() + float(how_long[:-1]) if how_long.endswith("s") else None
    cases = [int(how_long[1:])] if how_long.startswith("#") else itertools.count() if end else range(int(how_long))
    # A vault waits for the disk at every file; in memory nobody waits, and ten minutes hold many more trials.
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        fuzzer = Fuzzer(seed, Path(name), sample(Path(name)))
        for case in cases:
            if end and time.monotonic() > end:
                break
            fuzzer.attempt(case)
        print(json.dumps(fuzzer.told()))


if __name__ == "__main__":
    if sys.argv[1] == "bomb":
        BOMBS[sys.argv[2]][1](Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]), sys.argv[2])
