"""The commands of `klankbord`, for the steward; every sentence stands in locales/. Heavy imports wait until needed."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import backup as cli_backup
from pipelines.cli import begin as cli_begin
from pipelines.cli import evidence as cli_evidence
from pipelines.cli import questionnaire as cli_questionnaire
from pipelines.cli import serve as cli_serve
from pipelines.cli import vault as cli_vault
from pipelines.cli import words as cli_words
from pipelines.cli.words import (
    LANG,
    DropOption,
    FileArgument,
    HomeOption,
    InstrumentsOption,
    JsonOption,
    LangOption,
    MaybeWave,
    OutcomesOption,
    ProfileOption,
    RosterOption,
    WaveOption,
    WavesOption,
    about_file,
    app,
    help_of,
    open_home,
    publish_all,
    tell,
    tell_import,
)
from pipelines.ground.errors import KlankbordError, Refused
from pipelines.ground.messages import explain, say
from pipelines.ground.period import Wave

# These register their commands on being imported.
__all__ = ["app", "cli_backup", "cli_begin", "cli_evidence", "cli_questionnaire", "cli_serve", "cli_vault", "main"]


# ---------------------------------------------------------------------------------------- data in


@app.command(help=help_of("sample"))
def sample(
    out: Annotated[Path, typer.Option("--out", help=help_of("out"))],
    leaders: Annotated[int, typer.Option("--leaders", min=1, help=help_of("leaders"))] = 120,
    waves: Annotated[int, typer.Option("--waves", min=1, max=40, help=help_of("waves_count"))] = 8,
    seed: Annotated[int, typer.Option("--seed", help=help_of("seed"))] = 9,
    instruments: InstrumentsOption = None,
    lang: LangOption = LANG,
) -> None:
    """Write fictional waves."""
    from pipelines.instruments import load_instrument
    from pipelines.sample import write_sample

    write_sample(out, load_instrument(instruments), leaders, waves, seed)
    tell("sample_written", waves=waves, leaders=leaders, out=out)


@app.command(help=help_of("check"))
def check(
    file: FileArgument,
    wave: WaveOption,
    profile: ProfileOption = None,
    drop: DropOption = None,
    roster: RosterOption = None,
    waves: WavesOption = None,
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = LANG,
) -> None:
    """Say what an import would do, and keep nothing."""
    from pipelines import flow

    source = flow.Source(file, Wave(wave), profile, roster, waves, instruments, drop=tuple(drop or ()))
    tell_import(source, as_json, lambda: flow.look(open_home(home), source), "checked")


@app.command("import", help=help_of("import"))
def import_(
    file: FileArgument,
    wave: WaveOption,
    profile: ProfileOption = None,
    drop: DropOption = None,
    roster: RosterOption = None,
    outcomes: OutcomesOption = None,
    waves: WavesOption = None,
    instruments: InstrumentsOption = None,
    replace: Annotated[bool, typer.Option("--replace", help=help_of("replace"))] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = LANG,
) -> None:
    """Load one wave into the vault."""
    from pipelines import flow

    source = flow.Source(
        file, Wave(wave), profile, roster, waves, instruments, outcomes=outcomes, replace=replace,
        drop=tuple(drop or ()),
    )  # fmt: skip
    if outcomes and not as_json and not flow.takes_outcomes(open_home(home), source):
        tell("outcomes_off")
    tell_import(source, as_json, lambda: flow.import_wave(open_home(home), source), "imported")


@app.command("profile", help=help_of("propose"))
def profile_(
    file: FileArgument,
    out: Annotated[Path | None, typer.Option("--out", help=help_of("out_profile"))] = None,
    profile: ProfileOption = None,
    instruments: InstrumentsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = LANG,
) -> None:
    """Propose a profile for an export."""
    from pipelines.intake import understand as flow_read

    proposal = flow_read.propose_profile(open_home(home), file, instruments, profile)
    guesses = proposal.guesses
    if as_json:
        columns = [{"head": g.head, "column": g.column, "by": g.by, "sure": round(g.sure, 2)} for g in guesses]
        typer.echo(json.dumps({"profile": proposal.base.code, "columns": columns}))
        return
    code = re.sub(r"[^a-z0-9]+", "_", (out or file).stem.lower()).strip("_") or "own"
    text = proposal.toml(code, cli_words.LANG)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        read = sum(guess.column is not None and guess.is_sure for guess in guesses)
        doubtful = sum(guess.column is not None and not guess.is_sure for guess in guesses)
        tell("proposed", out=out, columns=len(guesses), read=read, doubtful=doubtful)


# --------------------------------------------------------------------------------------- data out


@app.command(help=help_of("publish"))
def publish(
    wave: MaybeWave = None, home: HomeOption = None, as_json: JsonOption = False, lang: LangOption = LANG
) -> None:
    """Protect, audit and publish waves."""
    from pipelines import flow

    place = open_home(home)
    waves = [Wave(wave)] if wave else flow.unpublished(place)
    mended = flow.mend(place)
    if not waves and not mended:
        raise Refused("nothing_to_publish")
    publish_all(place, waves, as_json)


@app.command(help=help_of("waves"))
def waves(home: HomeOption = None, as_json: JsonOption = False, lang: LangOption = LANG) -> None:
    """List the waves in the vault."""
    from pipelines import flow

    rows = flow.waves(open_home(home))
    if as_json:
        typer.echo(json.dumps({"waves": rows}))
    elif not rows:
        tell("no_waves")
    for row in [] if as_json else rows:
        known = "wave_withdrawn" if row["withdrawn"] else "wave_shown" if row["publication"] else "not_published"
        tell("wave_line", **{**row, "publication": say(cli_words.LANG, f"say.{known}", publication=row["publication"])})


@app.command(help=help_of("audit"))
def audit(
    wave: MaybeWave = None, home: HomeOption = None, as_json: JsonOption = False, lang: LangOption = LANG
) -> None:
    """Prove the published waves safe once more."""
    from pipelines import flow, vault
    from pipelines.publication import compose as flow_tell

    place = open_home(home)
    names = flow_tell.publications_of(place, Wave(wave) if wave else None, shown=False)
    if wave is None and (past := [name for name in names if vault.is_past_retention(place, name)]):
        names = [name for name in names if name not in past]
        if not as_json:
            tell("audit_past_retention", publications=", ".join(past))
    report = []
    try:
        for name in names:
            report.append({"publication": name, "verdict": "safe", **vars(flow.audit_wave(place, name))})
            if not as_json:
                tell("audited", **report[-1])
    except KlankbordError as found:
        if as_json:
            verdict = "leak" if found.exit_code == 1 else "undecided"
            typer.echo(
                json.dumps({"audit": [*report, {"publication": found.where.get("publication"), "verdict": verdict}]})
            )
            raise typer.Exit(found.exit_code) from found
        raise
    if as_json:
        typer.echo(json.dumps({"audit": report}))


@app.command(help=help_of("cells"))
def cells(
    out: Annotated[Path, typer.Option("--out", help=help_of("out_parquet"))],
    wave: MaybeWave = None,
    facts: Annotated[Path | None, typer.Option("--facts", help=help_of("facts"))] = None,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Export the published cells."""
    from pipelines.publication import compose as flow_tell

    place = open_home(home)
    names = flow_tell.publications_of(place, Wave(wave) if wave else None)
    frame = flow_tell.published_cells(place, names)
    frame.write_parquet(out)
    if facts:
        facts.write_text(json.dumps(flow_tell.published_facts(place, names[-1]), indent=1), encoding="utf-8")
    tell("cells_written", rows=frame.height, out=out)


@app.command(help=help_of("roster"))
def roster(
    out: Annotated[Path, typer.Option("--out", help=help_of("out_parquet"))],
    wave: WaveOption,
    home: HomeOption = None,
    lang: LangOption = LANG,
) -> None:
    """Export the groups of the counted respondents (steward)."""
    from pipelines.publication import compose as flow_tell

    frame = flow_tell.counted_roster(open_home(home), Wave(wave))
    frame.write_parquet(out)
    tell("roster_written", rows=frame.height, out=out)


def main() -> None:
    """Run a command; whatever goes wrong is one sentence, never a traceback."""
    code = 0
    try:
        app()
    except KlankbordError as error:
        typer.echo(explain(cli_words.LANG, error), err=True)
        code = error.exit_code
    except OSError as error:
        code = KlankbordError.exit_code
        typer.echo(about_file(error), err=True)
    except Exception as error:
        if os.environ.get("KLANKBORD_DEBUG"):
            raise
        is_full = os.strerror(errno.ENOSPC) in str(error)  # as the libraries that write files say it
        sentence = say(cli_words.LANG, "error.no_space" if is_full else "error.unexpected", kind=type(error).__name__)
        typer.echo(sentence, err=True)
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main()
