"""The commands that work out evidence on a file of the steward's own: evidence, reliability. Nothing is kept."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipelines.cli.words import LANG, FileArgument, JsonOption, LangOption, app, help_of, spoken, tell
from pipelines.ground.errors import Refused, WrongUsage
from pipelines.ground.messages import say

if TYPE_CHECKING:
    import polars as pl

    from pipelines.evidence import Evidence, Moderation

MISSING = ("", "NA", "na", "NaN", "nan")
Scaling = Literal["none", "center", "standardize"]
Covariance = Literal["ols", "hc3", "cr1", "cr3"]
Pole = Literal["worse", "better"]


@app.command(help=help_of("evidence"))
def evidence(
    file: FileArgument,
    outcome: Annotated[str, typer.Option("--outcome", help=help_of("evidence_outcome"))],
    stress: Annotated[str, typer.Option("--stress", help=help_of("evidence_stress"))],
    support: Annotated[str, typer.Option("--support", help=help_of("evidence_support"))],
    controls: Annotated[str, typer.Option("--controls", help=help_of("evidence_controls"))] = "",
    cluster: Annotated[str | None, typer.Option("--cluster", help=help_of("evidence_cluster"))] = None,
    scale: Annotated[Scaling, typer.Option("--scale", help=help_of("evidence_scale"))] = "center",
    covariance: Annotated[Covariance | None, typer.Option("--covariance", help=help_of("evidence_covariance"))] = None,
    higher_is: Annotated[Pole | None, typer.Option("--higher-is", help=help_of("evidence_higher"))] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help=help_of("evidence_plot"))] = None,
    as_json: JsonOption = False,
    lang: LangOption = LANG,
) -> None:
    """Work out the buffer effect in a file."""
    if cluster is None and covariance in ("cr1", "cr3"):
        raise WrongUsage("needs_cluster", covariance=covariance)

    from pipelines.evidence import judge, moderation, sentence, svg
    from pipelines.instruments.method import method_on

    others = [name for name in controls.split(",") if name]
    rows = _numbers(file, [outcome, stress, support, *others], cluster)
    values = {name: rows[name].to_numpy() for name in (outcome, stress, support, *others)}
    groups = None if cluster is None else rows[f"cluster:{cluster}"].to_numpy()
    method = method_on(dt.date.today())
    few = groups is not None and len(set(groups)) < method.buffer.few_clusters
    model = moderation(
        values[outcome], values[stress], values[support], {name: values[name] for name in others},
        covariance=covariance or ("hc3" if groups is None else "cr3" if few else "cr1"),
        cluster=groups, scaling=scale, certainty=method.certainty,
    )  # fmt: skip
    found = judge(model, method, higher_is=higher_is)
    times = round(model.fit.rows / found.leaders)
    told = sentence(found, spoken(lang), method.fewest_leaders, times)
    if plot:
        words = {at: say(LANG, f"evidence.support_{at}") for at in model.support_at}
        seen = values[stress] - (values[stress].mean() if scale != "none" else 0)
        seen = seen / (values[stress].std(ddof=1) if scale == "standardize" else 1)
        plot.write_text(svg(model, outcome, words, (float(seen.min()), float(seen.max()))), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(_facts(model, found, told)))
        return
    typer.echo(told)
    tell("evidence_line", n=model.fit.rows, covariance=model.fit.covariance, **_line(model.fit["stress:support"]))
    for at, slope in model.slopes.items():
        tell("evidence_slope", support=say(LANG, f"evidence.support_{at}"), **_line(slope))


@app.command(help=help_of("reliability"))
def reliability(
    file: FileArgument,
    items: Annotated[str, typer.Option("--items", help=help_of("reliability_items"))],
    low: Annotated[float, typer.Option("--min", help=help_of("reliability_min"))] = 1,
    high: Annotated[float, typer.Option("--max", help=help_of("reliability_max"))] = 5,
    as_json: JsonOption = False,
    lang: LangOption = LANG,
) -> None:
    """Work out the reliability of a scale in a file."""
    from pipelines.evidence import reliability as work_out
    from pipelines.instruments.method import method_on

    named = [name for name in items.split(",") if name]
    codes = [name.removeprefix("-") for name in named]
    answers = _numbers(file, codes).to_numpy()
    turned = [name.startswith("-") for name in named]
    answers[:, turned] = low + high - answers[:, turned]
    method = method_on(dt.date.today())
    found = work_out(answers, method.certainty)
    if as_json:
        alpha = {"estimate": found.alpha, "low": found.low, "high": found.high}
        facts = {"n": found.leaders, "items": found.items, "alpha": alpha, "omega": {"estimate": found.omega}}
        typer.echo(json.dumps(facts))
        return
    word = say(LANG, f"reliability.{found.word(method.reliability)}")
    figure = {name: "–" if value is None else f"{value:.2f}" for name, value in asdict(found).items()}
    tell("reliability_line", **{**figure, "leaders": found.leaders, "items": found.items, "word": word})


def _numbers(file: Path, columns: list[str], cluster: str | None = None) -> pl.DataFrame:
    """The complete rows of some columns as numbers; a cluster column keeps its words, under `cluster:<name>`."""
    import polars as pl

    from pipelines.instruments.checks import suggest
    from pipelines.intake.read import read_table

    table = read_table(file)
    for name in [*columns, *([cluster] if cluster else [])]:
        if name not in table.columns:
            raise Refused("column_unknown", column=name, file=file.name, suggestion=suggest(name, table.columns))
    texts = table.with_columns(pl.all().str.strip_chars())
    texts = texts.with_columns(pl.when(~pl.all().is_in(MISSING)).then(pl.all()))
    numbers = texts.select(pl.col(name).cast(pl.Float64, strict=False) for name in dict.fromkeys(columns))
    for name in numbers.columns:
        if numbers[name].null_count() > texts[name].null_count() or numbers[name].is_infinite().any():
            raise Refused("column_not_number", column=name, file=file.name)
    if cluster:
        numbers = numbers.with_columns(texts[cluster].alias(f"cluster:{cluster}"))
    return numbers.drop_nulls()


def _facts(model: Moderation, found: Evidence, told: str) -> dict[str, Any]:
    """The JSON of formats.md, in full precision."""
    fit = model.fit
    return {
        "n": fit.rows,
        "clusters": fit.clusters,
        "covariance": fit.covariance,
        "oriented": found.oriented,
        "coefficients": {name: asdict(fit[name]) for name in fit.names},
        "simple_slopes": [{"at": at, **asdict(slope)} for at, slope in model.slopes.items()],
        "johnson_neyman": asdict(model.edges),
        "r2": fit.r2,
        "delta_r2": model.delta_r2,
        "f2": model.f2,
        "state": found.state,
        "sentence": told,
    }


def _line(figure: Any) -> dict[str, str]:
    return {name: f"{value:.3f}" for name, value in asdict(figure).items()}
