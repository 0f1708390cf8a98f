"""The states of evidence: which words an estimate allows, and that harm is never called a buffer."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.evidence.buffer import moderation
from pipelines.evidence.regress import Estimate
from pipelines.evidence.sentence import sentence
from pipelines.evidence.state import Evidence, combine, judge, judge_product, power, state_of
from pipelines.ground.messages import sentences
from pipelines.instruments.method import method_on
from tests.drawn import examples

METHOD = method_on(dt.date(2026, 7, 1))
STATES = ("no_basis", "opposite", "tiny", "visible", "negligible", "cannot_tell_yet", "undecided")


def told(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, (high - low) / (2 * 1.96), low, high, 0.5)


@pytest.mark.parametrize(
    ("low", "high", "leaders", "state"),
    [
        (0.02, 0.14, 120, "opposite"), (0.02, 0.14, 80, "undecided"), (0.06, 0.10, 80, "opposite"),
        (-0.04, -0.01, 80, "tiny"), (-0.14, -0.02, 120, "visible"), (-0.14, -0.02, 80, "visible"),
        (-0.60, -0.02, 80, "cannot_tell_yet"), (-0.60, -0.02, 100, "visible"), (-0.04, 0.04, 80, "negligible"),
        (-0.15, 0.15, 80, "cannot_tell_yet"), (-0.10, 0.06, 80, "undecided"), (0.01, 0.04, 100, "opposite"),
        (-0.05, 0.05, 80, "undecided"),
    ],
)  # fmt: skip
def test_the_first_state_that_matches_wins(low: float, high: float, leaders: int, state: str) -> None:
    product = told(low, high)
    assert state_of(product, combine(product, METHOD.buffer), leaders, METHOD.buffer) == state


def data(
    interaction: float, leaders: int, seed: int = 1, noise: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    stress, support, error = rng.standard_normal((3, leaders))
    return 0.4 * stress - 0.2 * support + interaction * stress * support + noise * error, stress, support


@given(
    interaction=st.floats(-0.6, 0.6), leaders=st.integers(60, 300), seed=st.integers(0, 10_000),
    turned=st.booleans(), direction=st.sampled_from([None, "worse", "better"]),
)  # fmt: skip
@examples(120)
def test_a_significant_interaction_in_the_harmful_direction_is_never_called_a_buffer(
    interaction: float, leaders: int, seed: int, turned: bool, direction: str | None
) -> None:
    y, stress, support = data(interaction, leaders, seed)
    y = -y if turned else y
    model = moderation(y, stress, support, covariance="hc3", scaling="center")
    found = judge(model, METHOD, higher_is=direction)
    worsens = model.slopes[0].estimate > 0 if direction is None else direction == "worse"
    harm = model.product if worsens else model.product.times(-1)
    if harm.low > 0:
        assert found.state not in ("visible", "tiny", "negligible")
    if found.state == "visible":
        assert harm.high < 0
        # Stress does less harm with much support than with little, on the side that is worse.
        sign = 1 if worsens else -1
        assert sign * model.slopes[1].estimate < sign * model.slopes[-1].estimate


@given(interaction=st.floats(-0.4, 0.4), seed=st.integers(0, 1000), direction=st.sampled_from([None, "worse"]))
@examples(40)
def test_turning_the_outcome_around_changes_no_state(interaction: float, seed: int, direction: str | None) -> None:
    y, stress, support = data(interaction, 150, seed)
    other = None if direction is None else "better"
    one = judge(moderation(y, stress, support, covariance="hc3"), METHOD, higher_is=direction)
    turned = judge(moderation(-y, stress, support, covariance="hc3"), METHOD, higher_is=other)
    assert one.state == turned.state


def test_without_a_direction_the_question_stays_undecided_and_says_why() -> None:
    rng = np.random.default_rng(2)
    y, stress, support = rng.standard_normal((3, 400))
    found = judge(moderation(y, stress, support, covariance="hc3"), METHOD)
    assert (found.state, found.oriented) == ("undecided", None)
    assert "do not clearly go together" in sentence(found, "en", 50)
    assert judge(moderation(y, stress, support, covariance="hc3"), METHOD, higher_is="worse").oriented == "worse"


def test_few_leaders_give_no_basis_and_a_scale_that_measures_nothing_cannot_tell() -> None:
    few = moderation(*data(-0.5, 49), covariance="hc3")
    enough = moderation(*data(-0.5, 50), covariance="hc3")
    assert judge(few, METHOD).state == "no_basis"
    assert judge(enough, METHOD).state != "no_basis"
    of = (enough.product, enough.slopes[0], 50, METHOD)
    assert judge_product(*of, is_reliable=False).state == "cannot_tell_yet"


def test_the_combined_estimate_is_the_bayesian_posterior() -> None:
    own = Estimate(-0.12, 0.06, -0.24, 0.0, 0.05)
    both = combine(own, METHOD.buffer)
    grid = np.linspace(-0.6, 0.4, 200_001)
    weight = np.exp(-0.5 * ((grid + 0.12) / 0.06) ** 2 - 0.5 * ((grid + 0.05) / 0.05) ** 2)
    mean = (grid * weight).sum() / weight.sum()
    assert both.estimate == pytest.approx(mean, abs=1e-6)
    assert both.se == pytest.approx(np.sqrt(((grid - mean) ** 2 * weight).sum() / weight.sum()), abs=1e-6)


@pytest.mark.parametrize(("se", "chance"), [(0.05 / 1.96, 0.5), (0.01, 0.9988), (1.0, 0.028)])
def test_the_sentence_about_power_counts_boards_that_would_notice(se: float, chance: float) -> None:
    assert power(se, METHOD.buffer) == pytest.approx(chance, abs=1e-3)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_reads_kindly_and_promises_nothing(state: str, lang: str) -> None:
    text = sentence(Evidence(state, "worse", 40 if state == "no_basis" else 80, of_ten=2), lang, 50, 3)
    assert 60 < len(text) < 420
    assert "{" not in text
    for word in ("significant", "bewezen", "proven", "veroorzaak", "hypothe", "helaas", "unfortunately", "fail"):
        assert word not in text.lower(), word
    says_buffer = {"visible": ("a buffer is visible", "een buffer te zien")}.get(state, ())
    assert not says_buffer or any(part in text for part in says_buffer)
    if state in ("opposite", "negligible"):
        assert any(
            part in text for part in ("opposite of a buffer", "omgekeerde van een buffer", "No buffer", "geen buffer")
        )


def test_both_languages_have_the_same_sentences() -> None:
    dutch, english = ({key for key in sentences(lang) if key.startswith("evidence.")} for lang in ("nl", "en"))
    assert dutch
    assert dutch == english


# ------------------------------------------------------------------------------------------ the commands


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


@pytest.mark.shared
def test_three_published_regressions_come_out_to_the_digits_given(shared_data: Path) -> None:
    def evidence(name: str, outcome: str, stress: str, support: str, *more: str) -> dict:
        file = shared_data / f"processr_{name}" / f"{name}.csv"
        options = ("--outcome", outcome, "--stress", stress, "--support", support, *more, "--json")
        return json.loads(run("evidence", str(file), *options)[1])

    disaster = evidence("disaster", "justify", "frame", "skeptic", "--covariance", "ols")
    product = disaster["coefficients"]["stress:support"]
    assert [round(product[key], 4) for key in ("estimate", "se", "low", "high")] == [0.2012, 0.0553, 0.0922, 0.3101]
    assert round(disaster["r2"], 4) == 0.2463
    assert disaster["state"] == "undecided"  # at average scepticism the frame does nothing clear

    teams = evidence("teams", "perform", "negtone", "negexp", "--controls", "dysfunc", "--covariance", "ols")
    product = teams["coefficients"]["stress:support"]
    assert [round(product[key], 4) for key in ("estimate", "se")] == [-0.5170, 0.2409]

    plain = evidence("estress", "affect", "estress", "ese", "--covariance", "ols")
    robust = evidence("estress", "affect", "estress", "ese")
    assert round(plain["coefficients"]["stress:support"]["estimate"], 4) == -0.1197
    assert round(plain["coefficients"]["stress:support"]["p"], 4) == 0.0003
    assert round(robust["coefficients"]["stress:support"]["p"], 4) == 0.0431
    assert (robust["covariance"], robust["clusters"], robust["n"]) == ("hc3", None, 262)


@pytest.mark.shared
def test_emotional_and_practical_support_of_students_correlate_with_depression_as_published(shared_data: Path) -> None:
    students = pl.read_csv(shared_data / "DAAG_socsupport" / "socsupport.csv", null_values=["NA", ""])
    for column, r in (("emotional", -0.2754), ("tangible", -0.1880)):
        pair = students.select(column, "BDI").drop_nulls()
        assert round(pair.select(pl.corr(column, "BDI")).item(), 4) == r


def write(path: Path, **columns: object) -> Path:
    pl.DataFrame(columns).write_csv(path)
    return path


def test_clusters_choose_the_covariance_and_a_picture_can_be_saved(tmp_path: Path) -> None:
    y, stress, support = data(-0.4, 240)
    who = [f"l{n // 4}" for n in range(240)]
    file = write(tmp_path / "a.csv", y=y, s=stress, u=support, who=who)
    options = ("--outcome", "y", "--stress", "s", "--support", "u", "--json")
    few = json.loads(run("evidence", str(file), *options, "--cluster", "who", "--plot", str(tmp_path / "a.svg"))[1])
    assert (few["covariance"], few["clusters"], few["n"]) == ("cr3", 60, 240)
    many = write(tmp_path / "b.csv", y=y, s=stress, u=support, who=[f"l{n // 2}" for n in range(240)])
    assert json.loads(run("evidence", str(many), *options, "--cluster", "who")[1])["covariance"] == "cr1"
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    assert [slope["at"] for slope in few["simple_slopes"]] == [-1, 0, 1]


def test_missing_answers_are_left_out_and_words_are_refused(tmp_path: Path) -> None:
    y, stress, support = data(-0.4, 60)
    texts = [f"{value}" for value in y]
    texts[0], texts[1] = "NA", ""
    file = write(tmp_path / "a.csv", y=texts, s=stress, u=support)
    options = ("--outcome", "y", "--stress", "s", "--support", "u")
    assert json.loads(run("evidence", str(file), *options, "--json")[1])["n"] == 58
    texts[2] = "often"
    with pytest.raises(Exception, match="column_not_number"):
        run("evidence", str(write(tmp_path / "b.csv", y=texts, s=stress, u=support)), *options)


def test_reliability_turns_items_around_and_counts_complete_rows(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    level = rng.normal(3, 1, 60)
    a, b, c = (np.clip(np.round(level + rng.normal(0, 0.6, 60)), 1, 5).astype(int) for _ in range(3))
    file = write(tmp_path / "a.csv", a=a, b=b, c=6 - c, d=c)
    turned = json.loads(run("reliability", str(file), "--items", "a,b,-c", "--json")[1])
    plain = json.loads(run("reliability", str(file), "--items", "a,b,d", "--json")[1])
    assert turned == plain
    assert (turned["n"], turned["items"]) == (60, 3)
    assert turned["alpha"]["low"] < turned["alpha"]["estimate"] < turned["alpha"]["high"]
