"""A proposal for a roster as roster.toml: sure lines as they are, doubtful ones as comments, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipelines.ground.messages import say as say_in
from pipelines.ground.texts import quoted
from pipelines.ground.told import places
from pipelines.intake.propose import column_lines, personal_lines
from pipelines.intake.roster_proposal import Open, RosterProposal, Word

NAMED = 12  # levels that a word may be, named one by one
OPEN = "…"  # in place of what somebody has to say; loading refuses it
Say = Callable[..., str]


def roster_toml(proposal: RosterProposal, lang: str) -> str:
    """What to put in roster.toml; it loads as it stands, and leaves open what only somebody can say."""

    def say(key: str, **values: object) -> str:
        return say_in(lang, f"propose.{'' if key == 'personal' else 'roster_'}{key}", **values)

    personal = list(personal_lines(proposal.guesses, say, lang))
    dropped = [f"    {quoted(one.head)}," for one in proposal.guesses if one.by == "dropped"]
    lines = [*(f"# {line}" for line in say("intro").splitlines()), "[roster]", *_several_lines(proposal, say)]
    if personal or dropped:
        lines += ["drop = [", *dropped, *personal, "]"]
    lines += ["", "[roster.columns]", *column_lines(proposal.guesses, say)]
    for one in proposal.open:
        lines += ["", *(_bin_lines(one, say) if one.is_numbers else _level_lines(one, say))]
    return "\n".join(lines) + "\n"


def _several_lines(proposal: RosterProposal, say: Say) -> Iterator[str]:
    if proposal.doubled:
        choice = "largest" if proposal.has_sizes else "first"
        yield f"# several = {quoted(choice)} # {say('several', rows=places(proposal.doubled))}"


def _level_lines(one: Open, say: Say) -> Iterator[str]:
    """A line per word that is no level, for somebody to say which one it is."""
    yield f"[roster.levels.{one.dimension.code}]"
    for word in one.words:
        if word.text is not None:
            reason = say("level_near" if word.near else "level", **_rows(word), known=_listed(one.known))
            yield f"# {quoted(word.text)} = {quoted(word.near or OPEN)} # {reason}"
    hidden = [word for word in one.words if word.text is None]
    if hidden:
        rows = sorted(row for word in hidden for row in word.rows)
        yield f"# {say('level_hidden', count=len(hidden), rows=places(rows))}"


def _bin_lines(one: Open, say: Say) -> Iterator[str]:
    """A line per level, for somebody to say at which number it begins."""
    yield f"# [roster.bins.{one.dimension.code}] # {say('bins')}"
    yield from (f"# {quoted(level)} = {OPEN}" for level in one.known)


def _rows(word: Word) -> dict[str, object]:
    return {"count": len(word.rows), "rows": places(word.rows)}


def _listed(levels: tuple[str, ...]) -> str:
    return places([quoted(level) for level in levels], NAMED)
