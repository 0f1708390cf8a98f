"""Publication: what passed the gate becomes tables, and the tables of all publications one read-only snapshot.

describe: the public tables of one publication.
build: a checked snapshot file of all publications, beside its place.
show: put it in its place as the one that is read.
show_only: the same, or nothing, with no file left that holds a withdrawn publication.
holding: the snapshot files that hold one.
bundled: which publications the current snapshot holds.
on_show: what is on show, in counts.
readable, current: the current snapshot, when it can be read, and wherever it stands.
auditor_cells, auditor_roster: figures and groups in the columns an outside auditor reads.
foresee, Foreseen: which differences a board of a size will see.
margin, response_word, silent_yes: what is said beside a band for who was silent.
"""

from pipelines.publication.auditor import auditor_cells, auditor_roster
from pipelines.publication.compose import describe
from pipelines.publication.foresee import Foreseen, foresee
from pipelines.publication.margin import margin, response_word, silent_yes
from pipelines.publication.snapshot import build, bundled, current, on_show, readable, show
from pipelines.publication.takeaway import holding, show_only

__all__ = [
    "Foreseen",
    "auditor_cells",
    "auditor_roster",
    "build",
    "bundled",
    "current",
    "describe",
    "foresee",
    "holding",
    "margin",
    "on_show",
    "readable",
    "response_word",
    "show",
    "show_only",
    "silent_yes",
]
