"""The command of a board that begins: init asks what it needs, and writes the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from pipelines.cli.options import HomeOption, MaybeLangOption
from pipelines.cli.speech import open_home, tell
from pipelines.ground.errors import KlankbordError, WrongUsage
from pipelines.ground.language import DEFAULT
from pipelines.ground.messages import LOCALES, explain, say
from pipelines.ground.period import Wave, WaveDays

OPENS_AFTER, OPEN_FOR = 10, 20  # days, of the wave that is shown as an example

Answer = TypeVar("Answer")

commands = typer.Typer()


@commands.command()
def init(
    board: Annotated[str | None, typer.Option("--board", help="init_board")] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="init_agency")] = None,
    contact: Annotated[str | None, typer.Option("--contact", help="init_contact")] = None,
    regions: Annotated[str | None, typer.Option("--regions", help="init_regions")] = None,
    kinds: Annotated[str | None, typer.Option("--school-types", help="init_kinds")] = None,
    leaders: Annotated[str | None, typer.Option("--leaders", help="init_leaders")] = None,
    waves: Annotated[list[str] | None, typer.Option("--wave", help="init_wave")] = None,
    home: HomeOption = None,
    lang: MaybeLangOption = None,
) -> None:
    """Write what a new board needs."""
    from pipelines import publication, questionnaire
    from pipelines.instruments import contrasts_on, load_instrument

    place = open_home(home)
    asker = Asker(lang or Asker(DEFAULT).ask("lang", None, _language, DEFAULT, known=" / ".join(LOCALES.languages)))
    sender = questionnaire.Sender(
        board=asker.ask("board", board, _text),
        agency=asker.ask("agency", agency, _text),
        contact=asker.ask("contact", contact, _text),
    )
    beginning = questionnaire.Beginning(
        sender,
        asker.ask("regions", regions, questionnaire.regions_of),
        asker.ask("kinds", kinds, questionnaire.kinds_of, "bao", known=questionnaire.known_kinds(asker.lang)),
        questionnaire.in_order([questionnaire.wave_of(text) for text in waves] if waves else asker.waves()),
    )
    many, instrument = asker.ask("leaders", leaders, questionnaire.leaders_of), load_instrument()
    day = beginning.waves[0].wave.first_day
    seen = publication.foresee(many, len(beginning.regions), instrument.plan, instrument.policy(day), contrasts_on(day))
    expected = questionnaire.Expected(many, seen.responses, seen.groups, seen.change)
    for file in questionnaire.begin(place, beginning, expected, asker.lang):
        typer.echo(f"  {file}")
    tell(asker.lang, "init_written", home=place.path)
    if not place.leaflet.exists():
        tell(asker.lang, "leaflet_blank", file=place.leaflet)


class Asker:
    """Asks in one language for what was not passed along."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def ask(
        self, key: str, passed: str | None, read: Callable[[str], Answer], default: str | None = None, **values: str
    ) -> Answer:
        """What was passed, else what is typed, asked again until it can be read; WrongUsage when nobody answers."""
        if passed is not None:
            return read(passed)
        question = say(self.lang, f"ask.{key}", **values)
        while True:
            try:
                return read(typer.prompt(question, default=default, show_default=bool(default)))
            except typer.Abort as end:
                raise WrongUsage("init_unanswered", asked=question) from end
            except KlankbordError as mistake:
                typer.echo(explain(self.lang, mistake), err=True)

    def waves(self) -> list[WaveDays]:
        """One wave at least, then more until an empty line."""
        from pipelines.questionnaire import wave_of

        waves = [self.ask("wave", None, wave_of, example=_example())]
        while more := self.ask("next_wave", None, lambda text: wave_of(text) if text.strip() else None, ""):
            waves.append(more)
        return waves


def _example() -> str:
    """A wave of next year with its days, as it is typed."""
    wave = Wave.of(dt.date.today().year + 1, 1)
    opens = wave.first_day + dt.timedelta(days=OPENS_AFTER)
    return f"{wave} {opens} {opens + dt.timedelta(days=OPEN_FOR)}"


def _language(text: str) -> str:
    if text not in LOCALES.languages:
        raise WrongUsage("init_language", text=text, known=", ".join(LOCALES.languages))
    return text


def _text(text: str) -> str:
    if not text.strip():
        raise WrongUsage("init_empty")
    return " ".join(text.split())
