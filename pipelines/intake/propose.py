"""Propose: what each column of an unknown export probably is, how sure that is, and a profile that says so."""

from __future__ import annotations

import difflib
import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.ground.errors import PersonalColumn
from pipelines.ground.language import in_language
from pipelines.ground.texts import listed, quoted
from pipelines.instruments import Instrument, Profile, columns_by_question

# How it is known; of a roster also: not keys but names, known by its cells, one each, a date of employment, a size.
By = Literal["read", "dropped", "personal", "code", "text", "near", "twice", "nothing", "chosen"]
OfRoster = Literal["names", "cells", "unique", "employment", "size"]
SURE = 0.9  # below it a line is proposed as a comment, for a person to decide
BY_CODE = 0.95  # the same apart from capitals and signs
BY_TEXT = 0.98  # the same apart from markup and blanks
MOST_COMPARED = 2000  # columns; comparing texts letter by letter takes too long for more
ALIKE = 0.75  # difflib's measure from which two texts may be the same question


@dataclass(frozen=True)
class Guess:
    """What one column of an export probably is."""

    head: str
    column: str | None  # ours, or "column|code" for a box of a list
    by: By | OfRoster
    sure: float  # 0-1
    why: PersonalColumn | None = None

    @property
    def is_sure(self) -> bool:
        """Whether it may be taken without a person looking."""
        return self.sure >= SURE


def propose(
    heads: Sequence[str],
    texts: Mapping[str, str],
    reads: Mapping[str, str],
    dropped: Sequence[str],
    personal: Mapping[str, PersonalColumn],
    instrument: Instrument,
) -> list[Guess]:
    """One guess per column, in the order of the export. What the layout reads already stays as it is.

    Two columns that would be the same question are both doubtful, and so are two whose texts are only apart in markup.
    """
    comparison = _Comparison(heads, texts, instrument)

    def guess(head: str) -> Guess:
        if head in reads:
            return Guess(head, reads[head], "read", 1)
        if head in dropped:
            return Guess(head, None, "dropped", 1)
        if head in personal:
            return Guess(head, None, "personal", 1, personal[head])
        return comparison.guess(head)

    guesses = [guess(head) for head in heads]
    times = Counter(one.column for one in guesses if one.column)
    return [
        replace(one, by="twice", sure=ALIKE) if one.column and times[one.column] > 1 and one.by != "read" else one
        for one in guesses
    ]


class _Comparison:
    """The columns of an export beside the codes and the questions of an instrument."""

    def __init__(self, heads: Sequence[str], texts: Mapping[str, str], instrument: Instrument) -> None:
        self.texts = texts
        self.column_of_code = _columns_by_code(instrument)
        self.column_of_text = {plain(text): column for text, column in columns_by_question(instrument).items()}
        self.times = Counter(self._text_of(head) for head in heads)
        self.may_be_near = len(heads) <= MOST_COMPARED

    def guess(self, head: str) -> Guess:
        """By our code, by the exact text of a question, by the nearest one."""
        if column := self.column_of_code.get(_bare(head)):
            return Guess(head, column, "code", BY_CODE)
        text = self._text_of(head)
        if text in self.column_of_text:
            return Guess(head, self.column_of_text[text], "text", BY_TEXT if self.times[text] == 1 else ALIKE)
        near = difflib.get_close_matches(text, self.column_of_text, n=1, cutoff=ALIKE) if self.may_be_near else []
        if not near:
            return Guess(head, None, "nothing", 0)
        likeness = difflib.SequenceMatcher(None, text, near[0]).ratio()
        return Guess(head, self.column_of_text[near[0]], "near", likeness * SURE)

    def _text_of(self, head: str) -> str:
        return plain(self.texts.get(head) or head)


def as_chosen(guesses: Sequence[Guess], columns: Mapping[str, str], drop: Sequence[str]) -> list[Guess]:
    """The guesses as somebody decided: head -> our column, and what is left out; a guess not taken is none."""

    def decide(one: Guess) -> Guess:
        if one.head in drop:
            return Guess(one.head, None, "dropped", 1)
        if one.head in columns:
            return Guess(one.head, columns[one.head], "chosen", 1)
        return one if one.by in ("read", "dropped", "personal") else Guess(one.head, None, "nothing", 0)

    return [decide(one) for one in guesses]


# ------------------------------------------------------------------------------------ written as a profile


def as_toml(
    guesses: Sequence[Guess], base: Profile, code: str, say: Callable[..., str], lang: str, name: str | None = None
) -> str:
    """The proposal as a profile: sure lines as they are, doubtful ones as comments, each with its reason."""
    lines = [
        *(f"# {line}" for line in say("intro").splitlines()),
        *_about_lines(base, code, name or code),
        *_drop_lines(guesses, base, say, lang),
        "",
        *_recognise_lines(base),
        "[profile.columns]",
        *column_lines(guesses, say),
        *_answer_lines(base),
    ]
    return "\n".join(lines) + "\n"


def _about_lines(base: Profile, code: str, name: str) -> list[str]:
    lines = ["[profile]", f"code = {quoted(code)}", f"nl = {quoted(name)}", f"en = {quoted(name)}"]
    if base.head_rows > 1:
        lines += [f"head_rows = {base.head_rows}", f"join_heads = {json.dumps(base.join_heads)}"]
    return [
        *lines,
        f"separators = {quoted(base.separators)}",
        f"keep_user_missing = {json.dumps(base.keep_user_missing)}",
        f"dates = {listed(base.dates)}",
        f"missing = {listed(base.missing)}",
    ]


def _drop_lines(guesses: Sequence[Guess], base: Profile, say: Callable[..., str], lang: str) -> list[str]:
    """What is left out: what the base leaves out, and what is personal, with the reason."""
    known = [f"    {quoted(head)}," for head in base.drop]
    return ["drop = [", *known, *personal_lines(guesses, say, lang), "]"]


def personal_lines(guesses: Sequence[Guess], say: Callable[..., str], lang: str) -> Iterator[str]:
    """The columns that are personal, one a line, with the reason."""
    for one in guesses:
        if one.why:
            yield f"    {quoted(one.why.column)}, # {say('personal', what=in_language(one.why, lang))}"


def _recognise_lines(base: Profile) -> list[str]:
    marks = base.recognise
    if marks is None:
        return []
    rows = ", ".join(f"{quoted(row)} = {quoted(word)}" for row, word in marks.rows.items())
    return [
        "[profile.recognise]",
        f"heads = {listed(marks.heads)}",
        f"kinds = {listed(marks.kinds)}",
        f"rows = {{ {rows} }}",
        "",
    ]


def column_lines(guesses: Sequence[Guess], say: Callable[..., str]) -> Iterator[str]:
    """What each column is read as; doubtful lines are comments, and each has its reason."""
    for one in guesses:
        if one.by in ("dropped", "personal"):
            continue
        if one.column is None:
            yield f"# {quoted(one.head)}: {say(one.by)}"
        else:
            reason = say(one.by, percent=round(100 * one.sure))
            yield f"{'' if one.is_sure else '# '}{quoted(one.head)} = {quoted(one.column)} # {reason}"


def _answer_lines(base: Profile) -> Iterator[str]:
    """Answers of all columns, of one each, and which rows and answers of the tool are none."""
    by_column = {f"answers.{column}": base.answers_in(column) for column in base.answers}
    by_rule = {f"rows.{rule}": heads for rule, heads in base.rows.model_dump().items()}
    tables = {"answers": base.answers_anywhere, **by_column, "missing_in": base.missing_in, **by_rule}
    for name, table in tables.items():
        if table:
            yield from ("", f"[profile.{name}]")
        for key, value in table.items():
            yield f"{quoted(key)} = {quoted(value) if isinstance(value, str) else listed(value)}"


# ---------------------------------------------------------------------------------------- as it is compared


def plain(text: str) -> str:
    """A text without tags, entities, double blanks and capitals; used to compare, never to name."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", text)).split()).strip(" *_:").lower()


def _columns_by_code(instrument: Instrument) -> dict[str, str]:
    """Our code without signs and capitals -> our column; a box of a list as "column|code"."""
    columns = [
        *instrument.choices(),
        *instrument.lists(),
        *instrument.numbers(),
        *(f"{column}|{code}" for column, codes in instrument.lists().items() for code in codes),
        *(dimension.code for dimension in instrument.dimensions),
        "leader_key",
        "submitted",
    ]
    times = Counter(map(_bare, columns))
    return {_bare(column): column for column in columns if times[_bare(column)] == 1}


def _bare(code: str) -> str:
    return re.sub(r"[\W_]", "", code).lower()
