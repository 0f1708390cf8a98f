"""The commands of a board that begins: init asks what it needs and writes the rest; letter writes its letter anew."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from pipelines.cli.words import (
    LANG,
    HomeOption,
    InstrumentsOption,
    LangOption,
    MaybeWave,
    app,
    help_of,
    open_home,
    spoken,
    tell,
)
from pipelines.ground.errors import KlankbordError, WrongUsage
from pipelines.ground.messages import LOCALES, explain, say
from pipelines.ground.period import Wave

Read = TypeVar("Read")


@app.command("init", help=help_of("init"))
def init(
    board: Annotated[str | None, typer.Option("--board", help=help_of("init_board"))] = None,
    agency: Annotated[str | None, typer.Option("--agency", help=help_of("init_agency"))] = None,
    contact: Annotated[str | None, typer.Option("--contact", help=help_of("init_contact"))] = None,
    regions: Annotated[str | None, typer.Option("--regions", help=help_of("init_regions"))] = None,
    kinds: Annotated[str | None, typer.Option("--school-types", help=help_of("init_kinds"))] = None,
    waves: Annotated[list[str] | None, typer.Option("--wave", help=help_of("init_wave"))] = None,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write what a new board needs."""
    from pipelines import questionnaire as made

    place = open_home(home)
    if not any(word.startswith("--lang") for word in sys.argv):
        lang = _ask("lang", None, LANG, _language, LANG)
    said = spoken(lang)
    sender = made.Sender(
        board=_ask("board", board, said, _text), agency=_ask("agency", agency, said, _text),
        contact=_ask("contact", contact, said, _text),
    )  # fmt: skip
    told = made.Beginning(
        sender,
        _ask("regions", regions, said, made.regions_of),
        _ask("kinds", kinds, said, made.kinds_of, "bao", known=made.known_kinds(said)),
        made.in_order([made.wave_of(one) for one in waves] if waves else _waves(made.wave_of, said)),
    )
    for file in made.begin(place, told, said):
        typer.echo(f"  {file}")
    typer.echo(say(said, "say.init_written", home=place.path))
    if not place.leaflet.exists():
        typer.echo(say(said, "say.leaflet_blank", file=place.leaflet))


@app.command("letter", help=help_of("letter"))
def letter(
    out: Annotated[Path, typer.Option("--out", help=help_of("out"))],
    wave: MaybeWave = None,
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write the letter to leaders."""
    from pipelines import questionnaire as made
    from pipelines.instruments import load_instrument
    from pipelines.intake.settle import calendar

    place = open_home(home)
    instrument = load_instrument(place.instruments, instruments)
    planned = calendar(place.waves) if place.waves.exists() else []
    content, is_complete = made.letter_of_wave(place, instrument, planned, spoken(lang), Wave(wave) if wave else None)
    out.write_bytes(content)
    tell("letter_written", out=out)
    if not is_complete:
        tell("letter_blank", file=place.letter, waves=place.waves)


def _ask(
    key: str, flag: str | None, lang: str, read: Callable[[str], Read], default: str | None = None, **values: str
) -> Read:
    """What a flag says, else what is typed: asked again until it can be read. WrongUsage when nobody answers."""
    if flag is not None:
        return read(flag)
    while True:
        try:
            return read(typer.prompt(say(lang, f"ask.{key}", **values), default=default, show_default=bool(default)))
        except typer.Abort as end:
            raise WrongUsage("init_unanswered", asked=say(lang, f"ask.{key}", **values)) from end
        except KlankbordError as mistake:
            typer.echo(explain(lang, mistake), err=True)


def _waves(read: Callable[[str], Read], lang: str) -> list[Read]:
    """One wave at least, then more until an empty line."""
    found = [_ask("wave", None, lang, read, example=_example())]
    while (more := _ask("next_wave", None, lang, lambda text: read(text) if text.strip() else None, "")) is not None:
        found.append(more)
    return found


def _example() -> str:
    day = dt.date.today()
    return f"{day.year + 1}Q1 {day.year + 1}-01-11 {day.year + 1}-01-31"


def _language(text: str) -> str:
    if text not in LOCALES.languages:
        raise WrongUsage("init_language", text=text)
    return text


def _text(text: str) -> str:
    if not text.strip():
        raise WrongUsage("init_empty")
    return " ".join(text.split())
