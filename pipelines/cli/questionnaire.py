"""The commands that write what the rules in force make: questionnaire and leaflet for leaders, an annex for a DPIA."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.words import LANG, HomeOption, InstrumentsOption, LangOption, app, help_of, open_home, spoken, tell
from pipelines.ground.errors import WrongUsage
from pipelines.ground.language import CARRIED


@app.command(help=help_of("questionnaire"))
def questionnaire(
    out: Annotated[Path, typer.Option("--out", help=help_of("out"))],
    form: Annotated[str, typer.Option("--format", help=help_of("questionnaire_format"))] = "pdf",
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write the questionnaire."""
    from pipelines import questionnaire as made
    from pipelines.instruments import load_instrument

    place = open_home(home)
    instrument = load_instrument(place.instruments, instruments)
    policy = instrument.policy(dt.date.today())
    sheet = made.sheet_of(instrument, policy, spoken(lang))
    if form == "lss":
        content = made.limesurvey(sheet)
    elif form == "pdf":
        content = made.paper(sheet)
    elif form == "tsv":
        content = made.table(sheet)
    elif form == "profile":
        sheets = (made.sheet_of(instrument, policy, language) for language in CARRIED)
        content = made.profile_toml(sheets, instrument).encode()
    else:
        raise WrongUsage("questionnaire_format", form=form)
    out.write_bytes(content)
    tell("questionnaire_written", out=out)


@app.command(help=help_of("leaflet"))
def leaflet(
    out: Annotated[Path, typer.Option("--out", help=help_of("out"))],
    places: Annotated[Path | None, typer.Option("--places", readable=False, help=help_of("leaflet_places"))] = None,
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write the leaflet for school leaders."""
    from pipelines import questionnaire as made
    from pipelines.instruments import load_instrument

    place = open_home(home)
    file = places or (place.leaflet if place.leaflet.exists() else None)
    known = made.read_places(file) if file else ()
    policy = load_instrument(place.instruments, instruments).policy(dt.date.today())
    out.write_bytes(made.leaflet(known, policy, spoken(lang)))
    tell("leaflet_written", out=out)
    if not known:
        tell("leaflet_blank", file=place.leaflet)


@app.command(help=help_of("dpia"))
def dpia(
    out: Annotated[Path, typer.Option("--out", help=help_of("dpia_out"))],
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write input for the board's own DPIA."""
    from pipelines import questionnaire as made
    from pipelines.instruments import load_instrument
    from pipelines.intake.settle import calendar
    from pipelines.publication import snapshot as publish

    if out.suffix.lower() not in (".md", ".pdf"):
        raise WrongUsage("dpia_form", out=out.name)
    place = open_home(home)
    instrument = load_instrument(place.instruments, instruments)
    waves = calendar(place.waves) if place.waves.exists() else ()
    annex = made.annex(
        instrument, publish.told(place), spoken(lang), dt.date.today(),
        made.read_sender(place.letter) if place.letter.exists() else None,
        [(wave.wave, (wave.opens, wave.closes)) for wave in waves if wave.opens and wave.closes],
    )  # fmt: skip
    out.write_bytes(made.pdf(annex) if out.suffix.lower() == ".pdf" else made.markdown(annex).encode())
    tell("dpia_written", out=out)
