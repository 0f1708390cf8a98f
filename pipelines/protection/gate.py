"""Gate: the only way to a publication; what passes holds sizes, proved figures, models and rules, no leader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pipelines.counting import EVERYBODY, Counts, Grouped, Record, level_sizes, schools
from pipelines.ground.period import Wave
from pipelines.instruments import Instrument, Policy, method_on, model_grid
from pipelines.protection.bands import is_told
from pipelines.protection.draws import Proved
from pipelines.protection.figures import Figures, without_a_band
from pipelines.protection.logic import family_logic
from pipelines.protection.modelled import Modelled, on_grid

NO_PLAN = ("not_planned", "group_unknown")
ALL = "n"  # the measure that counts all respondents


@dataclass(frozen=True)
class Released:
    """What may be told of one wave, and the rules under which it may."""

    wave: Wave
    instrument: Instrument
    about: Mapping[str, Any]  # opens, closes, late, is_sample, columns_asked
    breaks: Sequence[str]  # why a line with the wave before misleads
    expected: float  # respondents, when the school year was fixed
    tier_from: int
    tables: tuple[str, ...]
    cells: pl.DataFrame  # cell, table_id, way, dim_1, level_1, dim_2, level_2
    counts: Mapping[str, Figures]  # per attribute of the plan, and ALL
    means: Mapping[str, Figures]  # per scale of the plan
    levels: pl.DataFrame  # dimension, level, position, coarse, leaders, respondents
    leaders: int | None  # on the roster
    respondents: int
    schools: tuple[int, int] | None  # with a leader who answered, and all; None where few have, or few have not
    modelled: Modelled  # what models say

    @property
    def day(self) -> dt.date:
        """The day by which rules are looked up."""
        return self.wave.first_day

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.instrument.policy(self.day)


def pass_gate(
    record: Record,
    grouped: Grouped,
    counts: Mapping[str, Counts],
    proved: Proved,
    withheld: Collection[str],
    modelled: Modelled,
) -> Released:
    """Let through what was proved, and what follows from numbers of leaders and rules alone.

    `withheld`: attributes of which no cell tells, for a reason that holds for the whole wave.
    """
    about = record.now.about
    shown = {**_without_bands(grouped, counts, withheld), **proved.counts, **_of_unknown_groups(grouped, counts)}
    means = {**_means_not_asked(grouped, counts), **proved.means}
    cells = _of_the_plan(grouped.layout.cells, [*(shown[one.code] for one in grouped.planned), *means.values()])
    return Released(
        wave=grouped.wave,
        instrument=grouped.instrument,
        about={key: about[key] for key in ("opens", "closes", "late", "is_sample", "columns_asked")},
        breaks=record.breaks(),
        expected=grouped.structure.expected,
        tier_from=grouped.structure.tier_from,
        tables=tuple(cells["table_id"].unique(maintain_order=True)),
        cells=cells,
        counts=shown,
        means=means,
        levels=level_sizes(grouped),
        leaders=None if grouped.roster is None else grouped.roster.height,
        respondents=grouped.people.height,
        schools=_schools(grouped),
        modelled=modelled,
    )


def let_models_through(estimates: Mapping[str, pl.DataFrame], grouped: Grouped) -> Modelled:
    """What models may say of a wave: by the published numbers of who answered, on the grid."""
    years, first = grouped.instrument.starters or ("", "")
    bands = level_sizes(grouped).filter(dimension=years, level=grouped.structure.group_of(years, first))
    starters = int(bands["respondents"].sum())
    return on_grid(estimates, grouped.people.height, starters, method_on(grouped.day), model_grid())


def auditor_facts(grouped: Grouped) -> dict[str, Any]:
    """What an outside auditor needs beside the cells; the words of docs/operations.md."""
    instrument = grouped.instrument
    policy = grouped.policy
    implies: list[str] = []
    for family in grouped.families.values():
        implies += family_logic(grouped, family).implied([attribute.code for attribute in family.members])
    asked = {attribute.code for attribute in grouped.asked}
    partitions = [list(one.attributes) for one in instrument.partitions.values() if set(one.attributes) <= asked]
    return {
        "k": {attribute.code: policy.k(attribute.publication_class) for attribute in grouped.planned},
        "m": policy.m,
        "eligible": {
            attribute.code: " & ".join(f"{column}={'|'.join(levels)}" for column, levels in attribute.eligible.items())
            for attribute in grouped.planned
            if attribute.eligible and set(attribute.eligible) <= set(grouped.structure.merges)
        },
        "implies": implies,
        "partitions": partitions,
        "ranges": {scale.code: [0, 100] for scale in instrument.scales},
        "policy_fingerprint": instrument.fingerprint(grouped.day),
    }


def _of_the_plan(cells: pl.DataFrame, figures: Sequence[Figures]) -> pl.DataFrame:
    """The cells of the tables that the plan of some measure has; the total always."""
    is_planned = np.any([~np.isin(one.status, NO_PLAN) for one in figures], axis=0)
    tables = cells.filter((pl.col("way") == 0) | pl.Series(is_planned))["table_id"].unique()
    return cells.filter(pl.col("table_id").is_in(tables.to_list()))


def _without_bands(grouped: Grouped, counts: Mapping[str, Counts], withheld: Collection[str]) -> dict[str, Figures]:
    """How many answered, what was not asked, and what no cell tells of: said whatever the audit finds."""
    figures = {ALL: without_a_band("count", counts[EVERYBODY], "published")}
    asked = {attribute.code for attribute in grouped.asked}
    for attribute in grouped.planned:
        if attribute.code not in asked:
            figures[attribute.code] = without_a_band(attribute.publication_class, counts[attribute.code], "not_asked")
    for code in withheld:
        publication_class = grouped.instrument.attribute(code).publication_class
        figures[code] = without_a_band(publication_class, counts[code], "not_planned")
    return figures


def _of_unknown_groups(grouped: Grouped, counts: Mapping[str, Counts]) -> dict[str, Figures]:
    """Measures of which nobody knows whom they are about: the roster lacks what their eligible group is cut by."""
    unknown = [one for one in grouped.planned if not set(one.eligible) <= set(grouped.people.columns)]
    return {one.code: without_a_band(one.publication_class, counts[one.code], "group_unknown") for one in unknown}


def _means_not_asked(grouped: Grouped, counts: Mapping[str, Counts]) -> dict[str, Figures]:
    """Means of the plan whose scale was not asked."""
    scales = [mean.scale for mean in grouped.instrument.plan.mean if mean.scale not in grouped.scores.columns]
    return {
        scale: without_a_band(grouped.instrument.scale(scale).publication_class, counts[EVERYBODY], "not_asked")
        for scale in scales
    }


def _schools(grouped: Grouped) -> tuple[int, int] | None:
    """How many schools have a leader who answered, of how many; nothing where few have, or few have not."""
    numbers = schools(grouped.people, grouped.roster)
    if numbers is None or not is_told(*numbers, grouped.policy.k_coverage):
        return None
    return numbers
