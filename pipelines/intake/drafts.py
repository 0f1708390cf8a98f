"""Drafts of the desk: what was decided about an export that is not imported yet, found again by its name or content."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

from pydantic import TypeAdapter, ValidationError

from pipelines import vault
from pipelines.ground.settings import Home
from pipelines.intake.decided import Decided


@dataclass(frozen=True)
class Draft:
    """One import that was begun."""

    file: str  # name of the export
    content: str  # tells its content from another
    wave: str
    layout: str = ""  # the profile that was chosen; "": recognised
    decided: Decided = field(default_factory=Decided)
    guesses: Mapping[str, bool] = field(default_factory=dict)  # head -> whether a guess about it was taken

    @property
    def is_empty(self) -> bool:
        """Whether nothing was decided."""
        return self.decided == Decided() and not self.guesses and not self.layout

    def keep(self, home: Home) -> None:
        """Keep it in the vault."""
        vault.keep_draft(home, self.file, _draft().dump_python(self, mode="json"))

    def forget(self, home: Home) -> None:
        """Remove it from the vault."""
        vault.forget_draft(home, self.file)

    @staticmethod
    def all(home: Home) -> list[Draft]:
        """Imports that were begun and not ended; what another version wrote otherwise is left out."""
        found = []
        for kept in vault.drafts(home):
            with suppress(ValidationError):
                found.append(_draft().validate_python(kept))
        return sorted(found, key=lambda draft: draft.file)

    @staticmethod
    def find(home: Home, file: str, content: str) -> Draft | None:
        """What was decided about this content, whatever it is called now; else about a file of this name."""
        known = Draft.all(home)
        same = [draft for draft in known if draft.content == content]
        named = [draft for draft in known if draft.file == file]
        return next(iter([*same, *named]), None)


@cache
def _draft() -> TypeAdapter[Draft]:
    return TypeAdapter(Draft)
