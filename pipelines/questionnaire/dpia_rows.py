"""Rows of the annex to a DPIA that come from the instrument and from what was published, and every figure it names."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from pipelines.ground.language import in_language
from pipelines.ground.messages import say
from pipelines.instruments import Instrument, Tier

SHARES = ("open_limit", "expected_response", "certainty", "response_floor")  # of the policy
COUNTS = ("k_coverage", "k_outcome", "m", "retention_waves")  # of the policy
Cells = tuple[str, ...]
Shown = Mapping[str, Any]  # one publication on show, in counts


def figures(instrument: Instrument, lang: str, day: dt.date) -> dict[str, str]:
    """Every figure and name the texts may use; all of them from the instrument."""
    policy = instrument.policy(day)
    tiers = instrument.plan.tier
    return {
        **{name: str(getattr(policy, name)) for name in COUNTS},
        **{name: f"{getattr(policy, name):.0%}" for name in SHARES},
        "width_coverage": str(min(tier.width_coverage for tier in tiers)),
        "width_outcome": str(instrument.plan.least_outcome),
        "width_share": f"{min(tier.width_share for tier in tiers):.0%}",
        "crossed_coverage": str(2 * policy.k_coverage),
        "uncrossed": say(lang, f"dpia.uncrossed_{'no' if _crosses_outcomes(instrument) else 'yes'}"),
        "outcomes": ", ".join(policy.outcomes) or say(lang, "dpia.none"),
        "steward": say(lang, f"dpia.steward_{policy.steward or 'unknown'}"),
        "features": ", ".join(_inline(in_language(dimension, lang)) for dimension in instrument.dimensions),
        "name": in_language(instrument.about, lang),
        "version": instrument.about.version,
        "reason": in_language(policy, lang, "reason").strip(),
        "fingerprint": instrument.fingerprint(day),
        "since": _day(policy.since, lang),
        "day": _day(day, lang),
    }


def purposes(instrument: Instrument, lang: str) -> list[Cells]:
    """Subject, reason and number of questions; a scale that no purpose names has its definition for a reason."""
    unexplained = _questions_per_block(instrument)
    rows: list[Cells] = []
    for purpose in instrument.purposes:
        questions = sum(unexplained.pop(code, 0) for code in purpose.asks)
        if questions:
            rows.append((in_language(purpose, lang), in_language(purpose, lang, "definition"), str(questions)))
    scales = {scale.code: scale for scale in instrument.scales}
    for code, questions in unexplained.items():
        scale = scales.get(code)
        if scale:
            rows.append((in_language(scale, lang), in_language(scale, lang, "definition"), str(questions)))
        else:
            name = say(lang, f"questionnaire.{'own' if code == 'questions' else code}")
            rows.append((name, "", str(questions)))
    return rows


def tables(instrument: Instrument, lang: str) -> list[Cells]:
    """Per size of board which groups it may see; sizes that get the same stand in one row."""
    names = {dimension.code: _inline(in_language(dimension, lang)) for dimension in instrument.dimensions}
    tiers = _different_tiers(instrument)
    rows: list[Cells] = []
    for tier, larger in zip(tiers, [*tiers[1:], None], strict=True):
        crossed = "; ".join(f"{names[one]} × {names[other]}" for one, other in tier.two_way)
        split = ", ".join(names[code] for code in tier.one_way)
        rows.append(
            (
                _size(tier, larger, lang),
                split or say(lang, "dpia.whole"),
                crossed or "–",
                str(tier.width_coverage),
                str(max(tier.width_coverage, instrument.plan.least_outcome)),
            )
        )
    return rows


def publication(shown: Shown, lang: str) -> Cells:
    """One publication on show: wave, its days, when it was published, response, cells shown and withheld, rules."""
    days = [shown[edge] for edge in ("opens", "closes") if shown[edge]]
    response = _count(shown["respondents"], lang)
    if shown["leaders"] is not None:
        response = say(lang, "dpia.response", n=response, leaders=_count(shown["leaders"], lang))
    return (
        shown["wave"],
        period(days, lang) or "–",
        _day(shown["published_on"], lang),
        response,
        _count(shown["shown"], lang),
        _count(shown["withheld"], lang),
        shown["policy_fingerprint"],
    )


def period(days: Sequence[dt.date], lang: str) -> str:
    """First and last day as the language writes them."""
    return " – ".join(_day(day, lang) for day in days)


def _questions_per_block(instrument: Instrument) -> Counter[str]:
    """How many questions each scale asks, and pillars, rocks and the board's own questions."""
    blocks = {"pillars": instrument.pillars, "rocks": instrument.rocks, "questions": instrument.questions}
    questions = Counter({scale.code: len(scale.items) for scale in instrument.scales if scale.items})
    return questions + Counter({code: len(block) for code, block in blocks.items()})


def _crosses_outcomes(instrument: Instrument) -> bool:
    """Whether the plan has a table of two dimensions for a sensitive attribute."""
    return any(
        table == "two_way" or "+" in table
        for measure in instrument.plan.measure
        if instrument.attribute(measure.attribute).publication_class == "outcome"
        for table in measure.tables
    )


def _different_tiers(instrument: Instrument) -> list[Tier]:
    """The tiers by size of board, without one that gives the same as the one below it."""
    tiers: list[Tier] = []
    for tier in sorted(instrument.plan.tier, key=lambda tier: tier.expected_from):
        is_same = tiers and tiers[-1].model_copy(update={"expected_from": tier.expected_from}) == tier
        if not is_same:
            tiers.append(tier)
    return tiers


def _size(tier: Tier, larger: Tier | None, lang: str) -> str:
    """From how many to how many expected respondents a tier goes; `larger`: the tier above it."""
    least = _count(tier.expected_from, lang)
    if larger is None:
        return say(lang, "dpia.size_last", first=least)
    return f"{least}–{_count(larger.expected_from - 1, lang)}"


def _inline(name: str) -> str:
    """A name within a sentence; an abbreviation keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _count(number: int, lang: str) -> str:
    return str(format_decimal(number, locale=lang))


def _day(day: dt.date, lang: str) -> str:
    return format_date(day, "d MMMM y", locale=lang)
