"""The commands that work out evidence on a file of the steward's own: evidence, reliability. Nothing is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipelines.cli import own_file
from pipelines.cli.options import JsonOption, LangOption, OwnFileArgument
from pipelines.cli.speech import tell, tell_json, units
from pipelines.ground.errors import Refused, WrongUsage
from pipelines.ground.language import DEFAULT
from pipelines.ground.messages import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipelines.evidence import OwnFile

commands = typer.Typer()

Scaling = Literal["none", "center", "standardize"]
Covariance = Literal["ols", "hc3", "cr1", "cr3"]
Pole = Literal["worse", "better"]
MissingOption = Annotated[str, typer.Option("--missing", metavar="99,-9", help="missing_codes")]
LEADERS = "leader_key"  # a column of this name tells leaders apart
USUAL = (1.0, 5.0)  # the scale of a statement, where nobody says another


@commands.command()
def evidence(
    file: OwnFileArgument,
    outcome: Annotated[str, typer.Option("--outcome", help="evidence_outcome")],
    stress: Annotated[str, typer.Option("--stress", help="evidence_stress")],
    support: Annotated[str, typer.Option("--support", help="evidence_support")],
    controls: Annotated[str, typer.Option("--controls", help="evidence_controls")] = "",
    cluster: Annotated[str | None, typer.Option("--cluster", help="evidence_cluster")] = None,
    scale: Annotated[Scaling, typer.Option("--scale", help="evidence_scale")] = "center",
    covariance: Annotated[Covariance | None, typer.Option("--covariance", help="evidence_covariance")] = None,
    linear: Annotated[bool, typer.Option("--linear", help="evidence_linear")] = False,
    higher_is: Annotated[Pole | None, typer.Option("--higher-is", help="evidence_higher")] = None,
    missing: MissingOption = "",
    ranges: Annotated[
        list[str] | None, typer.Option("--range", metavar="COLUMN=LOW:HIGH", help="evidence_range")
    ] = None,
    weights: Annotated[str | None, typer.Option("--weights", help="evidence_weights")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", readable=False, help="evidence_plot")] = None,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Work out the buffer effect in a file."""
    if weights is not None:
        raise WrongUsage("no_weights")
    if cluster is None and covariance in ("cr1", "cr3"):
        raise WrongUsage("needs_cluster", covariance=covariance)

    from pipelines import evidence as room
    from pipelines.instruments import method_on
    from pipelines.intake import read_numbers

    others = own_file.names(controls)
    numbers = read_numbers(
        file,
        [outcome, stress, support, *others],
        cluster,
        missing=own_file.codes(missing),
        ranges=own_file.ranges(ranges or []),
    )
    columns, method = numbers.columns, method_on(dt.date.today())
    try:
        found = room.work_out(
            columns[outcome],
            columns[stress],
            columns[support],
            {name: columns[name] for name in others},
            method,
            covariance=covariance,
            cluster=numbers.clusters,
            counted="rows" if cluster is None else "leaders" if cluster == LEADERS else "clusters",
            scaling=scale,
            is_linear=linear,
            higher_is=higher_is,
        )
    except Refused as refusal:
        roles = {"outcome": outcome, "stress": stress, "support": support}
        raise own_file.in_own_names(refusal, roles) from None
    waves = round(found.model.fit.rows / found.evidence.count) if cluster == LEADERS else 1
    verdict = room.sentence(found.evidence, lang, method, waves)
    if plot:
        plot.write_text(_picture(lang, found, outcome, columns[stress], scale), encoding="utf-8")
    if as_json:
        tell_json(own_file.facts(found, verdict) | own_file.unused(numbers))
        return
    typer.echo(verdict)
    own_file.tell_figures(lang, found, method.buffer.end_told)
    own_file.tell_unused(lang, numbers)


@commands.command()
def reliability(
    file: OwnFileArgument,
    items: Annotated[str, typer.Option("--items", help="reliability_items")],
    low: Annotated[float | None, typer.Option("--min", help="reliability_min")] = None,
    high: Annotated[float | None, typer.Option("--max", help="reliability_max")] = None,
    missing: MissingOption = "",
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Work out the reliability of a scale in a file."""
    import numpy as np

    from pipelines import evidence as room
    from pipelines.instruments import method_on
    from pipelines.intake import read_items

    named = own_file.names(items)
    codes = [name.removeprefix("-") for name in named]
    is_said = low is not None or high is not None
    scale = (USUAL[0] if low is None else low, USUAL[1] if high is None else high)
    numbers, (lowest, highest) = read_items(file, codes, scale, is_said=is_said, missing=own_file.codes(missing))
    answers = np.column_stack([numbers.columns[code] for code in codes])
    turned = [name.startswith("-") for name in named]
    answers[:, turned] = lowest + highest - answers[:, turned]
    method = method_on(dt.date.today())
    measured = room.reliability(answers, method.certainty)
    if as_json:
        alpha = {"estimate": measured.alpha, "low": measured.low, "high": measured.high}
        figures = {
            "n": measured.leaders,
            "items": measured.items,
            "alpha": alpha,
            "omega": {"estimate": measured.omega},
        }
        tell_json(figures | own_file.unused(numbers))
        return
    word = say(lang, f"reliability.{measured.word(method.reliability)}")
    told = {name: "–" if value is None else f"{value:.2f}" for name, value in asdict(measured).items()}
    counts = units(lang, rows=measured.leaders, items=measured.items)
    tell(lang, "reliability_line", **told | counts | {"word": word})
    own_file.tell_copies(lang, codes, answers)
    own_file.tell_unused(lang, numbers)


def _picture(lang: str, found: OwnFile, outcome: str, stress: NDArray[np.float64], scale: Scaling) -> str:
    """The lines over the stress that was seen, in the units of the model."""
    from pipelines.evidence import svg

    lines = {at: say(lang, f"evidence.support_{at}") for at in found.model.support_at}
    seen = stress - (stress.mean() if scale != "none" else 0)
    seen = seen / (stress.std(ddof=1) if scale == "standardize" else 1)
    return svg(found.model, outcome, lines, (float(seen.min()), float(seen.max())), is_chance=found.is_chance)
