"""Intake: what an office delivers becomes answers that count; nothing is kept here, and bad rows are explained.

The steps of an import, in this order
    Source: the files of one import and how they are read. Decided: what the steward said about them.
    read_files: the files as sheets of strings, the roster and the events; Refused where one holds personal data.
    understand: which column is which of ours, and what its answers say.
    conform_rows: one row per leader, bad rows apart, as `Conformed`.
    settle: the import under the vault's codes, and how it stands to what the vault holds.
    score: answers become scores.
    Conformed: what an export says, row by row, before anything is kept.
    Imported: what became of every row.

Beside an import
    file_hash: by which a file is known again.
    planned_waves: the waves that the board planned, with their days.
    hashes_of: the same of the files of an import, by their kind.
    read_calendar: the first and last day of each wave, from a waves.csv.
    response: how many answered in each group.
    unpublished: imported waves without a publication.
    takes_outcomes: whether the policy lets in who left.
    read_numbers, read_items, Numbers: columns of a file of the steward's own, for evidence that is not kept.

An export of an unknown tool
    propose_profile: what each of its columns probably is, as a `Proposal`.
    Proposal: the guesses, and the profile that can be made of them. Guess: what one column probably is.
    save_profile: keep what was decided about them in the home.
    is_roster, propose_roster, roster_toml: the same for a roster: whether it is one, what its columns are, as TOML.
    RosterProposal: the guesses about it, and its words that are no groups yet.

What the desk offers
    Choices: layouts, columns, answers and groups to choose from, as the screen calls them.
    roster_readings: what each column of a roster is read as.
    this_wave, choosable_waves: the wave of today, and those that may be chosen.
    keep_roster_words: keep in the home how a roster was read.
    Draft: what was decided about an export that is not imported yet.
"""

from pipelines.intake.calendar import planned_waves, read_calendar
from pipelines.intake.choices import Choices, choosable_waves, roster_readings, this_wave
from pipelines.intake.conform import Imported
from pipelines.intake.decided import Decided
from pipelines.intake.drafts import Draft
from pipelines.intake.numbers import Numbers, read_items, read_numbers
from pipelines.intake.proposal import Proposal, propose_profile, save_profile
from pipelines.intake.propose import Guess
from pipelines.intake.read import file_hash
from pipelines.intake.response import response
from pipelines.intake.roster_kept import keep_roster_words
from pipelines.intake.roster_proposal import RosterProposal, is_roster, propose_roster
from pipelines.intake.roster_toml import roster_toml
from pipelines.intake.score import score
from pipelines.intake.settle import hashes_of, settle
from pipelines.intake.source import Source, read_files, takes_outcomes, unpublished
from pipelines.intake.understand import Conformed, conform_rows, understand

__all__ = [
    "Choices",
    "Conformed",
    "Decided",
    "Draft",
    "Guess",
    "Imported",
    "Numbers",
    "Proposal",
    "RosterProposal",
    "Source",
    "choosable_waves",
    "conform_rows",
    "file_hash",
    "hashes_of",
    "is_roster",
    "keep_roster_words",
    "planned_waves",
    "propose_profile",
    "propose_roster",
    "read_calendar",
    "read_files",
    "read_items",
    "read_numbers",
    "response",
    "roster_readings",
    "roster_toml",
    "save_profile",
    "score",
    "settle",
    "takes_outcomes",
    "this_wave",
    "understand",
    "unpublished",
]
