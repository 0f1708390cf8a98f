"""Since the last time: what moved, what is certain over the year, and a question for the next talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.story import contrasts, findings, phrases
from dashboard.story.findings import Finding
from dashboard.story.wave import Story, remembered
from dashboard.words import has_range

FEW = 2  # findings in one line


@dataclass(frozen=True)
class Line:
    """One line of news; `is_good`: whether it is good news, None where it is neither."""

    text: str
    is_good: bool | None = None


@remembered
def lines(story: Story) -> list[Line]:
    """What moved and what is certain over the year, best news first."""
    told = [line for line in (moved(story), _apart(story)) if line is not None]
    return best_first(told)


def best_first(told: Sequence[Line]) -> list[Line]:
    """Good news, then what is neither, then what asks for attention; otherwise as it was."""
    return sorted(told, key=lambda line: {True: 0, None: 1, False: 2}[line.is_good])


def question(story: Story) -> str:
    """One question for the next talk, about what is certain and asks for attention, else about what is least used."""
    words = story.words
    worrying = [one for one in findings.groups_apart(story) or findings.elsewhere(story) if not one.is_good]
    if worrying:
        key = "ask_starters" if findings.of_starters(story, worrying[:1]) else "ask_group"
        return words(f"since.{key}", leaders=phrases.leaders(story, worrying[0].cell))
    fallen = [one for one in findings.moved(story) if not one.is_good]
    if fallen:
        return words("since.ask_moved", label=words.inline("measure", fallen[0].measure))
    ranked = [cell for _, cell in story.ranked_pillars() if has_range(cell)]
    if ranked:
        return words("since.ask_pillar", name=words.inline("measure", ranked[0]["measure"]))
    return words("since.ask")


def says(story: Story, one: Finding) -> str:
    """A group that differs from the other leaders, in a sentence."""
    return _says(story, one, f"since.{one.kind}_{one.contrast.word}")


def moved(story: Story) -> Line | None:
    """What changed for certain; else that nothing did, and which change this board could have seen."""
    words = story.words
    if story.before() is None:
        return None
    than = words(f"against.{story.against}")
    found = findings.moved(story)
    if found:
        chosen = _best_and_worst(found)
        text = " ".join(_says(story, one, f"since.{one.contrast.word}", than=than) for one in chosen)
        return Line(text, _tone(chosen))
    contrast = contrasts.in_time(story, story.lead())
    if contrast is None:
        return None
    label = words.inline("measure", story.lead())
    if contrast.noticeable is None:
        return Line(words("since.nothing_small", than=than))
    return Line(words("since.nothing", than=than, label=label, points=words.points(contrast.noticeable)))


def _apart(story: Story) -> Line | None:
    """Regions and years of experience that differ for certain: over the year where that can be said, else now."""
    words = story.words
    found = findings.groups_apart(story)
    if not found:
        return Line(f"{words('since.nobody')} {_elsewhere(story)}".strip()) if _is_compared(story) else None
    chosen = _best_and_worst(found)
    return Line(" ".join(says(story, one) for one in chosen), _tone(chosen))


def _elsewhere(story: Story) -> str:
    """What differs for certain beyond the figures that pages open with, and that chance may be behind it."""
    found = findings.elsewhere(story)
    return story.words("since.elsewhere", says=says(story, found[0])) if found else ""


def _is_compared(story: Story) -> bool:
    return bool(contrasts.compared(story, story.lead(), story.main_splits()))


def _best_and_worst(found: Sequence[Finding]) -> list[Finding]:
    """The first good and the first worrying one, the good one first; of one kind only the first two."""
    good, worrying = ([one for one in found if one.is_good is side] for side in (True, False))
    return [good[0], worrying[0]] if good and worrying else list(found[:FEW])


def _tone(chosen: Sequence[Finding]) -> bool | None:
    sides = {one.is_good for one in chosen}
    return sides.pop() if len(sides) == 1 else None


def _says(story: Story, one: Finding, key: str, **says: str) -> str:
    difference = story.words.difference(one.contrast.low, one.contrast.high)
    return story.words(key, says=phrases.says(story, one.cell), difference=difference, **says)
