"""Intake: what an office delivers becomes answers that count; nothing is kept here, bad rows are explained.

Source: the files of one import and how they are read. read_files, understand, conform_rows, score: the steps of an
import, in that order; Conformed: what they lead to. settle: an import under the vault's codes, ready to be stored.
Imported: what became of every row. file_hash: by which a file is known again.
read_calendar: the first and last day of each wave. unpublished: imported waves without a publication.
takes_outcomes: whether the policy lets in who left. read_numbers: columns of a file of the steward's own as numbers.
Proposal, propose_profile, save_profile, profiles, targets: how an unknown export could be read, and keeping that.
Preview, preview: what would come of an import. labels, choosable_waves, this_wave: what the desk shows beside it.
"""

from pipelines.intake.calendar import read_calendar
from pipelines.intake.conform import Imported
from pipelines.intake.numbers import read_numbers
from pipelines.intake.preview import (
    Preview,
    choosable_waves,
    labels,
    preview,
    profiles,
    save_profile,
    targets,
    this_wave,
)
from pipelines.intake.proposal import Proposal, propose_profile
from pipelines.intake.read import file_hash
from pipelines.intake.score import score
from pipelines.intake.settle import settle
from pipelines.intake.source import Source, read_files, takes_outcomes, unpublished
from pipelines.intake.understand import Conformed, conform_rows, understand

__all__ = [
    "Conformed",
    "Imported",
    "Preview",
    "Proposal",
    "Source",
    "choosable_waves",
    "conform_rows",
    "file_hash",
    "labels",
    "preview",
    "profiles",
    "propose_profile",
    "read_calendar",
    "read_files",
    "read_numbers",
    "save_profile",
    "score",
    "settle",
    "takes_outcomes",
    "targets",
    "this_wave",
    "understand",
    "unpublished",
]
