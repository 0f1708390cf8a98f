"""Writes the board paper: `python -m dashboard.report --wave 2026Q3 --out paper.pdf`."""

import sys

from dashboard.__main__ import main

sys.exit(main(["report", *sys.argv[1:]]))
