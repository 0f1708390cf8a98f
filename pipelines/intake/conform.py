"""Conform: typed answers become one row for each known leader; bad rows are kept and explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from pipelines.ground.period import WaveDays
from pipelines.ground.schemas import Conformed
from pipelines.ground.told import Told
from pipelines.instruments import Instrument
from pipelines.intake.answers import Typed
from pipelines.intake.days import seconds_of
from pipelines.intake.keys import at_home
from pipelines.intake.levels import Combinations, check_declared
from pipelines.intake.marks import Marks, told_of

HELPERS = ("is_dated", "is_on_roster", "is_placed", "is_answered")
ROSTER_ROW = "roster_row"  # where on the roster the leader of an answer stands, so that nobody is looked up twice
RULES = ("no_key", "bad_date", "not_on_roster", "no_group", "nothing_answered")  # the first that is broken is told
# The column that a rejected row is told to be wrong in; for every other rule the key.
COLUMN_OF_RULE = {
    **{"bad_date": "submitted", "no_group": "dimensions", "nothing_answered": None},
    **{"totals_row": None, "repeated_heads": None, "test_answer": None, "spam": None},
}
QUESTIONS = {"column": pl.String, "read": pl.Int64, "unreadable": pl.Int64, "empty": pl.Int64}


@dataclass(frozen=True)
class Imported:
    """What became of an export: every row is in `answers` or in `rejected`."""

    answers: pl.DataFrame
    rejected: pl.DataFrame  # row, column, rule and the raw answers (they stay in the vault)
    data_errors: pl.DataFrame  # row, column, rule: one answer that became empty
    rows: int
    late: int  # sent after the wave closed
    has_keys: bool
    columns_asked: tuple[str, ...]
    early: int = 0  # sent before the wave opened
    partial: int = 0  # broke off: at least one scale that was asked is wholly open
    standing: str = "new"  # to what the vault holds: new, known, differs or late
    profile: str = ""  # the layout it was read by
    unread: tuple[str, ...] = ()  # heads that belong to no question
    told: tuple[Told, ...] = ()  # what else should be known of the files
    questions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=QUESTIONS))  # how much of each
    combinations: Combinations = field(default_factory=Combinations)  # who could be recognised by groups alone

    @property
    def duplicates(self) -> int:
        """Rows that were a second answer by one leader."""
        return self.rejected.filter(pl.col("rule") == "duplicate_leader").height

    @property
    def counted(self) -> dict[str, int]:
        """How many rows there were, and what became of them, for the log."""
        read, not_read = self.answers.height, self.rejected.height
        return {"rows": self.rows, "loaded": read, "rejected": not_read, "late": self.late}


def conform(
    typed: Typed, instrument: Instrument, wave: WaveDays, roster: pl.DataFrame | None, marks: Marks | None = None
) -> Imported:
    """Typed answers -> one row per leader, with the leader's dimensions.

    Where the roster says who a leader is, `answers` also holds `roster_row`, from 0. `marks`: rows that are nobody's.
    """
    marks = marks or Marks()
    has_keys = "leader_key" in typed.frame
    answers, told_of_keys = _with_dimensions(typed, instrument, roster if has_keys else None)
    answers = answers.with_columns(is_answered=pl.any_horizontal(pl.col(typed.asked).is_not_null()))
    rejected, told_of_rows = _rejected(answers, typed, marks)
    kept = (answers.join(rejected, on="row", how="anti") if rejected.height else answers).drop(HELPERS)
    errors = typed.errors.drop("answer").join(rejected, on="row", how="anti")
    submitted = pl.col("submitted")
    return Imported(
        answers=kept,
        rejected=_explained(rejected, answers, [*typed.frame, *typed.asked]),
        data_errors=errors,
        rows=answers.height,
        late=kept.filter(submitted > wave.closes).height if wave.closes else 0,
        has_keys=has_keys,
        columns_asked=typed.asked,
        early=kept.filter(submitted < wave.opens).height if wave.opens else 0,
        partial=_broken_off(kept, pl.concat([errors.select("row", "column"), typed.not_answered]), instrument),
        told=(*typed.told, *told_of_keys, *told_of_rows, *told_of(marks, rejected)),
        questions=counted(typed, rejected.filter(pl.col("rule") != "nothing_answered")),
    )


def counted(typed: Typed, rejected: pl.DataFrame) -> pl.DataFrame:
    """Of each question how many answers were read, unreadable and empty, over the rows that were not rejected."""
    answers = typed.answers.join(rejected, on="row", how="anti") if rejected.height else typed.answers
    unreadable = dict(typed.errors.join(rejected, on="row", how="anti").group_by("column").len().iter_rows())
    rows = []
    for column in typed.asked:
        read, lost = answers.height - answers[column].null_count(), unreadable.get(column, 0)
        rows.append((column, read, lost, answers.height - read - lost))
    return pl.DataFrame(rows, QUESTIONS, orient="row")


def _rejected(answers: pl.DataFrame, typed: Typed, marks: Marks) -> tuple[pl.DataFrame, list[Told]]:
    """Row and rule of each row that cannot count; and how often only the order of rows could say which one does."""
    people = answers.select(Conformed.column_names())
    if marks.rejected.height:
        people = people.join(marks.rejected, on="row", how="anti")
    accepted, failures = Conformed.filter(people)
    first_broken = pl.coalesce(pl.when(pl.col(rule) == "invalid").then(pl.lit(rule)) for rule in RULES)
    second, ties = _second_answers(accepted, typed, marks)
    rejected = pl.concat(
        [
            marks.rejected,
            failures.details().select("row", rule=first_broken),
            second.select("row", rule=pl.lit("duplicate_leader")),
        ]
    )
    return rejected.sort("row"), [Told("decided_by_row", ties)] if ties else []


def _second_answers(accepted: pl.DataFrame, typed: Typed, marks: Marks) -> tuple[pl.DataFrame, int]:
    """All but one answer of each leader: a finished one counts, else the last by moment, else that of the last row.

    A time of day decides only where every answer that a leader sent on that day has one.
    """
    several = accepted.filter(pl.col("leader_key").is_duplicated()).select("row", "leader_key", "submitted")
    several = several.with_columns(
        is_whole=~pl.col("row").is_in(marks.unfinished.implode()),
        second=seconds_of(typed.sent.gather(several["row"] - typed.first_row)),
    )
    moment = ("leader_key", "is_whole", "submitted")
    has_times = pl.col("second").is_not_null().all().over(moment)
    in_order = several.with_columns(pl.when(has_times).then("second")).sort(
        *("leader_key", "is_whole", "submitted", "second", "row"),
        descending=[False, True, True, True, True],
        nulls_last=True,
    )
    is_first = pl.col("leader_key").is_first_distinct()
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in (*moment, "second"))
    is_next = is_first.shift(fill_value=False) & ~is_first
    return in_order.filter(~is_first), in_order.filter(is_next & same).height


def _explained(rejected: pl.DataFrame, answers: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Rejected rows with the column that is wrong and the `raw` answers; what is no answer could be anything."""
    bad = answers.join(rejected, on="row", how="semi").select("row", pl.col(columns).cast(pl.String))
    raw = bad.select("row", raw=pl.struct(columns).struct.json_encode())
    column = pl.col("rule").replace_strict(COLUMN_OF_RULE, default="leader_key")
    return rejected.select("row", column.alias("column"), "rule").join(raw, on="row", how="left")


def _broken_off(answers: pl.DataFrame, said: pl.DataFrame, instrument: Instrument) -> int:
    """How many left at least one scale that was asked wholly open.

    `said` (row, column): what could not be read, or says that nothing was answered, was not left open.
    """
    blocks = [[item.code for item in scale.items if item.code in answers.columns] for scale in instrument.scales]
    is_open = [
        pl.all_horizontal(pl.col(block).is_null())
        & ~pl.col("row").is_in(said.filter(pl.col("column").is_in(block))["row"].unique().implode())
        for block in blocks
        if block
    ]
    return answers.filter(pl.any_horizontal(is_open)).height if is_open else 0


def _with_dimensions(
    typed: Typed, instrument: Instrument, roster: pl.DataFrame | None
) -> tuple[pl.DataFrame, list[Told]]:
    """Give every row its dimensions: from the roster when there is one, else from the export."""
    told: list[Told] = []
    if roster is not None:
        dimensions = [name for name in roster.columns if name not in ("leader_key", "school_key")]
        people = typed.answers.drop(typed.dimensions)
        answers = _placed_by_roster(people, roster.select("leader_key", *dimensions))
        is_strange = ~answers["is_on_roster"]
        if is_strange.any():
            keys, told = at_home(people["leader_key"], is_strange, roster["leader_key"])
            answers = _placed_by_roster(people.with_columns(keys), roster.select("leader_key", *dimensions))
    else:
        dimensions = list(typed.dimensions)
        check_declared(typed.answers, instrument, dimensions)
        answers = typed.answers.with_columns(is_on_roster=pl.lit(value=True))
    has_groups = pl.all_horizontal(pl.col(dimensions).is_not_null()) if dimensions else pl.lit(value=True)
    return answers.with_columns(is_placed=has_groups | ~pl.col("is_on_roster")), told


def _placed_by_roster(answers: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    places = roster.with_row_index(ROSTER_ROW)
    placed = answers.select("leader_key").join(places, on="leader_key", how="left", maintain_order="left")
    return answers.with_columns(placed.drop("leader_key"), is_on_roster=placed[ROSTER_ROW].is_not_null())
