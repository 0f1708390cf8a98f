"""Layout: which survey tool wrote a sheet, and which of our columns each of its columns is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from pipelines.ground.errors import Refused, gathered
from pipelines.ground.told import Told
from pipelines.instruments import NOT_TICKED, TICKED, Instrument, Profile, columns_by_question, suggest
from pipelines.intake.sheet import FEWEST_KNOWN, MOST_TITLES, Sheet, name_columns

FRAME = ("leader_key", "submitted")
BOX = "|"  # between a column and the code that one box of a list adds to it
NO_CODE = "?"
BOX_HEADS = ("{}/{}", "{}[{}]", "{}___{}", "{}.{}", "{}|{}")  # how survey tools call one box of a question of ours
EITHER = " | "  # between heads of which one is enough


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
    first_row: int = 1  # of the file, in which the first answer stands
    told: tuple[Told, ...] = ()  # of several columns that are one, which was read


@dataclass(frozen=True)
class Columns:
    """What a head may be read as: one of our columns, or the column that asks a question by its exact text."""

    names: frozenset[str]
    by_text: Mapping[str, str]
    boxes: Mapping[str, str] = field(default_factory=dict)  # head -> "column|code"

    @classmethod
    def of(cls, instrument: Instrument) -> Columns:
        """The columns of an instrument."""
        boxes = {
            shape.format(column, code): f"{column}{BOX}{code}"
            for column, codes in instrument.lists().items()
            for code in codes
            for shape in BOX_HEADS
        }
        return cls(frozenset(our_columns(instrument)), columns_by_question(instrument), boxes)

    def read_as(self, head: str, profile: Profile) -> str | None:
        """Our column (or "column|code") of a head: by the profile, else by our code, else by the question's text."""
        target = profile.columns.get(head)
        if target:
            return target if column_of(target) in self.names else None
        return head if head in self.names else self.by_text.get(head, self.boxes.get(head))


def our_columns(instrument: Instrument) -> set[str]:
    """Every column an export may bring."""
    asked = (*instrument.choices(), *instrument.lists(), *instrument.numbers())
    dimensions = (dimension.code for dimension in instrument.dimensions)
    return {*FRAME, *asked, *dimensions}


def column_of(target: str) -> str:
    """The column of "column" or "column|code"."""
    return target.partition(BOX)[0]


# ------------------------------------------------------------------------------- which tool wrote the sheet


def below_unknown(sheet: Sheet, profiles: Sequence[Profile], instrument: Instrument) -> Sheet:
    """The sheet from its heads on: where no profile fits it as it stands, from the first row by which one does."""
    top = sheet.top()
    columns = Columns.of(instrument)
    if any(_fits(top, profile, columns, 1) for profile in profiles):
        return sheet
    for titles in range(1, min(MOST_TITLES, top.cells.height + 1)):
        if any(_fits(top.below(titles), profile, columns, FEWEST_KNOWN) for profile in profiles):
            return sheet.below(titles)
    return sheet


def _fits(sheet: Sheet, profile: Profile, columns: Columns, fewest: int) -> bool:
    """Whether a profile may read a sheet: a tool by its marks, the plain one by so many of our columns."""
    if profile.recognise is not None:
        return has_marks(sheet, profile)
    read = {columns.read_as(head.strip(), profile) for head in sheet.heads} - {None}
    return len(read) >= fewest and not read <= {*FRAME}


def recognise(sheet: Sheet, profiles: Sequence[Profile], instrument: Instrument) -> Profile:
    """The profile that fits a sheet: of those whose marks are all there, the one that reads most columns.

    Where two read as many, a tool's own marks decide, then what else of the sheet a profile knows to leave out, then
    of how many columns it knows the answers, then the simpler profile. Refused when none fits.
    """
    columns = Columns.of(instrument)
    candidates = [profile for profile in profiles if has_marks(sheet, profile)]
    best = max(reversed(candidates), key=lambda profile: _fit(sheet, profile, columns), default=None)
    if best is None or (_fit(sheet, best, columns).read == 0 and best.recognise is None):
        raise _unknown(sheet)
    return best


def _unknown(sheet: Sheet) -> Refused:
    """Of a workbook with more sheets it is said which one was looked at."""
    for one in sheet.told:
        if one.kind in ("sheet_read", "hidden_sheets"):
            others = one.also.get("others", one.place)
            read = one.place if one.kind == "sheet_read" else one.also["sheet"]
            return Refused("layout_unknown_of_sheet", file=sheet.file, sheet=read, others=others)
    return Refused("layout_unknown", file=sheet.file)


class _Fit(NamedTuple):
    """How well a profile fits, in the order in which that decides."""

    read: int  # columns, those of the frame left out
    is_tool: bool
    dropped: int
    worded: int  # columns whose answers it knows
    simplicity: int


def _fit(sheet: Sheet, profile: Profile, columns: Columns) -> _Fit:
    is_tool = profile.recognise is not None
    try:
        named = name_columns(sheet, profile.head_rows, join=profile.join_heads)
    except Refused:
        return _Fit(0, is_tool, 0, 0, 0)
    targets = {columns.read_as(head, profile) for head in (*named.table.columns, *named.doubled)}
    return _Fit(
        read=len(targets - {None, *FRAME}),
        is_tool=is_tool,
        dropped=sum(map(profile.drops, named.table.columns)),
        worded=len(profile.named_columns & targets),
        simplicity=-len(profile.columns),
    )


def has_marks(sheet: Sheet, profile: Profile) -> bool:
    """Whether everything is there by which a profile says it is recognised; a profile that says nothing may fit."""
    marks = profile.recognise
    if marks is None:
        return True
    heads = {head.strip() for head in sheet.heads}
    return (
        (not marks.kinds or sheet.kind in marks.kinds)
        and all(heads & {head.strip() for head in either.split(EITHER)} for either in marks.heads)
        and all(any(word in cell for cell in sheet.row(int(number))) for number, word in marks.rows.items())
    )


# --------------------------------------------------------------------------------- what each column is


def lay_out(sheet: Sheet, profile: Profile, instrument: Instrument, *, is_proposal: bool = False) -> Laid:
    """The sheet as the profile reads it: by its `columns`, else by our own codes, else by a question's exact text.

    Of several heads for the key or the moment of answering the one with something in it counts that the profile names
    first. Raises Refused for a head that stands twice, two heads that would be one question (in a proposal neither is
    read), and a profile that names a column which the instrument does not have.
    """
    raw, texts, doubled = name_columns(sheet, profile.head_rows, join=profile.join_heads)
    columns = Columns.of(instrument)
    for head in sorted(doubled):
        if columns.read_as(head, profile):
            raise Refused("duplicate_head", column=head, file=sheet.file)
    numbered = [(head, f"column_{number}") for number, head in enumerate(raw.columns, 1)]
    is_dropped = {head: profile.drops(head) or profile.drops(column) for head, column in numbered}
    targets = _targets([head for head in raw.columns if not is_dropped[head]], profile, columns)
    chosen = {target: _in_order(raw, heads, profile) for target, heads in targets.items() if target in FRAME}
    several = _several(targets)
    with gathered() as problems:
        for column, of_it in () if is_proposal else several.items():
            named = _quoted(of_it)
            problems.append(Refused("two_columns_one", file=sheet.file, column=column, heads=named, last=of_it[-1]))
    first = {head: target for target, heads in targets.items() for head in (chosen.get(target) or heads)[:1]}
    reads = {head: first[head] for head in raw.columns if head in first and column_of(first[head]) not in several}
    whole = {head: target for head, target in reads.items() if BOX not in target}
    boxes = {head: target for head, target in reads.items() if BOX in target}
    return Laid(
        raw=raw,
        reads=reads,
        dropped=tuple(head for head in raw.columns if is_dropped[head]),
        unknown=tuple(head for head in raw.columns if not is_dropped[head] and head not in reads),
        table=raw.select(*(pl.col(head).alias(column) for head, column in whole.items()), *_join_boxes(boxes)),
        labels={whole[head]: labels for head, labels in sheet.labels.items() if head in whole},
        texts=texts,
        first_row=sheet.heads_row + profile.head_rows,
        told=tuple(
            Told("read_once", len(others), _quoted(others), {"head": head, "column": target})
            for target, (head, *others) in chosen.items()
            if others
        ),
    )


def _targets(heads: Sequence[str], profile: Profile, columns: Columns) -> dict[str, list[str]]:
    """Our column, or "column|code" -> the heads that are it, in their order."""
    targets: dict[str, list[str]] = {}
    for head in heads:
        named = column_of(profile.columns.get(head, ""))
        if named and named not in columns.names:
            suggestion = suggest(named, sorted(columns.names))
            raise Refused("profile_target", profile=profile.code, word=named, suggestion=suggestion)
        target = columns.read_as(head, profile)
        is_whole_too = head in columns.boxes and column_of(target or "") in heads  # some tools write both
        if target and not (is_whole_too and head not in profile.columns):
            targets.setdefault(target, []).append(head)
    return targets


def _in_order(raw: pl.DataFrame, heads: Sequence[str], profile: Profile) -> list[str]:
    """Heads for one column of the frame, the one to be read first: one with cells, then as the profile has them."""
    if len(heads) == 1:
        return list(heads)
    declared = [*profile.columns, *heads]
    return sorted(heads, key=lambda head: (raw[head].null_count() == raw.height, declared.index(head)))


def _several(targets: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The questions that several heads are: one twice, a box twice, or a box beside the whole."""
    of_column: dict[str, list[str]] = {}
    for target, heads in targets.items():
        if target not in FRAME and (len(heads) > 1 or (BOX in target and column_of(target) in targets)):
            of_column.setdefault(column_of(target), []).extend([*targets.get(column_of(target), ()), *heads])
    return {column: list(dict.fromkeys(heads)) for column, heads in of_column.items()}


def _quoted(heads: Sequence[str]) -> str:
    return ", ".join(f"‘{head}’" for head in heads)


def _join_boxes(boxes: Mapping[str, str]) -> list[pl.Expr]:
    """Boxes become one column of codes joined by |; a box with something else in it leaves a mark no code has."""
    columns: dict[str, list[pl.Expr]] = {}
    for head, target in boxes.items():
        column, _, code = target.partition(BOX)
        cell = pl.col(head).cast(pl.String).str.strip_chars().str.to_lowercase().fill_null("")
        option = head.rsplit("[", 1)[-1].rstrip("]").strip().lower()
        ticked = pl.when(cell.is_in([*TICKED, option])).then(pl.lit(code))
        columns.setdefault(column, []).append(ticked.when(~cell.is_in(NOT_TICKED)).then(pl.lit(NO_CODE)))
    return [
        pl.concat_str(codes, separator=BOX, ignore_nulls=True).replace("", None).alias(column)
        for column, codes in columns.items()
    ]
