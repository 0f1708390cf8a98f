"""The command of an agency: one action over the homes of many boards, with one summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipelines.cli.options import JsonOption, LangOption
from pipelines.cli.speech import tell, tell_json
from pipelines.ground.errors import WrongUsage
from pipelines.ground.language import DEFAULT
from pipelines.ground.messages import say
from pipelines.ground.period import Wave

if TYPE_CHECKING:
    from pipelines.agency import Asked, Board, Engine, Outcome

Action = Literal["status", "check", "import", "publish", "report", "backup"]
MARKS = {"done": "✓", "nothing": "·", "refused": "✗"}
COLUMNS = ("board", "wave", "response", "imported", "published", "late", "backup", "doctor")
NONE = "–"
GAP = "  "

commands = typer.Typer()


@commands.command()
def agency(
    folder: Annotated[Path, typer.Argument(readable=False, help="agency_folder", show_default=False)],
    action: Annotated[Action, typer.Argument(help="agency_action", show_default=False)],
    wave: Annotated[Wave | None, typer.Option("--wave", parser=Wave, metavar="2026Q3", help="agency_wave")] = None,
    only: Annotated[list[str] | None, typer.Option("--board", help="agency_board")] = None,
    form: Annotated[str, typer.Option("--format", help="format")] = "pdf",
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="agency_workers")] = None,
    scheduler: Annotated[str | None, typer.Option("--scheduler", help="agency_scheduler")] = None,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Do one thing for every board of an agency."""
    from pipelines import agency

    asked = agency.Asked(action, wave, form, lang)
    boards = _chosen(agency.read_boards(folder), only or [])
    if scheduler and workers:
        raise WrongUsage("agency_workers")
    engine = agency.on_dask(scheduler) if scheduler else agency.here(workers)
    outcomes, messages = _run(folder, boards, asked, engine)
    if as_json:
        tell_json({"run": str(messages), "boards": [vars(one) for one in outcomes]})
    else:
        _tell(lang, outcomes, asked, messages)
    if any(one.standing == "refused" for one in outcomes):
        raise typer.Exit(1)


def _chosen(boards: Sequence[Board], names: Sequence[str]) -> list[Board]:
    known = [board.name for board in boards]
    for name in names:
        if name not in known:
            raise WrongUsage("agency_board", board=name)
    return [board for board in boards if not names or board.name in names]


def _run(folder: Path, boards: Sequence[Board], asked: Asked, engine: Engine) -> tuple[list[Outcome], Path]:
    """Do the works of one run, with a line of progress for people; outcomes in the order of the boards."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from pipelines import agency

    outcomes: dict[str, Outcome] = {}
    columns, screen = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}")), Console(stderr=True)
    with (
        agency.begin(folder, asked) as run,
        Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar,
    ):
        task = bar.add_task("", total=len(boards))
        for work, code in run.go([agency.work_for(board, asked) for board in boards], engine):
            outcomes[work.board] = agency.outcome_of(work, code, run.folder, asked)
            bar.update(task, advance=1, description=work.board)
    return [outcomes[board.name] for board in boards], run.folder


def _tell(lang: str, outcomes: Sequence[Outcome], asked: Asked, messages: Path) -> None:
    """The summary: a row a board, why of those that were not done, and how many boards; never a figure of two."""
    if asked.action == "status":
        heads = [say(lang, f"agency.{column}") for column in COLUMNS]
        _tell_table([heads, *(_status(lang, one) for one in outcomes)])
        rest = [one for one in outcomes if one.sentence]
        for one in rest:
            typer.echo(f"{MARKS[one.standing]} {one.board}: {one.sentence}")
    else:
        rows = [(MARKS[one.standing], one.board, one.sentence or say(lang, "agency.done")) for one in outcomes]
        _tell_table(rows)
    counts = {standing: sum(one.standing == standing for one in outcomes) for standing in MARKS}
    tell(lang, "agency_status" if asked.action == "status" else "agency_summary", **counts, folder=messages)


def _status(lang: str, one: Outcome) -> list[str]:
    """One row of the status: what `klankbord waves` tells of one board, and whether doctor found something."""
    facts = one.facts
    if "wave" not in facts:
        told = [NONE] * 5
    else:
        expected = NONE if facts["leaders"] is None else facts["leaders"]
        shown = say(lang, "agency.withdrawn") if facts["withdrawn"] else facts["publication"] or NONE
        response = say(lang, "agency.response_of", answered=facts["answered"], expected=expected)
        told = [facts["wave"], response, _day(facts["imported"]), shown, str(facts["late"])]
    return [one.board, *told, _day(facts.get("backed_up")), MARKS[one.standing]]


def _day(moment: str | None) -> str:
    return (moment or NONE).partition("T")[0]


def _tell_table(rows: Iterable[Sequence[str]]) -> None:
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo(GAP.join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
