"""The typed frames that pass between steps; every table of a snapshot has its one home here.

`PUBLISHED`: every published table by its name, in the order of docs/snapshot.md.
`EVIDENCE`: those of them that estimates fill.
`PublishedTable`, `Tables`: what a published table is, and those of one publication by name.
`frame_of`, `up_to_date`: how rows become a checked frame, and how a table that an earlier version made is read.
`Conformed`, `UNKNOWN`: a row of an export on its way to the vault, and the level of who has a gap on the roster.
The other names are the tables themselves; `ddl` says a table in SQL.
"""

from pipelines.ground.schemas.cells import Cell, Change, Level, Mean, NeedState, RockState, Withheld
from pipelines.ground.schemas.evidence import (
    Evidence,
    EvidenceTerm,
    ModelCard,
    Quality,
    Reliability,
    Research,
    Weighting,
    WhatIf,
)
from pipelines.ground.schemas.intake import UNKNOWN, Conformed
from pipelines.ground.schemas.publication import About, Policy, Publication
from pipelines.ground.schemas.table import PublishedTable, Tables, frame_of, up_to_date
from pipelines.ground.schemas.words import Benchmark, Dictionary, Question, Target

__all__ = [
    "EVIDENCE",
    "PUBLISHED",
    "UNKNOWN",
    "About",
    "Benchmark",
    "Cell",
    "Change",
    "Conformed",
    "Dictionary",
    "Evidence",
    "EvidenceTerm",
    "Level",
    "Mean",
    "ModelCard",
    "NeedState",
    "Policy",
    "Publication",
    "PublishedTable",
    "Quality",
    "Question",
    "Reliability",
    "Research",
    "RockState",
    "Tables",
    "Target",
    "Weighting",
    "WhatIf",
    "Withheld",
    "frame_of",
    "up_to_date",
]


def _by_name(*schemas: type[PublishedTable]) -> dict[str, type[PublishedTable]]:
    return {schema.table(): schema for schema in schemas}


EVIDENCE = _by_name(Reliability, Quality, Evidence, EvidenceTerm, ModelCard, WhatIf, Weighting, Research)
PUBLISHED = {
    **_by_name(About, Dictionary, Publication, Level, Cell, Mean, RockState, NeedState, Change, Withheld),
    **_by_name(Policy, Question),
    **EVIDENCE,
    **_by_name(Target, Benchmark),
}
