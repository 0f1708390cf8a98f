"""Files that a board writes in TOML: read with the line of a mistake, which Python's own reader does not keep."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import StringConstraints

from pipelines.ground.errors import Refused

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def read_toml(file: Path) -> tuple[str, dict[str, Any]]:
    """A file of the board, as text and as what it says; Refused with the line that is no TOML, OSError without it."""
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as mistake:
        line = raw.count(b"\n", 0, mistake.start) + 1
        raise Refused("leaflet_not_toml", file=file.name, line=line) from mistake
    except (ValueError, RecursionError) as mistake:  # no TOML, or a number or a depth without end
        named_line = re.search(r"at line (\d+)", str(mistake))
        line = int(named_line[1]) if named_line else max(1, len(text.splitlines()))
        raise Refused("leaflet_not_toml", file=file.name, line=line) from mistake


def line_of(text: str, where: tuple[int | str, ...], key: str) -> int:
    """The line, from 1, of a key; of the entry that lacks it where it is absent.

    `where`: the way to the value as pydantic names it, e.g. ("support_places", 2, "how") for a key of the third entry.
    """
    lines = text.splitlines() or [""]
    first = 0
    last = len(lines)
    is_in_entry = len(where) > 1
    if is_in_entry:
        starts = _entry_starts(lines)
        number = min(int(where[1]), len(starts) - 1)
        first = starts[number]
        last = next(iter(starts[number + 1 :]), last)
    is_key = re.compile(rf"\W*{re.escape(key)}\W*[=\]]")
    return next((number for number in range(first, last) if is_key.match(lines[number])), first) + 1


def _entry_starts(lines: list[str]) -> list[int]:
    """Where each entry of a list begins, from 0: at its [[head]], else where a { opens."""
    heads = [number for number, line in enumerate(lines) if line.lstrip().startswith("[[")]
    return heads or [number for number, line in enumerate(lines) if "{" in line] or [0]
