"""Layout: which survey tool wrote a sheet, and which of our columns each of its columns is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from pipelines.ground.errors import Refused
from pipelines.instruments import Instrument, Profile
from pipelines.instruments.checks import suggest
from pipelines.instruments.wording import NOT_TICKED, TICKED, questions
from pipelines.intake.sheet import Sheet, name_columns

FRAME = ("leader_key", "submitted")


@dataclass(frozen=True)
class Laid:
    """A sheet under a profile. Heads are the export's, columns are ours."""

    raw: pl.DataFrame  # all columns by their heads
    reads: dict[str, str]  # head -> our column, or "column|code"
    dropped: tuple[str, ...]
    unknown: tuple[str, ...]  # heads that nothing is known of; they are not read
    table: pl.DataFrame = field(repr=False)  # what is read, by our columns
    labels: dict[str, dict[str, str]]  # our column -> value in the file -> what the file calls it
    texts: dict[str, str]  # head -> what the file says it asks


def recognise(sheet: Sheet, profiles: Sequence[Profile], instrument: Instrument) -> Profile:
    """The profile that fits a sheet: of those whose marks are all there, the one that reads most columns.

    Where two read as many, a tool's own marks decide, then what else of the sheet a profile knows to leave out, then
    the simpler profile. Refused when none fits.
    """
    ours, texts = our_columns(instrument), questions(instrument)

    def fit(profile: Profile) -> tuple[int, bool, int, int]:
        is_tool = profile.recognise is not None
        try:
            named = name_columns(sheet, profile.head_rows, join=profile.join_heads)
        except Refused:
            return 0, is_tool, 0, 0
        read = {_target(head, profile, ours, texts) for head in (*named.table.columns, *named.doubled)}
        dropped = sum(map(profile.drops, named.table.columns))
        return len(read - {None, *FRAME}), is_tool, dropped, -len(profile.columns)

    marked = [profile for profile in profiles if has_marks(sheet, profile)]
    best = max(reversed(marked), key=fit, default=None)
    if best is None or (fit(best)[0] == 0 and best.recognise is None):
        raise Refused("layout_unknown", file=sheet.file)
    return best


def has_marks(sheet: Sheet, profile: Profile) -> bool:
    """Whether everything is there by which a profile says it is recognised; a profile that says nothing may fit."""
    marks = profile.recognise
    if marks is None:
        return True
    heads = {head.strip() for head in sheet.heads}
    return (
        (not marks.kinds or sheet.kind in marks.kinds)
        and all(heads & {word.strip() for word in either.split(" | ")} for either in marks.heads)
        and all(any(word in cell for cell in sheet.row(int(number))) for number, word in marks.rows.items())
    )


def lay_out(sheet: Sheet, profile: Profile, instrument: Instrument) -> Laid:
    """The sheet as the profile reads it: by its `columns`, else by our own codes, else by a question's exact text."""
    raw, asked, doubled = name_columns(sheet, profile.head_rows, join=profile.join_heads)
    ours, texts = our_columns(instrument), questions(instrument)
    for head in sorted(doubled):
        if _target(head, profile, ours, texts):
            raise Refused("duplicate_head", column=head, file=sheet.file)
    reads: dict[str, str] = {}
    dropped = {head for at, head in enumerate(raw.columns, 1) if profile.drops(head) or profile.drops(f"column_{at}")}
    for head in raw.columns:
        if head in dropped:
            continue
        named = profile.columns.get(head, "").split("|")[0]
        if named and named not in ours:
            raise Refused("profile_target", profile=profile.code, word=named, suggestion=suggest(named, sorted(ours)))
        if target := _target(head, profile, ours, texts):
            if target in reads.values() or ("|" in target and target.split("|")[0] in reads.values()):
                raise Refused("two_columns_one", column=target, file=sheet.file)
            reads[head] = target
    single = {head: target for head, target in reads.items() if "|" not in target}
    boxes = _join_boxes(raw, {head: target for head, target in reads.items() if "|" in target})
    return Laid(
        raw=raw, reads=reads, dropped=tuple(head for head in raw.columns if head in dropped),
        unknown=tuple(head for head in raw.columns if head not in reads and head not in dropped),
        table=raw.select(*(pl.col(head).alias(target) for head, target in single.items()), *boxes),
        labels={single[head]: labels for head, labels in sheet.labels.items() if head in single},
        texts=asked,
    )  # fmt: skip


def our_columns(instrument: Instrument) -> set[str]:
    """Every column an export may bring."""
    named = (
        *instrument.choices(),
        *instrument.lists(),
        *instrument.numbers(),
        *(d.code for d in instrument.dimensions),
    )
    return {*FRAME, *named}


def _target(head: str, profile: Profile, ours: set[str], texts: dict[str, str]) -> str | None:
    target = profile.columns.get(head)
    if target:
        return target if target.split("|")[0] in ours else None
    return head if head in ours else texts.get(head)


def _join_boxes(raw: pl.DataFrame, boxes: dict[str, str]) -> list[pl.Expr]:
    """Boxes become one column of codes joined by |; a box with something else in it leaves a mark no code has."""
    columns: dict[str, list[pl.Expr]] = {}
    for head, target in boxes.items():
        column, code = target.split("|")
        said = pl.col(head).cast(pl.String).str.strip_chars().str.to_lowercase().fill_null("")
        option = head.rsplit("[", 1)[-1].rstrip("]").strip().lower()
        ticked = pl.when(said.is_in([*TICKED, option])).then(pl.lit(code))
        columns.setdefault(column, []).append(ticked.when(~said.is_in(NOT_TICKED)).then(pl.lit("?")))
    return [
        pl.concat_str(codes, separator="|", ignore_nulls=True).replace("", None).alias(column)
        for column, codes in columns.items()
    ]
