"""The commands of `klankbord`: one file a group of commands, options named once, sentences in the locales.

main: run the command that stands on the command line; whatever goes wrong is one sentence, never a traceback.
app: all commands together, for whoever wants to look at them.

What is slow to import waits until a command needs it: `klankbord --help` shows no steward an hourglass.
"""

from pipelines.cli.klankbord import app, main

__all__ = ["app", "main"]
