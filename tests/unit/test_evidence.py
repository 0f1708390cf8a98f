"""The states of evidence: which words an interval allows, that no sentence denies it, and that harm is no buffer."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.evidence.own import OwnFile, work_out
from pipelines.evidence.regress import Estimate
from pipelines.evidence.sentence import CLAIMS, Claim, denies, kinds_sentence, sentence
from pipelines.evidence.state import Evidence, Sizes, Verdict, combine, judge_buffer, judge_kinds, power, verdict
from pipelines.ground.messages import say, sentences
from pipelines.instruments import model_grid
from pipelines.instruments.method import method_on
from pipelines.protection.modelled import EFFECT, rounded
from tests.drawn import examples

METHOD = method_on(dt.date(2026, 7, 1))
SCORE, CHANCE = (Sizes.of(METHOD.buffer, is_chance=is_chance) for is_chance in (False, True))
NO_BASIS = ("no_basis", "no_direction")  # keys that only a buffer has: kinds are judged where there is a direction


def told(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, (high - low) / (2 * 1.96), low, high, 0.5)


@pytest.mark.parametrize(
    ("low", "high", "is_guarded", "state", "key"),
    [
        (0.02, 0.14, True, "opposite", "opposite"), (0.02, 0.14, False, "undecided", "few_above"),
        (0.01, 0.04, True, "opposite_tiny", "opposite_tiny"), (0.01, 0.04, False, "opposite_tiny", "opposite_tiny"),
        (0.01, 0.05, True, "opposite", "opposite"), (-0.04, -0.01, False, "tiny", "tiny"),
        (-0.05, -0.01, True, "visible", "visible"), (-0.14, -0.02, True, "visible", "visible"),
        (-0.14, -0.02, False, "undecided", "few_below"), (-0.60, -0.02, False, "cannot_tell_yet", "cannot_tell_yet"),
        (-0.60, -0.02, True, "visible", "visible"), (-0.04, 0.04, False, "negligible", "negligible"),
        (-0.15, 0.15, True, "cannot_tell_yet", "cannot_tell_yet"), (-0.10, 0.06, True, "undecided", "undecided_both"),
        (-0.10, 0.04, True, "undecided", "undecided_below"), (-0.04, 0.10, True, "undecided", "undecided_above"),
        (-0.05, 0.04, True, "undecided", "undecided_below"), (-0.10, 0.10, True, "undecided", "undecided_both"),
    ],
)  # fmt: skip
def test_an_interval_has_one_state_and_one_sentence(
    low: float, high: float, is_guarded: bool, state: str, key: str
) -> None:
    assert verdict(low, high, SCORE, is_reliable=True, is_guarded=is_guarded) == (state, key)
    # The same for a yes/no outcome, on the scale of log-odds.
    assert verdict(2 * low, 2 * high, CHANCE, is_reliable=True, is_guarded=is_guarded) == (state, key)


def test_what_matters_and_what_is_typical_are_two_sizes() -> None:
    assert (SCORE.matters, SCORE.typical) == (0.05, 0.10)
    assert (CHANCE.matters, CHANCE.typical) == (0.10, 0.20)


LIMITS = st.floats(-0.8, 0.8) | st.sampled_from([-0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2])


@given(
    one=LIMITS, other=LIMITS, sizes=st.sampled_from([SCORE, CHANCE]), is_directed=st.booleans(),
    has_basis=st.booleans(), is_reliable=st.sampled_from([None, True, False]), is_guarded=st.booleans(),
    inside=st.floats(0, 1),
)  # fmt: skip
@examples(600)
def test_no_sentence_denies_a_value_inside_its_interval(
    one: float,
    other: float,
    sizes: Sizes,
    is_directed: bool,
    has_basis: bool,
    is_reliable: bool | None,
    is_guarded: bool,
    inside: float,
) -> None:
    low, high = sorted((round(one, 6), round(other, 6)))
    found = verdict(
        low,
        high,
        sizes,
        is_directed=is_directed,
        has_basis=has_basis,
        is_reliable=is_reliable,
        is_guarded=is_guarded,
    )
    for value in (low, high, low + inside * (high - low)):
        assert [claim for claim in CLAIMS[found.key] if denies(claim, value, sizes)] == []
    # Nor one between the limits as they are published: those go outward to the next step.
    shown = rounded({"estimate": (low + high) / 2, "low": low, "high": high}, EFFECT, model_grid())
    for value in (shown["low"] + 1e-9, shown["high"] - 1e-9):
        if shown["low"] < value < shown["high"]:
            assert [claim for claim in CLAIMS[found.key] if denies(claim, value, sizes)] == []


# What the words of a sentence claim. A buffer, then the two kinds of support; below 0 comes first in each.
CLAIMED: dict[str, dict[str, dict[Claim, str]]] = {
    "en": {
        "evidence": {
            "below_0": "stress goes along with less harm here",
            "above_0": "stress goes along with more harm here",
            "not_much_below": "less harm here, but so little|A buffer that would matter in practice is ruled out"
            "|A buffer, if there is one, is too small",
            "not_much_above": "more harm here, but so little|and so is the opposite: whatever"
            "|The opposite of a buffer, if there is one, is too small",
        },
        "kinds": {
            "below_0": "^Emotional support goes along with less harm",
            "above_0": "^Practical support goes along with less harm",
            "not_much_below": "^Emotional.*too small to matter|is ruled out here, for either kind"
            "|Less harm with emotional support, if so, is too little",
            "not_much_above": "^Practical.*too small to matter|is ruled out here, for either kind"
            "|Less harm with practical support, if so, is too little",
        },
    },
    "nl": {
        "evidence": {
            "below_0": "gaat stress hier met minder klachten samen",
            "above_0": "gaat stress hier met meer klachten samen",
            "not_much_below": "minder klachten samen, maar zo weinig|Een buffer die in de praktijk uitmaakt is hier"
            " uitgesloten|Een buffer is, als hij er is, te klein",
            "not_much_above": "meer klachten samen, maar zo weinig|en het omgekeerde ook: wat er is"
            "|Het omgekeerde van een buffer is, als het er is, te klein",
        },
        "kinds": {
            "below_0": "^Emotionele steun gaat hier met minder klachten samen",
            "above_0": "^Praktische steun gaat hier met minder klachten samen",
            "not_much_below": "^Emotionele.*te klein om|is hier voor allebei uitgesloten"
            "|Minder klachten bij emotionele steun is, als het zo is, te weinig",
            "not_much_above": "^Praktische.*te klein om|is hier voor allebei uitgesloten"
            "|Minder klachten bij praktische steun is, als het zo is, te weinig",
        },
    },
}  # fmt: skip


@pytest.mark.parametrize("lang", CLAIMED)
@pytest.mark.parametrize("about", ["evidence", "kinds"])
@pytest.mark.parametrize("key", CLAIMS)
def test_the_words_of_a_sentence_claim_what_it_declares_and_nothing_else(key: str, about: str, lang: str) -> None:
    if about == "kinds" and key in NO_BASIS:
        assert f"kinds.{key}" not in sentences(lang)
        return
    text = say(lang, f"{about}.{key}", fewest="50", guard="100")
    claimed = {claim for claim, words in CLAIMED[lang][about].items() if re.search(words, text)}
    assert claimed == set(CLAIMS[key])


def test_every_sentence_that_is_told_declares_what_it_claims() -> None:
    for lang in CLAIMED:
        keys = {key.removeprefix("evidence.") for key in sentences(lang) if key.startswith("evidence.")}
        assert keys - {"of_ten", "of_ten_files", "over_waves", "support_-1", "support_0", "support_1"} == set(CLAIMS)
        kinds = {key.removeprefix("kinds.") for key in sentences(lang) if key.startswith("kinds.")}
        assert kinds == set(CLAIMS) - set(NO_BASIS)


@pytest.mark.parametrize(
    ("low", "high", "count", "state"),
    [
        (-0.14, -0.02, 120, "visible"), (-0.14, -0.02, 80, "visible"), (-0.14, -0.001, 80, "visible"),
        (0.02, 0.14, 120, "opposite"), (0.02, 0.14, 80, "undecided"), (0.06, 0.10, 80, "opposite"),
        (-0.14, -0.02, 49, "no_basis"),
    ],
)  # fmt: skip
def test_with_few_leaders_the_estimate_with_research_has_to_say_so_too(
    low: float, high: float, count: int, state: str
) -> None:
    assert judge_buffer(told(low, high), count, METHOD, "worse").state == state
    doubled = judge_buffer(told(2 * low, 2 * high), count, METHOD, "worse", is_chance=True)
    assert doubled.state == state


def test_the_difference_of_two_kinds_of_support_has_the_same_states_and_no_research_that_leans() -> None:
    assert judge_kinds(told(-0.3, -0.02), 120, METHOD).state == "visible"
    assert judge_kinds(told(-0.14, -0.02), 80, METHOD) == ("undecided", "few_below")
    assert judge_kinds(told(0.01, 0.04), 120, METHOD).state == "opposite_tiny"
    assert judge_kinds(told(0.01, 0.04), 120, METHOD, is_reliable=False).state == "cannot_tell_yet"


def data(
    interaction: float, leaders: int, seed: int = 1, noise: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    stress, support, error = rng.standard_normal((3, leaders))
    return 0.4 * stress - 0.2 * support + interaction * stress * support + noise * error, stress, support


def judged(y: np.ndarray, stress: np.ndarray, support: np.ndarray, **options: object) -> OwnFile:
    return work_out(y, stress, support, {}, METHOD, **options)


@given(
    interaction=st.floats(-0.6, 0.6), leaders=st.integers(60, 300), seed=st.integers(0, 10_000),
    turned=st.booleans(), direction=st.sampled_from([None, "worse", "better"]),
)  # fmt: skip
@examples(120)
def test_a_significant_interaction_in_the_harmful_direction_is_never_called_a_buffer(
    interaction: float, leaders: int, seed: int, turned: bool, direction: str | None
) -> None:
    y, stress, support = data(interaction, leaders, seed)
    found = judged(-y if turned else y, stress, support, scaling="center", higher_is=direction)
    worsens = found.model.slopes[0].estimate > 0 if direction is None else direction == "worse"
    sign = 1 if worsens else -1
    harm = found.model.product.times(sign)
    if harm.low > 0:
        assert found.evidence.state not in ("visible", "tiny")
    if found.evidence.state == "visible":
        assert found.read.product.times(sign).high < 0
        # Stress does less harm with much support than with little, on the side that is worse.
        fit = found.read.fit.beta
        assert sign * fit[found.read.fit.names.index("stress:support")] < 0


@given(interaction=st.floats(-0.4, 0.4), seed=st.integers(0, 1000), direction=st.sampled_from([None, "worse"]))
@examples(40)
def test_turning_the_outcome_around_changes_no_state(interaction: float, seed: int, direction: str | None) -> None:
    y, stress, support = data(interaction, 150, seed)
    other = None if direction is None else "better"
    one = judged(y, stress, support, higher_is=direction)
    turned = judged(-y, stress, support, higher_is=other)
    assert one.evidence.state == turned.evidence.state


def test_without_a_direction_the_question_stays_undecided_and_says_why() -> None:
    rng = np.random.default_rng(2)
    y, stress, support = rng.standard_normal((3, 400))
    found = judged(y, stress, support).evidence
    assert (found.verdict, found.oriented) == (("undecided", "no_direction"), None)
    assert "is not clear here" in sentence(found, "en", METHOD)
    assert judged(y, stress, support, higher_is="worse").evidence.oriented == "worse"


def test_too_small_to_matter_either_way_needs_no_direction() -> None:
    assert verdict(-0.04, 0.04, SCORE, is_directed=False).state == "negligible"
    assert verdict(0.01, 0.04, SCORE, is_directed=False).state == "negligible"


def test_few_leaders_give_no_basis_and_a_scale_that_measures_nothing_cannot_tell() -> None:
    assert judged(*data(-0.5, 49)).evidence.state == "no_basis"
    assert judged(*data(-0.5, 50)).evidence.state != "no_basis"
    of_noise = judge_buffer(told(-0.3, -0.2), 200, METHOD, "worse", is_reliable=False)
    assert of_noise.state == "cannot_tell_yet"
    assert "hang together too little" in sentence(of_noise, "en", METHOD)
    wide = judged(*data(0.0, 60)).evidence
    assert wide.state == "cannot_tell_yet"
    assert "hang together" not in sentence(wide, "en", METHOD)  # of a file of one's own nobody knows the statements


@pytest.mark.parametrize(
    ("counted", "english", "dutch"),
    [
        ("leaders", "50 school leaders", "50 schoolleiders"), ("clusters", "50 groups", "50 groepen"),
        ("rows", "50 rows", "50 rijen"),
    ],
)  # fmt: skip
def test_what_was_counted_is_called_what_it_is(counted: str, english: str, dutch: str) -> None:
    few = judge_buffer(told(-0.3, -0.2), 40, METHOD, "worse", counted=counted)
    assert english in sentence(few, "en", METHOD)
    assert dutch in sentence(few, "nl", METHOD)
    enough = replace(few, verdict=Verdict("undecided", "few_below"), count=80, of_ten=2)
    assert english.replace("50", "100") in sentence(enough, "en", METHOD)
    assert english.replace("50", "80") in sentence(enough, "en", METHOD)


@pytest.mark.parametrize("unit", [1, 2])
def test_the_combined_estimate_is_the_bayesian_posterior(unit: int) -> None:
    own = Estimate(-0.12, 0.06, -0.24, 0.0, 0.05).times(unit)
    both = combine(own, METHOD.buffer, Sizes(0.05 * unit, 0.10 * unit))
    grid = np.linspace(-1.2, 0.8, 400_001)
    weight = np.exp(-0.5 * ((grid + 0.12 * unit) / (0.06 * unit)) ** 2 - 0.5 * ((grid / unit + 0.05) / 0.05) ** 2)
    mean = (grid * weight).sum() / weight.sum()
    assert both.estimate == pytest.approx(mean, abs=1e-6)
    assert both.se == pytest.approx(np.sqrt(((grid - mean) ** 2 * weight).sum() / weight.sum()), abs=1e-6)


@pytest.mark.parametrize(("se", "chance"), [(0.10 / 1.96, 0.5), (0.02, 0.9988), (2.0, 0.028)])
def test_the_sentence_about_power_counts_boards_that_would_notice(se: float, chance: float) -> None:
    assert power(Estimate(0, se, -2 * se, 2 * se, 1), SCORE) == pytest.approx(chance, abs=1e-3)
    assert power(Estimate(0, 2 * se, -4 * se, 4 * se, 1), CHANCE) == pytest.approx(chance, abs=1e-3)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("key", CLAIMS)
def test_every_sentence_reads_kindly_and_promises_nothing(key: str, lang: str) -> None:
    state = "undecided" if key.startswith(("undecided", "few", "no_dir")) else key.replace("too_uncertain", "undecided")
    found = Evidence(Verdict(state, key), "worse", 40 if key == "no_basis" else 80, of_ten=2)
    texts = [sentence(found, lang, METHOD, 3)]
    texts += [] if key in NO_BASIS else [kinds_sentence(found.verdict, lang, METHOD)]
    for text in texts:
        assert 60 < len(text) < 420
        assert "{" not in text
        for word in ("significant", "bewezen", "proven", "veroorzaak", "hypothe", "helaas", "unfortunately", "fail"):
            assert word not in text.lower(), word
