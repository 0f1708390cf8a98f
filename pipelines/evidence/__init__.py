"""Evidence: what goes along with support and stress over all waves; beside counting, the last room with leaders in it.

History, history: every leader's answers up to a wave, side by side.
estimate: what models say of one wave, for the gate: how reliable the scales are, whether support dampens stress, what
    may be foretold about who wants to leave, and what if more leaders used a pillar.
work_out, OwnFile: the buffer in a file of one's own.
sentence: what may be said of it.
svg: its lines as a picture.
reliability: alpha, omega or Spearman-Brown of the items of a scale.
"""

from pipelines.evidence.history import History, history
from pipelines.evidence.own import OwnFile, work_out
from pipelines.evidence.plot import svg
from pipelines.evidence.reliability import reliability
from pipelines.evidence.sentence import sentence
from pipelines.evidence.tables import estimate

__all__ = [
    "History",
    "OwnFile",
    "estimate",
    "history",
    "reliability",
    "sentence",
    "svg",
    "work_out",
]
