"""Publication: what passed the gate becomes tables, and the tables one read-only snapshot; pure functions of those.

describe: the public tables of one publication, from what was `Released`.
build, show, show_nothing: a checked snapshot file, put in its place as the one that is read; none at all.
bundled, on_show, readable, current: which publications the current snapshot holds, what it says of them in counts,
and its file.
auditor_cells, auditor_roster: figures and groups in the columns an outside auditor reads.
margin, response_word, silent_yes: what is said beside a band for who was silent.
"""

from pipelines.publication.auditor import auditor_cells, auditor_roster
from pipelines.publication.compose import describe
from pipelines.publication.margin import margin, response_word, silent_yes
from pipelines.publication.snapshot import build, bundled, current, on_show, readable, show, show_nothing

__all__ = [
    "auditor_cells",
    "auditor_roster",
    "build",
    "bundled",
    "current",
    "describe",
    "margin",
    "on_show",
    "readable",
    "response_word",
    "show",
    "show_nothing",
    "silent_yes",
]
