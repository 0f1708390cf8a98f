"""The sheet: every question of an instrument in the order it is asked, whatever it is then written down as."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pipelines.ground.errors import Refused
from pipelines.ground.language import in_language
from pipelines.ground.messages import say
from pipelines.instruments import Instrument, Policy

GRADES = tuple(range(1, 6))  # how good a pillar is; Instrument.numbers() has the same range


@dataclass(frozen=True)
class Choice:
    """One answer: our code and what the leader reads."""

    code: str
    label: str


@dataclass(frozen=True)
class Question:
    """One question and the column its answer goes to."""

    column: str
    text: str
    kind: Literal["one", "many", "grade", "number"]
    choices: tuple[Choice, ...] = ()
    only_if: tuple[str, str] | None = None  # asked only when that column holds that code


@dataclass(frozen=True)
class Block:
    """Questions that stand together; with `scale` they share these answers and are set as one grid."""

    code: str
    title: str
    intro: str
    questions: tuple[Question, ...]
    scale: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The whole questionnaire in one language."""

    lang: str
    title: str
    welcome: str
    note_title: str
    note: tuple[str, ...]  # how answers are protected, with the figures of the policy in force
    end: str
    licence: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)

    @property
    def questions(self) -> list[Question]:
        """All questions in order."""
        return [question for block in self.blocks for question in block.questions]

    def label(self, column: str, code: str) -> str:
        """What the leader reads for one answer."""
        choices = next(question.choices for question in self.questions if question.column == column)
        return next(choice.label for choice in choices if choice.code == code)


def sheet_of(instrument: Instrument, policy: Policy, lang: str) -> Sheet:
    """The questionnaire of an instrument; Refused when the vocabulary lacks a word it needs."""

    def said(key: str, **values: object) -> str:
        return say(lang, f"questionnaire.{key}", **values)

    blocks = [
        Block("pillars", said("pillars"), said("pillars_intro"), tuple(_pillars(instrument, lang))),
        Block("rocks", said("rocks"), said("rocks_intro"), tuple(_rocks(instrument, lang))),
        Block("own", said("own"), "", tuple(_own(instrument, lang))),
        *_scales(instrument, lang, (said("scales"), said("scales_more")), said("scales_intro")),
    ]
    about = instrument.about
    title = in_language(about, lang)
    return Sheet(
        lang=lang,
        title=title,
        welcome=said("welcome"),
        note_title=said("note_title"),
        note=privacy_note(instrument, policy, lang),
        end=said("end"),
        licence=said("licence", name=title, version=about.version, terms=about.licence),
        blocks=tuple(block for block in blocks if block.questions),
    )


def privacy_note(instrument: Instrument, policy: Policy, lang: str) -> tuple[str, ...]:
    """How answers are protected, in sentences; every figure is read from the policy and the plan in force."""
    figures = {
        "k_coverage": policy.k_coverage,
        "k_outcome": policy.k_outcome,
        "width_coverage": min(tier.width_coverage for tier in instrument.plan.tier),
        "width_outcome": min(tier.width_outcome for tier in instrument.plan.tier),
        "retention_waves": policy.retention_waves,
    }
    events = "events_left" if policy.outcomes else "events"
    lines = ("keys", "groups", "bands", "audit", "guess", "retention", "erase", events, "free")
    return tuple(say(lang, f"questionnaire.note_{line}", **figures) for line in lines)


def _word(instrument: Instrument, code: str, lang: str) -> str:
    for word in instrument.words:
        if word.code == code:
            return str(in_language(word, lang))
    raise Refused("instrument_key_missing", file="vocabulary.toml", key=f'[[word]] code = "{code}"')


def _choices(instrument: Instrument, codes: tuple[str, ...], lang: str, prefix: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(code, _word(instrument, f"{prefix}{code}", lang)) for code in codes)


def _pillars(instrument: Instrument, lang: str) -> list[Question]:
    found = []
    for pillar in instrument.pillars:
        column = f"pillar_{pillar.code}"
        states = _choices(instrument, instrument.choices()[column], lang, "pillar:")
        used = (column, states[-1].code)
        found.append(Question(column, in_language(pillar, lang, "question"), "one", states))
        grades = tuple(Choice(str(grade), str(grade)) for grade in GRADES)
        text = _word(instrument, "pillar:quality", lang)
        found.append(Question(f"{column}_quality", text, "grade", grades, used))
        if pillar.asks_monthly:
            text, answers = _word(instrument, "pillar:monthly", lang), _choices(instrument, ("yes", "no"), lang)
            found.append(Question(f"{column}_monthly", text, "one", answers, used))
    return found


def _rocks(instrument: Instrument, lang: str) -> list[Question]:
    found = []
    for rock in instrument.rocks:
        column, text = f"rock_{rock.code}", in_language(rock, lang, "question")
        found.append(Question(column, text, "one", _choices(instrument, ("yes", "no"), lang)))
        if rock.who:
            who = tuple(Choice(person.code, in_language(person, lang)) for person in rock.who)
            found.append(Question(f"{column}_who", _word(instrument, "rock:who", lang), "many", who, (column, "yes")))
    return found


def _own(instrument: Instrument, lang: str) -> list[Question]:
    known = {word.code for word in instrument.words}
    return [
        Question(
            question.code,
            in_language(question, lang),
            "one",
            tuple(Choice(a, _word(instrument, a, lang) if a in known else a) for a in question.answers),
        )
        for question in instrument.questions
    ]


def _scales(instrument: Instrument, lang: str, titles: tuple[str, str], intro: str) -> list[Block]:
    """Items with the same answers stand in one grid; an item without answer labels asks for a number."""
    grids: dict[tuple[Choice, ...], list[Question]] = {}
    for scale in instrument.scales:
        labels = in_language(scale, lang, "labels")
        shared = tuple(Choice(f"{scale.min + step:g}", label) for step, label in enumerate(labels))
        kind: Literal["grade", "number"] = "grade" if shared else "number"
        for item in scale.items:
            text = in_language(item, lang)
            grids.setdefault(shared, []).append(Question(item.code, text, kind, shared))
    return [
        Block(f"scale{number}", titles[number > 1], intro if shared else "", tuple(questions), shared)
        for number, (shared, questions) in enumerate(grids.items(), start=1)
    ]
