"""Errors a steward can act on: each names a rule; the sentence for that rule stands in locales/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


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


@dataclass(frozen=True)
class Reason:
    """One of the reasons of a refusal: the key of its sentence, the column it is about, and what fills it in."""

    key: str
    column: str | None
    values: dict[str, object] = field(default_factory=dict)

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
