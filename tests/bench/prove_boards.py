"""What boards of every size get to see, and that the audit decided all of it; for a privacy officer.

One fictional wave per board and seed. A share of leaders is covered when they sit in a group of that kind of table
for which at least one figure about rocks or pillars is shown.
"""

import tempfile
from pathlib import Path

import polars as pl

from pipelines.flow import Source, import_wave, publish_wave
from pipelines.instruments import load_instrument
from pipelines.publish import frozen
from pipelines.sample import write_sample
from pipelines.settings import Home

BOARDS = (25, 40, 60, 80, 120, 150)
SEEDS = (1, 2)
WAVE = "2026Q3"


def covered(cells: pl.DataFrame, way: int) -> float:
    """Share of respondents in a cell of the widest-covering table of this kind with a shown coverage figure."""
    asked = cells.filter((pl.col("way") == way) & (pl.col("class") == "coverage"))
    groups = asked.group_by("table_id", "level_1", "level_2").agg(
        n=pl.col("n").max(), shown=(pl.col("status") == "published").any()
    )
    tables = groups.group_by("table_id").agg(share=pl.col("n").filter(pl.col("shown")).sum() / pl.col("n").sum())
    return float(tables["share"].max() or 0)


def main() -> None:
    """Print one table: one row per board and seed."""
    print("leaders seed  answered  figures shown  one-way  two-way  free moves  exchanges  undecided  seconds")
    for leaders in BOARDS:
        for seed in SEEDS:
            with tempfile.TemporaryDirectory() as folder:
                sample, home = Path(folder) / "sample", Home(Path(folder) / "home")
                write_sample(sample, load_instrument(), leaders, 1, seed)
                file = sample / f"responses_{WAVE}.csv"
                import_wave(home, Source(file, WAVE, roster=sample / "roster.csv", is_sample=True))
                made = publish_wave(home, WAVE).publication
                about, cells = (frozen(home, made, table) for table in ("publication", "cell"))
            facts = about.row(0, named=True)
            told = cells.filter(pl.col("measure") != "n")
            shown = (told["status"] == "published").sum()
            print(
                f"{leaders:7} {seed:4}  {facts['respondents']:8}  {shown:5} of {told.height:4}"
                f"  {covered(told, 1):7.0%}  {covered(told, 2):7.0%}  {facts['audit_free_moves']:10}"
                f"  {facts['audit_exchanges']:9}  {facts['audit_undecided']:9}  {facts['audit_seconds']:7.1f}"
            )


if __name__ == "__main__":
    main()
