"""Earlier: a dictionary that was frozen before it said what figures mean, as if it had said so."""

from __future__ import annotations

import polars as pl

from pipelines.ground.frames import dy
from pipelines.ground.schemas import Cell, Dictionary, Mean
from pipelines.instruments import earlier_meaning

MEANING = ("higher_is", "topic", "roles")


def with_meaning(
    dictionary: dy.DataFrame[Dictionary], cell: dy.DataFrame[Cell], mean: dy.DataFrame[Mean]
) -> dy.DataFrame[Dictionary]:
    """The dictionary of one publication, with what figures mean; its cells and means say the class of each figure."""
    if any(dictionary[name].count() for name in MEANING):
        return dictionary
    classes = {("measure", code): found for code, found in cell.select("measure", "class").unique().iter_rows()}
    classes |= {("scale", code): found for code, found in mean.select("scale", "class").unique().iter_rows()}
    meanings = [
        earlier_meaning(kind, code, classes.get((kind, code)))
        for kind, code in dictionary.select("kind", "code").iter_rows()
    ]
    said = pl.DataFrame(
        [(meaning.higher_is, meaning.topic, " ".join(meaning.roles) or None) for meaning in meanings],
        schema=dict.fromkeys(MEANING, pl.String),
        orient="row",
    )
    return Dictionary.cast(dictionary.with_columns(said))
