"""Own: the buffer in a file of the steward's own: the textbook model as journals print it, and what may be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from pipelines.evidence.buffer import Moderation, Regress, Scaling, moderation, standardized
from pipelines.evidence.clusters import Array
from pipelines.evidence.regress import Cluster, Covariance, logit, ols
from pipelines.evidence.shape import Read, read_chance, read_score, with_curves
from pipelines.evidence.state import Counted, Evidence, Pole, Sizes, judge_buffer, visible_direction
from pipelines.ground.errors import WrongUsage
from pipelines.instruments import Method

TWO = 2  # values of a yes/no outcome


@dataclass(frozen=True)
class OwnFile:
    """What a file says: the model, the readings by which it is judged, and what may be said."""

    model: Moderation
    read: Read
    evidence: Evidence
    sizes: Sizes
    is_chance: bool


def work_out(
    y: Array,
    stress: Array,
    support: Array,
    controls: Mapping[str, Array],
    method: Method,
    *,
    covariance: Covariance | None = None,
    cluster: Cluster = None,
    counted: Counted = "rows",
    scaling: Scaling = "none",
    is_linear: bool = False,
    higher_is: Pole | None = None,
) -> OwnFile:
    """The buffer of an outcome (rows,): of two values its log-odds unless `is_linear`. Refused when nothing fits.

    `covariance`: without it HC3, with clusters CR3. The outcome is turned so that stress makes it worse, unless
    `higher_is` says which way it points. `counted`: what the clusters are, or the rows.
    """
    is_chance = not is_linear and len(np.unique(y)) == TWO
    y = (y == y.max()).astype(np.float64) if is_chance else y
    model = moderation(
        y,
        stress,
        support,
        controls,
        regress=_regression(method, covariance, cluster, is_chance=is_chance),
        scaling=scaling,
        is_chance=is_chance,
    )
    others = {name: standardized(column) for name, column in controls.items()}
    terms = with_curves(standardized(stress), standardized(support), others)
    if is_chance:
        read = read_chance(y, terms, cluster, method.certainty, method.what_if.ridge)
    else:
        y = standardized(y)
        read = read_score(y, terms, (float(y.min()), float(y.max())), cluster, method.certainty)
    count = model.fit.clusters or model.fit.rows
    oriented = higher_is or visible_direction(model.slopes[0])
    evidence = judge_buffer(read.product, count, method, oriented, is_chance=is_chance, counted=counted)
    return OwnFile(model, read, evidence, Sizes.of(method.buffer, is_chance=is_chance), is_chance)


def _regression(method: Method, covariance: Covariance | None, cluster: Cluster, *, is_chance: bool) -> Regress:
    if is_chance:
        if covariance in ("ols", "hc3"):
            raise WrongUsage("logistic_covariance", covariance=covariance)
        kind: Literal["cr1", "cr3"] = "cr1" if covariance == "cr1" else "cr3"
        return partial(logit, cluster=cluster, certainty=method.certainty, covariance=kind)
    usual: Covariance = "hc3" if cluster is None else "cr3"
    return partial(ols, covariance=covariance or usual, cluster=cluster, certainty=method.certainty)
