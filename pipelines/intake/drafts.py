"""Drafts of the desk: what was decided about an export that is not imported yet, found again by its name or content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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


DRAFT = TypeAdapter(Draft)


def keep_draft(home: Home, draft: Draft) -> None:
    """Keep what was decided so far."""
    vault.keep_draft(home, draft.file, DRAFT.dump_python(draft, mode="json"))


def known_drafts(home: Home) -> list[Draft]:
    """Imports that were begun and not ended; what another version wrote otherwise is left out."""
    found = []
    for kept in vault.drafts(home):
        try:
            found.append(DRAFT.validate_python(kept))
        except ValidationError:
            continue
    return sorted(found, key=lambda draft: draft.file)


def find_draft(home: Home, file: str, content: str) -> Draft | None:
    """What was decided about this content, whatever it is called now; else about a file of this name."""
    known = known_drafts(home)
    same = [draft for draft in known if draft.content == content]
    named = [draft for draft in known if draft.file == file]
    return next(iter([*same, *named]), None)


def forget_draft(home: Home, file: str) -> None:
    """Remove the draft of an export."""
    vault.forget_draft(home, file)
