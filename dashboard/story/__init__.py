"""What one wave tells: its figures, sentences and pictures, in one language, worked out from rows that were published.

Nothing here counts, and nothing knows a code of the questionnaire: what a figure is, the snapshot says in roles.

What is published
    find: the snapshot to read now, and what is the matter if anything is.
    home_folder: the folder that holds it.
    Published: what was found.
    Snapshot: one published file and its rows.
    kept: keeps what follows from it, for all readers, until another is shown.
    Story: one wave of it in one language, compared with an earlier one.
    Group: a table and its levels, e.g. ("region", ("Noord",)).
    OwnTarget: a target that the board set.
    Labelled: a name and its cell.
    Against: what a wave is compared with.
    meaning_of: what its figures and dimensions mean, by role.
    MAIN: the roles of the dimensions that are filters.
    chosen_levels: the group that a set of filters points at.
    rank: sorts cells, those that need attention first.

What is told of it
    topics: which measures belong to which question.
    sentences: generated sentences.
    differences: sentences about groups that stand out and about change.
    deeper: where a way into groups ends and why, and two groups side by side.
    calendar: the wave that runs, or comes next, as planned.
    findings: what is certain, ranked by use and size.
    since: what is new since the last time.
    small: what a small board can see, and what it cannot.
    boards: one board of a federation beside the others.
    why: why there are ranges.
    phrases: a figure in a sentence.
    contrasts: what may be said about a difference; nobody else compares two figures.
    Headline: a figure in large type.
    figures: some of them, of one group.
    headlines: those of the whole board.
    Picture: what a chart shows and says.
    pictures: every picture of figures.
    crossings: those of two things crossed.
    riskmap: stress beside support, and need beside support.
    evidence: what may be said about the buffer.
    foretell: what is said about later, and what if.
    reading: which words of the glossary a page uses, and where pages, figures and words are found.
"""

from dashboard.story import (
    boards,
    calendar,
    contrasts,
    crossings,
    deeper,
    differences,
    evidence,
    findings,
    foretell,
    phrases,
    pictures,
    reading,
    riskmap,
    sentences,
    since,
    small,
    topics,
    why,
)
from dashboard.story.headlines import Headline, figures, headlines
from dashboard.story.meaning import meaning_of
from dashboard.story.picture import Picture
from dashboard.story.ranking import rank
from dashboard.story.snapshot import Published, Snapshot, find, home_folder, kept
from dashboard.story.wave import MAIN, Against, Group, Labelled, OwnTarget, Story, chosen_levels

__all__ = [
    "MAIN",
    "Against",
    "Group",
    "Headline",
    "Labelled",
    "OwnTarget",
    "Picture",
    "Published",
    "Snapshot",
    "Story",
    "boards",
    "calendar",
    "chosen_levels",
    "contrasts",
    "crossings",
    "deeper",
    "differences",
    "evidence",
    "figures",
    "find",
    "findings",
    "foretell",
    "headlines",
    "home_folder",
    "kept",
    "meaning_of",
    "phrases",
    "pictures",
    "rank",
    "reading",
    "riskmap",
    "sentences",
    "since",
    "small",
    "topics",
    "why",
]
