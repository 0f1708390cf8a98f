"""The instrument: what was asked, what counts as support, what may be published; dated TOML, checked on loading."""

from pipelines.instruments.load import load_instrument
from pipelines.instruments.model import Attribute, Dimension, Instrument, Policy, Profile, Scale, Tier

__all__ = ["Attribute", "Dimension", "Instrument", "Policy", "Profile", "Scale", "Tier", "load_instrument"]
