"""Codes: what has one is named by it alone, so no two of a kind may share it."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.ground.errors import Refused
from pipelines.instruments.model import Instrument


def check_codes_of_files(codes: Iterable[tuple[str, str]]) -> None:
    """Refused with both files where the two say the same code; `codes`: file and code."""
    first: dict[str, str] = {}
    for file, code in codes:
        if code in first:
            raise Refused("instrument_files_one_code", first=first[code], second=file, code=code)
        first[code] = file


def check_codes(instrument: Instrument) -> None:
    """Refused with file, kind and code where a code stands twice."""
    one = instrument
    kinds: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("instrument.toml", "purpose", (purpose.code for purpose in one.purposes)),
        ("vocabulary.toml", "word", (f"{word.kind}:{word.code}" for word in one.words)),
        ("pillars.toml", "pillar", (pillar.code for pillar in one.pillars)),
        ("pillars.toml", "rock", (rock.code for rock in one.rocks)),
        ("pillars.toml", "question", (question.code for question in one.questions)),
        ("dimensions.toml", "dimension", (dimension.code for dimension in one.dimensions)),
        ("scales/*.toml", "item", (item.code for scale in one.scales for item in scale.items)),
    )
    for file, kind, codes in kinds:
        seen: set[str] = set()
        for code in codes:
            if code in seen:
                raise Refused("instrument_code_twice", file=file, kind=f"[[{kind}]]", code=code)
            seen.add(code)
