"""Back to the leaders: what those who answered told, and what the board agreed to do, on one sheet.

From published figures and agreements only; the page Report shows the same parts.
"""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.agreements import Action, effect_sentence, line
from dashboard.report.agreements import Agreed
from dashboard.report.content import story_of
from dashboard.report.note import typeset
from dashboard.report.phrases import phrases
from dashboard.story import Snapshot, Story, sentences, since
from dashboard.trust import Part

MOST = 5  # agreements: more do not fit on a sheet, and nobody does more at once


def playback_sheet(snapshot: Snapshot, wave: str, lang: str, agreed: Agreed = ()) -> bytes:
    """The sheet of one wave as PDF, the same bytes for the same snapshot and agreements; raises NotThere."""
    story, say = story_of(snapshot, wave, lang), phrases(lang)
    told = [(part,) for part in playback_parts(story, agreed)]
    return typeset(story, say("playback.kind"), say("playback.title"), thanks(story), told)


def thanks(story: Story) -> str:
    """To whom it is, and how many took part."""
    return phrases(story.words.lang)("playback.thanks", answered=sentences.answered(story))


def playback_parts(story: Story, agreed: Agreed) -> list[Part]:
    """What leaders told, what is done with it, what is not told, and when they are asked again."""
    say = phrases(story.words.lang)
    texts = {
        "told": _told(story),
        "agreed": _agreed(story, agreed),
        "hidden": say("playback.hidden"),
        "again": _again(story),
    }
    return [Part(code, say(f"playback.{code}_title"), text=text) for code, text in texts.items() if text]


def _told(story: Story) -> str:
    """The lead figure, the pillar that is used least, asking for help, and what is certain."""
    if not story.shows_anything():
        return phrases(story.words.lang)("playback.nothing")
    news = [one.text for one in since.lines(story)]
    every = [sentences.lead_figure(story), sentences.pillar(story), sentences.asks_in_time(story), *news]
    return _items(every)


def _agreed(story: Story, agreed: Agreed) -> str:
    """What is open, and what became of what is finished; that nothing was agreed is said too."""
    words, say = story.words, phrases(story.words.lang)
    if agreed is None:
        return words("actions.unreadable")
    known = [action for action in agreed if action.base <= story.wave]
    if not known:
        return say("playback.agreed_nothing")
    return _items(f"**{words(f'advice.{one.advice}.title')}.** {_standing(story, one)}" for one in known[:MOST])


def _standing(story: Story, action: Action) -> str:
    since_then = effect_sentence(story, action, story.wave) if action.base < story.wave else ""
    return f"{line(story, action).replace('**', '')}. {since_then}".strip()


def _again(story: Story) -> str:
    """The next wave, where the board planned one."""
    words = story.words
    coming = [row for row in story.snapshot.later("calendar") if row["wave"] > story.wave]
    if not coming:
        return ""
    days = {edge: words.date(coming[0][edge]) for edge in ("opens", "closes")}
    return phrases(words.lang)("playback.again", wave=words.wave(coming[0]["wave"]), **days)


def _items(texts: Iterable[str]) -> str:
    return "\n".join(f"- {text}" for text in texts if text)
