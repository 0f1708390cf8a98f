"""The commands that work out evidence on a file of the steward's own: evidence, reliability. Nothing is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipelines.cli.options import JsonOption, LangOption, OwnFileArgument
from pipelines.cli.speech import tell, tell_json, units
from pipelines.ground.errors import WrongUsage
from pipelines.ground.language import DEFAULT
from pipelines.ground.messages import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipelines.evidence import Evidence, Moderation

commands = typer.Typer()

Scaling = Literal["none", "center", "standardize"]
Covariance = Literal["ols", "hc3", "cr1", "cr3"]
Pole = Literal["worse", "better"]


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
    higher_is: Annotated[Pole | None, typer.Option("--higher-is", help="evidence_higher")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", readable=False, help="evidence_plot")] = None,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Work out the buffer effect in a file."""
    if cluster is None and covariance in ("cr1", "cr3"):
        raise WrongUsage("needs_cluster", covariance=covariance)

    from pipelines import evidence as room
    from pipelines.instruments import method_on
    from pipelines.intake import read_numbers

    others = [name for name in controls.split(",") if name]
    columns, groups = read_numbers(file, [outcome, stress, support, *others], cluster)
    method = method_on(dt.date.today())
    model = room.moderation(
        columns[outcome],
        columns[stress],
        columns[support],
        {name: columns[name] for name in others},
        covariance=covariance or _covariance(groups, method.buffer.few_clusters),
        cluster=groups,
        scaling=scale,
        certainty=method.certainty,
    )
    judged = room.judge(model, method, higher_is=higher_is)
    verdict = room.sentence(judged, lang, method.fewest_leaders, round(model.fit.rows / judged.leaders))
    if plot:
        plot.write_text(_picture(lang, model, outcome, columns[stress], scale), encoding="utf-8")
    if as_json:
        tell_json(_facts(model, judged, verdict))
        return
    typer.echo(verdict)
    rows = units(lang, rows=model.fit.rows)
    tell(lang, "evidence_line", covariance=model.fit.covariance, **rows, **_line(model.fit["stress:support"]))
    for at, slope in model.slopes.items():
        tell(lang, "evidence_slope", support=say(lang, f"evidence.support_{at}"), **_line(slope))


@commands.command()
def reliability(
    file: OwnFileArgument,
    items: Annotated[str, typer.Option("--items", help="reliability_items")],
    low: Annotated[float, typer.Option("--min", help="reliability_min")] = 1,
    high: Annotated[float, typer.Option("--max", help="reliability_max")] = 5,
    as_json: JsonOption = False,
    lang: LangOption = DEFAULT,
) -> None:
    """Work out the reliability of a scale in a file."""
    import numpy as np

    from pipelines import evidence as room
    from pipelines.instruments import method_on
    from pipelines.intake import read_numbers

    named = [name for name in items.split(",") if name]
    codes = [name.removeprefix("-") for name in named]
    columns, _ = read_numbers(file, codes)
    answers = np.column_stack([columns[code] for code in codes])
    turned = [name.startswith("-") for name in named]
    answers[:, turned] = low + high - answers[:, turned]
    method = method_on(dt.date.today())
    measured = room.reliability(answers, method.certainty)
    if as_json:
        alpha = {"estimate": measured.alpha, "low": measured.low, "high": measured.high}
        omega = {"estimate": measured.omega}
        tell_json({"n": measured.leaders, "items": measured.items, "alpha": alpha, "omega": omega})
        return
    word = say(lang, f"reliability.{measured.word(method.reliability)}")
    figures = {name: "–" if value is None else f"{value:.2f}" for name, value in asdict(measured).items()}
    counts = units(lang, rows=measured.leaders, items=measured.items)
    tell(lang, "reliability_line", **figures | counts | {"word": word})


def _covariance(groups: NDArray[Any] | None, few: int) -> Covariance:
    """The covariance of the coefficients when nobody asks for one; `few`: clusters below which cr1 is too sure."""
    if groups is None:
        return "hc3"
    return "cr3" if len(set(groups)) < few else "cr1"


def _picture(lang: str, model: Moderation, outcome: str, stress: NDArray[np.float64], scale: Scaling) -> str:
    """The lines over the stress that was seen, in the units of the model."""
    from pipelines.evidence import svg

    lines = {at: say(lang, f"evidence.support_{at}") for at in model.support_at}
    seen = stress - (stress.mean() if scale != "none" else 0)
    seen = seen / (stress.std(ddof=1) if scale == "standardize" else 1)
    return svg(model, outcome, lines, (float(seen.min()), float(seen.max())))


def _facts(model: Moderation, judged: Evidence, verdict: str) -> dict[str, Any]:
    """What a machine gets, in full precision."""
    fit = model.fit
    return {
        "n": fit.rows,
        "clusters": fit.clusters,
        "covariance": fit.covariance,
        "oriented": judged.oriented,
        "coefficients": {name: asdict(fit[name]) for name in fit.names},
        "simple_slopes": [{"at": at, **asdict(slope)} for at, slope in model.slopes.items()],
        "johnson_neyman": asdict(model.edges),
        "r2": fit.r2,
        "delta_r2": model.delta_r2,
        "f2": model.f2,
        "state": judged.state,
        "sentence": verdict,
    }


def _line(figure: Any) -> dict[str, str]:
    return {name: f"{value:.3f}" for name, value in asdict(figure).items()}
