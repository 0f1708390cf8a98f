"""An agency: one command over the homes of many boards, each board by itself, in a process of its own.

Nothing here opens a vault. What is done for a board is an ordinary command line of `klankbord`, with its walls, its
sentences and its exit code; what it says stays in a file of that board. Only exit codes come back.

Board: the places of one board, and how its exports are read.
read_boards: the boards of an agency.toml; every mistake in it at once.
Asked: what is asked of all boards: the action and its arguments.
ACTIONS, Action: the actions there are.
Work: what is to be done for one board, or why there is nothing to do.
work_for: the work that an action is for one board.
Run: one run over boards, kept so that it goes on where it was stopped.
begin: the run that was stopped, or a new one.
Engine: what does works, here or elsewhere, and says how each ended.
here: the engine of processes on this computer.
on_dask: the engine of the workers of a Dask scheduler.
Outcome: what came of one board.
outcome_of: the outcome of a work, from how it ended and what it said.
"""

from pipelines.agency.boards import Board, read_boards
from pipelines.agency.engines import Engine, here, on_dask
from pipelines.agency.outcomes import Outcome, outcome_of
from pipelines.agency.runs import Run, begin
from pipelines.agency.works import ACTIONS, Action, Asked, Work, work_for

__all__ = [
    "ACTIONS",
    "Action",
    "Asked",
    "Board",
    "Engine",
    "Outcome",
    "Run",
    "Work",
    "begin",
    "here",
    "on_dask",
    "outcome_of",
    "read_boards",
    "work_for",
]
