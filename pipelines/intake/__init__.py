"""A room of the house; its door is being made.

read_numbers: columns of a file of the steward's own as numbers, for evidence that is not kept.
"""

from pipelines.intake.numbers import read_numbers

__all__ = ["read_numbers"]
