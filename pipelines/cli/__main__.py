"""Runs a command: `python -m pipelines.cli waves`."""

from pipelines.cli import main

main()
