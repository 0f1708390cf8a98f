"""Drafts: what a steward decided about files that are not imported yet; decisions only, never a row of a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.ground.settings import Home
from pipelines.vault.accounts import write_private
from pipelines.vault.hashes import sealed, unsealed

LETTERS = 16  # of the hash of a name


def keep_draft(home: Home, name: str, draft: Mapping[str, Any]) -> None:
    """Keep the draft of that name, in the place of what it was."""
    write_private(home.vault / "drafts" / f"{_hash(name)}.json", sealed(json.dumps(draft, ensure_ascii=False)))


def drafts(home: Home) -> list[dict[str, Any]]:
    """All that can be read, by the names of their files."""
    found = []
    for path in sorted((home.vault / "drafts").glob("*.json")):
        try:
            found.append(dict(json.loads(unsealed(_text(path)) or "")))
        except (ValueError, TypeError):
            continue  # nothing hangs on it: the steward decides again
    return found


def broken_drafts(home: Home) -> list[Path]:
    """The files of drafts that are damaged: what was decided in them is asked again."""
    return [path for path in sorted((home.vault / "drafts").glob("*.json")) if unsealed(_text(path)) is None]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def forget_draft(home: Home, name: str) -> None:
    """Remove the draft of that name, if there is one."""
    (home.vault / "drafts" / f"{_hash(name)}.json").unlink(missing_ok=True)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:LETTERS]
