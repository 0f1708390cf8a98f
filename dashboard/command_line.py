"""A command line in the language asked for: `--lang` is understood wherever it stands; help and errors follow it.

Commands are written with typer. What an option has as `help=` is the key of its sentence in the section [option]; a
command finds its own in [command], by its name. The dashboard may not import the pipelines: both have this module, and
a test holds the two files equal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import pairwise
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from .language import DEFAULT, Locales

DONE, REFUSED, WRONG_USAGE = 0, 1, 2
LANG = "--lang"
# What typer calls a slip, and what we say of it; its own words are English only.
SLIPS = {
    "MissingParameter": "missing", "NoSuchOption": "no_option", "BadParameter": "value", "BadOptionUsage": "no_value",
}  # fmt: skip

Say = Callable[..., str]
Explain = Callable[[str, Exception], tuple[str, int]]  # language and error -> its sentence and the exit code


class Misuse(typer.TyperException):
    """A command line that cannot be understood: the key of its sentence, and what fills it in."""

    exit_code = WRONG_USAGE

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.values = values


class Commands(TyperGroup):
    """Commands of which one that does not exist is told in the language asked; without any, help is shown."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.commands:
            near = get_close_matches(args[0], self.commands, n=1)
            known = near or [name for name, command in self.commands.items() if not command.hidden]
            raise Misuse("command_near" if near else "command", name=args[0], known=", ".join(known))
        return super().resolve_command(ctx, args)


def run_command_line(app: typer.Typer, name: str, arguments: Sequence[str], locales: Locales, explain: Explain) -> int:
    """Run one command line and return its exit code; whatever goes wrong is one sentence, never a traceback."""
    asked = asked_language(arguments)
    lang = asked if asked in locales.languages else DEFAULT
    say = partial(locales.say, lang)
    try:
        if asked not in (None, lang):
            raise Misuse("language", name=str(asked), known=", ".join(locales.languages))
        command = spoken(app, locales, asked, lang)
        return int(command.main(list(arguments), prog_name=name, standalone_mode=False) or DONE)
    except typer.TyperException as slip:
        if type(slip).__name__ == "NoArgsIsHelpError":  # which has shown the help by now
            return WRONG_USAGE
        sentence, code = _misuse(slip, say), slip.exit_code
    except typer.Abort:
        return REFUSED
    except Exception as error:
        sentence, code = explain(lang, error)
    typer.echo(sentence, err=True)
    return code


def asked_language(arguments: Sequence[str]) -> str | None:
    """The language that a command line asks for: it must be known before the line is understood, for its help."""
    for word, following in pairwise([*arguments, ""]):
        if word == LANG:
            return following or None
        if word.startswith(f"{LANG}="):
            return word.removeprefix(f"{LANG}=")
    return None


def spoken(app: typer.Typer, locales: Locales, asked: str | None, lang: str) -> Any:
    """The commands with their help in a language; the language asked for is the default of every `--lang`."""
    say = partial(locales.say, lang)
    command: Any = get_command(app)
    for part in (command, *getattr(command, "commands", {}).values()):
        part.help = say(f"command.{part.name.replace('-', '_')}")
        part.rich_help_panel = say(f"usage.{part.rich_help_panel or 'commands'}")  # its heading
        for param in part.params:
            param.help = say(f"option.{param.help}")
            param.rich_help_panel = say(f"usage.{param.param_type_name}s")
            if LANG in param.opts:
                param.metavar = "|".join(locales.languages)
                param.default = asked or param.default
            elif getattr(param, "is_flag", False):
                param.metavar = ""  # a flag takes nothing
        helping = part.get_help_option(typer.Context(part))
        helping.help = say("option.help")
        helping.metavar = ""
        helping.rich_help_panel = say("usage.options")
    return command


def _misuse(slip: Any, say: Say) -> str:
    """What is wrong with a command line, in a sentence."""
    if isinstance(slip, Misuse):
        return say(f"usage.{slip.message}", **slip.values)
    key = SLIPS.get(type(slip).__name__, "extra")
    param = getattr(slip, "param", None)
    if param is None:
        return say(f"usage.{key}", name=getattr(slip, "option_name", ""))
    bounds = [f"{sign} {bound:g}" for sign, bound in (("≥", param.min), ("≤", param.max)) if bound is not None]
    takes = " ".join([param.display_type_rich(slip.ctx).strip("<>").removesuffix(" range"), *bounds])
    return say(f"usage.{key}", name="/".join(param.opts), takes=takes)
