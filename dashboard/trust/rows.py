"""Rows for the accountability page and its note: rules, counts and log, in words the participation council reads."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import polars as pl

from dashboard.story import Story, reading
from dashboard.words import sentences

Rows = list[dict[str, str]]
WAYS = (0, 1, 2)
STATUSES = ("published", "too_few", "says_nothing", "protects", "not_planned", "not_asked", "group_unknown")
READERS = ("leader", "agency", "steward", "adviser", "board", "council", "host")
# A sentence of a policy that points to a file, which who reads here cannot open.
POINTER = re.compile(r"(?<=\.)\s*[^.]*\bdocs/\w+\.md\.")
SHARES = {"open_limit", "expected_response", "certainty", "response_floor", "response_amber", "width_share"}


def rule(story: Story, key: str) -> str:
    """One rule of this publication, as text."""
    rows = story.snapshot.rows("policy", wave=story.wave).filter(pl.col("key") == key)
    return rows["value"][0] if rows.height else story.words("dash")


def rules(story: Story) -> Rows:
    """The rules in force that have a plain sentence, in its order; the rest of them is in the fingerprint."""
    words, rows = story.words, story.snapshot.rows("policy", wave=story.wave)
    since = {row["key"]: row["since"] for row in rows.iter_rows(named=True)}
    explained = [key.removeprefix("rule.") for key in sentences(words.lang) if key.startswith("rule.")]
    return [
        {
            words("trust.rule"): words(f"rule.{key}"),
            words("trust.value"): value(story, key),
            words("trust.since"): words.date(since[key]) if since[key] else words("dash"),
        }
        for key in explained
        if key in since
    ]


def value(story: Story, key: str) -> str:
    """One rule as a reader reads it: a share as a percentage, nothing as 'none'."""
    text = rule(story, key)
    if not text or text == "[]":
        return story.words("trust.none")
    return story.words.percent(float(text)) if key in SHARES and text != story.words("dash") else text


def reason(story: Story) -> str:
    """Why the rules are as they are, in the board's own words."""
    rows = story.snapshot.rows("policy", wave=story.wave)
    text = story.words.told(rows.row(0, named=True), "reason") if rows.height else ""
    return POINTER.sub("", text).strip()


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


def questions(story: Story) -> Rows:
    """What was asked in this wave, in the order of the questionnaire."""
    words = story.words
    rows = story.snapshot.rows("questions", wave=story.wave).iter_rows(named=True)
    return [
        {
            words("trust.question"): words.told(row),
            words("trust.asked"): words("trust.yes" if row["asked"] else "not_asked"),
        }
        for row in rows
    ]


def purposes(story: Story) -> Rows:
    """What is asked and why, a row per subject, in the order of the instrument's purposes."""
    words, questions = story.words, story.snapshot.rows("questions", wave=story.wave)
    places = {key: place for place, key in enumerate(words.labels)}
    keyed: list[tuple[int, tuple[str, str] | None, int]] = []
    for row in questions.iter_rows(named=True):
        subjects = [(kind, row["scale"]) for kind in ("purpose", "scale")]
        key = next((subject for subject in subjects if subject in places), None)
        keyed.append((places[key] if key else len(places), key, row["asked"]))
    counts: dict[tuple[str, str], int] = {}
    for _, key, is_asked in sorted(keyed, key=lambda one: one[0]):
        subject = (words.label(*key), words.definition(*key)) if key else (words("trust.asked_other"), "")
        counts[subject] = counts.get(subject, 0) + is_asked
    return [
        {
            words("trust.subject"): subject,
            words("trust.why"): why or words("dash"),
            words("trust.questions"): words.number(count) if count else words("not_asked"),
        }
        for (subject, why), count in counts.items()
    ]


def readers(story: Story) -> Rows:
    """Who can see what, and what not."""
    words, works = story.words, rule(story, "steward")
    works = works if f"trust.steward_{works}" in sentences(words.lang) else "unknown"
    return [
        {
            words("trust.reader"): words(f"trust.reader_{reader}"),
            words("trust.sees"): words(f"trust.sees_{reader}", works=words(f"trust.steward_{works}")),
            words("trust.not_sees"): words(f"trust.not_sees_{reader}"),
        }
        for reader in READERS
    ]


def due(story: Story) -> str:
    """Which answers ought to be gone by now and which go next, by the newest rule and the waves that were published."""
    words, waves = story.words, story.snapshot.waves()
    kept = rule(replace(story, wave=waves[0]), "retention_waves")
    if not kept.isdecimal():
        return ""
    keeps = int(kept)
    old, more = waves[keeps:], max(1, keeps + 1 - len(waves))
    due_next = words("trust.due_next", wave=words.wave(waves[:keeps][-1]), count=more)
    if not old:
        return due_next
    return f"{words('trust.due_now', waves=words.listed(map(words.wave, reversed(old))))} {due_next}"


def log(story: Story) -> Rows:
    """All publications of the snapshot, newest first."""
    words = story.words
    return [
        {
            words("tip.wave"): words.wave(row["wave"]),
            words("trust.open"): _period(story, row["opens"], row["closes"]),
            words("trust.published_on"): words.date(row["published_on"]),
            words("tip.answered"): words.answered({"n": row["respondents"], "leaders": row["leaders"]}, short=True),
            words("trust.instrument"): f"{row['instrument']} {row['instrument_version']}",
            words("trust.publication"): row["publication"],
            words("trust.fingerprint"): row["policy_fingerprint"][:12],
        }
        for row in reversed(story.snapshot.rows("publications").to_dicts())
    ]


def fingerprints(story: Story) -> str:
    """What the fingerprints are for: that of the rules, and that of all this publication tells, where it has one."""
    words, own = story.words, story.publication.get("fingerprint")
    return words("trust.log_note") + (f" {words('trust.own_fingerprint', fingerprint=own)}" if own else "")


def _period(story: Story, opens: date | None, closes: date | None) -> str:
    words = story.words
    if not opens or not closes:
        return words("dash")
    return words("trust.period", opens=words.date(opens), closes=words.date(closes))


def glossary(story: Story) -> Rows:
    """The words of the pages and what they mean."""
    words = story.words
    return [{words("trust.word"): word, words("trust.meaning"): meaning} for word, meaning in reading.glossary(story)]
