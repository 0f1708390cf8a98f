"""Earlier: what figures mean of which no file said so yet, in vaults and publications of before roles.

The pages then went by the codes of the shipped instrument, whatever instrument used them, and by the class of a figure
where they did not know its code. The same is done here, so that an old home reads on as it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pipelines.instruments.load import load_instrument
from pipelines.instruments.meaning import OF_CLASS, Meaning, meaning_of


def earlier_meaning(kind: str, code: str, publication_class: str | None) -> Meaning:
    """The meaning of a measure, scale or dimension; class None where it is not known. Nothing known: no meaning."""
    shipped = _shipped().get((kind, code))
    if shipped is not None and publication_class in (None, shipped[0]):
        return shipped[1]
    return next((meaning for known, meaning in OF_CLASS.items() if known == publication_class), Meaning())


@cache
def _shipped() -> Mapping[tuple[str, str], tuple[str | None, Meaning]]:
    """Kind and code -> class and meaning, of all in the shipped instrument."""
    instrument = load_instrument()
    classed = {("measure", one.code): one for one in instrument.attributes} | {
        ("scale", one.code): one for one in instrument.scales
    }
    return {
        **{key: (one.publication_class, meaning_of(instrument, one)) for key, one in classed.items()},
        **{("dimension", one.code): (None, meaning_of(instrument, one)) for one in instrument.dimensions},
    }
