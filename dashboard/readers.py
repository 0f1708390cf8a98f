"""Who reads, and what each may open, take along and write down."""

from __future__ import annotations

# What each role may open, the widest first; somebody with several roles has the widest.
ROLES: dict[str, tuple[str, ...] | None] = {"adviser": None, "board": None, "council": ("accountability",)}
ROLE = "role"  # where a session keeps how to ask for the role of its reader: it may end between two clicks
MAY_TAKE = ("adviser", "board")  # paper, slides and tables
MAY_AGREE = ("adviser",)  # on actions; the board reads them
NOTE = "/accountability.pdf"  # the page Accountability to print, for every role
