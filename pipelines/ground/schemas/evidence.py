"""What models say: the whole board or its starters, from 50 leaders on, on a coarse grid; never a leader."""

from __future__ import annotations

from pipelines.ground.frames import dy
from pipelines.ground.schemas.table import Condition, OfPublication

STATES = [
    *("no_basis", "opposite", "opposite_tiny", "tiny", "visible", "negligible", "cannot_tell_yet", "undecided"),
]
INTERVAL = Condition("An interval does not end before it begins.", "low <= high")


class Estimated(OfPublication):
    """What the tables of evidence share: publications of an earlier version do not have them."""

    CAME_LATER = True


class Reliability(Estimated):
    """Whether the statements of a scale measure one thing; one row per publication, scale and scope."""

    GRAIN = ("publication", "scale", "scope")

    scale = dy.String(description="scale code")
    scope = dy.Enum(
        ["wave", "version"], description="all waves of this version of the instrument together; before, also one wave"
    )
    leaders = dy.Int32(nullable=True, min=0, description="leaders who answered the wave, in tens; empty below 50")
    items = dy.Int32(min=0, description="statements asked")
    estimate = dy.Float64(nullable=True, description="Cronbach's alpha; for two statements Spearman-Brown; from 0 to 1")
    low = dy.Float64(nullable=True, description="lower limit of alpha (Feldt)")
    high = dy.Float64(nullable=True, description="upper limit of alpha (Feldt)")
    word = dy.Enum(["good", "usable", "low", "not_assessable"], description="how well the statements hold together")
    is_gate_shut = dy.Bool(description="whether the scale measures too little to flag anybody by")

    interval_holds = dy.rule()(INTERVAL)


class Evidence(Estimated):
    """Whether support dampens what stress goes along with; one row per publication and outcome."""

    GRAIN = ("publication", "outcome")

    outcome = dy.String(description="scale that stress and support explain")
    kind = dy.Enum(["score", "chance"], description="whether it is about a score, or the chance of a yes")
    state = dy.Enum(
        STATES, description="what may be concluded about a buffer; no_basis: fewer than 50 leaders answered the wave"
    )
    leaders = dy.Int32(nullable=True, min=0, description="leaders who answered the wave, in tens; empty below 50")
    waves = dy.Int32(min=0, description="waves it is about")
    matters = dy.Float64(
        nullable=True,
        description="from which size a buffer matters (SD of the outcome, or log-odds); empty: an earlier method",
    )
    at_end = dy.Enum(
        ["lowest", "highest"],
        nullable=True,
        description="whether many have the lowest or highest score, judged after adding a number that is drawn",
    )
    covariance = dy.Enum(["ols", "hc3", "cr1", "cr3"], nullable=True, description="how standard errors were worked out")
    stress_unit = dy.Float64(nullable=True, description="points of stress that one unit of the model is")
    outcome_unit = dy.Float64(nullable=True, description="points of the outcome that one unit of the model is")
    r2 = dy.Float64(nullable=True, description="explained share, from 300 leaders on")
    delta_r2 = dy.Float64(nullable=True, description="share explained by the product term")
    f2 = dy.Float64(nullable=True, description="the same, as f squared")
    sentence_nl = dy.String(description="what may be said, in Dutch")
    sentence_en = dy.String(description="what may be said, in English")
    kinds_state = dy.Enum(
        STATES,
        nullable=True,
        description="what may be concluded about emotional against practical support; visible: emotional goes with "
        "less harm, opposite: practical does",
    )
    kinds_nl = dy.String(nullable=True, description="what may be said about the two kinds, in Dutch")
    kinds_en = dy.String(nullable=True, description="what may be said about the two kinds, in English")


class EvidenceTerm(Estimated):
    """The terms of the buffer models; one row per publication, outcome and term."""

    GRAIN = ("publication", "outcome", "term")

    outcome = dy.String(description="scale that stress and support explain")
    term = dy.String(
        description="slope-1, slope+0, slope+1 (of stress, with little, average and much support), by_support, own and "
        "combined (the product of stress and support, below 0 a buffer; of a chance in log-odds), emotional, "
        "instrumental, difference; chance-1-1..chance+1+1 (stress, support); before, also rise"
    )
    estimate = dy.Float64(description="the estimate, from -1 to 1")
    low = dy.Float64(nullable=True, description="lower limit")
    high = dy.Float64(nullable=True, description="upper limit")

    interval_holds = dy.rule()(INTERVAL)


class ModelCard(Estimated):
    """What the risk model may be used for and how it did; one row per publication and part."""

    GRAIN = ("publication", "part")

    part = dy.String(
        description="rung; auc_all (of leaders not seen, all transitions), auc, slope, recall, benefit_twice (of later "
        "waves); of_ten and of_ten_others (low support with high stress, and all others; `_alone`: without the prior), "
        "chance_flagged, chance_others; product; fair_<measure>:<dimension>. Empty where the rung does not tell it"
    )
    estimate = dy.Float64(nullable=True, description="the figure")
    low = dy.Float64(nullable=True, description="lower limit (bootstrap by leader)")
    high = dy.Float64(nullable=True, description="upper limit")
    word = dy.String(
        nullable=True,
        description="rung: R1 (rule only), R2, R3 or STOP; product: kept or left_out; fair: similar, differs or "
        "cannot_check",
    )

    interval_holds = dy.rule()(INTERVAL)


class WhatIf(Estimated):
    """The share at risk the model expects if so many leaders used a pillar.

    One row per publication, group, pillar and coverage.
    """

    GRAIN = ("publication", "group", "pillar", "coverage")

    group = dy.Enum(["all", "starters"], description="everybody, or the starters where there are 50")
    pillar = dy.String(description="pillar code")
    word = dy.Enum(
        ["lower", "higher", "cannot_tell", "too_few", "too_small"],
        description="what to expect, figures with the first two only; too_small: the group; too_few: not said any more",
    )
    coverage = dy.Float64(nullable=True, min=0, max=1, description="share of the group that uses the pillar")
    is_today = dy.Bool(
        nullable=True, description="whether that is the published share of today; publications of before do not say"
    )
    estimate = dy.Float64(nullable=True, min=0, max=1, description="expected share at risk")
    low = dy.Float64(nullable=True, min=0, max=1, description="lower limit")
    high = dy.Float64(nullable=True, min=0, max=1, description="upper limit")

    interval_holds = dy.rule()(INTERVAL)


class Research(Estimated):
    """What research elsewhere found, as context; one row per publication and finding."""

    GRAIN = ("publication", "code")

    code = dy.String(description="finding")
    nl = dy.String(description="what was found, in Dutch")
    en = dy.String(description="what was found, in English")
    whom_nl = dy.String(nullable=True, description="about whom and how many, in Dutch; empty in earlier publications")
    whom_en = dy.String(nullable=True, description="the same in English")
    measured_nl = dy.String(nullable=True, description="what was measured, in Dutch")
    measured_en = dy.String(nullable=True, description="the same in English")
    reading_nl = dy.String(nullable=True, description="what we make of it, in Dutch")
    reading_en = dy.String(nullable=True, description="the same in English")
    source = dy.String(description="authors, year and where it stands")
