"""The typed frames that pass between steps; every published table has its one home here. `ddl` says it in SQL.

PUBLISHED: every published table by its name, in the order of docs/snapshot.md.
EVIDENCE: those of them that models fill.
PublishedTable: what a published table is: columns, comments, grain and rules.
Tables: the tables of one publication, by name.
frame_of: rows as a checked table.
up_to_date: a table as an earlier version made it, in the columns and types of today.

Calendar: the days of the waves that the board planned.
About, Publication, Policy: where a snapshot comes from, what it bundles, and the rules of each publication.
Level, Cell, Mean, Withheld: the groups, what may be said of them, and how much may not.
Contrast: what may be said about differences between them.
RockState, NeedState: what follows from the published bands.
Dictionary, Question, Target, Benchmark: words, what was asked, and what figures may be laid against.
Reliability: whether the scales measure well.
Evidence, EvidenceTerm, Research: whether support dampens what stress goes along with, here and elsewhere.
ModelCard, WhatIf: what the risk model may be used for, and what it expects.

Conformed: a row of an export on its way to the vault.
NO_FIGURE: the statuses of a cell that there was nothing to tell of.
UNKNOWN: the level of a leader with a gap on the roster.
"""

from pipelines.ground.schemas.cells import NO_FIGURE, Cell, Contrast, Level, Mean, NeedState, RockState, Withheld
from pipelines.ground.schemas.evidence import (
    Evidence,
    EvidenceTerm,
    ModelCard,
    Reliability,
    Research,
    WhatIf,
)
from pipelines.ground.schemas.intake import UNKNOWN, Conformed
from pipelines.ground.schemas.publication import About, Calendar, Policy, Publication
from pipelines.ground.schemas.table import PublishedTable, Tables, frame_of, up_to_date
from pipelines.ground.schemas.words import Benchmark, Dictionary, Question, Target

__all__ = [
    "EVIDENCE",
    "NO_FIGURE",
    "PUBLISHED",
    "UNKNOWN",
    "About",
    "Benchmark",
    "Calendar",
    "Cell",
    "Conformed",
    "Contrast",
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
    "Question",
    "Reliability",
    "Research",
    "RockState",
    "Tables",
    "Target",
    "WhatIf",
    "Withheld",
    "frame_of",
    "up_to_date",
]


def _by_name(*schemas: type[PublishedTable]) -> dict[str, type[PublishedTable]]:
    return {schema.table(): schema for schema in schemas}


EVIDENCE = _by_name(Reliability, Evidence, EvidenceTerm, ModelCard, WhatIf, Research)
PUBLISHED = {
    **_by_name(About, Dictionary, Publication, Level, Cell, Contrast, Mean, RockState, NeedState, Withheld),
    **_by_name(Policy, Question),
    **EVIDENCE,
    **_by_name(Target, Benchmark, Calendar),
}
