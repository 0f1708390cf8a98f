"""Propose: what each column of an unknown export probably is, how sure that is, and a profile that says so."""

from __future__ import annotations

import difflib
import html
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.ground.errors import PersonalColumn
from pipelines.ground.language import in_language
from pipelines.ground.texts import listed, quoted
from pipelines.instruments import Instrument, Profile
from pipelines.instruments.wording import questions

By = Literal["read", "dropped", "personal", "code", "text", "near", "twice", "nothing", "chosen"]
SURE = 0.9  # below it a line is proposed as a comment, for a person to decide
BY_CODE, BY_TEXT = 0.95, 0.98  # the same apart from capitals and signs; apart from markup and blanks
MOST_COMPARED = 2000  # columns; comparing texts letter by letter takes too long for more
ALIKE = 0.75  # difflib's measure from which two texts may be the same question


@dataclass(frozen=True)
class Guess:
    """What one column of an export probably is."""

    head: str
    column: str | None  # ours, or "column|code" for a box of a list
    by: By
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
    codes = _by_code(instrument)
    asked = {plain(text): column for text, column in questions(instrument).items()}
    alike = Counter(plain(texts.get(head) or head) for head in heads)

    def guess(head: str) -> Guess:
        if head in reads:
            return Guess(head, reads[head], "read", 1)
        if head in dropped:
            return Guess(head, None, "dropped", 1)
        if head in personal:
            return Guess(head, None, "personal", 1, personal[head])
        if column := codes.get(_bare(head)):
            return Guess(head, column, "code", BY_CODE)
        text = plain(texts.get(head) or head)
        if text in asked:
            return Guess(head, asked[text], "text", BY_TEXT if alike[text] == 1 else ALIKE)
        if len(heads) > MOST_COMPARED:
            return Guess(head, None, "nothing", 0)
        near = difflib.get_close_matches(text, asked, n=1, cutoff=ALIKE)
        if near:
            return Guess(head, asked[near[0]], "near", difflib.SequenceMatcher(None, text, near[0]).ratio() * SURE)
        return Guess(head, None, "nothing", 0)

    found = [guess(head) for head in heads]
    taken = Counter(one.column for one in found if one.column)
    return [
        replace(one, by="twice", sure=ALIKE) if one.column and taken[one.column] > 1 and one.by != "read" else one
        for one in found
    ]


def as_chosen(guesses: Sequence[Guess], columns: Mapping[str, str], drop: Sequence[str]) -> list[Guess]:
    """The guesses as somebody decided: head -> our column, and what is left out; a guess not taken is none."""

    def decide(one: Guess) -> Guess:
        if one.head in drop:
            return Guess(one.head, None, "dropped", 1)
        if one.head in columns:
            return Guess(one.head, columns[one.head], "chosen", 1)
        return one if one.by in ("read", "dropped", "personal") else Guess(one.head, None, "nothing", 0)

    return [decide(one) for one in guesses]


def as_toml(
    guesses: Sequence[Guess], base: Profile, code: str, say: Callable[..., str], lang: str, name: str | None = None
) -> str:
    """The proposal as a profile: sure lines as they are, doubtful ones as comments, each with its reason."""
    lines = [*(f"# {line}" for line in say("intro").splitlines()), "[profile]"]
    lines += [f"code = {quoted(code)}", f"nl = {quoted(name or code)}", f"en = {quoted(name or code)}"]
    if base.head_rows > 1:
        lines += [f"head_rows = {base.head_rows}", f"join_heads = {json.dumps(base.join_heads)}"]
    lines += [f"separators = {quoted(base.separators)}", f"keep_user_missing = {json.dumps(base.keep_user_missing)}"]
    lines += [f"dates = {listed(base.dates)}", "drop = ["]
    lines += [f"    {quoted(head)}," for head in base.drop]
    lines += [
        f"    {quoted(one.why.column)}, # {say('personal', what=in_language(one.why, lang))}"
        for one in guesses
        if one.why
    ]
    lines += ["]", ""]
    if base.recognise is not None:
        marks = base.recognise
        rows = ", ".join(f"{quoted(row)} = {quoted(word)}" for row, word in marks.rows.items())
        lines += ["[profile.recognise]", f"heads = {listed(marks.heads)}", f"kinds = {listed(marks.kinds)}"]
        lines += [f"rows = {{ {rows} }}", ""]
    lines.append("[profile.columns]")
    for one in guesses:
        if one.by in ("dropped", "personal"):
            continue
        if one.column is None:
            lines.append(f"# {quoted(one.head)}: {say('nothing')}")
        else:
            reason = say(one.by, percent=round(100 * one.sure))
            lines.append(f"{'' if one.is_sure else '# '}{quoted(one.head)} = {quoted(one.column)} # {reason}")
    if base.answers:
        lines += [
            "",
            "[profile.answers]",
            *(f"{quoted(said)} = {quoted(ours)}" for said, ours in base.answers.items()),
        ]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """A text without tags, entities, double blanks and capitals; used to compare, never to name."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", text)).split()).strip(" *_:").lower()


def _by_code(instrument: Instrument) -> dict[str, str]:
    """Our code without signs and capitals -> our column; a box of a list as "column|code"."""
    named = [*instrument.choices(), *instrument.lists(), *instrument.numbers()]
    boxes = [f"{column}|{code}" for column, codes in instrument.lists().items() for code in codes]
    groups = [dimension.code for dimension in instrument.dimensions]
    every = [*named, *boxes, *groups, "leader_key", "submitted"]
    counts = Counter(map(_bare, every))
    return {_bare(code): code for code in every if counts[_bare(code)] == 1}


def _bare(code: str) -> str:
    return re.sub(r"[\W_]", "", code).lower()
