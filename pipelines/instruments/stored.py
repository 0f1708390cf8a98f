"""The instrument as a wave keeps it: checked once per different text, for the waves of a school year share theirs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pipelines.instruments.model import Instrument

DIFFERENT = 64  # texts that are remembered; a board has one or two a school year


def stored_instrument(kept: Mapping[str, Any]) -> Instrument:
    """The instrument that was stored with a wave."""
    return _checked(json.dumps(kept, sort_keys=True))


@lru_cache(maxsize=DIFFERENT)
def _checked(text: str) -> Instrument:
    return Instrument.model_validate_json(text)
