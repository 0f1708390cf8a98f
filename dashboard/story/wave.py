"""One wave of one snapshot in one language: what can be shown of it, for pages and report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal

import polars as pl

from dashboard.story.snapshot import MEAN, Snapshot
from dashboard.story.words import Cell, Change, Figure, Words, change, has_range, stands_out

LEAD = "has_rock"
ROCKS = ("has_rock", "rock_emotional", "rock_instrumental")
RISK = ("at_risk", "low_support", "high_stress")
# Of these more is better, though they are protected like figures about strain.
HELPS = ("asks_in_time", "open_climate", "builds_network", "knows_with_whom")
WELCOME = {*HELPS, "mean:help_seeking", "mean:openness", "mean:support"}
MAP = "map_"  # fields of one picture, never figures of their own
FILTERS = ("region", "experience_band")
HEADLINES = 4
# Breaks that touch the whole board; a new division into regions touches only the regions.
EVERYWHERE = {"instrument", "not_asked"}
# A publication never changes, so what is read from it may be kept.
remembered = lru_cache(maxsize=512)
Group = tuple[str, tuple[str, ...]]
Against = Literal["previous", "year"]
Worse = Literal["lower", "higher"]
Labelled = tuple[str, Cell | None]


@dataclass(frozen=True)
class Headline:
    """One figure in large type: what, how much, and whether it moved."""

    measure: str
    label: str
    figure: Figure
    change: Change


@dataclass(frozen=True)
class Story:
    """Look-ups only: every cell here was published as a row."""

    snapshot: Snapshot
    words: Words
    wave: str
    against: Against = "previous"

    @property
    def publication(self) -> Mapping[str, Any]:
        return self.snapshot.publication(self.wave)

    @remembered
    def earlier(self) -> str | None:
        """The wave compared with: the one before, or the same quarter last year; None where it was not published."""
        if self.against == "previous":
            return self.snapshot.previous(self.wave)
        last_year = a_year_before(self.wave)
        return last_year if last_year in self.snapshot.waves() else None

    @remembered
    def since(self) -> list[str]:
        """What broke between the wave compared with and this one, in the order it happened."""
        first = self.earlier() or self.wave
        found = [codes.split("|") for wave, codes in self.breaks("region").items() if first < wave <= self.wave]
        return list(dict.fromkeys(code for codes in found for code in codes if code))

    @remembered
    def before(self) -> str | None:
        """The same, None too when another questionnaire lies between: those figures are of another kind."""
        return None if "instrument" in self.since() else self.earlier()

    @remembered
    def tables(self) -> list[str]:
        return [table.strip() for table in (self.publication["tables"] or "").split("|")]

    @remembered
    def one_way(self) -> list[str]:
        """Dimensions this publication splits by, region and experience first."""
        found = [table for table in self.tables() if table not in ("", "total") and "+" not in table]
        first = [table for table in FILTERS if table in found]
        return first + [table for table in found if table not in first and not table.endswith("_coarse")]

    def main_splits(self) -> list[str]:
        """Region and experience; where the publication has neither, the first two dimensions it has."""
        return [table for table in self.one_way() if table in FILTERS] or self.one_way()[:2]

    @remembered
    def cross(self, first: str = "region", second: str = "experience_band") -> str | None:
        """The two-way table of these dimensions, in its fine or else its coarse form."""
        fine, coarse = f"{first}+{second}", f"{first}_coarse+{second}_coarse"
        return next((table for table in (fine, coarse) if table in self.tables()), None)

    @remembered
    def measures(self) -> list[str]:
        """What the plan holds for the whole board, in the order of the instrument."""
        here = {code for code in self.group("total", ()) if not code.startswith(MAP)}
        known = self.snapshot.rows("dictionary").filter(pl.col("kind") == "measure")["code"].to_list()
        ordered = [code for code in known if code in here] + sorted(here - {*known, "n"})
        return sorted(ordered, key=lambda code: code != LEAD)

    @remembered
    def pillars(self, step: str = "used") -> list[str]:
        """Measures that say a pillar is available, used or good."""
        codes = self.snapshot.rows("dictionary").filter(pl.col("kind") == "pillar")["code"].to_list()
        here = set(self.measures())
        return [f"{code}_{step}" for code in codes if f"{code}_{step}" in here]

    @remembered
    def lead(self) -> str:
        """The measure the pages open with: having a rock, or the first the instrument has."""
        measures = self.measures()
        return LEAD if LEAD in measures else measures[0]

    def label(self, measure: str) -> str:
        scale = measure.removeprefix(MEAN)
        return self.words.label("measure" if scale == measure else "scale", scale)

    def board(self, measure: str) -> Cell | None:
        return self.snapshot.cell(self.wave, measure)

    @remembered
    def group(self, table: str, levels: tuple[str, ...]) -> dict[str, Cell]:
        """All measures of one group; `n` holds its response."""
        first, second = (*levels, None, None)[:2]
        rows = self.snapshot.rows("group", wave=self.wave, table_id=table, level_1=first, level_2=second)
        return {row["measure"]: row for row in rows.iter_rows(named=True)}

    @remembered
    def group_name(self, table: str, levels: tuple[str, ...]) -> str:
        """'Noord, 2-5 jaar', or the whole board."""
        return ", ".join(map(self.words.level, table.split("+"), levels)) if levels else self.words("board")

    @remembered
    def shows_anything(self) -> bool:
        return any(has_range(cell) for cell in self.group("total", ()).values())

    def worse(self, measure: str) -> Worse:
        cell = self.board(measure)
        strains = cell is not None and cell.get("class", "outcome") == "outcome"
        return "higher" if strains and measure not in WELCOME else "lower"

    def target(self, measure: str) -> float | None:
        """The board's own target in force at this wave."""
        known = self.snapshot.rows("targets").filter(pl.col("measure") == measure)
        until = self.publication["closes"] or date.max
        held = [row["share"] for row in known.iter_rows(named=True) if row["since"] <= until]
        return held[0] if held else None

    @remembered
    def nearest(self, table: str, levels: tuple[str, ...]) -> Group:
        """The group itself if anything of it is shown, else its coarse form, else one of its parts, else the board."""
        parts = list(zip(table.split("+"), levels, strict=False))
        wider: list[Group] = [(table, levels)]
        cross = self.cross(*table.split("+")) if len(parts) > 1 else None
        if cross:
            wider.append((cross, tuple(self.coarse(*part) for part in parts)))
        wider += [(dimension, (level,)) for dimension, level in parts]
        return next((group for group in wider if any(map(has_range, self.group(*group).values()))), ("total", ()))

    def coarse(self, dimension: str, level: str) -> str:
        rows = self.snapshot.rows("levels", wave=self.wave, dimension=dimension).filter(pl.col("level") == level)
        return (rows["coarse"][0] if rows.height else None) or level

    def inside(self, table: str, levels: Sequence[str], measure: str) -> list[Labelled]:
        """A region by experience, or the reverse; empty when the plan does not cross them."""
        cross = self.cross()
        if cross is None or table not in FILTERS:
            return []
        mine, other = (1, 2) if table == "region" else (2, 1)
        level = self.coarse(table, levels[0]) if "_coarse" in cross else levels[0]
        cells = self.snapshot.cells(self.wave, measure, cross).filter(pl.col(f"level_{mine}") == level)
        name = self.words.level
        return [(name(cell[f"dim_{other}"], cell[f"level_{other}"]), cell) for cell in cells.iter_rows(named=True)]

    def in_order(self, measure: str, table: str) -> list[Labelled]:
        """The groups of a one-way table in their own order, the whole board on top."""
        cells = self.snapshot.cells(self.wave, measure, table).iter_rows(named=True)
        return [(self.words("board"), self.board(measure)), *((self.words.group(cell), cell) for cell in cells)]

    def worst_first(self, measure: str, table: str) -> list[Labelled]:
        """The same, those that need attention first, withheld ones last."""
        board, *groups = self.in_order(measure, table)
        return [board, *sorted(groups, key=lambda pair: rank(pair[1], self.worse(measure)))]

    @remembered
    def ranked_pillars(self, table: str = "total", levels: tuple[str, ...] = ()) -> list[tuple[str, Cell]]:
        """Pillars of a group by name, lowest first, withheld ones last."""
        cells = self.group(table, levels)
        found = [(self.label(code), cells[code]) for code in self.pillars() if code in cells]
        return sorted(found, key=lambda pair: rank(pair[1]))

    def outliers(self, measure: str, tables: Sequence[str]) -> list[Cell]:
        """Groups of these tables that lie wholly on the worse side of the board."""
        board, worse = self.board(measure), self.worse(measure)
        cells = [cell for table in tables for _, cell in self.worst_first(measure, table)[1:]]
        return [cell for cell in cells if cell is not None and stands_out(cell, board, worse)]

    def rock_groups(self, table: str) -> list[tuple[str, Sequence[Cell]]]:
        """The four rock states of the whole board and of each group; empty where they are not known."""
        states = self.snapshot.rows("rock_states", wave=self.wave, table_id=table)
        total = self.snapshot.rows("rock_states", wave=self.wave, table_id="total").to_dicts()
        groups = self.in_order(LEAD, table)[1:] if table != "total" else []
        named = [(label, cell["level_1"]) for label, cell in groups if cell is not None]
        found = [(label, states.filter(pl.col("level_1") == level).to_dicts()) for label, level in named]
        return [(self.words("board"), total), *found]

    def series(self, measure: str, table: str = "total", levels: Sequence[str] = ()) -> list[Labelled]:
        """One group through all published waves; None where it has no cell."""
        known = {row["wave"]: row for row in self.snapshot.series(measure, table, *levels)}
        return [(wave, known.get(wave)) for wave in reversed(self.snapshot.waves()) if wave <= self.wave]

    def breaks(self, table: str = "total") -> dict[str, str]:
        """Per wave, why figures before it may differ in kind."""
        rows = self.snapshot.rows("publications").select("wave", "breaks").iter_rows()
        kept = EVERYWHERE | ({"region_split"} if table.startswith("region") else set())
        return {wave: "|".join(code for code in (codes or "").split("|") if code in kept) for wave, codes in rows}

    def moved(self, measure: str, table: str = "total", levels: Sequence[str] = ()) -> Change:
        """Whether a figure changed since the wave compared with; a published word goes first, for the whole board."""
        before = self.before()
        if before is None:
            return "unknown"
        told = self.snapshot.rows("changes")
        told = told.filter(
            (pl.col("wave") == self.wave) & (pl.col("measure") == measure) & (pl.col("previous_wave") == before)
        )
        paired = told["word"][0] if told.height and not levels else None
        earlier = self.snapshot.cell(before, measure, table, *levels)
        return change(self.snapshot.cell(self.wave, measure, table, *levels), earlier, paired)

    @remembered
    def figures(self, measures: tuple[str, ...], table: str = "total", levels: tuple[str, ...] = ()) -> list[Headline]:
        """Some measures of one group in large type."""
        cells = self.group(table, levels)
        return [
            Headline(code, self.label(code), self.words.figure(cells.get(code)), self.moved(code, table, levels))
            for code in measures
        ]

    @remembered
    def headlines(self) -> list[Headline]:
        """Four figures: a rock, an emotional rock, the lowest pillar, low support with high stress."""
        measures = self.measures()
        pillar = next((cell["measure"] for _, cell in self.ranked_pillars() if has_range(cell)), None)
        chosen = [code for code in (LEAD, "rock_emotional", pillar, "at_risk") if code in measures]
        chosen += [code for code in measures if code not in chosen]
        found = self.figures(tuple(chosen[:HEADLINES]))
        if pillar is None:
            return found
        key = (
            "overview.lowest"
            if is_apart(pillar, [cell for _, cell in self.ranked_pillars()])
            else "overview.lowest_seems"
        )
        label = self.words(key, label=self.words.inline("measure", pillar))
        return [replace(one, label=label) if one.measure == pillar else one for one in found]


def is_apart(measure: str, cells: Sequence[Cell], worse: Worse = "lower") -> bool:
    """Whether a figure lies wholly on the worse side of all others that can be shown; else it only seems to."""
    shown = {cell["measure"]: cell for cell in cells if has_range(cell)}
    rest = [cell for code, cell in shown.items() if code != measure]
    return measure in shown and all(stands_out(shown[measure], cell, worse) for cell in rest)


def a_year_before(wave: str) -> str:
    """The same quarter of the year before."""
    return f"{int(wave[:4]) - 1}{wave[4:]}"


def rank(cell: Cell | None, worse: Worse = "lower") -> tuple[bool, float]:
    """A key that sorts shown cells from worst to best and withheld ones behind them."""
    if cell is None or not has_range(cell):
        return (True, 0.0)
    middle = float(cell["low"] + cell["high"])
    return (False, middle if worse == "lower" else -middle)


def chosen_levels(filters: Sequence[tuple[str, str | None]]) -> Group:
    """The table a set of filters points at, and its levels: ('region', ('Noord',)), ('total', ())."""
    used = [(dimension, level) for dimension, level in filters if level]
    return "+".join(dimension for dimension, _ in used) or "total", tuple(level for _, level in used if level)
