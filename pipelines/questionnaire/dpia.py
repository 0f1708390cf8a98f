"""The annex to a DPIA: what the software knows of the processing, from the rules in force and what was published.

It works before anything was published; all texts stand in locales/, rows of its tables as cells between bars.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from pipelines.ground.language import in_language
from pipelines.ground.messages import say, sentences
from pipelines.instruments import Instrument, Tier
from pipelines.questionnaire.letter import Days, Sender
from pipelines.questionnaire.paper import typeset

TEMPLATE = Path(__file__).with_name("dpia.typ")
BAR = " | "
SECTIONS = (
    "about", "purpose", "data", "flow", "who", "rules", "tables",
    "need", "risk", "limits", "right", "published", "fill",
)  # fmt: skip
Row = dict[str, str]
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """Words, then a table; an empty cell is left for the board to fill in."""

    code: str
    title: str
    text: str  # paragraphs, and list items that begin with "- "
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Annex:
    """The whole annex in one language."""

    lang: str
    title: str
    head: str
    made: tuple[str, ...]
    sections: tuple[Section, ...]


def annex(
    instrument: Instrument, told: Sequence[Told], lang: str, day: dt.date,
    sender: Sender | None = None, planned: Sequence[tuple[str, Days]] = (),
) -> Annex:  # fmt: skip
    """The annex as of a day; `told` has one row per publication on show, oldest first (`publish.told`).

    `sender` and `planned` are the board's own words: who it is, and the first and last day of waves to come.
    """
    figures = _figures(instrument, lang, day)
    own: dict[str, list[tuple[str, ...]]] = {
        "purpose": _purposes(instrument, lang),
        "rules": [(text.format(**figures), figures[key]) for key, text in _texts(lang, "rule")],
        "tables": _tables(instrument, lang),
        "published": [_publication(row, lang) for row in told],
    }
    leaves_out = "events" if instrument.policy(day).outcomes else "events_left"
    sections = []
    for code in SECTIONS:
        key = f"dpia.{code}_none" if code == "published" and not told else f"dpia.{code}"
        text = say(lang, key, **figures) if key in sentences(lang) else ""
        if code == "published" and told:
            text += "\n\n" + say(lang, f"dpia.rung_{told[-1]['rung'] or 'none'}")
        if code == "purpose" and planned:
            waves = ", ".join(f"{wave} ({_period(days, lang)})" for wave, days in planned)
            text += "\n\n" + say(lang, "dpia.planned", waves=waves)
        said = own.get(code) or [
            tuple(text.format(**figures).split(BAR)) for key, text in _texts(lang, code) if key != leaves_out
        ]
        heads = sentences(lang).get(f"dpia.{code}_heads", "").split(BAR)
        rows = tuple(dict(zip_longest(heads, row, fillvalue="")) for row in said)
        sections.append(Section(code, say(lang, f"dpia.{code}_title"), text, rows))
    made = _made(told, lang, figures) + ((say(lang, "dpia.sender", **vars(sender)),) if sender else ())
    return Annex(lang, say(lang, "dpia.title"), say(lang, "dpia.head"), made, tuple(sections))


def markdown(made: Annex) -> str:
    """The annex as Markdown."""
    lines = [f"# {made.title}", f"**{made.head}**", *made.made]
    for section in made.sections:
        lines += [f"## {section.title}", *([section.text.strip()] if section.text else [])]
        if section.rows:
            cells = [list(section.rows[0]), ["---"] * len(section.rows[0]), *(row.values() for row in section.rows)]
            lines.append("\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in cells))
    return "\n\n".join(lines) + "\n"


def pdf(made: Annex) -> bytes:
    """The annex as tagged A4 pages (PDF/UA-1)."""
    return typeset(TEMPLATE, {**asdict(made), "page": say(made.lang, "dpia.page")})


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _texts(lang: str, table: str) -> list[tuple[str, str]]:
    """Key and text of every row of a table in the locale."""
    prefix = f"dpia_{table}."
    return [(key.removeprefix(prefix), text) for key, text in sentences(lang).items() if key.startswith(prefix)]


def _figures(instrument: Instrument, lang: str, day: dt.date) -> dict[str, str]:
    """Every figure and name the texts may use; all of them from the instrument."""
    policy, about = instrument.policy(day), instrument.about
    shares = ("open_limit", "expected_response", "certainty", "response_floor")
    counts = ("k_coverage", "k_outcome", "m", "fewest_pairs", "retention_waves")
    widths = ("width_coverage", "width_outcome", "width_share")
    least = {name: min(getattr(tier, name) for tier in instrument.plan.tier) for name in widths}
    return {
        **{name: str(getattr(policy, name)) for name in counts},
        **{name: f"{getattr(policy, name):.0%}" for name in shares},
        **{name: f"{width:.0%}" if name == "width_share" else str(width) for name, width in least.items()},
        "crossed_coverage": str(2 * policy.k_coverage),
        "uncrossed": say(lang, f"dpia.uncrossed_{'no' if _crosses_outcomes(instrument) else 'yes'}"),
        "outcomes": ", ".join(policy.outcomes) or say(lang, "dpia.none"),
        "steward": say(lang, f"dpia.steward_{policy.steward or 'unknown'}"),
        "features": ", ".join(_inline(_name(dimension, lang)) for dimension in instrument.dimensions),
        "name": in_language(about, lang),
        "version": about.version,
        "reason": in_language(policy, lang, "reason").strip(),
        "fingerprint": instrument.fingerprint(day),
        "since": _day(policy.since, lang),
        "day": _day(day, lang),
    }


def _crosses_outcomes(instrument: Instrument) -> bool:
    """Whether the plan has a table of two dimensions for a sensitive attribute."""
    planned = [m for m in instrument.plan.measure if instrument.attribute(m.attribute).publication_class == "outcome"]
    return any(table == "two_way" or "+" in table for measure in planned for table in measure.tables)


def _made(told: Sequence[Told], lang: str, figures: Mapping[str, str]) -> tuple[str, ...]:
    made = [say(lang, "dpia.made", **figures)]
    if told and told[-1]["policy_fingerprint"] != figures["fingerprint"]:
        made.append(say(lang, "dpia.differs", fingerprint=told[-1]["policy_fingerprint"]))
    return tuple(made)


def _purposes(instrument: Instrument, lang: str) -> list[tuple[str, ...]]:
    """Subject, reason and number of questions; a scale that no purpose names has its definition for a reason."""
    blocks = {"pillars": instrument.pillars, "rocks": instrument.rocks, "questions": instrument.questions}
    asked = Counter({scale.code: len(scale.items) for scale in instrument.scales if scale.items})
    asked += Counter({code: len(block) for code, block in blocks.items()})
    rows: list[tuple[str, ...]] = []
    for purpose in instrument.purposes:
        if count := sum(asked.pop(code, 0) for code in purpose.asks):
            rows.append((_name(purpose, lang), _why(purpose, lang), str(count)))
    scales = {scale.code: scale for scale in instrument.scales}
    for code, count in asked.items():
        known = scales.get(code)
        name = _name(known, lang) if known else say(lang, f"questionnaire.{'own' if code == 'questions' else code}")
        rows.append((name, _why(known, lang) if known else "", str(count)))
    return rows


def _tables(instrument: Instrument, lang: str) -> list[tuple[str, ...]]:
    """Per size of board which groups it may see; sizes that get the same stand in one row."""
    names = {dimension.code: _inline(_name(dimension, lang)) for dimension in instrument.dimensions}
    rows: list[tuple[int, Tier]] = []
    tiers = sorted(instrument.plan.tier, key=lambda tier: tier.expected_from)
    for tier in tiers:
        if not rows or rows[-1][1].model_copy(update={"expected_from": tier.expected_from}) != tier:
            rows.append((tier.expected_from, tier))
    told: list[tuple[str, ...]] = []
    for at, (first, tier) in enumerate(rows):
        upto = rows[at + 1][0] - 1 if at + 1 < len(rows) else None
        low, high = _count(first, lang), _count(upto, lang) if upto else ""
        size = f"{low}–{high}" if upto else say(lang, "dpia.size_last", first=low)
        crossed = "; ".join(f"{names[one]} × {names[other]}" for one, other in tier.two_way)
        split = ", ".join(names[code] for code in tier.one_way) or say(lang, "dpia.whole")
        told.append((size, split, crossed or "–", str(tier.width_coverage), str(tier.width_outcome)))
    return told


def _publication(row: Told, lang: str) -> tuple[str, ...]:
    edges = [row[edge] for edge in ("opens", "closes") if row[edge]]
    response = _count(row["respondents"], lang)
    if row["leaders"] is not None:
        response = say(lang, "dpia.response", n=response, leaders=_count(row["leaders"], lang))
    day = _day(row["published_on"], lang)
    counts = _count(row["shown"], lang), _count(row["withheld"], lang)
    return (row["wave"], _period(edges, lang) or "–", day, response, *counts, row["policy_fingerprint"])


def _name(thing: Any, lang: str) -> str:
    return str(in_language(thing, lang))


def _inline(name: str) -> str:
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _why(thing: Any, lang: str) -> str:
    return str(in_language(thing, lang, "definition"))


def _period(days: Sequence[dt.date], lang: str) -> str:
    return " – ".join(_day(day, lang) for day in days)


def _count(number: int, lang: str) -> str:
    return str(format_decimal(number, locale=lang))


def _day(day: dt.date, lang: str) -> str:
    return format_date(day, "d MMMM y", locale=lang)
