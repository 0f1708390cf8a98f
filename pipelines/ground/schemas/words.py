"""What a reader needs beside the figures: words, questions, and what the board's figures may be laid against."""

from __future__ import annotations

from pipelines.ground.frames import dy
from pipelines.ground.schemas.table import OfPublication, PublishedTable


class Dictionary(PublishedTable):
    """Every word, label and definition in Dutch and English; one row per kind and code."""

    GRAIN = ("kind", "code")

    code = dy.String(description="language-free code")
    kind = dy.String(
        description="measure, dimension, level, pillar, scale, purpose (why a scale or block of questions is asked), "
        "item, word or status"
    )
    nl = dy.String(description="Dutch label")
    en = dy.String(description="English label")
    definition_nl = dy.String(description="Dutch definition")
    definition_en = dy.String(description="English definition")
    source = dy.String(description="where the definition comes from")
    higher_is = dy.Enum(
        ["better", "worse"], nullable=True, description="of a measure or scale: what more of it is for leaders"
    )
    topic = dy.String(
        nullable=True,
        description="of a measure or scale: the subject it is shown under: support, pillars, strain or asking",
    )
    roles = dy.String(
        nullable=True,
        description="of a measure or dimension: its places on the pages, with a space between (lead "
        "pillar:buddy:used); docs/instruments.md explains each; none: in the order of the instrument",
    )
    position = dy.Int32(min=0, description="order on screen")


class Question(OfPublication):
    """What was asked; one row per publication x question."""

    GRAIN = ("publication", "code")

    code = dy.String(description="question code")
    scale = dy.String(description="scale it belongs to")
    nl = dy.String(description="Dutch text")
    en = dy.String(description="English text")
    asked = dy.Bool(description="whether it was asked in this wave")
    position = dy.Int32(min=0, description="order in the questionnaire")


class Target(PublishedTable):
    """What the board wants to reach; one row per measure and date."""

    GRAIN = ("measure", "since")

    measure = dy.String(description="attribute code")
    share = dy.Float64(min=0, max=1, description="wanted share of leaders")
    since = dy.Date(description="in force since")
    reason_nl = dy.String(description="why, in Dutch")
    reason_en = dy.String(description="why, in English")


class Benchmark(PublishedTable):
    """Sourced figures from elsewhere; one row per measure, year, population and source."""

    GRAIN = ("measure", "year", "population_en", "source")

    measure = dy.String(description="attribute code")
    share = dy.Float64(description="share")
    year = dy.Int32(description="year")
    population_nl = dy.String(description="who, in Dutch")
    population_en = dy.String(description="who, in English")
    source = dy.String(description="reference")
