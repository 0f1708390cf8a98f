"""The commands by which data come in: sample, check, import, profile."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.imported import tell_import
from pipelines.cli.options import (
    AcceptOption,
    DropOption,
    ExperienceOption,
    FileArgument,
    HomeOption,
    InstrumentsOption,
    JsonOption,
    LangOption,
    OutcomesOption,
    OutOption,
    ProfileOption,
    RosterOption,
    WaveOption,
    WavesOption,
    WithoutOption,
)
from pipelines.cli.speech import open_home, tell, tell_json, units
from pipelines.ground.language import DEFAULT

if TYPE_CHECKING:
    from pipelines.flow import Decided
    from pipelines.intake import Guess

commands = typer.Typer()


def _decided(
    drop: list[str] | None, without: list[str] | None, accept: list[str] | None, experience_from: str | None
) -> Decided:
    """What the steward decided about the files, as it was typed."""
    from pipelines import flow

    return flow.Decided(
        drop=tuple(drop or ()),
        beside_drop=tuple(drop or ()),
        without=tuple(without or ()),
        accept=tuple(accept or ()),
        experience_from=experience_from,
    )


@commands.command()
def sample(
    out: OutOption,
    leaders: Annotated[int, typer.Option("--leaders", min=1, help="leaders")] = 120,
    waves: Annotated[int, typer.Option("--waves", min=1, max=40, help="waves_count")] = 8,
    seed: Annotated[int, typer.Option("--seed", help="seed")] = 9,
    instruments: InstrumentsOption = None,
    lang: LangOption = DEFAULT,
) -> None:
    """Write fictional waves."""
    from pipelines.instruments import load_instrument
    from pipelines.sample import write_sample

    write_sample(out, load_instrument(instruments), leaders, waves, seed)
    tell(lang, "sample_written", count=waves, out=out, **units(lang, leaders=leaders))


@commands.command()
def check(
    file: FileArgument,
    wave: WaveOption,
    profile: ProfileOption = None,
    drop: DropOption = None,
    roster: RosterOption = None,
    without: WithoutOption = None,
    accept: AcceptOption = None,
    experience_from: ExperienceOption = None,
    waves: WavesOption = None,
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Say what an import would do, and keep nothing."""
    from pipelines import flow

    decided = _decided(drop, without, accept, experience_from)
    source = flow.Source(file, wave, profile, roster, waves, instruments, decided=decided)
    tell_import(lang, source, as_json, lambda: flow.look(open_home(home), source), "checked")


@commands.command("import")
def import_(
    file: FileArgument,
    wave: WaveOption,
    profile: ProfileOption = None,
    drop: DropOption = None,
    roster: RosterOption = None,
    without: WithoutOption = None,
    accept: AcceptOption = None,
    experience_from: ExperienceOption = None,
    outcomes: OutcomesOption = None,
    waves: WavesOption = None,
    instruments: InstrumentsOption = None,
    replace: Annotated[bool, typer.Option("--replace", help="replace")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="repair")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Load one wave into the vault."""
    from pipelines import flow

    decided = _decided(drop, without, accept, experience_from)
    how = {"replace": replace, "repair": repair}
    source = flow.Source(file, wave, profile, roster, waves, instruments, outcomes, decided=decided, **how)
    if outcomes and not as_json and not flow.takes_outcomes(open_home(home), source):
        tell(lang, "outcomes_off")
    key = "repaired" if repair else "imported"
    tell_import(lang, source, as_json, lambda: flow.import_wave(open_home(home), source), key)


@commands.command("profile")
def propose(
    file: FileArgument,
    out: Annotated[Path | None, typer.Option("--out", readable=False, help="out_profile")] = None,
    profile: ProfileOption = None,
    roster: Annotated[bool, typer.Option("--roster", help="as_roster")] = False,
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Propose a profile for an export, or roster.toml for a roster."""
    from pipelines import intake

    place = open_home(home)
    if roster or (profile is None and intake.is_roster(place, file, instruments)):
        of_roster = intake.propose_roster(place, file, instruments)
        facts = {"roster": True, "levels": {one.dimension.code: len(one.words) for one in of_roster.open}}
        text, said = intake.roster_toml(of_roster, lang), "proposed_roster"
        guesses = of_roster.guesses
    else:
        proposal = intake.propose_profile(place, file, instruments, profile)
        facts = {"profile": proposal.base.code}
        code = re.sub(r"[^a-z0-9]+", "_", (out or file).stem.lower()).strip("_") or "own"
        text, said = proposal.toml(code, lang), "proposed"
        guesses = proposal.guesses
    if as_json:
        tell_json({**facts, "columns": [_guess(one) for one in guesses]})
    elif out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        read = [guess for guess in guesses if guess.column is not None]
        sure = sum(guess.is_sure for guess in read)
        numbers = {"sure": sure, "doubtful": len(read) - sure, **units(lang, columns=len(guesses))}
        tell(lang, said, out=out, folder=place.instruments, **numbers)


def _guess(guess: Guess) -> dict[str, object]:
    return {"head": guess.head, "column": guess.column, "by": guess.by, "sure": round(guess.sure, 2)}
