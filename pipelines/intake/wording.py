"""Wording: what one answer to a question means, in whatever spelling a survey tool or a spreadsheet gave it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.ground.errors import Refused
from pipelines.instruments import (
    MISSING_CODES,
    MISSING_WORDS,
    NO,
    OTHER,
    YES,
    Instrument,
    Profile,
    codes_by_answer,
    suggest,
)
from pipelines.intake.fold import UNSEEN

QUOTES = str.maketrans("‘’‚‛`´“”„‟–—−", "''''''\"\"\"\"---")
WHOLE = re.compile(r"(-?\d+)[.,]0+")
NUMBER_FIRST = re.compile(r"[(\[]?(-?\d+)[)\]]?\s*([-:=.)]?)\s*([^\W\d_].*)")
NUMBER_LAST = re.compile(r"([^\W\d_].*?)\s*(?:([-:=])\s*(-?\d+)|[(\[](-?\d+)[)\]])")
BETWEEN_WORDS = re.compile(r"\s*/\s*|\s+of\s+|\s+or\s+")
BETWEEN_CODES = re.compile(r"[|;\n]")  # of one answer to a question that may have several
CODES = "|"  # between the codes we keep of it
MOST_PIECES = 64  # of one answer that are laid together; more are a story
NOTHING = ""  # the meaning of an answer that says that nothing was answered


def folded(text: str) -> str:
    """A text without what makes no other answer of it: capitals, blanks, unseen marks, curly quotes, last dots."""
    seen = UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(QUOTES)
    return " ".join(seen.split()).lower().rstrip(".").rstrip()


def _by_folded(meanings: Mapping[str, str]) -> dict[str, str]:
    return {folded(answer): code for answer, code in meanings.items()}


NO_ANSWER = frozenset(map(folded, MISSING_WORDS))
STRAY_CODES = frozenset(MISSING_CODES)


@dataclass(frozen=True)
class Question:
    """The answers that one column may hold, and every way in which they may be written.

    A score is a code too, written as in `%g`; `low` and `high` are of a question that is answered with a number.
    """

    column: str
    codes: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    is_list: bool = False  # several codes in one answer
    declared: Mapping[str, str] = field(default_factory=dict)  # by the file or the profile: what it says goes first
    labels: Mapping[str, str] = field(default_factory=dict)  # by the instrument

    @property
    def calls_a_number_otherwise(self) -> bool:
        """Whether some number stands for something else, so that no number may be taken as it stands."""
        return any(word != code and word[:1].isdigit() for word, code in self.declared.items())

    def meaning(self, answer: str) -> str | None:
        """The code of an answer, NOTHING where it says that nothing was answered, None where nobody knows."""
        known = self._known(answer)
        return "other" if known is None and self._is_other(folded(answer)) else known

    def own(self, word: str) -> str | None:
        """The code or score that a word is itself."""
        if self.low is None or self.high is None:
            return next((code for code in self.codes if word == folded(code)), None)
        try:
            value = float(word.replace(",", "."))
        except ValueError:
            return None
        return f"{value:.15g}" if self.low <= value <= self.high else None

    def read(self, answer: str) -> str | None:
        """What an answer means, of a list all of its codes; see `meaning`."""
        return self.list_of(answer) if self.is_list else self.meaning(answer)

    def list_of(self, answer: str) -> str | None:
        """Several codes in one answer, joined again by |; one that is no code spoils the answer."""
        if (whole := self.declared.get(folded(answer))) is not None:
            return whole
        codes: list[str] = []
        for part in BETWEEN_CODES.split(answer):
            known = self._known(part)
            found = None if known is None else [known]
            found = found or self._split(part.split(","), ",") or self._split(part.split(), " ")
            if found is None:
                return None
            codes += filter(None, found)
        return CODES.join(dict.fromkeys(codes))

    def _known(self, answer: str) -> str | None:
        text = folded(answer)
        plain = WHOLE.sub(r"\1", text) if WHOLE.fullmatch(text) else text
        for word in (text, plain):
            for known in (self.declared.get(word), self.own(word), self.labels.get(word)):
                if known is not None:
                    return known
        known = self._with_number(text)
        return self._usual(text, plain) if known is None else known

    def _with_number(self, text: str) -> str | None:
        """The code of a label beside which its number stands; the label decides, for that is what a leader read."""
        first, last = NUMBER_FIRST.fullmatch(text), NUMBER_LAST.fullmatch(text)
        cut = [(first[1], first[2], first[3])] if first else []
        cut += [(last[3] or last[4], "(", last[1])] if last else []
        for number, sign, label in cut:
            word = folded(label)
            known = self.declared.get(word, self.labels.get(word, NOTHING if word in NO_ANSWER else None))
            if known is not None:
                return known
            if sign and self.low is not None and not self.labels:
                return self.own(number)
        return None

    def _usual(self, text: str, plain: str) -> str | None:
        """What survey tools write for yes, no and nothing, in any question that has such an answer."""
        for code, words in (("yes", YES), ("no", NO)):
            if code in self.codes and plain in words:
                return code
        is_nothing = text in NO_ANSWER or all(folded(word) in NO_ANSWER for word in BETWEEN_WORDS.split(text))
        return NOTHING if is_nothing else None

    def _is_other(self, text: str) -> bool:
        """Whether this says "something else", with or without words of one's own; those are kept nowhere."""
        if "other" not in self.codes:
            return False
        starts = (*OTHER, *(label for label, code in self.labels.items() if code == "other"))
        return any(re.match(rf"{re.escape(start)}\s*([,:(=-]|$)", text) for start in starts)

    def _split(self, pieces: Sequence[str], mark: str) -> list[str] | None:
        """The codes of pieces, as many of them taken together as one answer has; after "other" come own words."""
        if len(pieces) > MOST_PIECES:
            return None
        codes: list[str] = []
        at = 0
        while at < len(pieces):
            ends = range(len(pieces), at, -1)
            tried = ((end, self._known(mark.join(pieces[at:end]))) for end in ends)
            end, known = next(((end, known) for end, known in tried if known is not None), (at + 1, None))
            if known is None and self._is_other(folded(pieces[at])):
                known = "other"
            if known is None and "other" not in codes:
                return None
            codes.append(known or NOTHING)
            at = end
        return codes


def stray_codes(words: Iterable[str]) -> set[str]:
    """Of the answers that nobody knows the codes for "not answered" (9, 99), if every number among them is one.

    Where another number stands outside the scale too, the question was coded otherwise, and 8 is an answer like 7.
    """
    numbers = {word: WHOLE.sub(r"\1", folded(word)) for word in words if re.fullmatch(r"-?\d+([.,]\d+)?", folded(word))}
    return set(numbers) if all(number in STRAY_CODES for number in numbers.values()) else set()


# --------------------------------------------------------------------------------- the questions of an export


def questions_of(
    instrument: Instrument, profile: Profile, labels: Mapping[str, Mapping[str, str]], asked: Collection[str]
) -> dict[str, Question]:
    """Column -> its question, as a profile and the file's own labels (column -> value -> label) have it answered.

    Raises Refused where the profile names for a column what it does not hold.
    """
    _check_columns(instrument, profile)
    ours = codes_by_answer(instrument)
    lists = instrument.lists()
    choices = {**instrument.choices(), **lists}
    numbers = instrument.numbers()
    questions = {}
    for column in asked:
        low, high = numbers.get(column, (None, None))
        of_column = _by_folded(ours.get(column, {}))
        plain = Question(column, choices.get(column, ()), low, high, column in lists, labels=of_column)
        mapped = replace(plain, declared=_declared(plain, profile))
        called = _by_label(mapped, labels.get(column, {}))
        questions[column] = replace(mapped, declared={**mapped.declared, **called})
    return questions


def _check_columns(instrument: Instrument, profile: Profile) -> None:
    dimensions = [dimension.code for dimension in instrument.dimensions]
    known = sorted({*instrument.choices(), *instrument.lists(), *instrument.numbers(), *dimensions})
    for column in sorted(profile.named_columns - set(known)):
        raise Refused("profile_target", profile=profile.code, word=column, suggestion=suggest(column, known))


def _declared(question: Question, profile: Profile) -> dict[str, str]:
    """What a profile says of one column: of its own, and of all columns as far as this one has such an answer."""
    anywhere = {folded(word): question.own(folded(target)) for word, target in profile.answers_anywhere.items()}
    declared = {folded(word): NOTHING for word in profile.missing if question.meaning(word) is None}
    declared |= {word: code for word, code in anywhere.items() if code is not None}
    for word, target in profile.answers_in(question.column).items():
        meant = question.meaning(target)
        if meant is None:
            raise Refused("profile_answer", profile=profile.code, column=question.column, word=target)
        declared[folded(word)] = meant
    return declared | {folded(word): NOTHING for word in profile.missing_in.get(question.column, ())}


def _by_label(question: Question, labels: Mapping[str, str]) -> dict[str, str]:
    """Value in the file -> what its label means, for what a value is called wins over the value."""
    meanings = {folded(value): question.meaning(label) for value, label in labels.items()}
    return {value: code for value, code in meanings.items() if code is not None}
