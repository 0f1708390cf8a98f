"""Proposal: what the columns of an unknown export probably are, before anybody decided."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.ground.errors import Refused
from pipelines.ground.messages import say
from pipelines.ground.settings import Home
from pipelines.instruments import Profile, load_instrument
from pipelines.intake.decided import Decided
from pipelines.intake.layout import below_unknown, lay_out, recognise
from pipelines.intake.personal import personal_columns
from pipelines.intake.propose import Guess, as_chosen, as_toml, propose
from pipelines.intake.read import read_sheet
from pipelines.intake.source import named_profile

LONGEST_CODE = 60  # letters of the name of a file
PLAIN = "native"  # the profile of a file with one row of heads and no marks


@dataclass(frozen=True)
class Proposal:
    """What an export probably is, column by column, before anybody decided."""

    base: Profile  # the layout it was recognised by, else the plain one
    is_recognised: bool
    guesses: list[Guess]

    def toml(self, code: str, lang: str) -> str:
        """The profile to start from."""
        return self._toml(self.guesses, self.base, code, lang)

    def chosen_toml(self, decided: Decided, code: str, name: str, lang: str) -> str:
        """The profile as somebody decided: what is read as what, what answers mean, and what is left out."""
        base = decided.profile(self.base)
        base = base.model_copy(update={"columns": self.base.columns, "drop": tuple(dict.fromkeys(base.drop))})
        return self._toml(as_chosen(self.guesses, decided.columns, decided.drop), base, code, lang, name)

    def _toml(self, guesses: Sequence[Guess], base: Profile, code: str, lang: str, name: str | None = None) -> str:
        return as_toml(guesses, base, code, lambda key, **values: say(lang, f"propose.{key}", **values), lang, name)


def save_profile(home: Home, proposal: Proposal, decided: Decided, name: str, lang: str) -> Path:
    """Keep how an export was read as a profile of the home, by which the next one is recognised.

    A profile of the same name is replaced.
    """
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    code = "_".join(["own", *re.findall("[a-z0-9]+", letters)])[:LONGEST_CODE]
    place = home.instruments / "exports" / f"{code}.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    build = place.with_suffix(".build")
    build.write_text(proposal.chosen_toml(decided, code, " ".join(name.split()), lang), encoding="utf-8")
    build.replace(place)
    return place


def propose_profile(home: Home, file: Path, instruments: Path | None = None, profile: str | None = None) -> Proposal:
    """Look at the heads and questions of an export and say what each column probably is; no answer is repeated."""
    instrument = load_instrument(home.instruments, instruments)
    sheet = below_unknown(read_sheet(file), instrument.profiles, instrument)
    is_recognised = True
    if profile:
        base = named_profile(instrument.profiles, profile)
    else:
        try:
            base = recognise(sheet, instrument.profiles, instrument)
        except Refused as refusal:
            if not refusal.rule.startswith("layout_unknown"):
                raise
            base = named_profile(instrument.profiles, PLAIN)
            is_recognised = False
    laid = lay_out(sheet, base, instrument, is_proposal=True)
    personal = personal_columns(laid.raw, laid.reads, laid.dropped, laid.texts)
    guesses = propose(laid.raw.columns, laid.texts, laid.reads, laid.dropped, personal, instrument)
    return Proposal(base, is_recognised, guesses)
