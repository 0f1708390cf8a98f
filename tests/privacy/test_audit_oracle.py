"""The audit against an oracle that writes out every answer set of tiny boards and shares no code with it."""

from itertools import combinations, product

import numpy as np
import pytest

from pipelines.protection.audit import Problem, audit
from pipelines.protection.audit.check import Checker
from pipelines.protection.audit.goals import Goals
from pipelines.protection.audit.proofs import Proofs
from pipelines.protection.audit.prove import first_answers
from pipelines.protection.audit.solver import CountModel
from pipelines.protection.audit.work import Allowed

FAMILIES = {
    "single": [[0], [1]],
    "rock": [[0, 0, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]],
    "chain": [[0, 0], [1, 0], [1, 1]],
    "risk": [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1]],
    "map": [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0]],  # three fields of a partition, one of which is the flag
}


def every_answer_set(problem):
    allowed = [np.flatnonzero(row).tolist() for row in problem.can]
    sets = np.array(list(product(*allowed)))
    values = problem.patterns[sets]  # (sets, leaders, attributes)
    fits = np.ones(len(sets), bool)
    for cell in np.unique(problem.membership):
        yes = values[:, (problem.membership == cell).any(axis=1)].sum(axis=1)
        fits &= ((problem.lo[:, cell] <= yes) & (yes <= problem.hi[:, cell])).all(axis=1)
    return sets[fits], values[fits]


def open_answers(problem):
    """Leaders x attributes that logic alone leaves open."""
    return {
        (leader, attribute)
        for leader, allowed in enumerate(problem.can)
        for attribute, values in enumerate(problem.patterns[allowed].T)
        if len(set(values.tolist())) == 2
    }


def fixed_groups(problem, values):
    """Groups of 1..k-1 leaders whose number of yes is the same in every answer set that fits."""
    to_find = open_answers(problem)
    return [
        (group, attribute)
        for size in range(1, problem.k)
        for group in combinations(range(len(problem.can)), size)
        for attribute in range(problem.patterns.shape[1])
        if any((leader, attribute) in to_find for leader in group)
        and len(set(values[:, list(group), attribute].sum(axis=1).tolist())) == 1
    ]


def unprovable(problem, sets):
    """Leaders x attributes that have neither a free move nor k-1 exchange partners in any answer set."""
    known, patterns = {tuple(row) for row in sets.tolist()}, problem.patterns.tolist()
    free, partners = set(), {key: set() for key in open_answers(problem)}

    def changed(one, other):
        return [attribute for attribute, value in enumerate(patterns[one]) if value != patterns[other][attribute]]

    for row in known:
        for leader, old in enumerate(row):
            for new in range(len(patterns)):
                if (*row[:leader], new, *row[leader + 1 :]) in known:
                    free |= {(leader, attribute) for attribute in changed(old, new)}
        for one, other in combinations(range(len(row)), 2):
            swapped = list(row)
            swapped[one], swapped[other] = row[other], row[one]
            if tuple(swapped) in known:
                for attribute in changed(row[one], row[other]):
                    partners[one, attribute].add(other)
                    partners[other, attribute].add(one)
    return [key for key, others in partners.items() if key not in free and len(others) < problem.k - 1]


def forced_cells(problem, values):
    """Large cells without m possible yes or m possible no, although logic alone would allow them."""
    found = []
    for cell in np.unique(problem.membership):
        inside = (problem.membership == cell).any(axis=1)
        if inside.sum() >= problem.smallest_cell:
            for attribute in range(problem.patterns.shape[1]):
                options = [set(problem.patterns[row, attribute].tolist()) for row in problem.can[inside]]
                yes = values[:, inside, attribute].sum(axis=1)
                for most, value in ((yes.max(), 1), (inside.sum() - yes.min(), 0)):
                    if most < min(problem.m, sum(value in option for option in options)):
                        found.append((cell, attribute, value))
    return found


def draw_publication(seed):
    """Draw a small board, its tables, true answers, flag memory and bands of any width; some cells are withheld."""
    random = np.random.default_rng(seed)
    family = list(FAMILIES)[seed % len(FAMILIES)]
    patterns = np.array(FAMILIES[family], np.int8)
    leaders = int(random.integers(6, 10)) if len(patterns) == 2 else int(random.integers(5, 7))
    first, second = random.integers(0, 2, leaders), random.integers(0, 3, leaders)
    tables = [0 * first, first, second, first * 3 + second][: random.integers(1, 5)]
    columns, offset = [], 0
    for table in tables:
        levels = np.unique(table, return_inverse=True)[1]
        columns.append(levels + offset)
        offset += levels.max() + 1
    membership = np.stack(columns, axis=1)
    answers = random.integers(0, len(patterns), leaders)
    can = random.random((leaders, len(patterns))) < random.choice([0.6, 1.0])
    can[np.arange(leaders), answers] = True
    size = np.array([(membership == cell).sum() for cell in range(offset)])
    yes = np.stack([patterns[answers][(membership == cell).any(axis=1)].sum(axis=0) for cell in range(offset)], axis=1)
    width = random.choice([1, 2, 3, 4], p=[0.15, 0.25, 0.35, 0.25])
    lo = np.minimum(yes // width * width, size)
    hi = np.minimum(lo + width - 1, size)
    withheld = random.random(yes.shape) < 0.25
    lo, hi = np.where(withheld, 0, lo), np.where(withheld, size, hi)
    k, m, smallest = int(random.integers(2, 5)), int(random.integers(1, 3)), int(random.integers(3, 6))
    return Problem(membership, lo, hi, patterns, can, k, m, smallest)


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_the_audit_says_safe_exactly_where_the_oracle_finds_a_proof_for_everybody(start):
    for seed in range(start, start + 50):
        problem = draw_publication(seed)
        verdict = audit(problem, seed=seed, effort=0.02)
        sets, values = every_answer_set(problem)
        provable = not unprovable(problem, sets) and not forced_cells(problem, values)
        assert (verdict.is_safe, verdict.is_leak) == (provable, not provable), seed
        assert not (verdict.is_safe and fixed_groups(problem, values)), seed
        assert all(Checker(problem).holds(certificate) for certificate in verdict.certificates), seed


def test_leaders_who_look_alike_push_each_sum_by_swapping_exactly_as_far_as_every_swap_tried_out_does():
    for seed in range(60):
        problem = draw_publication(seed)
        model = CountModel(problem, problem.published_cells)
        start = first_answers(problem, model, Allowed(nodes=2000, iterations=400_000))
        proofs = Proofs(problem, Goals.of(problem), start)
        proofs.swap_names()
        sets, _ = every_answer_set(problem)
        in_profile = [np.sort(sets[:, proofs.profile == number]) for number in range(len(proofs.first))]
        mine = [np.sort(proofs.answers[proofs.profile == number]) for number in range(len(proofs.first))]
        swapped = np.logical_and.reduce([(rows == row).all(axis=1) for rows, row in zip(in_profile, mine, strict=True)])
        sums = np.stack([problem.per_cell(problem.patterns[row]) for row in sets[swapped]])
        np.testing.assert_array_equal([proofs.least, proofs.most], [sums.min(axis=0), sums.max(axis=0)], str(seed))


def test_the_drawn_publications_hold_safe_ones_and_leaks_and_both_kinds_of_proof():
    verdicts = [audit(draw_publication(seed)) for seed in range(0, 300, 12)]
    assert sum(verdict.is_safe for verdict in verdicts) >= 5
    assert sum(verdict.is_leak for verdict in verdicts) >= 5
    assert sum(verdict.exchanges for verdict in verdicts) >= 5
    assert sum(verdict.free_moves for verdict in verdicts) >= 5
