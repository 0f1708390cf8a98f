"""Kept: how a steward read a roster on the desk, as a file of the home by which the next one is read so by itself."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipelines.ground.messages import say
from pipelines.ground.settings import Home
from pipelines.ground.texts import listed, quoted
from pipelines.instruments import DESK_ROSTER, load_instrument
from pipelines.intake.decided import Decided
from pipelines.intake.roster_heads import dated_groups


def keep_roster_words(home: Home, decided: Decided, lang: str) -> Path:
    """Add what was decided about a roster to what the desk kept before; a file of the board's own stays as it is."""
    place = home.instruments / DESK_ROSTER
    kept: dict[str, Any] = {}
    if place.exists():
        kept = tomllib.loads(place.read_text(encoding="utf-8")).get("roster", {})
    columns = dict(decided.roster_columns)
    years = dated_groups(load_instrument(home.instruments))
    if decided.experience_from and years:
        columns[decided.experience_from] = years[0]
    levels = kept.get("levels", {})
    for dimension, words in decided.levels.items():
        levels[dimension] = {**levels.get(dimension, {}), **words}
    several = decided.several or kept.get("several")
    drop = list(dict.fromkeys([*kept.get("drop", ()), *decided.drop]))
    lines = [f"# {line}" for line in say(lang, "propose.roster_kept").splitlines()]
    lines += ["[roster]", *([f"several = {quoted(several)}"] if several else [])]
    lines += [f"drop = {listed(drop)}"] if drop else []
    lines += _table("columns", {**kept.get("columns", {}), **columns})
    for dimension, words in levels.items():
        lines += _table(f"levels.{dimension}", words)
    place.parent.mkdir(parents=True, exist_ok=True)
    build = place.with_suffix(".build")
    build.write_text("\n".join(lines) + "\n", encoding="utf-8")
    build.replace(place)
    return place


def _table(name: str, words: Mapping[str, str]) -> Iterator[str]:
    if words:
        yield from ("", f"[roster.{name}]", *(f"{quoted(word)} = {quoted(ours)}" for word, ours in words.items()))
