"""Writes the board paper: `python -m dashboard.report --wave 2026Q3 --out paper.pdf`."""

import sys

from dashboard.report.cli import main

sys.exit(main(sys.argv[1:]))
