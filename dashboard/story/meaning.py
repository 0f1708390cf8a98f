"""What figures and dimensions mean to the pages: which way is better, their topic, their roles (docs/instruments.md).

The snapshot says so in its dictionary. Those of before it did get the meaning that the shipped instrument gives their
codes, for by those codes the pages went then.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.story.snapshot import Snapshot, kept

INSTRUMENTS = Path(__file__).resolve().parents[2] / "instruments"
STEPS = ("available", "used", "good")  # of a pillar, from being there to being good enough: each holds the next
STRESS = ("high", "middle", "low")  # rows of the map
SUPPORT = ("low", "middle", "high")  # its columns
KINDS = ("measure", "scale", "dimension")
Thing = tuple[str, str]  # kind (measure, scale or dimension) and code


@dataclass(frozen=True)
class Meaning:
    """What the dictionary of one snapshot says; empty where it says nothing."""

    higher_is: Mapping[Thing, str] = field(repr=False)
    topics: Mapping[Thing, str] = field(repr=False)
    roles: Mapping[Thing, tuple[str, ...]] = field(repr=False)

    def with_role(self, kind: str, role: str) -> list[str]:
        """The codes of this kind that have a role, in the order of the instrument."""
        return [code for (one, code), roles in self.roles.items() if one == kind and role in roles]

    def measure(self, role: str) -> str | None:
        """The measure that has a role of which there is one."""
        return next(iter(self.with_role("measure", role)), None)

    def dimension(self, role: str) -> str | None:
        """The dimension that has a role of which there is one."""
        return next(iter(self.with_role("dimension", role)), None)

    def dimensions(self, roles: Iterable[str]) -> list[str]:
        """The dimensions in these roles, as far as there are."""
        return [code for code in map(self.dimension, roles) if code]

    def numbered(self, kind: str, role: str) -> list[str]:
        """The codes of this kind whose role has a number, by that number: school:1, school:2 ..."""
        numbers = {
            code: int(one.removeprefix(f"{role}:"))
            for (other, code), roles in self.roles.items()
            for one in roles
            if other == kind and one.startswith(f"{role}:")
        }
        return sorted(numbers, key=lambda code: numbers[code])

    def is_field(self, measure: str) -> bool:
        """Whether a measure is a field of the map: one picture together, and no figures of their own."""
        return any(role.startswith("map:") for role in self.roles.get(("measure", measure), ()))

    def pillar_of(self, measure: str) -> str:
        """The pillar that a measure is a step of; empty for any other."""
        parts = [role.split(":") for role in self.roles.get(("measure", measure), ())]
        return next((part[1] for part in parts if part[0] == "pillar"), "")


@kept(4)
def meaning_of(snapshot: Snapshot) -> Meaning:
    """The meaning of all in one snapshot."""
    rows = [row for row in snapshot.rows("dictionary").iter_rows(named=True) if row["kind"] in KINDS]
    if rows and "roles" not in rows[0]:
        rows = [{**row, **_shipped().get((row["kind"], row["code"]), {})} for row in rows]
    return Meaning(
        {_thing(row): row["higher_is"] for row in rows if row.get("higher_is")},
        {_thing(row): row["topic"] for row in rows if row.get("topic")},
        {_thing(row): tuple(row["roles"].split()) for row in rows if row.get("roles")},
    )


def _thing(row: Mapping[str, Any]) -> Thing:
    """What a row of the dictionary is about."""
    return row["kind"], row["code"]


@cache
def _shipped() -> dict[Thing, dict[str, str]]:
    """What the shipped instrument says of its figures and dimensions, as columns of a dictionary."""

    def read(name: str) -> dict[str, Any]:
        return tomllib.loads((INSTRUMENTS / name).read_text(encoding="utf-8"))

    scales = [read(f"scales/{file.name}")["scale"] for file in sorted(INSTRUMENTS.glob("scales/*.toml"))]
    return {
        **_columns("measure", read("attributes.toml")["attribute"].items()),
        **_columns("scale", ((scale["code"], scale) for scale in scales)),
        **_columns("dimension", ((one["code"], one) for one in read("dimensions.toml")["dimension"])),
    }


def _columns(kind: str, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[Thing, dict[str, str]]:
    return {
        (kind, code): {
            "higher_is": entry.get("higher_is", ""),
            "topic": entry.get("topic", ""),
            "roles": " ".join(entry.get("roles", ())),
        }
        for code, entry in entries
    }
