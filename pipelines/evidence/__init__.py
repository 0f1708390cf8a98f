"""Evidence: what goes along with support and stress over all waves; beside counting, the last room with leaders in it.

History, history: every leader's answers up to a wave, side by side.
estimate: the tables of one publication: how reliable the scales are, whether support dampens stress, what may be
    foretold about who wants to leave, and what if more leaders used a pillar.
estimated_before: the same as an earlier publication of the wave told it, under a new name.
weight_tables: for a federation, whether its figures would stand if every group had answered alike.
within_ranges: what of these tables the published ranges carry.
withheld_flags: which attributes are withheld because their scales measure too little.
moderation, Moderation: the regression of an outcome on stress, support and their product, for a file of one's own.
judge, Evidence, sentence: which state that estimate allows, and its sentence.
svg: the same regression as a picture.
reliability: alpha, omega or Spearman-Brown of the items of a scale.
"""

from pipelines.evidence.buffer import Moderation, moderation
from pipelines.evidence.federation import weight_tables
from pipelines.evidence.history import History, history
from pipelines.evidence.plot import svg
from pipelines.evidence.presence import within_ranges
from pipelines.evidence.quality import withheld_flags
from pipelines.evidence.reliability import reliability
from pipelines.evidence.sentence import sentence
from pipelines.evidence.state import Evidence, judge
from pipelines.evidence.tables import estimate, estimated_before

__all__ = [
    "Evidence",
    "History",
    "Moderation",
    "estimate",
    "estimated_before",
    "history",
    "judge",
    "moderation",
    "reliability",
    "sentence",
    "svg",
    "weight_tables",
    "withheld_flags",
    "within_ranges",
]
