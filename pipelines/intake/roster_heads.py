"""Which column of a roster is which of ours: by our names, by labels, by what a board says, and by usual heads."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.ground.errors import Refused, gathered
from pipelines.instruments import Dimension, Instrument, RosterWords
from pipelines.intake.asked import head_meant, near_to
from pipelines.intake.fold import head as folded_head

WAVE, KEY, SCHOOL = "wave", "leader_key", "school_key"
MAIN = ("place", "years")  # roles of the dimensions that are what a board asks for first
NEAR = 0.75  # difflib's measure: so alike are a head and a slip in it


@dataclass(frozen=True)
class Heads:
    """What a roster's heads are."""

    reads: dict[str, str]  # our column -> head
    unread: tuple[str, ...]
    near: dict[str, str]  # our column that is not there -> an unread head that looks like it


def find_heads(
    heads: Sequence[str], instrument: Instrument, words: RosterWords, experience_from: str | None = None
) -> Heads:
    """Our columns among the heads of a roster.

    `experience_from`: the head that says since when, or how long, somebody is a school leader. Refused when that is no
    head of it, or two heads would be one column.
    """
    told = dict(words.columns)
    if experience_from is not None:
        years = dated_groups(instrument)
        head = head_meant(experience_from, heads)
        if head is None or not years:
            raise Refused("roster_head_unknown", head=experience_from, suggestion=near_to(experience_from, heads))
        told[head] = years[0]
    found, several = match_heads(heads, instrument, words, told)
    with gathered() as problems:
        for column, of_it in several.items():
            heads_of = ", ".join(f"‘{one}’" for one in of_it)
            problems.append(Refused("roster_two_heads", column=column, heads=heads_of, unread=tuple(of_it)))
    return found


def match_heads(
    heads: Sequence[str], instrument: Instrument, words: RosterWords, told: Mapping[str, str]
) -> tuple[Heads, dict[str, list[str]]]:
    """The same where nothing is refused: and our columns that several heads would be, with these heads.

    `told`: head -> our column, as the board says.
    """
    known = roster_columns(instrument)
    reads: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    for names in _by_rank(known, instrument, words, told):
        found: dict[str, list[str]] = {}
        for head in heads:
            column = names.get(folded_head(head))
            if column in known and column not in {**reads, **several} and head not in reads.values():
                found.setdefault(column, []).append(head)
        several |= {column: of_it for column, of_it in found.items() if len(of_it) > 1}
        reads |= {column: of_it[0] for column, of_it in found.items() if len(of_it) == 1}
    unread = tuple(head for head in heads if head not in reads.values())
    missing = [column for column in known if column not in {**reads, **several}]
    return Heads(reads, unread, dict(_near(missing, unread, instrument, words))), several


def roster_columns(instrument: Instrument) -> list[str]:
    """Every column that a roster may bring."""
    return [WAVE, KEY, SCHOOL, *(dimension.code for dimension in instrument.dimensions)]


def known_heads(instrument: Instrument, words: RosterWords) -> set[str]:
    """All that a column of a roster may be called, as it is usually written: by it the row of heads is found."""
    names = {WAVE, KEY, SCHOOL, *words.columns}
    names |= {name for one in instrument.dimensions for name in (one.code, one.nl, one.en)}
    names |= {head for heads in words.heads.values() for head in heads}
    return names | {name.capitalize() for name in names} | {name.upper() for name in names}


def harmless_heads(heads: Sequence[str], words: RosterWords) -> list[str]:
    """Heads that an office uses for what tells nothing of a person: how large a post is, and since when it is held."""
    known = {folded_head(word) for word in (*words.appointment, *words.other_dates)}
    return [head for head in heads if folded_head(head) in known]


def dated_groups(instrument: Instrument) -> list[str]:
    """The dimensions that a roster may give as a date since when."""
    return [one.code for one in instrument.dimensions if "years" in one.roles]


def main_dimensions(instrument: Instrument) -> list[Dimension]:
    """Place and years, as far as the instrument has them."""
    return [one for one in instrument.dimensions if set(MAIN) & set(one.roles)]


def _by_rank(
    known: Sequence[str], instrument: Instrument, words: RosterWords, told: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Folded head -> column: first what the board says, then our names, labels, and what is usual."""
    yield {folded_head(head): column for head, column in told.items()}
    yield {folded_head(column): column for column in known}
    yield {
        folded_head(label): dimension.code
        for dimension in instrument.dimensions
        for label in (dimension.nl, dimension.en)
    }
    yield {folded_head(head): column for column, heads in words.heads.items() for head in heads}


def _near(
    missing: Sequence[str], unread: Sequence[str], instrument: Instrument, words: RosterWords
) -> Iterator[tuple[str, str]]:
    """Columns that are not there, with the unread head that is nearly one of their names."""
    for column in missing:
        dimension = instrument.dimension(column)
        labels = (dimension.nl, dimension.en) if dimension else ()
        names = [folded_head(name) for name in (column, *labels, *words.heads.get(column, ()))]
        for head in unread:
            if difflib.get_close_matches(folded_head(head), names, n=1, cutoff=NEAR):
                yield column, head
                break
