"""What the accountability page and its printable note say, part by part: one content for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.story import Story, evidence, foretell
from dashboard.trust import rows

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Part:
    """Words, then a table; a table with `fold` is closed on screen until somebody opens it by that name."""

    code: str
    title: str
    note: str = ""
    text: str = ""  # paragraphs, and list items that begin with "- "
    rows: Rows = ()
    fold: str = ""


def parts(story: Story) -> list[tuple[Part, ...]]:
    """All parts in reading order; those in one tuple stand side by side where there is room."""
    words = story.words

    def part(code: str, text: str = "", table: Rows = (), note: str = "", fold: str = "") -> Part:
        return Part(code, words(f"trust.{code}_title"), note, text, table, fold)

    questions = rows.questions(story)
    every = [
        (part("why", table=rows.purposes(story), note=words("trust.why_note", count=len(questions))),),
        (part("who", words("trust.who"), rows.readers(story)),),
        (part("rules", table=rows.rules(story), note=rows.reason(story)),),
        (
            part("hidden", table=rows.withheld(story), note=words("trust.hidden_note")),
            part("audit", words("trust.audit")),
        ),
        (
            part("keep", words("trust.keep", waves=rows.rule(story, "retention_waves"), due=rows.due(story))),
            part("erase", words("trust.erase")),
        ),
        (part("log", table=rows.log(story), note=rows.fingerprints(story)),),
        (part("method", _method(story)),),
        (part("limits", words("trust.limits")),),
        _reliability(story),
        _model(story),
        (part("more", words("trust.more")),),
        (part("asked", table=questions, fold=words("trust.asked_open", count=len(questions))),),
        (part("words", table=rows.glossary(story), fold=words("trust.words_open")),),
    ]
    return [row for row in every if row]


def _method(story: Story) -> str:
    words = story.words
    odds = rows.rule(story, "silent_odds").split(", ")
    figures = {key: rows.value(story, key) for key in ("certainty", "response_floor")}
    return words("trust.method", fewest=_number(story, odds[0]), most=_number(story, odds[-1]), **figures)


def _number(story: Story, text: str) -> str:
    return story.words.number(float(text)) if text.replace(".", "").isdecimal() else text


def _reliability(story: Story) -> tuple[Part, ...]:
    words, scales = story.words, evidence.reliability(story)
    return (Part("reliability", words("reliability.title"), words("reliability.note"), rows=scales),) if scales else ()


def _model(story: Story) -> tuple[Part, ...]:
    """What the risk model does and does not do, what it learned from and how it did; nothing where none was made."""
    words = story.words
    if "rung" not in foretell.card(story):
        return ()
    text = "\n\n".join((foretell.standing(story), words("model.honest"), words("model.learns"), words("model.method")))
    return (Part("model", words("model.title"), "", text, foretell.card_rows(story), words("model.details")),)
