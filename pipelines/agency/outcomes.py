"""Outcomes: what came of one board, by its exit code and the first sentence it said; never by a figure of another."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipelines.agency.works import Asked, Work
from pipelines.ground.messages import explain, say

Standing = Literal["done", "nothing", "refused"]
WRONG = "✗"  # how a line of doctor begins that found something


@dataclass(frozen=True)
class Outcome:
    """What came of one board."""

    board: str
    standing: Standing
    sentence: str = ""  # why it was refused, or why there was nothing to do
    facts: dict[str, Any] = field(default_factory=dict)  # of its status: one wave of this board, and its back-up


def outcome_of(work: Work, code: int | None, folder: Path, asked: Asked) -> Outcome:
    """The outcome of a work, from how it ended and from what it said in the folder of the run."""
    if work.why is not None:
        return Outcome(work.board, "nothing" if work.is_nothing else "refused", _first(explain(asked.lang, work.why)))
    out, err = (_said(folder / f"{work.board}.{kind}") for kind in ("out", "err"))
    facts = _facts(out, asked) if asked.action == "status" else {}
    if code == 0:
        return Outcome(work.board, "done", facts=facts)
    if code is None:
        return Outcome(work.board, "refused", say(asked.lang, "error.agency_not_begun", board=work.board))
    if code < 0:
        return Outcome(work.board, "refused", say(asked.lang, "error.agency_ended", board=work.board, signal=-code))
    sentence = _first(err) or next((line for line in out.splitlines() if line.startswith(WRONG)), _first(out))
    is_nothing = sentence == say(asked.lang, "error.nothing_to_publish")
    return Outcome(work.board, "nothing" if is_nothing else "refused", sentence.removeprefix(WRONG).strip(), facts)


def _facts(out: str, asked: Asked) -> dict[str, Any]:
    """What `klankbord waves --json` said of the wave asked for, else of the newest."""
    try:
        told = json.loads(_first(out))
    except ValueError:
        return {}
    waves = [wave for wave in told["waves"] if asked.wave in (None, wave["wave"])]
    return {**(waves[-1] if waves else {}), "backed_up": told["backed_up"]}


def _first(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _said(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
