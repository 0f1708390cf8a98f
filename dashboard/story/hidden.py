"""Why figures are not shown: the true reason of each, and all of a row or a page folded into one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.story.wave import Labelled
from dashboard.words import Cell, Words, has_range

Reason = tuple[str, int]  # what holds a figure back, and the answers it needs where they are too few (0: not known)


def reasons(words: Words, cells: Iterable[Cell | None]) -> str:
    """Every reason for which some of these cells are not shown, a sentence each, the most frequent first."""
    hidden = [cell for cell in cells if cell is not None and not has_range(cell)]
    counts: dict[Reason, list[int]] = {}
    for cell in hidden:
        counts.setdefault(_reason(words, cell), []).append(cell["n"])
    often = sorted(counts.items(), key=lambda pair: -len(pair[1]))
    return " ".join(
        words(f"folded.{why}", needed=words.number(needed), most=words.number(max(answers)))
        for (why, needed), answers in often
    )


def folded(words: Words, cells: Sequence[Labelled]) -> tuple[list[Labelled], str]:
    """What to draw of these figures, and a sentence about those that are left out with their reasons.

    Nobody is helped by a row of dashes: where more are hidden than shown, and where a figure is about nobody, the
    sentence stands for them.
    """
    hidden = [(label, cell) for label, cell in cells if not has_range(cell)]
    is_mostly_hidden = 2 * len(hidden) > len(cells)
    out = [pair for pair in hidden if is_mostly_hidden or words.is_about_nobody(pair[1])]
    names = {label for label, _ in out}
    return [pair for pair in cells if pair[0] not in names], _sentence(words, out)


def _sentence(words: Words, cells: Sequence[Labelled]) -> str:
    if not cells:
        return ""
    these = words("folded.these", groups=words.listed(label for label, _ in cells))
    return f"{these} {reasons(words, (cell for _, cell in cells))}".strip()


def _reason(words: Words, cell: Cell) -> Reason:
    if words.is_about_nobody(cell):
        return "nobody", 0
    if cell["status"] == "published":
        return "low_response", 0
    if cell["status"] != "too_few":
        return cell["status"], 0
    needed = cell.get("needed")
    return ("too_few", needed) if needed else ("too_few_unknown", 0)
