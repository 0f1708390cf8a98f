"""Stops: an import of which too much was not understood goes no further, and says all of it at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import polars as pl

from pipelines.ground.errors import Reason, RefusedFor
from pipelines.intake.answers import Typed
from pipelines.intake.conform import Imported
from pipelines.intake.personal import looks_personal
from pipelines.intake.wording import Question, folded

LOST = 0.2  # share of what was filled in at a question from which on it counts as lost
LOST_ANSWERS = 2  # so many at least, for one may be a typing error
SHIFTED_AMONG = 20  # answers among which somebody would have given the highest one
MOST_LABELS = 10  # labels that are named
LONGEST_LABEL = 40  # letters of one; what is longer is a story
FULL = 100  # percent
ROWS_NAMED = 8


def refuse_lost(
    typed: Typed, imported: Imported, accept: Collection[str], blocks: Sequence[Sequence[str]] = ()
) -> None:
    """Refuse an import when no row is left, or a question lost too much; `accept`: questions of which that is meant.

    `imported` is what became of `typed`; `blocks`: questions that stand together on one scale, and so are coded alike.
    """
    counted = imported.rejected.filter(pl.col("rule") != "nothing_answered")
    errors = typed.errors.join(counted, on="row", how="anti") if counted.height else typed.errors
    lost = list(_lost_questions(typed, imported, errors, accept, blocks))
    if imported.answers.is_empty():
        raise no_row_loads(imported, lost)
    if lost:
        raise RefusedFor("answers_lost", lost, columns=", ".join(reason.column or "" for reason in lost))


def no_row_loads(imported: Imported, lost: Sequence[Reason] = ()) -> RefusedFor:
    """The refusal of an import of which every row was rejected: how many, by the rule that did it."""
    by_rule = (
        imported.rejected.group_by("rule").agg(pl.len(), pl.col("row").head(ROWS_NAMED)).sort("len", descending=True)
    )
    rows = [
        Reason(f"rejected.{rule}", None, {"count": count, "rows": ", ".join(map(str, numbers))})
        for rule, count, numbers in by_rule.iter_rows()
    ]
    hints = [Reason(f"told.{one.kind}", None, {"count": one.count, "place": one.place}) for one in imported.told]
    return RefusedFor("no_row_loads", [*lost, *rows, *hints], rows=imported.rows)


def _lost_questions(
    typed: Typed,
    imported: Imported,
    errors: pl.DataFrame,
    accept: Collection[str],
    blocks: Sequence[Sequence[str]],
) -> Iterator[Reason]:
    for column, read, unreadable, _ in imported.questions.iter_rows():
        if column in accept or not unreadable:
            continue
        question = typed.questions[column]
        wrong = errors.filter(pl.col("column") == column)["answer"]
        where: dict[str, object] = {"column": column, "count": unreadable, "filled": read + unreadable}
        if shift := _shift(question, typed.answers[column], wrong):
            ends = {"low": f"{question.low:g}", "high": f"{question.high:g}"}
            block = _coded_alike(column, typed, blocks, shift)
            key = "lost.shifted" if shift < 0 else "lost.shifted_up"
            yield Reason(key, column, where | ends | {"block": block, "shift": shift})
        elif unreadable >= LOST * (read + unreadable) and unreadable >= LOST_ANSWERS:
            if question.low is not None and _is_percent(question, wrong):
                yield Reason("lost.percent", column, where | {"low": f"{question.low:g}", "high": f"{question.high:g}"})
            else:
                labels = _labels(wrong)
                key = "lost.labels" if labels else "lost.unnamed"
                yield Reason(
                    key, column, where | {"labels": ", ".join(f"‘{label}’" for label in labels), "words": labels}
                )


def _shift(question: Question, answers: pl.Series, wrong: pl.Series) -> int:
    """-1 where a question is coded one lower, 1 where one higher, else 0.

    Some gave what is one beyond an end of the scale, and nobody the answer at the other end.
    """
    if question.low is None or question.high is None:
        return 0
    strays = set(_numbers(wrong))
    if answers.len() - answers.null_count() + wrong.len() < SHIFTED_AMONG:
        return 0
    if strays == {question.low - 1} and not (answers == question.high).any():
        return -1
    return int(strays == {question.high + 1} and not (answers == question.low).any())


def _coded_alike(column: str, typed: Typed, blocks: Sequence[Sequence[str]], shift: int) -> list[str]:
    """The questions of the block of one, itself among them, that nobody gave the answer at the other end either."""
    block = next((one for one in blocks if column in one), (column,))
    asked = [one for one in block if one in typed.questions]
    ends = {one: typed.questions[one].high if shift < 0 else typed.questions[one].low for one in asked}
    return [one for one in asked if not (typed.answers[one] == ends[one]).any()]


def _is_percent(question: Question, wrong: pl.Series) -> bool:
    """Whether what was not understood are shares of a hundred."""
    numbers = _numbers(wrong.str.strip_chars("% "))
    is_all = len(numbers) == wrong.len() and all(0 <= number <= FULL for number in numbers)
    return is_all and (wrong.str.contains("%").any() or max(numbers) > 2 * (question.high or 0))


def _numbers(written: pl.Series) -> list[float]:
    values = written.str.strip_chars().str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    return values.drop_nulls().to_list()


def _labels(wrong: pl.Series) -> list[str]:
    """Different answers that were not understood, the usual first, as far as they can be nobody's own words or data."""
    if looks_personal(wrong.unique()):
        return []
    words = wrong.value_counts(sort=True)["answer"].to_list()
    short = [" ".join(word.split()) for word in words if len(word) <= LONGEST_LABEL]
    return list({folded(word): word for word in short}.values())[:MOST_LABELS]
