"""One wave of one snapshot in one language: what can be shown of it, for pages and report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import polars as pl

from dashboard import period
from dashboard.story.meaning import Meaning, meaning_of
from dashboard.story.ranking import rank
from dashboard.story.snapshot import MEAN, Snapshot, kept
from dashboard.words import COARSE, Cell, Words, Worse, has_range

MAIN = ("place", "years")  # roles of the dimensions that are filters, and that are crossed
# Breaks that touch the whole board; a new division of the place touches only groups by place.
EVERYWHERE = {"instrument", "not_asked"}
OF_PLACE = {"region_split"}
remembered = kept(512)
Group = tuple[str, tuple[str, ...]]
Against = Literal["previous", "year"]
Labelled = tuple[str, Cell | None]


@dataclass(frozen=True)
class OwnTarget:
    """A target that the board set itself, from a wave on; a share of None takes it back."""

    measure: str
    share: float | None  # 0-1
    base: str


@dataclass(frozen=True)
class Story:
    """Look-ups only: every cell here was published as a row."""

    snapshot: Snapshot
    words: Words
    wave: str
    against: Against = "previous"
    own_targets: tuple[OwnTarget, ...] = ()  # the newest first

    @property
    def publication(self) -> Mapping[str, Any]:
        return self.snapshot.publication(self.wave)

    @remembered
    def earlier(self) -> str | None:
        """The wave compared with: the one before, or the same quarter last year; None where it was not published."""
        if self.against == "previous":
            return self.snapshot.previous(self.wave)
        last_year = period.year_before(self.wave)
        return last_year if last_year in self.snapshot.waves() else None

    @remembered
    def since(self) -> list[str]:
        """What broke between the wave compared with and this one, in the order it happened."""
        first = self.earlier() or self.wave
        breaks = self.breaks(self.dimension("place") or "total")
        codes = [code for wave, joined in breaks.items() if first < wave <= self.wave for code in joined.split("|")]
        return list(dict.fromkeys(code for code in codes if code))

    @remembered
    def before(self) -> str | None:
        """The same, None too when another questionnaire lies between: those figures are of another kind."""
        return None if "instrument" in self.since() else self.earlier()

    @remembered
    def tables(self) -> list[str]:
        return [table.strip() for table in (self.publication["tables"] or "").split("|")]

    @property
    def meaning(self) -> Meaning:
        """What its figures and dimensions mean: which way is better, topics and roles."""
        return meaning_of(self.snapshot)

    def dimension(self, role: str) -> str | None:
        """The dimension with a role of which there is one: "place" or "years"."""
        return self.meaning.dimension(role)

    @remembered
    def main_dimensions(self) -> list[str]:
        """Place and years, as far as the instrument has them."""
        return self.meaning.dimensions(MAIN)

    @remembered
    def one_way(self) -> list[str]:
        """Dimensions this publication splits by, in whatever form, the main ones first."""
        one_way = (table for table in self.tables() if table not in ("", "total") and "+" not in table)
        split_by = list(dict.fromkeys(table.removesuffix(COARSE) for table in one_way))
        first = [table for table in self.main_dimensions() if table in split_by]
        return first + [table for table in split_by if table not in first]

    def main_splits(self) -> list[str]:
        """Place and years; where the publication has neither, the first two dimensions it has."""
        return [table for table in self.one_way() if table in self.main_dimensions()] or self.one_way()[:2]

    @remembered
    def cross(self, first: str, second: str) -> str | None:
        """The two-way table of these dimensions, in the finest form that this publication has."""
        forms = (f"{one}+{other}" for one in (first, first + COARSE) for other in (second, second + COARSE))
        return next((table for table in forms if table in self.tables()), None)

    @remembered
    def main_cross(self) -> str | None:
        """The two-way table of place and years."""
        main = self.main_dimensions()
        return self.cross(*main) if len(main) == len(MAIN) else None

    @remembered
    def measures(self) -> list[str]:
        """What the plan holds for the whole board, the lead first, then in the order of the instrument."""
        here = {code for code in self.group("total", ()) if not self.meaning.is_field(code)}
        in_words = self.snapshot.rows("dictionary").filter(pl.col("kind") == "measure")["code"].to_list()
        ordered = [code for code in in_words if code in here] + sorted(here - {*in_words, "n"})
        lead = self.meaning.measure("lead")
        return sorted(ordered, key=lambda code: code != lead)

    def measure(self, role: str) -> str | None:
        """The published measure with a role of which there is one."""
        return next(iter(self.in_role(role)), None)

    @remembered
    def in_role(self, role: str) -> list[str]:
        """The published measures with a role, the lead first."""
        codes = self.meaning.with_role("measure", role)
        return [code for code in self.measures() if code in codes]

    @remembered
    def pillars(self, step: str = "used") -> list[str]:
        """Measures that say a pillar is available, used or good, in the order of the pillars."""
        pillars = self.snapshot.rows("dictionary").filter(pl.col("kind") == "pillar")["code"]
        measures = (self.measure(f"pillar:{pillar}:{step}") for pillar in pillars)
        return [measure for measure in measures if measure]

    def pillar_step(self, pillar: str, step: str) -> Cell | None:
        """How many of the whole board have a pillar available, use it, or have it good enough."""
        measure = self.measure(f"pillar:{pillar}:{step}")
        return self.board(measure) if measure else None

    def pillar_label(self, pillar: str) -> str:
        """What a pillar is called where it is counted: as the measure of its use, which says for whom it is meant."""
        used = self.meaning.measure(f"pillar:{pillar}:used")
        return self.label(used) if used else self.words.label("pillar", pillar)

    @remembered
    def lead(self) -> str:
        """The measure the pages open with: the one with that role, or the first the instrument has."""
        return self.measures()[0]

    def label(self, measure: str) -> str:
        scale = measure.removeprefix(MEAN)
        return self.words.label("measure" if scale == measure else "scale", scale)

    def board(self, measure: str) -> Cell | None:
        return self.snapshot.cell(self.wave, measure)

    def group(self, table: str, levels: tuple[str, ...]) -> Mapping[str, Cell]:
        """All measures of one group; `n` holds its response."""
        return self.snapshot.group(self.wave, table, levels)

    @remembered
    def group_name(self, table: str, levels: tuple[str, ...]) -> str:
        """'Noord, 2-5 jaar', or the whole board."""
        return ", ".join(map(self.words.level, table.split("+"), levels)) if levels else self.words("whole")

    @remembered
    def shows_anything(self) -> bool:
        return any(has_range(cell) for cell in self.group("total", ()).values())

    def worse(self, measure: str) -> Worse:
        """The side of the whole board on which a group needs attention."""
        scale = measure.removeprefix(MEAN)
        side = self.meaning.higher_is.get(("measure" if scale == measure else "scale", scale))
        if side is None:
            side = "worse" if self.is_outcome(measure) else "better"
        return "higher" if side == "worse" else "lower"

    def topic(self, measure: str) -> str:
        """The subject a measure is shown under."""
        return self.meaning.topics.get(("measure", measure), "strain" if self.is_outcome(measure) else "support")

    def is_outcome(self, measure: str) -> bool:
        """Whether a figure is protected as one that could hurt."""
        cell = self.board(measure)
        return cell is not None and cell.get("class", "outcome") == "outcome"

    def target(self, measure: str) -> float | None:
        """The target in force at this wave: what the board set itself, else what came with the snapshot."""
        for own in self.own_targets:
            if own.measure == measure and own.base <= self.wave:
                return own.share
        targets = self.snapshot.rows("targets").filter(pl.col("measure") == measure)
        until = self.publication["closes"] or date.max
        in_force = [row["share"] for row in targets.iter_rows(named=True) if row["since"] <= until]
        return in_force[0] if in_force else None

    @remembered
    def nearest(self, table: str, levels: tuple[str, ...]) -> Group:
        """The group itself if anything of it is shown, else its coarse form, else one of its parts, else the board."""
        parts = list(zip(table.split("+"), levels, strict=False))
        wider: list[Group] = [(table, levels)]
        cross = self.cross(*table.split("+")) if len(parts) > 1 else None
        if cross:
            is_coarse = [form.endswith(COARSE) for form in cross.split("+")]
            levels_of_it = (
                self.coarse(*part) if coarse else part[1] for part, coarse in zip(parts, is_coarse, strict=False)
            )
            wider.append((cross, tuple(levels_of_it)))
        wider += [(dimension, (level,)) for dimension, level in parts]
        return next((group for group in wider if any(map(has_range, self.group(*group).values()))), ("total", ()))

    def coarse(self, dimension: str, level: str) -> str:
        rows = self.snapshot.rows("levels", wave=self.wave, dimension=dimension).filter(pl.col("level") == level)
        return (rows["coarse"][0] if rows.height else None) or level

    def finest(self, dimension: str, level: str) -> str:
        """The first fine level within a coarse one, or the level itself: what the filters know."""
        rows = self.snapshot.rows("levels", wave=self.wave, dimension=dimension)
        fine = rows["level"].to_list()
        within = rows.filter(pl.col("coarse") == level)["level"].to_list()
        return level if level in fine else next(iter(within), level)

    def inside(self, table: str, levels: Sequence[str], measure: str) -> list[Labelled]:
        """A place by years, or the reverse; empty when the plan does not cross them."""
        cross = self.main_cross()
        if cross is None or table not in self.main_dimensions():
            return []
        mine, other = (1, 2) if table == self.dimension("place") else (2, 1)
        level = self.coarse(table, levels[0]) if table + COARSE in cross.split("+") else levels[0]
        cells = [cell for cell in self.snapshot.cells(self.wave, measure, cross) if cell[f"level_{mine}"] == level]
        return [(self.words.level(cell[f"dim_{other}"], cell[f"level_{other}"]), cell) for cell in cells]

    @remembered
    def cells(self, table: str, *measures: str) -> list[list[Cell]]:
        """The groups of a one-way table, per measure, in the form of its dimension in which most of them are told."""
        forms = [table, *([table + COARSE] if table + COARSE in self.tables() else [])]
        found = [[list[Cell](self.snapshot.cells(self.wave, one, form)) for one in measures] for form in forms]
        return max(found, key=lambda form: sum(any(map(has_range, cells)) for cells in form))

    def in_order(self, measure: str, table: str) -> list[Labelled]:
        """The groups of a one-way table in their own order, the whole board on top."""
        (cells,) = self.cells(table, measure)
        return [(self.words("whole"), self.board(measure)), *((self.words.group(cell), cell) for cell in cells)]

    def worst_first(self, measure: str, table: str) -> list[Labelled]:
        """The same, those that need attention first, withheld ones last."""
        board, *groups = self.in_order(measure, table)
        return [board, *sorted(groups, key=lambda pair: rank(pair[1], self.worse(measure)))]

    @remembered
    def ranked_pillars(self, table: str = "total", levels: tuple[str, ...] = ()) -> list[tuple[str, Cell]]:
        """Pillars of a group by name, lowest first, withheld ones last."""
        cells = self.group(table, levels)
        named = [(self.label(code), cells[code]) for code in self.pillars() if code in cells]
        return sorted(named, key=lambda pair: rank(pair[1]))

    def rock_groups(self, table: str) -> list[tuple[str, Sequence[Cell]]]:
        """The four rock states of the whole board and of each group; empty where they are not known."""
        total = self.snapshot.rows("rock_states", wave=self.wave, table_id="total").to_dicts()
        rock = self.measure("rock:any")
        groups = [cell for _, cell in self.in_order(rock, table)[1:] if cell] if rock and table != "total" else []
        form = groups[0]["table_id"] if groups else table
        states = self.snapshot.rows("rock_states", wave=self.wave, table_id=form)
        named = [(self.words.group(cell), cell["level_1"]) for cell in groups]
        of_groups = [(label, states.filter(pl.col("level_1") == level).to_dicts()) for label, level in named]
        return [(self.words("whole"), total), *of_groups]

    def series(self, measure: str, table: str = "total", levels: Sequence[str] = ()) -> list[Labelled]:
        """One group through all published waves; None where it has no cell."""
        cells = {row["wave"]: row for row in self.snapshot.series(measure, table, *levels)}
        return [(wave, cells.get(wave)) for wave in reversed(self.snapshot.waves()) if wave <= self.wave]

    def breaks(self, table: str = "total") -> dict[str, str]:
        """Per wave, why figures before it may differ in kind."""
        rows = self.snapshot.rows("publications").select("wave", "breaks").iter_rows()
        place = self.dimension("place")
        kept = EVERYWHERE | (OF_PLACE if place and table.startswith(place) else set())
        return {wave: "|".join(code for code in (codes or "").split("|") if code in kept) for wave, codes in rows}


def chosen_levels(filters: Sequence[tuple[str, str | None]]) -> Group:
    """The table a set of filters points at, and its levels: ('region', ('Noord',)), ('total', ())."""
    used = [(dimension, level) for dimension, level in filters if level]
    return "+".join(dimension for dimension, _ in used) or "total", tuple(level for _, level in used if level)
