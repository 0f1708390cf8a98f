"""Publication: what passed the gate becomes tables, and the tables of all publications one read-only snapshot.

describe: the public tables of one publication.
build: a checked snapshot file of all publications, beside its place.
show: put it in its place as the one that is read.
show_only: the same, or nothing, with no file left that holds a withdrawn publication.
holding: the snapshot files that hold one.
clear_damaged: remove snapshots that are not what was shown.
bundled: which publications the current snapshot holds.
on_show: what is on show, in counts.
verify, Verified: the fingerprints of the publications in a snapshot, as given and as found.
named: the name of the one that is pointed to, there or not.
readable, current: the current snapshot, when it can be read, and wherever it stands.
auditor_cells, auditor_roster: figures and groups in the columns an outside auditor reads.
foresee, Foreseen: which differences a board of a size will see.
margin, response_word, silent_yes: what is said beside a band for who was silent.
"""

from pipelines.publication.auditor import auditor_cells, auditor_roster
from pipelines.publication.compose import describe
from pipelines.publication.foresee import Foreseen, foresee
from pipelines.publication.margin import margin, response_word, silent_yes
from pipelines.publication.snapshot import build, bundled, clear_damaged, current, named, on_show, readable, show
from pipelines.publication.takeaway import holding, show_only
from pipelines.publication.verify import Verified, verify

__all__ = [
    "Foreseen",
    "Verified",
    "auditor_cells",
    "auditor_roster",
    "build",
    "bundled",
    "clear_damaged",
    "current",
    "describe",
    "foresee",
    "holding",
    "margin",
    "named",
    "on_show",
    "readable",
    "response_word",
    "show",
    "show_only",
    "silent_yes",
    "verify",
]
