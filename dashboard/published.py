"""The hash beside each snapshot, as sha256sum writes it: by it everybody sees whether the file is what was shown.

The dashboard may not import the pipelines: both have this module, and a test holds the two files equal.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

FILES = "klankbord-*"
GONE = ".withdrawn"  # what a mark ends with, where a snapshot was taken away; it holds the hash that stood beside it


def hash_of(place: Path) -> str:
    """The SHA-256 of a file."""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def beside(place: Path) -> Path:
    """The file that says the hash of a snapshot."""
    return place.with_suffix(".sha256")


def line_of(file: Path, name: str) -> str:
    """What stands in it, for a file that will have that name."""
    return f"{hash_of(file)}  {name}\n"


def is_as_made(place: Path) -> bool:
    """Whether a snapshot is what was shown, to the byte; one from before the first that has a hash passes."""
    said = beside(place)
    if said.exists():
        return said.read_bytes() == line_of(place, place.name).encode()
    hashed = [*place.parent.glob(beside(Path(FILES)).name), *place.parent.glob(FILES + GONE)]
    return not any(is_later(said, other) for other in hashed if other.stat().st_size)


def is_later(place: Path, other: Path) -> bool:
    """Whether a snapshot was shown after another one, by their names."""
    return (len(place.stem), place.stem) > (len(other.stem), other.stem)
