"""The instrument: what was asked, what counts as support, what may be published; dated TOML, checked on loading."""

from pipelines.instruments.checks import attainable_scores, possible_scores, suggest
from pipelines.instruments.earlier import earlier_meaning
from pipelines.instruments.load import load_instrument
from pipelines.instruments.meaning import Meaning, meaning_of
from pipelines.instruments.method import method_on
from pipelines.instruments.model import RULE_SCALES, Attribute, Instrument, Scale, Word
from pipelines.instruments.rules import Dimension, Named, Policy, Profile, Tier

__all__ = [
    "RULE_SCALES",
    "Attribute",
    "Dimension",
    "Instrument",
    "Meaning",
    "Named",
    "Policy",
    "Profile",
    "Scale",
    "Tier",
    "Word",
    "attainable_scores",
    "earlier_meaning",
    "load_instrument",
    "meaning_of",
    "method_on",
    "possible_scores",
    "suggest",
]
