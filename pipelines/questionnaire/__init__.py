"""The questionnaire a leader fills in, made of the instrument, and what else a board hands out before a wave.

sheet_of: every question of an instrument in the order it is asked, in one language.
Sheet: such a list of questions.
limesurvey: a sheet as LimeSurvey's structure file.
profile_toml: the profile that reads the answers to that file.
paper: a sheet as a PDF to print.
table: a sheet as a table to type into Forms or another tool.

leaflet: where support is and how to ask for it, as a PDF.
read_places: the places the board names for the leaflet.
letter: what leaders are told about the survey, as a PDF.
read_sender: who writes that letter, as the board says.
Sender, Days: who that is, and the first and last day of a wave.

annex: what the board's own DPIA can use of all this.
markdown, pdf: the annex as Markdown, and as a PDF.

begin: write what a new board starts with.
Beginning: what a board says of itself to begin.
regions_of, kinds_of, wave_of: what it types, read; Refused where it cannot be.
leaders_of: how many leaders it has, the same way.
Expected: which differences it will see, for the letter of expectations.
known_kinds: the school types that need no explaining.
in_order: waves in their order; Refused where two cannot both be.
letter_of_wave: the letter about a wave of a home, and whether the board has said what it needs.
"""

from pipelines.questionnaire.begin import Beginning, begin, letter_of_wave
from pipelines.questionnaire.dpia import annex, markdown, pdf
from pipelines.questionnaire.expectations import Expected, leaders_of
from pipelines.questionnaire.leaflet import leaflet, read_places
from pipelines.questionnaire.letter import Days, Sender, letter, read_sender
from pipelines.questionnaire.lime import limesurvey
from pipelines.questionnaire.lime_profile import profile_toml
from pipelines.questionnaire.paper import paper
from pipelines.questionnaire.sheet import Sheet, sheet_of
from pipelines.questionnaire.table import table
from pipelines.questionnaire.typed import in_order, kinds_of, known_kinds, regions_of, wave_of

__all__ = [
    "Beginning",
    "Days",
    "Expected",
    "Sender",
    "Sheet",
    "annex",
    "begin",
    "in_order",
    "kinds_of",
    "known_kinds",
    "leaders_of",
    "leaflet",
    "letter",
    "letter_of_wave",
    "limesurvey",
    "markdown",
    "paper",
    "pdf",
    "profile_toml",
    "read_places",
    "read_sender",
    "regions_of",
    "sheet_of",
    "table",
    "wave_of",
]
