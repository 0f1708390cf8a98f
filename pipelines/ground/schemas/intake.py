"""What a row of an export becomes on its way to the vault; a row that breaks a rule is told by the rule's name."""

from __future__ import annotations

import polars as pl

from pipelines.ground.frames import dy

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
