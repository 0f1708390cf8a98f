"""What the steward's desk shows before and after an import, for flow; counts only, never a leader's row."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipelines import vault
from pipelines.counting import lay_out
from pipelines.ground.language import CARRIED, carried, in_language
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments import columns_by_question, load_instrument
from pipelines.intake.conform import Imported
from pipelines.intake.layout import our_columns
from pipelines.intake.proposal import Proposal
from pipelines.intake.understand import Conformed
from pipelines.protection import planned_structure, suppress

BEHIND, AHEAD = 4, 2  # quarters around this one that may be chosen
LONGEST_CODE = 60  # letters of the name of a file


@dataclass(frozen=True)
class Preview:
    """What an import would do and what could be published of it."""

    imported: Imported
    response: pl.DataFrame  # group, level, leaders (null without a roster), answered
    plan: pl.DataFrame  # one row per cell: its table and levels, answered, coverage and outcome (published or why not)


def preview(home: Home, conformed: Conformed, imported: Imported) -> Preview:
    """What would come of an import: `imported` as it would be settled.

    The plan looks at numbers of leaders only; the audit may still withhold more.
    """
    return Preview(imported, _response(conformed), _plan(home, conformed))


def profiles(home: Home, lang: str) -> dict[str, str]:
    """Code and name of every layout there is."""
    known = load_instrument(home.instruments).profiles
    return {profile.code: in_language(profile, lang) for profile in known}


def save_profile(
    home: Home, proposal: Proposal, columns: Mapping[str, str], drop: Sequence[str], name: str, lang: str
) -> Path:
    """Keep how an export was read as a profile of the home, by which the next one is recognised.

    `columns`: head -> our column; `drop`: heads left out. A profile of the same name is replaced.
    """
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    code = "_".join(["own", *re.findall("[a-z0-9]+", letters)])[:LONGEST_CODE]
    place = home.instruments / "exports" / f"{code}.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    build = place.with_suffix(".build")
    build.write_text(proposal.chosen_toml(columns, drop, code, " ".join(name.split()), lang), encoding="utf-8")
    build.replace(place)
    return place


def targets(home: Home, lang: str) -> dict[str, str]:
    """Every column of ours that a column of an export may be, with what it asks."""
    instrument = load_instrument(home.instruments)
    asked: dict[str, list[str]] = {}
    for text, column in columns_by_question(instrument).items():
        asked.setdefault(column, []).append(text)
    boxes = [f"{column}|{code}" for column, codes in instrument.lists().items() for code in codes]
    at = CARRIED.index(carried(lang))
    return {
        column: asked[column][min(at, len(asked[column]) - 1)] if column in asked else ""
        for column in (*sorted(our_columns(instrument)), *boxes)
    }


def this_wave() -> Wave:
    """The quarter it is today."""
    return Wave.on(dt.date.today())


def labels(home: Home, lang: str) -> dict[tuple[str, str], str]:
    """(group, "") and (group, level) -> what the screen calls it; what has no label is shown as it is written."""
    found: dict[tuple[str, str], str] = {}
    for dimension in load_instrument(home.instruments).dimensions:
        found[dimension.code, ""] = in_language(dimension, lang)
        levels = in_language(dimension, lang, "labels")
        found |= {(dimension.code, level): label for level, label in levels.items()}
    return found


def choosable_waves(home: Home) -> list[Wave]:
    """Waves of the vault and the quarters around today, newest first."""
    near = {this_wave().later(quarters) for quarters in range(-BEHIND, AHEAD + 1)}
    return sorted(near | set(vault.stored_waves(home)), reverse=True)


def _response(conformed: Conformed) -> pl.DataFrame:
    answers, roster = conformed.imported.answers, conformed.roster
    rows: list[tuple[str, str, int | None, int]] = []
    for dimension in (d for d in conformed.instrument.dimensions if d.code in answers.columns):
        answered = dict(answers[dimension.code].value_counts().iter_rows())
        listed = answered if roster is None else dict(roster[dimension.code].value_counts().iter_rows())
        order = [*(level for level in dimension.levels if level in listed), *sorted(set(listed) - {*dimension.levels})]
        rows += [
            (dimension.code, level, None if roster is None else listed[level], answered.get(level, 0))
            for level in order
        ]
    schema = {"group": pl.String, "level": pl.String, "leaders": pl.Int64, "answered": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _plan(home: Home, conformed: Conformed) -> pl.DataFrame:
    wave = conformed.wave.wave
    answers = conformed.imported.answers.cast({pl.Enum: pl.String})  # merged groups have names of their own
    roster = None if conformed.roster is None else conformed.roster.cast({pl.Enum: pl.String})
    instrument = conformed.instrument
    policy = instrument.policy(wave.first_day)
    structure = planned_structure(home, wave, instrument, answers, roster)
    structure = structure.with_crosswalks(instrument.on(wave.first_day))
    people = structure.place(answers)
    listed = None if roster is None else structure.place(roster)
    layout = lay_out(structure.known_to(people, listed).tables, people, listed)
    sizes = np.bincount(layout.respondents.ravel(), minlength=layout.cells.height)
    return layout.cells.select("table_id", "dim_1", "level_1", "dim_2", "level_2").with_columns(
        pl.Series("answered", sizes),
        *(
            pl.Series(kind, suppress(layout.cells, sizes, policy.k(kind)), dtype=pl.String)
            for kind in ("coverage", "outcome")
        ),
    )
