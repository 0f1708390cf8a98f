"""The instrument: what was asked, what counts as support, what may be published; dated TOML, checked on loading."""

from pipelines.instruments.checks import attainable_scores, possible_scores
from pipelines.instruments.load import load_instrument
from pipelines.instruments.model import RULE_SCALES, Attribute, Instrument, Scale
from pipelines.instruments.rules import Dimension, Policy, Profile, Tier

__all__ = [
    "RULE_SCALES",
    "Attribute",
    "Dimension",
    "Instrument",
    "Policy",
    "Profile",
    "Scale",
    "Tier",
    "attainable_scores",
    "load_instrument",
    "possible_scores",
]
