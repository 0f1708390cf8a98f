"""The pages of docs/ made from the source: `make docs` writes them, and a test compares."""

import re
from collections.abc import Callable
from importlib.metadata import files, metadata
from pathlib import Path

import polars as pl

from pipelines.ground.schemas import PUBLISHED, Level
from pipelines.ground.schemas.ddl import type_of
from pipelines.instruments import load_instrument
from pipelines.publication.tables import dictionary_table

ROOT = Path(__file__).parents[2]
KINDS = {
    "word": "Words",
    "measure": "Measures: what is counted per group",
    "pillar": "Support pillars",
    "scale": "Scales, 0 to 100",
    "dimension": "Dimensions: what leaders are grouped by",
    "status": "Status of a cell",
}


def glossary() -> str:
    """Every word with a definition, as it stands in the `dictionary` of every snapshot."""
    words = dictionary_table(load_instrument(), Level.create_empty())
    page = [
        "# Glossary",
        "",
        "Made from `instruments/` by `make docs`; every snapshot carries it as table `dictionary`.",
    ]
    for kind, title in KINDS.items():
        rows = words.filter(pl.col("kind") == kind)
        if rows.is_empty():
            continue
        page += ["", f"## {title}", "", "| code | English | Nederlands | source |", "|---|---|---|---|"]
        for row in rows.iter_rows(named=True):
            english, dutch = (f"**{row[lang]}** {row[f'definition_{lang}'] or ''}" for lang in ("en", "nl"))
            page.append(f"| `{row['code']}` | {_cell(english)} | {_cell(dutch)} | {_cell(row['source'])} |")
    return "\n".join(page) + "\n"


def snapshot() -> str:
    """Every table and column of a snapshot, from the schemas that it is made by."""
    page = [
        "# The snapshot",
        "",
        "All that the dashboard and the board paper can read: one read-only DuckDB file.",
        "Shares are 0 to 1; codes are explained in `dictionary`; an empty figure is withheld, never 0.",
        "Made from `pipelines/ground/schemas/` by `make docs`; the file says the same (`duckdb_columns()`).",
    ]
    for name, schema in PUBLISHED.items():
        page += ["", f"## {name}", "", schema.comment(), ""]
        page += ["| column | type | meaning |", "|---|---|---|"]
        for column, about in schema.columns().items():
            kind = [type_of(about)]
            if column in schema.GRAIN:
                kind.append("names the row")
            if about.nullable:
                kind.append("may be empty")
            page.append(f"| `{column}` | {', '.join(kind)} | {_cell(schema.meaning(column))} |")
        conditions = schema.conditions().values()
        if conditions:
            page += ["", *(f"- {condition.sentence} `{condition.sql}`" for condition in conditions)]
    return "\n".join(page) + "\n"


def licences() -> str:
    """Every package that runs with Klankbord, and the licence it names."""
    page = [
        "# Licences",
        "",
        "Klankbord is Apache-2.0; its questionnaire is CC BY 4.0. It runs with these packages, as `requirements.lock` "
        "pins them. Made from what each package says of itself by `make docs`.",
        "",
        "| package | licence |",
        "|---|---|",
    ]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name, marker in re.findall(r"^([a-z0-9-]+)==\S+(?: ; ([^\\\n]+))?", lock, re.MULTILINE):
        if not marker or "python_version" in marker or "implementation" in marker:
            page.append(f"| {name} | {_cell(licence_of(name))} |")
    return "\n".join(page) + "\n"


def licence_of(package: str) -> str:
    """What it says in one of the four places packages use, the most exact first."""
    about = metadata(package)
    named = [line.rsplit(" :: ", 1)[1] for line in about.get_all("Classifier", []) if line.startswith("License :: OSI")]
    texts = [path.read_text() for path in files(package) or () if "license" in path.name.lower()]
    said = (about.get("License-Expression"), ", ".join(named), about.get("License"), *texts)
    return next((text.strip().splitlines()[0] for text in said if text and text.strip()), "not said")


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\n", " ").strip()


PAGES: dict[str, Callable[[], str]] = {
    "docs/glossary.md": glossary,
    "docs/snapshot.md": snapshot,
    "docs/licences.md": licences,
}

if __name__ == "__main__":
    for page, text in PAGES.items():
        (ROOT / page).write_text(text(), encoding="utf-8")
