"""What a board agreed to do, what the figures suggest, and whether a group moved since.

Action: one agreement, chosen from lists.
ADVICES, OWNERS, STATUSES: the lists.
OPEN: the statuses of what is not finished.
Store: where the agreements of one home are kept.
Changed, Unreadable: somebody else saved first; the file cannot be read or written.
Suggestion: an advice for a group, and the figure that speaks for it.
suggestions: what the newest wave suggests.
groups: the groups of which the figure of an advice is published.
figures_of: the figure of an agreement now and when it was agreed.
measure_of: the figure that can show whether an advice helped.
line, effect_sentence: an agreement and its effect in words. since: the same in one line of news.
"""

from dashboard.agreements.store import ADVICES, OPEN, OWNERS, STATUSES, Action, Changed, Store, Unreadable
from dashboard.agreements.suggest import (
    Suggestion,
    effect_sentence,
    figures_of,
    groups,
    line,
    measure_of,
    since,
    suggestions,
)

__all__ = [
    "ADVICES",
    "OPEN",
    "OWNERS",
    "STATUSES",
    "Action",
    "Changed",
    "Store",
    "Suggestion",
    "Unreadable",
    "effect_sentence",
    "figures_of",
    "groups",
    "line",
    "measure_of",
    "since",
    "suggestions",
]
