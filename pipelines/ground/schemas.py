"""The typed frames that pass between steps; a row that breaks a rule is told by the rule's name."""

from __future__ import annotations

import dataframely as dy
import polars as pl

UNKNOWN = "unknown"  # a gap on the roster is a level of its own: nobody drops out for it


class Conformed(dy.Schema):
    """One row per answered questionnaire; the `is_` columns are what conform found out about the row."""

    row = dy.Int64()
    leader_key = dy.String(nullable=True)
    submitted = dy.Date(nullable=True)
    is_dated = dy.Bool()
    is_on_roster = dy.Bool()
    is_placed = dy.Bool()
    is_answered = dy.Bool()

    @dy.rule()
    def no_key(cls) -> pl.Expr:
        """A row without key cannot be counted once."""
        return pl.col("leader_key").is_not_null()

    @dy.rule()
    def bad_date(cls) -> pl.Expr:
        """The date of submission could be read."""
        return pl.col("is_dated")

    @dy.rule()
    def not_on_roster(cls) -> pl.Expr:
        """Only leaders on the roster of the wave count."""
        return pl.col("is_on_roster")

    @dy.rule()
    def no_group(cls) -> pl.Expr:
        """Every dimension of the row is known."""
        return pl.col("is_placed")

    @dy.rule()
    def nothing_answered(cls) -> pl.Expr:
        """At least one question was answered."""
        return pl.col("is_answered")


class Placed(dy.Schema):
    """Which cell of which publication a row is about."""

    publication = dy.String()
    wave = dy.String()
    table_id = dy.String()
    way = dy.Int8(min=0, max=2)
    dim_1 = dy.String(nullable=True)
    level_1 = dy.String(nullable=True)
    dim_2 = dy.String(nullable=True)
    level_2 = dy.String(nullable=True)


class Cell(Placed):
    """One row per cell of the publication plan x measure; see docs/snapshot.md."""

    measure = dy.String()
    publication_class = dy.Enum(["coverage", "outcome", "count"], alias="class")
    n = dy.Int32(min=0)
    leaders = dy.Int32(nullable=True, min=0)
    lo = dy.Int32(nullable=True, min=0)
    hi = dy.Int32(nullable=True, min=0)
    status = dy.Enum(["published", "too_small", "complement", "policy", "not_asked"])
    low = dy.Float64(nullable=True, min=0, max=1)
    high = dy.Float64(nullable=True, min=0, max=1)
    response = dy.Enum(["ok", "amber", "low", "unknown", "all"])
    wider_table = dy.String(nullable=True)
    wider_level = dy.String(nullable=True)

    @dy.rule()
    def band_holds(cls) -> pl.Expr:
        """A band lies within 0..n."""
        return (pl.col("lo") <= pl.col("hi")) & (pl.col("hi") <= pl.col("n"))

    @dy.rule()
    def withheld_is_null(cls) -> pl.Expr:
        """What is withheld is null, never 0 or 99."""
        return (pl.col("status") == "published") | (pl.col("lo").is_null() & pl.col("low").is_null())


class Mean(Placed):
    """One row per cell of the publication plan x scale whose mean may be shown; see docs/snapshot.md."""

    scale = dy.String()
    publication_class = dy.Enum(["coverage", "outcome"], alias="class")
    n = dy.Int32(min=0)
    leaders = dy.Int32(nullable=True, min=0)
    lo = dy.Float64(nullable=True, min=0, max=100)
    hi = dy.Float64(nullable=True, min=0, max=100)
    step = dy.Float64(nullable=True, min=0, max=25)
    status = dy.Enum(["published", "too_small", "complement", "policy", "not_asked"])
    response = dy.Enum(["ok", "amber", "low", "unknown", "all"])
    wider_table = dy.String(nullable=True)
    wider_level = dy.String(nullable=True)

    @dy.rule()
    def interval_holds(cls) -> pl.Expr:
        """An interval is at least one step of its grid wide."""
        return pl.col("hi") - pl.col("lo") >= pl.col("step")

    @dy.rule()
    def withheld_is_null(cls) -> pl.Expr:
        """What is withheld is null."""
        return (pl.col("status") == "published") == pl.col("lo").is_not_null()


class NeedState(Placed):
    """One row per cell x state of need for support and support; see docs/snapshot.md."""

    state = dy.Enum(["need_little", "need_more", "calm_little", "calm_more"])
    lo = dy.Int32(min=0)
    hi = dy.Int32(min=0)
    n = dy.Int32(min=0)
    low = dy.Float64(min=0, max=1)
    high = dy.Float64(min=0, max=1)
