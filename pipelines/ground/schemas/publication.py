"""Where a snapshot comes from, which publications it bundles, and by which rules they were made."""

from __future__ import annotations

from pipelines.ground.frames import dy
from pipelines.ground.schemas.table import Condition, OfPublication, PublishedTable


class About(PublishedTable):
    """Where this snapshot comes from; one row per key."""

    GRAIN = ("key",)
    OF_SNAPSHOT = True

    key = dy.String(description="name of the fact")
    value = dy.String(description="the fact")


class Publication(OfPublication):
    """One frozen publication of a wave; one row per publication."""

    GRAIN = ("publication",)

    opens = dy.Date(nullable=True, description="first day of the wave")
    closes = dy.Date(nullable=True, description="last day of the wave")
    published_on = dy.Date(description="day of publication")
    instrument = dy.String(description="code of the instrument")
    instrument_version = dy.String(description="version of the instrument")
    has_roster = dy.Bool(description="whether a roster told how many leaders there are")
    leaders = dy.Int64(nullable=True, min=0, description="leaders on the roster")
    respondents = dy.Int64(min=0, description="leaders who answered")
    schools_answered = dy.Int64(
        nullable=True,
        min=0,
        description="schools with at least one leader who answered; empty where they, or the other schools, are fewer "
        "than the smallest group",
    )
    schools = dy.Int64(nullable=True, min=0, description="schools on the roster; empty where schools_answered is")
    expected = dy.Int64(min=0, description="respondents expected when the school year was fixed")
    tier = dy.Int64(min=0, description="lower edge of the board-size row in the plan")
    tables = dy.String(description="table ids that may be shown, joined by |")
    breaks = dy.String(description="what breaks the trend before this wave: region_split, instrument, not_asked")
    late = dy.Int64(min=0, description="answers submitted after closing")
    policy_fingerprint = dy.String(description="hash of the rules in force")
    is_sample = dy.Bool(description="whether the wave is fictional")
    fingerprint = dy.String(nullable=True, description="hash of all that this publication tells; see klankbord verify")

    days_follow = dy.rule()(Condition("A wave opens before it closes.", "opens <= closes"))
    schools_hold = dy.rule()(Condition("No more schools answered than there are.", "schools_answered <= schools"))


class Calendar(PublishedTable):
    """The waves that the board planned, published or not: days only, nothing of who answered; one row per wave."""

    OF_SNAPSHOT = True
    GRAIN = ("wave",)

    wave = dy.String(description="wave, e.g. 2026Q4")
    opens = dy.Date(description="first day on which leaders can answer")
    closes = dy.Date(description="last day")

    days_follow = dy.rule()(Condition("A wave opens before it closes.", "opens <= closes"))


class Policy(PublishedTable):
    """The protection rules in force; one row per publication x rule."""

    GRAIN = ("publication", "key")

    publication = dy.String(description="publication id")
    key = dy.String(description="rule")
    value = dy.String(description="its value")
    since = dy.Date(nullable=True, description="in force since; empty for what the plan says, which has no date")
    reason_nl = dy.String(description="why, in Dutch")
    reason_en = dy.String(description="why, in English")
