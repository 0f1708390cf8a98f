"""Sentence: the sentence of an evidence state, the same in a command, a snapshot and on paper."""

from __future__ import annotations

from pipelines.evidence.state import Evidence
from pipelines.ground.messages import say

DEPENDS_ON_SIZE = ("cannot_tell_yet", "undecided")


def sentence(evidence: Evidence, lang: str, fewest: int, waves: int = 1) -> str:
    """What may be said about a buffer, kindly and never more than is known.

    `fewest`: with fewer leaders nothing is worked out. `waves`: how many went into it.
    """
    state = evidence.state
    if state == "undecided" and evidence.oriented is None:
        return say(lang, "evidence.no_direction")
    verdict = say(lang, f"evidence.{state}", fewest=fewest)
    if evidence.of_ten is None or evidence.oriented is None or state not in DEPENDS_ON_SIZE:
        return verdict
    key = "evidence.of_ten" if waves > 1 else "evidence.of_ten_once"
    power = say(lang, key, leaders=evidence.leaders, waves=waves, of_ten=evidence.of_ten)
    return f"{verdict} {power}"
