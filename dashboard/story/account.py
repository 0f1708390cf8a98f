"""What the accountability page and its printable note say, part by part: one content for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard import trust
from dashboard.story import evidence, foretell
from dashboard.story.wave import Story


@dataclass(frozen=True)
class Part:
    """Words, then a table; a table with `fold` is closed on screen until somebody opens it by that name."""

    code: str
    title: str
    note: str = ""
    text: str = ""  # paragraphs, and list items that begin with "- "
    rows: Sequence[Mapping[str, str]] = ()
    fold: str = ""


def parts(story: Story) -> list[tuple[Part, ...]]:
    """All parts in reading order; those in one tuple stand side by side where there is room."""
    words = story.words

    def part(code: str, text: str = "", rows: Sequence[Mapping[str, str]] = (), note: str = "", fold: str = "") -> Part:
        return Part(code, words(f"trust.{code}_title"), note, text, rows, fold)

    questions = trust.questions(story)
    told = [
        (part("why", rows=trust.purposes(story), note=words("trust.why_note")),),
        (part("who", words("trust.who"), trust.readers(story)),),
        (part("rules", rows=trust.rules(story), note=trust.reason(story)),),
        (
            part("hidden", rows=trust.withheld(story), note=words("trust.hidden_note")),
            part("audit", rows=trust.audit(story), note=words("trust.audit_note")),
        ),
        (
            part("keep", words("trust.keep", waves=trust.rule(story, "retention_waves"), due=trust.due(story))),
            part("erase", words("trust.erase")),
        ),
        (part("log", rows=trust.log(story), note=words("trust.log_note")),),
        (part("method", _method(story)),),
        (part("limits", words("trust.limits")),),
        _reliability(story),
        _model(story),
        (part("more", words("trust.more")),),
        (part("asked", rows=questions, fold=words("trust.asked_open", count=len(questions))),),
        (part("words", rows=trust.glossary(story), fold=words("trust.words_open")),),
    ]
    return [row for row in told if row]


def _method(story: Story) -> str:
    words, odds = story.words, trust.rule(story, "silent_odds").split(", ")
    figures = {key: trust.value(story, key) for key in ("certainty", "response_floor", "fewest_pairs")}
    return words("trust.method", fewest=_number(story, odds[0]), most=_number(story, odds[-1]), **figures)


def _number(story: Story, text: str) -> str:
    return story.words.number(float(text)) if text.replace(".", "").isdecimal() else text


def _reliability(story: Story) -> tuple[Part, ...]:
    words, rows = story.words, evidence.reliability(story)
    note, weighted = words("reliability.note"), evidence.weighting(story)
    return (Part("reliability", words("reliability.title"), note, weighted, rows),) if rows else ()


def _model(story: Story) -> tuple[Part, ...]:
    """What the risk model does and does not do, what it learned from and how it did; nothing where none was made."""
    words = story.words
    if "rung" not in foretell.card(story):
        return ()
    text = "\n\n".join((foretell.standing(story), words("model.honest"), words("model.learns"), words("model.method")))
    return (Part("model", words("model.title"), "", text, foretell.card_rows(story), words("model.details")),)
