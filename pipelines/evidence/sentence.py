"""Tell: the sentence of an evidence state, the same in a command, a snapshot and on paper."""

from __future__ import annotations

from pipelines.evidence.state import Evidence
from pipelines.ground.messages import say


def sentence(found: Evidence, lang: str, fewest: int, waves: int = 1) -> str:
    """What may be said about a buffer, kindly and never more than is known."""
    if found.state == "no_basis" and found.leaders >= fewest:
        return say(lang, "evidence.no_basis_scale")
    told = say(lang, f"evidence.{found.state}", fewest=fewest)
    if found.of_ten is not None and found.oriented and found.state in ("cannot_tell_yet", "undecided"):
        key = "evidence.of_ten" if waves > 1 else "evidence.of_ten_once"
        chance = say(lang, key, leaders=found.leaders, waves=waves, of_ten=found.of_ten)
        return f"{told} {chance}"
    if found.state == "undecided" and found.oriented is None:
        return say(lang, "evidence.no_direction")
    return told
