"""What a board agreed to do, what the figures suggest, and whether a group moved since.

Action: one agreement, chosen from lists.
ADVICES, OWNERS, STATUSES: the lists.
Target, Targets: what the board wants to reach, and where that is kept. in_force: the one of a figure at a wave.
SHARES: the shares to choose from.
Store: where the agreements of one home are kept.
OPEN: the statuses of what is not finished. ENDED: of what was stopped. REMOVED: of what was taken off the list.
Changed, Unreadable: somebody else saved first; the file cannot be read or written.
Suggestion: an advice for a group, and the figure that speaks for it.
suggestions: what the newest wave suggests.
groups: the groups of which the figure of an advice is published.
figures_of: the figure of an agreement now and when it was agreed.
measure_of: the figure that can show whether an advice helped.
line, effect_sentence: an agreement and its effect in words. since: the same in one line of news.
"""

from dashboard.agreements.database import Unreadable
from dashboard.agreements.store import ADVICES, ENDED, OPEN, OWNERS, REMOVED, STATUSES, Action, Changed, Store
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
from dashboard.agreements.targets import SHARES, Target, Targets, in_force

__all__ = [
    "ADVICES",
    "ENDED",
    "OPEN",
    "OWNERS",
    "REMOVED",
    "SHARES",
    "STATUSES",
    "Action",
    "Changed",
    "Store",
    "Suggestion",
    "Target",
    "Targets",
    "Unreadable",
    "effect_sentence",
    "figures_of",
    "groups",
    "in_force",
    "line",
    "measure_of",
    "since",
    "suggestions",
]
