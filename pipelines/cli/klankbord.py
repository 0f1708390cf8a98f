"""All commands of `klankbord` together, and what is said when one of them goes wrong."""

from __future__ import annotations

import gc
import os
import sys

import typer

from pipelines.cli import agency, backup, begin, data_in, data_out, doctor, evidence, handout, rights, start
from pipelines.cli.imported import known_rule
from pipelines.cli.options import LangOption
from pipelines.ground.command_line import REFUSED, Commands, run_command_line
from pipelines.ground.errors import KlankbordError
from pipelines.ground.language import DEFAULT
from pipelines.ground.messages import LOCALES, explain, say

NAME = "klankbord"
SMALL = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")  # how many threads they may have for one product of matrices
GARBAGE_AT = 50_000  # objects made and not let go of, before Python looks which are garbage
# The heading in the help -> the files with the commands under it.
GROUPS = {
    "begin": (begin, handout),
    "data_in": (data_in,),
    "data_out": (data_out,),
    "look": (start,),
    "rights": (rights,),
    "care": (backup, doctor),
    "agency": (agency,),
    "evidence": (evidence,),
}

app = typer.Typer(name=NAME, cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def klankbord(lang: LangOption = DEFAULT) -> None:
    """Shows a school board where its school leaders have support."""


for heading, files in GROUPS.items():
    for file in files:
        for command in file.commands.registered_commands:
            command.rich_help_panel = heading
        app.add_typer(file.commands)


def main() -> None:
    """Run the command that stands on the command line.

    Matrices are small here: threads that fight over them cost a seventh of a publication. The libraries that would
    start them look at this when they are loaded, which is later. Loading makes much and throws little away: Python
    looks for garbage seldom.
    """
    for library in SMALL:
        os.environ.setdefault(library, "1")
    gc.set_threshold(GARBAGE_AT)
    sys.exit(run_command_line(app, NAME, sys.argv[1:], LOCALES, explain_error))


def explain_error(lang: str, error: Exception) -> tuple[str, int]:
    """What went wrong, in one sentence, and the exit code; with KLANKBORD_DEBUG what was not foreseen is raised."""
    if isinstance(error, KlankbordError):
        return explain(lang, error), error.exit_code
    if rule := known_rule(error):
        return say(
            lang, f"error.{rule}", path=getattr(error, "filename", None) or "-", kind=type(error).__name__
        ), REFUSED
    if os.environ.get("KLANKBORD_DEBUG"):
        raise error
    return say(lang, "error.unexpected", kind=type(error).__name__), REFUSED
