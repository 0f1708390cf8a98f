"""Do the methods of docs/method.md do what they say? Simulated boards with a known truth; for a statistician.

Short tables; `make prove` prints them all, tests/unit/test_prove_evidence.py holds a form of under a minute.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from threadpoolctl import threadpool_limits

from pipelines.evidence.classifier import BufferRiskClassifier
from pipelines.evidence.forward import Transitions, calibration
from pipelines.evidence.regress import Estimate, ols
from pipelines.evidence.shape import Read, read_chance, read_score, with_curves
from pipelines.evidence.state import Evidence, judge_buffer
from pipelines.instruments import load_instrument
from pipelines.instruments.method import method_on
from pipelines.publication.margin import margin
from tests.bench.buffers import FAULTS, Board, drawn, yes_or_no

DAY = dt.date(2026, 7, 1)
METHOD, POLICY = method_on(DAY), load_instrument().policy(DAY)
SIZES, SHARES, BOARD = (20, 40, 80, 150, 400, 1000), (0.1, 0.3, 0.5, 0.7, 0.9), 150
BOARDS = ((80, 1), (80, 8), (150, 8), (1000, 1), (1000, 8))  # leaders, waves
Ints, Array = NDArray[np.int64], NDArray[np.float64]
TRUTH = (-2.2, 0.75, -0.50, -0.15)  # not the prior's own numbers: the literature is never quite a board's truth


# ------------------------------------------------------------------------------------- 1 the interval


@cache
def plain(leaders: int, n: int, x: int) -> tuple[float, float]:
    """The beta-binomial interval when x is known."""
    silent, k = leaders - n, np.arange(leaders - n + 1)
    ways = -special.betaln(silent - k + 1, k + 1) - np.log(silent + 1)
    chance = np.exp(ways + special.betaln(k + x + 0.5, silent - k + n - x + 0.5) - special.betaln(x + 0.5, n - x + 0.5))
    low, high = np.searchsorted(chance.cumsum(), [0.025, 0.975])
    return (x + low) / leaders, (x + min(high, silent)) / leaders


@cache
def told(leaders: int, n: int, x: int) -> tuple[float, float]:
    """The margin as published: a band of three or more counts, and the non-response band around it."""
    width = max(3, round(0.02 * n))
    lo = min(x // width * width, max(0, n - width + 1))
    return margin(n, leaders, lo, min(lo + width - 1, n), POLICY) or (0.0, 1.0)


def coverage(
    draws: int, sizes: tuple[int, ...] = SIZES
) -> Iterator[tuple[int, float, float, float | None, float | None]]:
    """Leaders and response; lowest coverage of the plain interval over SHARES; for boards the same, and that of the
    published margin, when who is without answers with half the odds.
    """
    rng = np.random.default_rng(1)
    for leaders in sizes:
        for response in (0.6, 0.75, 0.9):
            n, found = round(response * leaders), []
            for share in SHARES:
                yes = rng.binomial(leaders, share, draws)
                x = rng.hypergeometric(yes, leaders - yes, n)
                found.append([holds(plain, leaders, np.full(draws, n), x, yes / leaders)])
                if leaders <= BOARD:
                    odds = response / (1 - response)
                    with_ = rng.binomial(yes, odds / (1 + odds))
                    answered = with_ + rng.binomial(leaders - yes, odds / 2 / (1 + odds / 2))
                    kept = np.flatnonzero(answered >= 0.5 * leaders)[: draws // 4]  # below that nothing is told
                    for interval in (plain, told):
                        found[-1].append(holds(interval, leaders, answered[kept], with_[kept], yes[kept] / leaders))
            lowest = [round(float(one), 3) for one in np.min(found, axis=0)]
            yield leaders, response, lowest[0], *(lowest[1:] or [None, None])


def holds(interval: Callable[..., tuple[float, float]], leaders: int, n: Ints, x: Ints, truth: Array) -> float:
    """How often an interval holds the true share."""
    low, high = np.array([interval(leaders, int(a), int(b)) for a, b in zip(n, x, strict=True)]).T
    return float(np.mean((low <= truth) & (truth <= high)))


# ------------------------------------------------------------------------------ 2-6 the buffer


def as_published(board: Board) -> tuple[Evidence, Read]:
    """What a wave tells of a board, by the models that are published."""
    leader = board.leader if board.wave.max() > 0 else None
    terms = with_curves(board.stress, board.support, board.controls)
    if len(np.unique(board.y)) == 2:
        read = read_chance(board.y, terms, leader, METHOD.certainty, METHOD.what_if.ridge)
    else:
        read = read_score(board.y, terms, (board.y.min(), board.y.max()), leader, METHOD.certainty)
    count, is_chance = len(np.unique(board.leader)), read.without_ends is None
    evidence = judge_buffer(read.product, count, METHOD, "worse", is_chance=is_chance, is_reliable=True)
    return evidence, read


def textbook(board: Board) -> Estimate:
    """The product as journals print it: least squares, CR3, neither curves nor ends."""
    product = board.stress * board.support
    terms = {"stress": board.stress, "support": board.support, "product": product, **board.controls}
    return ols(board.y, terms, "cr3", board.leader)["product"]


def false_alarms(draws: int, waves: int = 8) -> Iterator[tuple[int, float, float, float]]:
    """Leaders, then how often a buffer of 0 is called significant: as published, textbook CR3, plain least squares."""
    for leaders in (40, 80, 150):
        rng, alarms = np.random.default_rng(leaders), []
        for _ in range(draws):
            board = drawn(rng, leaders, waves, 0.0)
            evidence, _ = as_published(board)
            plain = {"stress": board.stress, "support": board.support, "product": board.stress * board.support}
            naive = ols(board.y, plain | board.controls, "ols")["product"]
            ours = evidence.product
            alarms.append([not ours.low <= 0 <= ours.high, textbook(board).p < 0.05, naive.p < 0.05])
        yield leaders, *np.mean(alarms, axis=0).round(3)


def shapes(
    draws: int, boards: tuple[tuple[int, int], ...] = ((120, 8), (1000, 1)), faults: tuple[str, ...] = tuple(FAULTS)
) -> Iterator[tuple[int, int, str, float, float, float, float]]:
    """Leaders, waves, fault; with no buffer, how often one is visible (or tiny): as published, by the textbook, by its
    opposite as published; and how often a buffer of -.10 is visible.
    """
    for leaders, waves in boards:
        for name in faults:
            rng, told = np.random.default_rng([leaders, waves]), []
            for _ in range(draws):
                none, some = (drawn(rng, leaders, waves, b, FAULTS[name]) for b in (0.0, -0.10))
                states = [as_published(board)[0].state for board in (none, some)]
                found = [state in ("visible", "tiny") for state in states]
                told.append([found[0], textbook(none).high < 0, states[0].startswith("opposite"), found[1]])
            yield leaders, waves, name, *np.mean(told, axis=0).round(3)


def states(
    draws: int, boards: tuple[tuple[int, int], ...] = BOARDS
) -> Iterator[tuple[int, int, float, dict[str, float]]]:
    """Leaders, waves, true buffer, and the share of each state."""
    for leaders, waves in boards:
        for b in (0.0, -0.10, -0.15):
            rng, seen = np.random.default_rng(leaders + waves), Counter[str]()
            for _ in range(draws):
                seen[as_published(drawn(rng, leaders, waves, b))[0].state] += 1
            yield leaders, waves, b, {state: count / draws for state, count in seen.most_common()}


def looks(draws: int, leaders: int = 120, waves: int = 8) -> Iterator[tuple[float, float, float, float, float]]:
    """True buffer; how often it is visible at some wave of all; the mean of the first visible estimate; how often the
    last wave takes a first finding back; how often it is visible at the last wave.
    """
    for b in (0.0, -0.10):
        rng, first, stays, last = np.random.default_rng(leaders), [], [], []
        for _ in range(draws):
            board = drawn(rng, leaders, waves, b)
            seen = [as_published(board.until(wave))[0] for wave in range(waves)]
            found = [evidence for evidence in seen if evidence.state == "visible"]
            last.append(seen[-1].state == "visible")
            if found:
                first.append(found[0].product.estimate)
                stays.append(last[-1])
        yield b, len(first) / draws, float(np.mean(first)), 1 - float(np.mean(stays)), float(np.mean(last))


def yes_no_shapes(draws: int) -> Iterator[tuple[int, int, float, float, float, float, float, float]]:
    """Leaders, waves, share of yes, curve; with no product in log-odds how often a buffer and its opposite are visible;
    with one of -.20 how often it is visible; and the half-width.
    """
    for leaders, waves in ((120, 8), (1000, 1)):
        for share, curve in ((0.1, 0.0), (0.1, 0.16), (0.3, 0.0)):
            rng, told = np.random.default_rng([leaders, waves]), []
            for _ in range(draws):
                none, some = (as_published(yes_or_no(rng, leaders, waves, b, share, curve))[0] for b in (0.0, -0.20))
                width = (none.product.high - none.product.low) / 2
                told.append([none.product.high < 0, none.product.low > 0, some.product.high < 0, width])
            yield leaders, waves, share, curve, *np.mean(told, axis=0).round(3)


# ---------------------------------------------------------------------------------- 4, 5 the risk model


def chance_of(scores: np.ndarray) -> np.ndarray:
    a, b = (scores - [50, 62]).T / 18
    return 1 / (1 + np.exp(-(np.column_stack([np.ones(len(a)), a, b, a * b]) @ TRUTH)))


def followed(rng: np.random.Generator, leaders: int, steps: int, *, is_random: bool = False) -> Transitions:
    """Leaders until their first event; with `is_random` events have nothing to do with stress or support."""
    own = rng.multivariate_normal([0, 0], [[1, -0.2], [-0.2, 1]], leaders)[:, None, :] * np.sqrt(0.65)
    scores = ((own + rng.standard_normal((leaders, steps, 2)) * np.sqrt(0.35)) * 18 + [50, 62]).reshape(-1, 2)
    chance = chance_of(scores)
    event = rng.random(len(chance)) < (rng.permutation(chance) if is_random else chance)
    before = np.cumsum(event.reshape(leaders, steps), axis=1).ravel() - event
    leader, step = np.repeat(np.arange(leaders), steps), np.tile(np.arange(steps), leaders)
    flagged = (scores[:, 0] >= 60) & (scores[:, 1] <= 50)
    return Transitions(leader, step, scores, event.astype(np.int64), flagged)[before == 0]


def terms(scores: np.ndarray) -> np.ndarray:
    a, b = (scores - [50, 62]).T / 18
    return np.column_stack([a, b, a * b])


def models(
    draws: int, sizes: tuple[int, ...] = (40, 80, 150, 300, 700)
) -> Iterator[tuple[int, float, str, float, float, float]]:
    """Leaders, events, model, then on 20,000 others: median AUC, median calibration slope, mean log loss."""
    rng = np.random.default_rng(2)
    others = followed(rng, 20_000, 1)
    for leaders in sizes:
        seen: dict[str, list[tuple[float, float, float]]] = {"as published": [], "free logistic": [], "boosting": []}
        events = []
        for _ in range(draws):
            board = followed(rng, leaders, 4)
            while board.event.sum() < 2:
                board = followed(rng, leaders, 4)
            events.append(board.leaders_with_event)
            free = LogisticRegression(C=1e6, max_iter=1000).fit(terms(board.scores), board.event)
            boosted = HistGradientBoostingClassifier(
                learning_rate=0.05, max_iter=80, max_leaf_nodes=4, min_samples_leaf=20, l2_regularization=1.0,
                monotonic_cst=[1, -1], early_stopping=False, random_state=0,
            )  # fmt: skip
            with threadpool_limits(1):  # threads on so small a task wait for each other
                boosted.fit(board.scores, board.event)
            fitted = BufferRiskClassifier().fit(board.scores, board.event)
            for name, chance in (
                ("as published", fitted.predict_proba(others.scores)[:, 1]),
                ("free logistic", free.predict_proba(terms(others.scores))[:, 1]),
                ("boosting", boosted.predict_proba(others.scores)[:, 1]),
            ):
                held = np.clip(chance, 1e-6, 1 - 1e-6)
                slope = calibration(others.event, np.log(held / (1 - held)), np.ones((1, len(held))))[0][0]
                seen[name].append((roc_auc_score(others.event, held), slope, log_loss(others.event, held)))
        for name, found in seen.items():
            auc, slope, _ = np.median(found, axis=0)
            yield (
                leaders,
                float(np.mean(events)),
                name,
                round(auc, 3),
                round(slope, 2),
                round(np.mean(found, axis=0)[2], 4),
            )


def tell_of_buffers() -> None:
    """Print the tables about the buffer."""
    print("\na buffer of 0 is called significant, 8 waves\nleaders  as published  textbook CR3  least squares")
    for leaders, ours, cr3, naive in false_alarms(500):
        print(f"{leaders:7}  {ours:12.3f}  {cr3:12.3f}  {naive:13.3f}")
    print("\nno buffer, additive but for a fault: called visible or tiny; a buffer of -.10: the same")
    print("leaders waves  fault                   visible  textbook  opposite   -.10")
    for leaders, waves, fault, ours, theirs, opposite, power in shapes(500):
        print(f"{leaders:7} {waves:5}  {fault:22}  {ours:7.3f}  {theirs:8.3f}  {opposite:8.3f}  {power:5.3f}")
    for leaders, waves, fault, *_, power in shapes(500, ((150, 8),), ("none", "floor 20 %")):
        print(f"{leaders:7} {waves:5}  {fault:22}  {'':27}  {power:5.3f}")
    print("\nshare of evidence states\nleaders waves  buffer  states")
    for leaders, waves, b, shares in states(200):
        print(f"{leaders:7} {waves:5}  {b:6}  " + ", ".join(f"{state} {share:.2f}" for state, share in shares.items()))
    print("\na look at every wave, 120 leaders\nbuffer  ever visible  first estimate  taken back  visible at the last")
    for b, ever, first, back, last in looks(400):
        print(f"{b:6}  {ever:12.3f}  {first:14.3f}  {back:10.2f}  {last:19.3f}")
    print("\nyes/no outcomes\nleaders waves  share  curve  visible  opposite  -.20 visible  half-width")
    for leaders, waves, share, curve, visible, opposite, power, width in yes_no_shapes(300):
        shares = f"{visible:7.3f}  {opposite:8.3f}  {power:12.3f}"
        print(f"{leaders:7} {waves:5}  {share:5}  {curve:5}  {shares}  {width:10.3f}")


def main() -> None:
    """Print all tables."""
    print("lowest coverage over shares .1-.9 (* who is without answers with half the odds)")
    print("leaders response  plain  plain*  margin*")
    for leaders, response, *ok in coverage(2_000):
        print(f"{leaders:7} {response:8}  " + "  ".join("    -" if one is None else f"{one:.3f}" for one in ok))
    tell_of_buffers()
    print("\nrisk models on 20,000 leaders not seen\nleaders  events  model          AUC    slope  log loss")
    for leaders, events, name, auc, slope, loss in models(30):
        print(f"{leaders:7}  {events:6.0f}  {name:13}  {auc:.3f}  {slope:5.2f}  {loss:.4f}")


if __name__ == "__main__":
    main()
