"""The questionnaire a leader fills in, made of the instrument: for LimeSurvey, on paper, or as a table for Forms.

And the leaflet and the letter that go with it, and what the board's own DPIA can use of all this.
"""

from pipelines.questionnaire.dpia import annex, markdown, pdf
from pipelines.questionnaire.leaflet import leaflet, read_places
from pipelines.questionnaire.letter import Days, Sender, letter, read_sender
from pipelines.questionnaire.lime import limesurvey
from pipelines.questionnaire.lime_profile import profile_toml
from pipelines.questionnaire.paper import paper
from pipelines.questionnaire.sheet import Sheet, sheet_of
from pipelines.questionnaire.table import table

__all__ = [
    "Days", "Sender", "Sheet", "annex", "leaflet", "letter", "limesurvey", "markdown", "paper", "pdf", "profile_toml",
    "read_places", "read_sender", "sheet_of", "table",
]  # fmt: skip
