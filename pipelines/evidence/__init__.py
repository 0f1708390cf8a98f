"""Evidence: what goes along with support and stress over all waves; beside counting, the last room with leaders in it.

History, history: every leader's answers up to a wave, side by side.
estimate: what models say of one wave, for the gate: how reliable the scales are, whether support dampens stress, what
    may be foretold about who wants to leave, and what if more leaders used a pillar.
moderation, Moderation: the regression of an outcome on stress, support and their product, for a file of one's own.
judge, Evidence, sentence: which state that estimate allows, and its sentence.
svg: the same regression as a picture.
reliability: alpha, omega or Spearman-Brown of the items of a scale.
"""

from pipelines.evidence.buffer import Moderation, moderation
from pipelines.evidence.history import History, history
from pipelines.evidence.plot import svg
from pipelines.evidence.reliability import reliability
from pipelines.evidence.sentence import sentence
from pipelines.evidence.state import Evidence, judge
from pipelines.evidence.tables import estimate

__all__ = [
    "Evidence",
    "History",
    "Moderation",
    "estimate",
    "history",
    "judge",
    "moderation",
    "reliability",
    "sentence",
    "svg",
]
