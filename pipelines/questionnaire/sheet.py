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

    def words(key: str, **values: object) -> str:
        return say(lang, f"questionnaire.{key}", **values)

    blocks = [
        Block("pillars", words("pillars"), words("pillars_intro"), tuple(_pillars(instrument, lang))),
        Block("rocks", words("rocks"), words("rocks_intro"), tuple(_rocks(instrument, lang))),
        Block("own", words("own"), "", tuple(_own(instrument, lang))),
        *_scales(instrument, lang, (words("scales"), words("scales_more")), words("scales_intro")),
    ]
    about = instrument.about
    title = in_language(about, lang)
    return Sheet(
        lang=lang,
        title=title,
        welcome=words("welcome"),
        note_title=words("note_title"),
        note=privacy_note(instrument, policy, lang),
        end=words("end"),
        licence=words("licence", name=title, version=about.version, terms=about.licence),
        blocks=tuple(block for block in blocks if block.questions),
    )


def privacy_note(instrument: Instrument, policy: Policy, lang: str) -> tuple[str, ...]:
    """How answers are protected, in sentences; every figure is read from the policy and the plan in force."""
    figures = {
        "k_coverage": policy.k_coverage,
        "k_outcome": policy.k_outcome,
        "width_coverage": min(tier.width_coverage for tier in instrument.plan.tier),
        "width_outcome": instrument.plan.least_outcome,
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


def _yes_no(instrument: Instrument, lang: str) -> tuple[Choice, ...]:
    return _choices(instrument, ("yes", "no"), lang)


def _pillars(instrument: Instrument, lang: str) -> list[Question]:
    grades = tuple(Choice(str(grade), str(grade)) for grade in GRADES)
    questions = []
    for pillar in instrument.pillars:
        column = f"pillar_{pillar.code}"
        states = _choices(instrument, instrument.choices()[column], lang, "pillar:")
        is_used = (column, states[-1].code)
        questions.append(Question(column, in_language(pillar, lang, "question"), "one", states))
        quality = _word(instrument, "pillar:quality", lang)
        questions.append(Question(f"{column}_quality", quality, "grade", grades, is_used))
        if pillar.asks_monthly:
            monthly = _word(instrument, "pillar:monthly", lang)
            questions.append(Question(f"{column}_monthly", monthly, "one", _yes_no(instrument, lang), is_used))
    return questions


def _rocks(instrument: Instrument, lang: str) -> list[Question]:
    questions = []
    for rock in instrument.rocks:
        column = f"rock_{rock.code}"
        questions.append(Question(column, in_language(rock, lang, "question"), "one", _yes_no(instrument, lang)))
        if rock.who:
            people = tuple(Choice(person.code, in_language(person, lang)) for person in rock.who)
            who = _word(instrument, "rock:who", lang)
            questions.append(Question(f"{column}_who", who, "many", people, (column, "yes")))
    return questions


def _own(instrument: Instrument, lang: str) -> list[Question]:
    """The questions a board asks itself; an answer that the vocabulary lacks is read as it is written."""
    known = {word.code for word in instrument.words}
    questions = []
    for question in instrument.questions:
        labels = {answer: _word(instrument, answer, lang) if answer in known else answer for answer in question.answers}
        choices = tuple(Choice(answer, label) for answer, label in labels.items())
        questions.append(Question(question.code, in_language(question, lang), "one", choices))
    return questions


def _scales(instrument: Instrument, lang: str, titles: tuple[str, str], intro: str) -> list[Block]:
    """Items with the same answers stand in one grid; an item without answer labels asks for a number.

    `titles`: of the first block, and of the others.
    """
    grids: dict[tuple[Choice, ...], list[Question]] = {}
    for scale in instrument.scales:
        labels = in_language(scale, lang, "labels")
        shared = tuple(Choice(f"{scale.min + step:g}", label) for step, label in enumerate(labels))
        kind: Literal["grade", "number"] = "grade" if shared else "number"
        for item in scale.items:
            question = Question(item.code, in_language(item, lang), kind, shared)
            grids.setdefault(shared, []).append(question)
    blocks = []
    for number, (shared, questions) in enumerate(grids.items(), start=1):
        title = titles[0] if number == 1 else titles[1]
        blocks.append(Block(f"scale{number}", title, intro if shared else "", tuple(questions), shared))
    return blocks
