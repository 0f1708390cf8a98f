"""Rows for the accountability page: rules, counts and log, in words the participation council reads."""

from __future__ import annotations

import polars as pl

from dashboard.story import Story
from dashboard.words import sentences

Rows = list[dict[str, str]]
WAYS = (0, 1, 2)
STATUSES = ("published", "too_small", "complement", "policy", "not_asked")
AUDIT = ("groups", "free_moves", "exchanges", "undecided", "seconds")


def rule(story: Story, key: str) -> str:
    """One rule of this publication, as text."""
    found = story.snapshot.rows("policy", wave=story.wave).filter(pl.col("key") == key)
    return found["value"][0] if found.height else story.words("dash")


def rules(story: Story) -> Rows:
    """The rules in force that have a plain sentence; the rest of them is in the fingerprint."""
    words, known = story.words, sentences(story.words.lang)
    return [
        {words("trust.rule"): words(f"rule.{row['key']}"), words("trust.value"): _value(story, row["value"]),
         words("trust.since"): words.date(str(row["since"]))}
        for row in story.snapshot.rows("policy", wave=story.wave).iter_rows(named=True)
        if f"rule.{row['key']}" in known
    ]  # fmt: skip


def _value(story: Story, value: str) -> str:
    if not value or value == "[]":
        return story.words("trust.none")
    return story.words.percent(float(value)) if value.startswith("0.") else value


def reason(story: Story) -> str:
    """Why the rules are as they are, in the board's own words."""
    rows = story.snapshot.rows("policy", wave=story.wave)
    return rows[f"reason_{story.words.lang}"][0] if rows.height else ""


def withheld(story: Story) -> Rows:
    """How many cells were shown or withheld, per reason and size of table."""
    words = story.words
    rows = story.snapshot.rows("withheld", wave=story.wave)
    counts = {(row["status"], row["way"]): row["cells"] for row in rows.iter_rows(named=True)}
    shown = [status for status in STATUSES if any(key[0] == status for key in counts)]
    ways = [way for way in WAYS if any(key[1] == way for key in counts)]
    return [
        {words("trust.status"): words(f"trust.status_{status}")}
        | {words(f"trust.way_{way}"): words.number(counts.get((status, way), 0)) for way in ways}
        for status in shown
    ]


def audit(story: Story) -> Rows:
    """The totals of the check before publication."""
    words, publication = story.words, story.publication
    return [
        {words("trust.checked"): words(f"audit.{key}"), words("trust.total"): words.number(publication[f"audit_{key}"])}
        for key in AUDIT
        if publication[f"audit_{key}"] is not None
    ]


def questions(story: Story) -> Rows:
    """What was asked in this wave, in the order of the questionnaire."""
    words = story.words
    rows = story.snapshot.rows("questions", wave=story.wave).iter_rows(named=True)
    return [
        {words("trust.question"): row[words.lang],
         words("trust.asked"): words("trust.yes" if row["asked"] else "not_asked")}
        for row in rows
    ]  # fmt: skip


def log(story: Story) -> Rows:
    """All publications of the snapshot, newest first."""
    words = story.words
    return [
        {
            words("tip.wave"): words.wave(row["wave"]),
            words("trust.published_on"): words.date(row["published_on"]),
            words("tip.answered"): words.answered({"n": row["respondents"], "leaders": row["leaders"]}, short=True),
            words("trust.instrument"): f"{row['instrument']} {row['instrument_version']}",
            words("trust.publication"): row["publication"],
            words("trust.fingerprint"): row["policy_fingerprint"][:12],
        }
        for row in reversed(story.snapshot.rows("publications").to_dicts())
    ]


def glossary(story: Story) -> Rows:
    """The words of the pages and what they mean."""
    words = story.words
    rows = story.snapshot.rows("dictionary").filter(pl.col("kind").is_in(["word", "measure"]))
    pairs = sorted((row[words.lang], row[f"definition_{words.lang}"]) for row in rows.iter_rows(named=True))
    return [{words("trust.word"): word, words("trust.meaning"): meaning} for word, meaning in pairs if meaning]
