"""The instrument: what was asked, what counts as support, what may be published; dated TOML, checked on loading.

load_instrument: the instrument of a home or of this version; Refused, with file and key, for a mistake in it.
stored_instrument: the one that was stored with a wave.
Instrument: all of it. Scale, Attribute, Dimension, Word: its parts.
Profile: how one survey tool writes its export.
Policy, Plan, Tier: the rules of protection in force, and which tables a board of some size may have.
Draws, Rung: how often bands are drawn, and what is left when no draw is safe.
Model, Named: what every table of TOML is made of: unknown keys are mistakes; a code and a label in both languages.
RULE_SCALES: the scales that the rule of being at risk looks at, as the shipped instrument calls them.
TOGETHER: what stands between names of merged levels.

Meaning, meaning_of, earlier_meaning: which way is better, topic and roles of what is published, now and before that
    was written down.
plan_in_blocks: a publication plan as it was written before, in blocks.
attainable_scores, possible_scores: what a leader can score on a scale with every item answered, and with some open.
codes_by_answer, columns_by_question: how a leader reads answers and questions, to read them back.
load_roster_words, RosterWords: how offices call what a roster says. check_roster_words: Refused for what there is not.
DESK_ROSTER: the file that the desk keeps of it.
TICKED, NOT_TICKED: what a survey tool writes in a box of a list. YES, NO: and for these two answers.
MISSING_WORDS, MISSING_CODES: what it writes where nothing was answered. OTHER: before words of one's own.
suggest, unknown_level: "did you mean", and the refusal of a level nobody knows.

method_on: the choices of the statistics in force on a day.
contrasts_on, Contrasts: the same, of what is called a difference.
Method: all of them. Reliable, Buffer, Outcome, Risk: of one question each.
model_grid, Grid: how finely what a model says may leave the vault.
Refusals, Refusal, load_refusals: what no export may hold, and how it is recognised.
"""

from pipelines.instruments.checks import attainable_scores, possible_scores, suggest, unknown_level
from pipelines.instruments.earlier import earlier_meaning
from pipelines.instruments.earlier_plan import plan_in_blocks
from pipelines.instruments.load import load_instrument
from pipelines.instruments.meaning import Meaning, meaning_of
from pipelines.instruments.method import (
    Buffer,
    Contrasts,
    Grid,
    Method,
    Outcome,
    Reliable,
    Risk,
    contrasts_on,
    method_on,
    model_grid,
)
from pipelines.instruments.model import RULE_SCALES, Attribute, Instrument, Scale, Word
from pipelines.instruments.profile import Profile
from pipelines.instruments.refusals import Refusal, Refusals, load_refusals
from pipelines.instruments.roster import DESK_ROSTER, RosterWords, check_roster_words, load_roster_words
from pipelines.instruments.rules import (
    TOGETHER,
    Dimension,
    Draws,
    Model,
    Named,
    Plan,
    Policy,
    Rung,
    Tier,
)
from pipelines.instruments.stored import stored_instrument
from pipelines.instruments.wording import (
    MISSING_CODES,
    MISSING_WORDS,
    NO,
    NOT_TICKED,
    OTHER,
    TICKED,
    YES,
    codes_by_answer,
    columns_by_question,
)

__all__ = [
    "DESK_ROSTER",
    "MISSING_CODES",
    "MISSING_WORDS",
    "NO",
    "NOT_TICKED",
    "OTHER",
    "RULE_SCALES",
    "TICKED",
    "TOGETHER",
    "YES",
    "Attribute",
    "Buffer",
    "Contrasts",
    "Dimension",
    "Draws",
    "Grid",
    "Instrument",
    "Meaning",
    "Method",
    "Model",
    "Named",
    "Outcome",
    "Plan",
    "Policy",
    "Profile",
    "Refusal",
    "Refusals",
    "Reliable",
    "Risk",
    "RosterWords",
    "Rung",
    "Scale",
    "Tier",
    "Word",
    "attainable_scores",
    "check_roster_words",
    "codes_by_answer",
    "columns_by_question",
    "contrasts_on",
    "earlier_meaning",
    "load_instrument",
    "load_refusals",
    "load_roster_words",
    "meaning_of",
    "method_on",
    "model_grid",
    "plan_in_blocks",
    "possible_scores",
    "stored_instrument",
    "suggest",
    "unknown_level",
]
