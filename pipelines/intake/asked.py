"""Asked: words that were typed beside the files are brought to our names; one that means nothing is refused by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from pipelines.ground.errors import Refused
from pipelines.ground.told import places
from pipelines.instruments import Instrument, Profile
from pipelines.intake.fold import head as folded_head
from pipelines.intake.layout import Columns, column_of, our_columns
from pipelines.intake.sheet import Sheet, name_columns

NEAR = 0.6  # difflib's own limit for two spellings of one word
NAMED = 12  # words that there are, named one by one


def groups_meant(words: Sequence[str], instrument: Instrument) -> tuple[tuple[str, ...], list[Refused]]:
    """Words of --without -> the dimensions they mean, by code or label; and what means none."""
    known = [one.code for one in instrument.dimensions]
    return _meant("without_unknown", words, _names_of_groups(instrument), known)


def columns_meant(
    words: Sequence[str], instrument: Instrument, profile: Profile, sheet: Sheet, roster_reads: Mapping[str, str]
) -> tuple[tuple[str, ...], list[Refused]]:
    """Words of --accept -> our columns: by our name, by the label of a group, by a head of the files; and what is none.

    `roster_reads`: head -> our column.
    """
    known = sorted(our_columns(instrument))
    names = {folded_head(column): column for column in known} | _names_of_groups(instrument)
    of_files = {**_heads_of(sheet, profile, instrument), **roster_reads}
    names |= {folded_head(head): column for head, column in of_files.items() if folded_head(head) not in names}
    return _meant("accept_unknown", words, names, sorted({*of_files.values()}) or known)


def head_meant(word: str, heads: Sequence[str]) -> str | None:
    """The head that a word means: as it stands, else apart from capitals, blanks and signs; None where none is."""
    if word in heads:
        return word
    return next((head for head in heads if folded_head(head) == folded_head(word)), None)


def near_to(word: str, known: Iterable[str]) -> str:
    """What is near to a word among those there are, else these."""
    names = list(known)
    spelled = {folded_head(name): name for name in names}
    near = difflib.get_close_matches(folded_head(word), spelled, n=1, cutoff=NEAR)
    return spelled[near[0]] if near else places(names, NAMED) or "-"


def _meant(
    rule: str, words: Sequence[str], names: Mapping[str, str], known: Sequence[str]
) -> tuple[tuple[str, ...], list[Refused]]:
    meant = {word: names.get(folded_head(word)) for word in words}
    wrong = [Refused(rule, word=word, suggestion=near_to(word, known)) for word, name in meant.items() if not name]
    return tuple(name for name in meant.values() if name), wrong


def _names_of_groups(instrument: Instrument) -> dict[str, str]:
    """What a dimension is called -> its code."""
    return {folded_head(name): one.code for one in instrument.dimensions for name in (one.nl, one.en, one.code)}


def _heads_of(sheet: Sheet, profile: Profile, instrument: Instrument) -> dict[str, str]:
    """Head of an export -> the column of ours it is read as."""
    columns = Columns.of(instrument)
    heads = name_columns(sheet.top(), profile.head_rows, join=profile.join_heads).table.columns
    reads = {head: columns.read_as(head, profile) for head in heads}
    return {head: column_of(target) for head, target in reads.items() if target}
