"""What the board paper says, worked out once: PDF, slides and workbook render this and decide nothing themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dashboard.agreements import Action
from dashboard.names import on_paper
from dashboard.report import agreements
from dashboard.report.agreements import Agreed
from dashboard.report.model import Note, NotThere, Report
from dashboard.report.phrases import Say, phrases
from dashboard.report.scope import Scope
from dashboard.report.tables import tables
from dashboard.story import OwnTarget, Picture, Snapshot, Story, crossings, evidence, pictures, sentences, topics, why
from dashboard.words import has_range, words

LADDER_ROW = 34  # pixels of a row, so that six pillars fit beside the words
TREND_HEIGHT = 150  # pixels
NO_FIGURE = ("not_planned", "not_asked", "group_unknown")  # statuses of which there was nothing to show or to withhold
IN_SUMMARY = 2  # figures that open a paper about one group


def build(
    snapshot: Snapshot,
    wave: str,
    lang: str,
    region: str | None = None,
    full: bool = True,
    agreed: Agreed = (),
    targets: Sequence[OwnTarget] = (),
) -> Report:
    """Everything one paper says about one wave and the whole board or one region; `full` with what only sheets hold.

    A region is a level of the dimension with the role of place, by its code or its label.
    """
    story, say = replace(story_of(snapshot, wave, lang), own_targets=tuple(targets)), phrases(lang)
    if region is None:
        return _written(Scope(story, say, full), agreed)
    place = story.dimension("place")
    if place is None or place not in story.one_way():
        raise NotThere(say("error.whole", wave=wave, region=region))
    levels = snapshot.rows("levels", wave=wave, dimension=place)["level"]
    for level in levels:
        if region.casefold() in (level.casefold(), story.words.level(place, level).casefold()):
            return _written(Scope(story, say, full, place, (level,)), agreed)
    raise NotThere(say("error.place", wave=wave, region=region, known=", ".join(levels)))


def story_of(snapshot: Snapshot, wave: str, lang: str) -> Story:
    """One wave to tell about; raises NotThere when it was not published."""
    if wave not in snapshot.waves():
        raise NotThere(phrases(lang)("error.wave", wave=wave, known=", ".join(reversed(snapshot.waves()))))
    return Story(snapshot, words(lang, snapshot.rows("dictionary").iter_rows(named=True), on_paper), wave)


def _written(scope: Scope, agreed: Agreed) -> Report:
    story, words = scope.story, scope.story.words
    about = story.snapshot.about()
    actions = agreements.about(story, agreed, scope.group)
    opening = [scope.standing(code) for code in story.measures()[:IN_SUMMARY]]
    return Report(
        lang=words.lang,
        made=datetime.fromisoformat(about["created"]),
        author=about.get("board", ""),
        title=words("overview.title"),
        subtitle=f"{scope.name} · {words.wave(story.wave)} · {words.answered(scope.cells['n'])}",
        badge=scope.say("sample") if about.get("data_kind") == "sample" else "",
        summary=" ".join(sentences.summary(story) if scope.is_whole else opening),
        tables=tables(scope, actions),
        pictures=_pictures(scope),
        messages={
            "rocks": sentences.without(story),
            "ladder": sentences.unused(story) or words("pillars.ladder"),
            "trend": scope.standing(story.lead()),
        },
        notes=_notes(scope, actions, is_readable=agreed is not None),
        footer=_footer(story, scope.say, about["snapshot_id"]),
    )


def _pictures(scope: Scope) -> dict[str, Picture]:
    """Which kind of rock, the pillars, and the lead figure through the waves once there are two to compare."""
    story, say = scope.story, scope.say
    lead, rock = story.lead(), story.measure("rock:any")
    steps = topics.steps(story)
    drawn: dict[str, Picture] = {}
    if rock and scope.is_whole and has_range(story.board(rock)):
        rocks = pictures.rock_kinds(story, "total")
        kinds = " · ".join(f"{kind}: {share}" for kind, share in [*rocks.rows[0].items()][1:])
        drawn["rocks"] = replace(rocks, title=say("title.rocks"), note=f"{say('explain.rocks')}\n{kinds}.")
    if len(steps) > 1 and scope.is_whole and story.shows_anything():
        drawn["ladder"] = replace(crossings.ladder(story, tuple(steps)), options={"row": LADDER_ROW})
    if sum(has_range(cell) for _, cell in story.series(lead, scope.table, scope.levels)) > 1:
        line = pictures.line(story, lead, scope.table, scope.levels)
        title, note = say("title.trend", label=story.label(lead)), say("explain.trend")
        drawn["trend"] = replace(line, title=title, note=note, options={"height": TREND_HEIGHT})
    return drawn


def _notes(scope: Scope, actions: list[Action], *, is_readable: bool) -> dict[str, list[Note]]:
    """How to read the figures; a board too small to split also reads why, and what it can do."""
    story, say = scope.story, scope.say
    notes = {
        "know": _to_know(scope, is_readable=is_readable),
        "talk": [(say("talk.title"), say("talk.text"))],
        "agreed": [agreements.note(story, action) for action in actions],
        "proposed": agreements.proposed(story) if scope.is_whole else [],
    }
    if not story.one_way():
        words, how_much = story.words, "some" if story.shows_anything() else "none"
        answered = words.answered(story.group("total", ())["n"])
        why = (words(f"small.title_{how_much}"), words(f"small.{how_much}", answered=answered))
        notes["small"] = [why, ("", words("small.do"))]
    return notes


def _to_know(scope: Scope, *, is_readable: bool) -> list[Note]:
    """What is promised, what figures do and do not say, and who took part."""
    story, say, words = scope.story, scope.say, scope.story.words
    notes = [(say("know.promise"), words("trust.promise"))]
    if topics.risks(story):
        notes.append((words("risk.honest_title"), words("risk.honest")))
    if scope.is_whole:
        notes += evidence.notes(story)
    notes.append((say("know.margin"), f"{say('know.margin_text')} {why.in_words(words)}"))
    if not is_readable:
        notes.append((say("title.agreed"), words("actions.unreadable")))
    notes.append((say("know.response"), _who_took_part(story, say)))
    return notes


def _who_took_part(story: Story, say: Say) -> str:
    words, board = story.words, story.board(story.lead())
    counts = story.snapshot.rows("withheld", wave=story.wave).to_dicts()
    planned = sum(row["cells"] for row in counts if row["status"] not in NO_FIGURE)
    hidden = planned - sum(row["cells"] for row in counts if row["status"] == "published")
    parts = (
        f"{words.answered(story.group('total', ())['n'])}.",
        words.warning(board["response"]) if board else "",
        say("know.hidden", count=hidden, hidden=words.number(hidden), all=words.number(planned)),
    )
    return " ".join(part for part in parts if part)


def _footer(story: Story, say: Say, snapshot: str) -> list[str]:
    """Where every figure comes from."""
    now = story.publication
    waves = [wave for wave, _ in story.series(story.lead()) if wave != story.wave]
    earlier = ", ".join(story.snapshot.publication(wave)["publication"] for wave in waves)
    return [
        say("footer.origin", day=story.words.date(now["published_on"]), snapshot=snapshot, **now),
        *([say("footer.earlier", earlier=earlier)] if earlier else []),
        say("footer.policy", **now),
        *([say("footer.fingerprint", **now)] if now.get("fingerprint") else []),
    ]
