"""What the commands share, for cli: the language of this run, the options, and how an import is told."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.ground.errors import Refused, RefusedColumns
from pipelines.ground.messages import LOCALES, say, short
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home

if TYPE_CHECKING:
    from pipelines.flow import Source
    from pipelines.intake.conform import Imported


def _language(arguments: list[str]) -> str:
    """The language of help texts must be known before the arguments are parsed."""
    for at, argument in enumerate(arguments):
        value = argument[7:] if argument.startswith("--lang=") else ""
        if argument == "--lang" and at + 1 < len(arguments):
            value = arguments[at + 1]
        if value in LOCALES.languages:
            return value
    return "nl"


LANG = _language(sys.argv)


def spoken(lang: str) -> str:
    """The language that was asked for, when it is one we know; else that of the command."""
    return lang if lang in LOCALES.languages else LANG


def help_of(key: str) -> str:
    """The help text of a command or option."""
    return say(LANG, f"help.{key}")


def open_home(home: Path | None) -> Home:
    """The home a command works in; the vault's libraries are loaded only when a command comes so far."""
    from pipelines import vault

    return vault.open_home(home)


def _folder(path: Path | None) -> Path | None:
    """A folder that is not there must not be read as an empty one."""
    if path is not None:
        os.listdir(path)
    return path


app = typer.Typer(help=help_of("klankbord"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

# What cannot be read is told by us, in the language of the command, and not by the library (readable=False).
HomeOption = Annotated[Path | None, typer.Option("--home", help=help_of("home"))]
LangOption = Annotated[str, typer.Option("--lang", help=help_of("lang"))]
JsonOption = Annotated[bool, typer.Option("--json", help=help_of("json"))]
WaveOption = Annotated[str, typer.Option("--wave", help=help_of("wave"))]
MaybeWave = Annotated[str | None, typer.Option("--wave", help=help_of("maybe_wave"))]
FileArgument = Annotated[Path, typer.Argument(readable=False, help=help_of("file"), show_default=False)]
ProfileOption = Annotated[str | None, typer.Option("--profile", help=help_of("profile"))]
DropOption = Annotated[list[str] | None, typer.Option("--drop", help=help_of("drop"))]
RosterOption = Annotated[Path | None, typer.Option("--roster", readable=False, help=help_of("roster_file"))]
OutcomesOption = Annotated[Path | None, typer.Option("--outcomes", readable=False, help=help_of("outcomes"))]
WavesOption = Annotated[Path | None, typer.Option("--waves", readable=False, help=help_of("waves_file"))]
InstrumentsOption = Annotated[
    Path | None, typer.Option("--instruments", help=help_of("instruments"), readable=False, callback=_folder)
]
PortOption = Annotated[int, typer.Option("--port", help=help_of("port"))]


def tell(key: str, **values: object) -> None:
    """Say one sentence to whoever runs the command."""
    typer.echo(say(LANG, f"say.{key}", **values))


def rule_of(error: OSError) -> str:
    """The rule of a file that cannot be read or written."""
    if error.errno == errno.ENOSPC:
        return "no_space"
    return "file_not_found" if isinstance(error, FileNotFoundError) else "cannot_write"


def about_file(error: OSError) -> str:
    """The sentence about a file that cannot be read or written."""
    return say(LANG, f"error.{rule_of(error)}", path=error.filename or "-")


def _refused(refusal: Refused | OSError) -> list[dict[str, object]]:
    if isinstance(refusal, OSError):
        return [{"column": None, "rule": rule_of(refusal)}]
    if isinstance(refusal, RefusedColumns):
        return [{"column": one.column, "rule": one.rule} for one in refusal.found]
    return [{"column": refusal.where.get("column"), "rule": refusal.rule}]


def tell_import(source: Source, as_json: bool, work: Callable[[], Imported], key: str) -> None:
    """Do an import or its dry run, and tell what became of every row; answers never appear."""
    facts: dict[str, Any] = {"wave": source.wave, "profile": source.profile, "rows": 0, "loaded": 0}
    facts |= {"rejected": [], "refused": [], "late": 0, "duplicates": 0, "data_errors": []}
    try:
        imported = work()
    except (Refused, OSError) as refusal:
        if as_json:
            typer.echo(json.dumps(facts | {"refused": _refused(refusal)}))
            raise typer.Exit(1) from refusal
        raise
    facts |= {
        "profile": imported.profile,
        "rows": imported.rows,
        "loaded": imported.answers.height,
        "rejected": imported.rejected.select("row", "column", "rule").to_dicts(),
        "late": imported.late,
        "duplicates": imported.duplicates,
        "data_errors": imported.data_errors.to_dicts(),
        "early": imported.early,
        "partial": imported.partial,
        "standing": imported.standing,
        "unread": imported.unread,
        "combinations": vars(imported.combinations),
    }
    if as_json:
        typer.echo(json.dumps(facts))
        return
    sentence = {"known": "known", "late": "kept_late" if key == "imported" else key}.get(imported.standing, key)
    tell(sentence, wave=source.wave, rows=facts["rows"], loaded=facts["loaded"], file=source.file.name)
    if imported.standing == "known":
        return
    tell("recognised" if source.profile is None else "read_as", profile=imported.profile)
    if imported.unread:
        names = ", ".join(f"‘{short(head)}’" for head in imported.unread[:8])
        tell("unread", columns=names, count=len(imported.unread))
    if imported.standing == "differs" and key == "checked":
        tell("would_replace", wave=source.wave)
    for rule, count in imported.rejected.group_by("rule").len().sort("rule").iter_rows():
        rows = ", ".join(map(str, imported.rejected.filter(rule=rule)["row"].head(8)))
        typer.echo("  - " + say(LANG, f"rejected.{rule}", count=count, rows=rows))
    for (column, rule), found in imported.data_errors.group_by("column", "rule", maintain_order=True):
        typer.echo("  - " + say(LANG, f"data_error.{rule}", column=column, count=found.height))
    if imported.late and imported.standing != "late":
        tell("late", late=imported.late)
    if imported.early:
        tell("early", early=imported.early)
    if imported.combinations.few:
        tell("combinations", **vars(imported.combinations) | {"groups": ", ".join(imported.combinations.groups)})
    if imported.partial:
        tell("partial", partial=imported.partial)
    if not imported.has_keys:
        tell("no_keys")
    if source.roster is None:
        tell("no_roster")


def publish_all(home: Home, waves: list[Wave], as_json: bool) -> None:
    """Publish waves one by one, with a progress line for people."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from pipelines import flow

    done = []
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("")
        for wave in waves:

            def progress(family: str, wave: Wave = wave) -> None:
                bar.update(task, description=say(LANG, "say.auditing", wave=wave, family=family))

            result = flow.publish_wave(home, wave, progress)
            done.append(
                {"publication": result.publication, "cells": result.cells, "shown": result.shown,
                 "seconds": round(result.seconds, 1), **vars(result.audited)}
            )  # fmt: skip
            if not as_json:
                tell("published", **{**done[-1], "wave": wave, "seconds": f"{result.seconds:.1f}"})
    if as_json:
        typer.echo(json.dumps({"published": done}))
