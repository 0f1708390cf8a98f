"""The commands that write what the rules in force make: questionnaire, leaflet, letter, and the annex to a DPIA."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.options import HomeOption, InstrumentsOption, LangOption, NextWaveOption, OutOption
from pipelines.cli.speech import open_home, tell
from pipelines.ground.errors import WrongUsage
from pipelines.ground.language import DEFAULT

if TYPE_CHECKING:
    from pipelines.ground.period import WaveDays
    from pipelines.ground.settings import Home
    from pipelines.instruments import Instrument

commands = typer.Typer()


@commands.command()
def questionnaire(
    out: OutOption,
    form: Annotated[str, typer.Option("--format", help="questionnaire_format")] = "pdf",
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Write the questionnaire."""
    out.write_bytes(_questionnaire(_instrument(open_home(home), instruments), form, lang))
    tell(lang, "questionnaire_written", out=out)


@commands.command()
def leaflet(
    out: OutOption,
    places: Annotated[Path | None, typer.Option("--places", readable=False, help="leaflet_places")] = None,
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Write the leaflet for school leaders."""
    from pipelines import questionnaire

    place = open_home(home)
    file = places or (place.leaflet if place.leaflet.exists() else None)
    known = questionnaire.read_places(file) if file else ()
    policy = _instrument(place, instruments).policy(dt.date.today())
    out.write_bytes(questionnaire.leaflet(known, policy, lang))
    tell(lang, "leaflet_written", out=out)
    if not known:
        tell(lang, "leaflet_blank", file=place.leaflet)


@commands.command()
def letter(
    out: OutOption,
    wave: NextWaveOption = None,
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Write the letter to leaders."""
    from pipelines import questionnaire

    place = open_home(home)
    content, is_complete = questionnaire.letter_of_wave(
        place, _instrument(place, instruments), _planned(place), lang, wave
    )
    out.write_bytes(content)
    tell(lang, "letter_written", out=out)
    if not is_complete:
        tell(lang, "letter_blank", file=place.letter, waves=place.waves)


@commands.command()
def dpia(
    out: Annotated[Path, typer.Option("--out", readable=False, help="dpia_out")],
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Write input for the board's own DPIA."""
    from pipelines import publication, questionnaire

    form = out.suffix.lower()
    if form not in (".md", ".pdf"):
        raise WrongUsage("dpia_form", out=out.name)
    place = open_home(home)
    annex = questionnaire.annex(
        _instrument(place, instruments),
        publication.on_show(place),
        lang,
        dt.date.today(),
        questionnaire.read_sender(place.letter) if place.letter.exists() else None,
        [(days.wave, (days.opens, days.closes)) for days in _planned(place) if days.opens and days.closes],
    )
    out.write_bytes(questionnaire.pdf(annex) if form == ".pdf" else questionnaire.markdown(annex).encode())
    tell(lang, "dpia_written", out=out)


def _instrument(home: Home, own: Path | None) -> Instrument:
    from pipelines.instruments import load_instrument

    return load_instrument(home.instruments, own)


def _planned(home: Home) -> list[WaveDays]:
    """The waves the board planned, if it did."""
    from pipelines import flow

    return flow.read_calendar(home.waves) if home.waves.exists() else []


def _questionnaire(instrument: Instrument, form: str, lang: str) -> bytes:
    from pipelines import questionnaire

    policy = instrument.policy(dt.date.today())
    sheet = questionnaire.sheet_of(instrument, policy, lang)
    match form:
        case "lss":
            return questionnaire.limesurvey(sheet)
        case "pdf":
            return questionnaire.paper(sheet)
        case "tsv":
            return questionnaire.table(sheet)
        case "profile":
            return questionnaire.profile_toml(sheet, instrument).encode()
    raise WrongUsage("questionnaire_format", form=form)
