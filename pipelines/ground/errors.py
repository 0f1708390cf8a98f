"""Errors a steward can act on: each names a rule; the sentence for that rule stands in locales/."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


class KlankbordError(Exception):
    """Something a person can mend. `rule` is the key of its sentence, `where` fills the sentence in."""

    exit_code = 1

    def __init__(self, rule: str, **where: object) -> None:
        super().__init__(rule, where)
        self.rule = rule
        self.where = where

    def __str__(self) -> str:
        places = ", ".join(f"{name}={value}" for name, value in self.where.items())
        return f"{self.rule} ({places})" if places else self.rule


class Refused(KlankbordError):
    """A file, a setting or a publication that must not go on; nothing of it is kept."""


class UnknownLevel(Refused):
    """A word that is no group; `word` is for who may say which one is meant, and stands in no sentence by itself."""

    def __init__(self, rule: str, word: str, **where: object) -> None:
        super().__init__(rule, **where)
        self.word = word


@dataclass(frozen=True)
class PersonalColumn:
    """A column that holds what no export may hold; never its content."""

    column: str
    rule: str
    nl: str
    en: str


class RefusedColumns(Refused):
    """An export or a roster with personal data; `found` names every column and its rule."""

    def __init__(self, found: Sequence[PersonalColumn], rule: str = "personal_columns", **where: object) -> None:
        super().__init__(rule, column=found[0].column, **where)
        self.found = tuple(found)


class RefusedAll(Refused):
    """Several things that stop at once, the first to do first; `found` has each with its own rule."""

    def __init__(self, found: Sequence[Refused]) -> None:
        super().__init__("several", count=len(found))
        self.found = tuple(found)


@contextmanager
def gathered() -> Iterator[list[Refused]]:
    """Problems put in the list, and one that is raised, are raised together at the end; one by itself as it is."""
    problems: list[Refused] = []
    try:
        yield problems
    except RefusedAll as refusal:
        problems += refusal.found
    except Refused as refusal:
        problems.append(refusal)
    if len(problems) > 1:
        raise RefusedAll(problems)
    if problems:
        raise problems[0]


def each(refusal: Refused) -> tuple[Refused, ...]:
    """What is refused, one by one."""
    return refusal.found if isinstance(refusal, RefusedAll) else (refusal,)


@dataclass(frozen=True)
class Reason:
    """One of the reasons of a refusal: the key of its sentence, the column it is about, and what fills it in."""

    key: str
    column: str | None
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        """The last part of its key, as a rule is called."""
        return self.key.rpartition(".")[2]


class RefusedFor(Refused):
    """A file that is refused for several reasons, all of which are told at once."""

    def __init__(self, rule: str, reasons: Sequence[Reason], **where: object) -> None:
        super().__init__(rule, **where)
        self.reasons = tuple(reasons)


class WrongUsage(KlankbordError):
    """The command was called in a way it does not know."""

    exit_code = 2


class Undecided(KlankbordError):
    """Nothing could be published because the audit could not prove it safe."""

    exit_code = 3
