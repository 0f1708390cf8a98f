"""The questionnaire a leader fills in, made of the instrument: for LimeSurvey, on paper, or as a table for Forms."""

from pipelines.questionnaire.lime import limesurvey
from pipelines.questionnaire.lime_profile import profile_toml
from pipelines.questionnaire.paper import paper
from pipelines.questionnaire.sheet import Sheet, sheet_of
from pipelines.questionnaire.table import table

__all__ = ["Sheet", "limesurvey", "paper", "profile_toml", "sheet_of", "table"]
