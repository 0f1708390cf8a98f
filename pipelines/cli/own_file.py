"""A file of the steward's own, for the commands of evidence: their words on the line, and what they say of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipelines.cli.speech import tell, units
from pipelines.ground.errors import Refused, WrongUsage
from pipelines.ground.messages import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipelines.evidence import OwnFile
    from pipelines.intake import Numbers

PRODUCT = "stress:support"


def names(text: str) -> list[str]:
    """Columns joined by commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def codes(text: str) -> list[float]:
    """Numbers joined by commas; WrongUsage when one is none."""
    return [_number(code, "--missing", text) for code in names(text)]


def ranges(texts: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Column -> lowest and highest value, of texts such as `stress=0:100`; WrongUsage when one is written otherwise."""
    found = {}
    for text in texts:
        column, _, limits = text.rpartition("=")
        low, _, high = limits.partition(":")
        found[column.strip()] = _number(low, "--range", text), _number(high, "--range", text)
        if not column.strip() or found[column.strip()][0] >= found[column.strip()][1]:
            raise WrongUsage("own_file_number", option="--range", text=text)
    return found


def _number(text: str, option: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise WrongUsage("own_file_number", option=option, text=whole) from None


def in_own_names(refusal: Refused, roles: Mapping[str, str]) -> Refused:
    """A refusal that names the columns as the file does, not by their role."""
    called = {**roles, PRODUCT: f"{roles['stress']} x {roles['support']}"}
    where = {
        name: ", ".join(called.get(one, one) for one in value.split(", ")) if isinstance(value, str) else value
        for name, value in refusal.where.items()
    }
    return Refused(refusal.rule, **where)


# ------------------------------------------------------------------------------------------- what is said of it


def facts(found: OwnFile, verdict: str) -> dict[str, Any]:
    """What a machine gets, in full precision."""
    model, judged, fit = found.model, found.evidence, found.model.fit
    readings = {"as_it_stands": found.read.fit, "without_ends": found.read.without_ends}
    lowest, highest = found.read.shares
    return {
        "n": fit.rows,
        "clusters": fit.clusters,
        "model": "logistic" if found.is_chance else "linear",
        "covariance": fit.covariance,
        "oriented": judged.oriented,
        "coefficients": {name: asdict(fit[name]) for name in fit.names},
        "simple_slopes": [{"at": at, **asdict(slope)} for at, slope in model.slopes.items()],
        "johnson_neyman": asdict(model.edges),
        "r2": None if found.is_chance else fit.r2,
        "delta_r2": model.delta_r2,
        "f2": model.f2,
        "judged": _limits(judged.product) | asdict(found.sizes),
        "readings": {name: read and _limits(read[PRODUCT]) for name, read in readings.items()},
        "at_lowest": lowest,
        "at_highest": highest,
        "state": judged.state,
        "sentence": verdict,
    }


def _limits(figure: Any) -> dict[str, float]:
    return {name: getattr(figure, name) for name in ("estimate", "low", "high")}


def tell_figures(lang: str, found: OwnFile, end_told: float) -> None:
    """The figures under the verdict: what was judged, the textbook model, and many at an end of the outcome."""
    model, judged = found.model, found.evidence.product
    scale = "chance" if found.is_chance else "score"
    tell(lang, f"evidence_judged_{scale}", **_line(judged), **{k: f"{v:g}" for k, v in asdict(found.sizes).items()})
    rows = units(lang, rows=model.fit.rows)
    tell(lang, f"evidence_line_{scale}", covariance=model.fit.covariance, **rows, **_line(model.fit[PRODUCT]))
    for at, slope in model.slopes.items():
        tell(lang, "evidence_slope", support=say(lang, f"evidence.support_{at}"), **_line(slope))
    for end, share in zip(("lowest", "highest"), found.read.shares, strict=True):
        if share >= end_told:
            tell(lang, f"evidence_at_{end}", share=f"{100 * share:.0f}")


def _line(figure: Any) -> dict[str, str]:
    return {name: f"{value:.3f}" for name, value in asdict(figure).items()}


def tell_copies(lang: str, codes: Sequence[str], answers: NDArray[np.float64]) -> None:
    """Statements that are the same in every row: their agreement says nothing about the scale."""
    columns = [tuple(column) for column in answers.T]
    for place, column in enumerate(columns):
        if len(answers) and column in columns[:place]:
            tell(lang, "reliability_copy", one=codes[columns.index(column)], other=codes[place])


def unused(numbers: Numbers) -> dict[str, Any]:
    """What of the file is no value, for a machine."""
    return {"incomplete": numbers.incomplete, "not_values": dict(numbers.left_out), "strays": dict(numbers.strays)}


def tell_unused(lang: str, numbers: Numbers) -> None:
    """What of the file is no value, and what may be none."""
    for column, count in numbers.left_out.items():
        tell(lang, "own_file_not_values", column=column, count=count)
    if numbers.incomplete:
        tell(lang, "own_file_incomplete", count=numbers.incomplete)
    for column, code in numbers.strays.items():
        tell(lang, "own_file_stray", column=column, code=code)
