"""Decided: what a steward said about the files of an import. Names of columns, groups and answers, never a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pipelines.instruments import Profile, RosterWords

Several = Literal["largest", "first", "refuse"]


@dataclass(frozen=True)
class Decided:
    """All decisions about one import; what is empty was left to the layout and to the words that are usual."""

    NOT_ANSWERED: ClassVar[str] = ""  # the code of an answer that says that nothing was answered

    columns: Mapping[str, str] = field(default_factory=dict)  # head of the export -> our column
    drop: tuple[str, ...] = ()  # heads that are left out, of the export and of what lies beside it
    without: tuple[str, ...] = ()  # dimensions that the roster is meant not to have
    accept: tuple[str, ...] = ()  # columns of which what is odd is meant
    experience_from: str | None = None  # the head of the roster that says since when somebody is a school leader
    roster_columns: Mapping[str, str] = field(default_factory=dict)  # head of the roster -> our column
    several: Several | None = None  # which row of a leader on several rows counts
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # dimension -> word -> level
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # our column -> answer -> code or score

    def profile(self, profile: Profile) -> Profile:
        """A profile as it is with these decisions over it."""
        answers = dict(profile.answers)
        missing = dict(profile.missing_in)
        for column, of_column in {**self.answers, **self.levels}.items():
            answers[column] = profile.answers_in(column) | {
                word: code for word, code in of_column.items() if code != self.NOT_ANSWERED
            }
            nothing = tuple(word for word, code in of_column.items() if code == self.NOT_ANSWERED)
            if nothing:
                missing[column] = (*missing.get(column, ()), *nothing)
        return profile.model_copy(
            update={
                "columns": {**self.columns, **profile.columns, **self.columns},  # goes first in order too
                "drop": (*profile.drop, *self.drop),
                "answers": answers,
                "missing_in": missing,
            }
        )

    def roster_words(self, words: RosterWords) -> RosterWords:
        """How rosters are called, with these decisions over it."""
        levels = {code: {**words.levels.get(code, {}), **self.levels.get(code, {})} for code in self.levels}
        return words.model_copy(
            update={
                "columns": {**words.columns, **self.roster_columns},
                "levels": {**words.levels, **levels},
                "several": self.several or words.several,
            }
        )
