"""Each rule broken on purpose: what to change in the code, and which tests must then fail. `make prove` does it all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """One rule, broken."""

    rule: str
    file: str
    sound: str
    broken: str
    caught_by: str  # pytest arguments


BANDS, LEAKS = "tests/spec/test_bands.py", "tests/privacy/test_audit_leaks.py"
WHOLE = "tests/privacy/test_invariants.py"
LATE = "tests/unit/test_late_batch.py"
FLIPS, READER = "tests/privacy/test_flips.py", "tests/privacy/test_reader.py"

MUTATIONS = [
    Mutation(
        "k - 1 instead of k", "pipelines/protection/bands.py",
        "if sizes[cell] < k * factor[way]:", "if sizes[cell] < (k - 1) * factor[way]:", BANDS,
    ),
    Mutation(
        "no rule for the complement (S2)", "pipelines/protection/bands.py",
        '"protects" if any(0 < gap < k for gap in gaps) else "published"', '"published"', BANDS,
    ),
    Mutation(
        "a band one count narrower", "pipelines/protection/bands.py",
        "return max(1, (n + 1) // width)", "return max(1, (n + 1) // (width - 1))", BANDS,
    ),
    Mutation(
        "edges that everybody knows", "pipelines/protection/teller.py",
        "picks = dice.picks(spare, number_of_bins(n, width), *about, code, *self.names[cell])",
        "picks = [0] * spare", f"{FLIPS} -k another_vault",
    ),
    Mutation(
        "a rung that is passed over only when it was refused", "pipelines/protection/draws.py",
        'if draw.dice.falls(numbers.rung[rung].skipped, "rung", grouped.wave, code, rung):', "if False:", READER,
    ),
    Mutation(
        "a verdict that looks at how the answers sum", "pipelines/protection/draws.py",
        "verdicts.append(verdict_of(puzzle, told, doubts, work))",
        "verdicts.append(verdict_of(puzzle, told, doubts, work, float(amounts.yes.sum() % 2)))",
        READER,
    ),
    Mutation(
        "answers kept beside who was counted", "pipelines/counting/grouped.py",
        "*self.structure.merges).with_columns(memory)",
        '*self.structure.merges).with_columns(memory, *self.yes_no.drop("leader_key"))',
        f"{WHOLE} -k holds_groups_and_no_answer",
    ),
    Mutation(
        "a time-out that counts as safe", "pipelines/protection/audit/check.py",
        "        return is_complete and not is_open and not self.work.ran_out\n",
        "        return not (self.unsafe or self.cells_unsafe)\n", LEAKS,
    ),
    Mutation(
        "proofs that nobody checks", "pipelines/protection/audit/proofs.py",
        "        if self.checker.holds(certificate):\n", "        if True:\n", LEAKS,
    ),
    Mutation(
        "cells that may be forced", "pipelines/protection/audit/prove.py",
        "failed_cell = None if failed_group else prover.prove_cells()",
        "failed_cell, proofs.most, proofs.least = None, goals.up, goals.down", LEAKS,
    ),
    Mutation(
        "a score that may be pinned", "pipelines/protection/audit/proofs.py",
        "HALF_SCALE = 50.0", "HALF_SCALE = 0.0", LEAKS,
    ),
    Mutation(
        "partners fewer than k - 1", "pipelines/protection/audit/check.py",
        "len(others) >= self.problem.k - 1", "len(others) >= self.problem.k - 2", LEAKS,
    ),
    Mutation(
        "a family whose members are audited apart", "pipelines/counting/grouped.py",
        "members.setdefault(attribute.family, [])", "members.setdefault(attribute.code, [])",
        f"{WHOLE} -k shares_answers",
    ),
    Mutation(
        "a merge that looks at answers", "pipelines/protection/plan.py",
        "return fix_structure(roster, today,",
        'return fix_structure(answers.filter(pl.col("rock_emotional") == "yes"), today,',
        f"{WHOLE} -k other_answers_get",
    ),
    Mutation(
        "eligibility ignored", "pipelines/counting/counts.py",
        "is_about = eligible(grouped.people, attribute)",
        "is_about = np.ones(grouped.people.height, dtype=bool)", f"{WHOLE} -k every_band",
    ),
    Mutation(
        "published without a verdict", "pipelines/protection/draws.py",
        "            if verdicts[-1].is_safe:\n", "            if verdicts:\n", READER,
    ),
    Mutation(
        "late answers one by one", "pipelines/protection/late.py", "0 < different < policy.k_coverage", "False", LATE,
    ),
    Mutation(
        "withdrawn publications forgotten", "pipelines/flow.py",
        "            for one in before\n",
        "            for one in before if vault.is_live(home, one)\n",
        LATE,
    ),
]  # fmt: skip
