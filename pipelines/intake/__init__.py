"""Intake: what an office delivers becomes answers that count; nothing is kept here, and bad rows are explained.

The steps of an import, in this order
    Source: the files of one import and how they are read.
    read_files: the files as sheets of strings, the roster and the events; Refused where one holds personal data.
    understand: which column is which of ours, and what its answers say.
    conform_rows: one row per leader, bad rows apart, as `Conformed`.
    settle: the import under the vault's codes, and how it stands to what the vault holds.
    score: answers become scores.
    Conformed: what an export says, row by row, before anything is kept.
    Imported: what became of every row.

Beside an import
    file_hash: by which a file is known again.
    read_calendar: the first and last day of each wave, from a waves.csv.
    response: how many answered in each group.
    unpublished: imported waves without a publication.
    takes_outcomes: whether the policy lets in who left.
    read_numbers, read_items, Numbers: columns of a file of the steward's own, for evidence that is not kept.

An export of an unknown tool
    propose_profile: what each of its columns probably is, as a `Proposal`.
    Proposal: the guesses, and the profile that can be made of them.
    save_profile: keep what was decided about them in the home.

What the desk offers
    profiles, targets: the layouts there are, and the columns that a column may be.
    labels: how the screen calls groups and levels.
    this_wave, choosable_waves: the wave of today, and those that may be chosen.
"""

from pipelines.intake.calendar import read_calendar
from pipelines.intake.choices import choosable_waves, labels, profiles, targets, this_wave
from pipelines.intake.conform import Imported
from pipelines.intake.numbers import Numbers, read_items, read_numbers
from pipelines.intake.proposal import Proposal, propose_profile, save_profile
from pipelines.intake.read import file_hash
from pipelines.intake.response import response
from pipelines.intake.score import score
from pipelines.intake.settle import settle
from pipelines.intake.source import Source, read_files, takes_outcomes, unpublished
from pipelines.intake.understand import Conformed, conform_rows, understand

__all__ = [
    "Conformed",
    "Imported",
    "Numbers",
    "Proposal",
    "Source",
    "choosable_waves",
    "conform_rows",
    "file_hash",
    "labels",
    "profiles",
    "propose_profile",
    "read_calendar",
    "read_files",
    "read_items",
    "read_numbers",
    "response",
    "save_profile",
    "score",
    "settle",
    "takes_outcomes",
    "targets",
    "this_wave",
    "understand",
    "unpublished",
]
