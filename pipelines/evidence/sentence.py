"""Sentence: the sentence of an evidence state, the same in a command, a snapshot and on paper; and what each denies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pipelines.evidence.state import Counted, Evidence, Sizes, Verdict
from pipelines.ground.messages import say
from pipelines.instruments import Method

Claim = Literal["below_0", "above_0", "not_much_below", "not_much_above"]
DEPENDS_ON_SIZE = ("cannot_tell_yet", "undecided")
# What each sentence claims of a figure, by its key; a test holds the words of both languages to it, and the claims to
# the interval.
CLAIMS: Mapping[str, tuple[Claim, ...]] = {
    "no_basis": (),
    "no_direction": (),
    "opposite": ("above_0",),
    "opposite_tiny": ("above_0", "not_much_above"),
    "tiny": ("below_0", "not_much_below"),
    "visible": ("below_0",),
    "negligible": ("not_much_below", "not_much_above"),
    "cannot_tell_yet": (),
    "too_uncertain": (),
    "few_below": (),
    "few_above": (),
    "undecided_below": ("not_much_above",),
    "undecided_above": ("not_much_below",),
    "undecided_both": (),
}


def denies(claim: Claim, value: float, sizes: Sizes) -> bool:
    """Whether somebody who claims this says that the figure is not `value`."""
    match claim:
        case "below_0":
            return value >= 0
        case "above_0":
            return value <= 0
        case "not_much_below":
            return value <= -sizes.matters
        case "not_much_above":
            return value >= sizes.matters


def sentence(evidence: Evidence, lang: str, method: Method, waves: int = 1) -> str:
    """What may be said about a buffer, kindly and never more than is known. `waves`: how many went into it."""
    told = say(lang, f"evidence.{evidence.verdict.key}", **_numbers(lang, method, evidence.counted))
    is_about_size = evidence.state in DEPENDS_ON_SIZE and evidence.oriented is not None
    if evidence.of_ten is None or not is_about_size:
        return told
    base = say(lang, f"unit.{evidence.counted}", count=evidence.count)
    if waves > 1:
        base = say(lang, "evidence.over_waves", base=base, waves=waves)
    key = "evidence.of_ten" if evidence.counted == "leaders" else "evidence.of_ten_files"
    return f"{told} {say(lang, key, base=base, of_ten=evidence.of_ten)}"


def kinds_sentence(verdict: Verdict, lang: str, method: Method) -> str:
    """What may be said about emotional against practical support."""
    return say(lang, f"kinds.{verdict.key}", **_numbers(lang, method, "leaders"))


def _numbers(lang: str, method: Method, counted: Counted) -> dict[str, str]:
    """The numbers of leaders that sentences name, called what they are."""
    numbers = {"fewest": method.fewest_leaders, "guard": method.buffer.guard}
    return {name: say(lang, f"unit.{counted}", count=number) for name, number in numbers.items()}
