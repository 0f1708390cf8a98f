"""Audit: proof that no leader's answer follows with certainty from what is told.

audit: prove a `Problem` safe, or say in a `Verdict` what has no proof.
Pace, pace: how long its work takes on this computer.
Problem: what a reader of a publication knows about one family of attributes, and an answer set that fits it.
Verdict: how much is proven and how, what is not, and whether that is safe or a leak.
Doubt: what made an audit fail, worth asking first of other bands of the same family.
Work: what audits did, and the most they may do.
ScaleMean: the published means of one scale, as a reader knows them.

What is proven, and how
    An answer set gives every leader a pattern (yes or no to each attribute). It fits when all its sums lie within the
    published bands, its scores within the published means, and every leader can have the pattern.
    A free move is an answer set that fits and still fits after one leader alone went to another pattern. Every group
    with that leader then has two possible numbers of yes.
    An exchange is an answer set that fits and still fits after two leaders swapped patterns. With k - 1 different
    partners, every group of fewer than k leaders with that leader misses one of them, so that its number of yes is not
    fixed either.
    A certificate is one free move, or k - 1 exchanges; `check` verifies it from the rows and knows no search.
Where they are found
    problem: what is asked.  goals: what has to be proven of it.  glance: what fails by adding up alone, and doubt: by
    what failed before, so that bands that are not safe cost little.  proofs: what has been proven so far.  moves: what
    one answer set proves, in closed form.  search: walks to other answer sets.  solver, program: the exact last resort.
    prove: all of these, in order.
"""

from pipelines.protection.audit.check import Verdict
from pipelines.protection.audit.goals import Doubt
from pipelines.protection.audit.means import ScaleMean
from pipelines.protection.audit.problem import Problem
from pipelines.protection.audit.prove import audit
from pipelines.protection.audit.speed import Pace, pace
from pipelines.protection.audit.work import Work

__all__ = ["Doubt", "Pace", "Problem", "ScaleMean", "Verdict", "Work", "audit", "pace"]
