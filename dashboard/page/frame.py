"""What stands around every page: language, head, filters and downloads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from dashboard import period
from dashboard.agreements import Targets
from dashboard.language import own_name
from dashboard.names import on_page
from dashboard.page import pieces, reading
from dashboard.page.address import carry_view, choice, choice_bar, filters_of, forget, in_vain, selection, show
from dashboard.page.found import look
from dashboard.readers import MAY_TAKE
from dashboard.story import Against, Group, Published, Snapshot, Story, deeper, home_folder
from dashboard.words import LOCALES, Words, choose_language, words

if TYPE_CHECKING:
    from dashboard.report import Format

IMAGES = Path(__file__).parents[1] / "images"


@lru_cache(maxsize=4)
def _words(snapshot: Snapshot | None, lang: str) -> Words:
    return words(lang, snapshot.rows("dictionary").iter_rows(named=True) if snapshot else (), on_page)


def language(snapshot: Snapshot | None = None) -> Words:
    """The words of the language asked for, with the labels of a snapshot."""
    return _words(snapshot, choose_language(st.query_params.get("lang"), st.context.locale))


def set_up(title: str, page: str) -> None:
    """Title, logo and the memory of the view, once per rerun, before the page itself."""
    set_up_plain(title)
    carry_view(page)


def set_up_plain(title: str) -> None:
    """Title and logo alone."""
    st.set_page_config(f"{title} · {language()('app')}", str(IMAGES / "icon.svg"), layout="wide")
    st.logo(str(IMAGES / f"logo-{pieces.mode()}.svg"), size="large", icon_image=str(IMAGES / "icon.svg"))


def open_page(title: str, filters: Sequence[str] = (), compares: bool = True, takes_along: bool = True) -> Story:
    """Head of a page and its filters, by the roles of their dimensions; a page without a snapshot ends here, kindly."""
    published = _kept(look())
    words = language(published.snapshot)
    _language_switch(words)
    head = st.container(horizontal=True, vertical_alignment="bottom")
    head.title(words(f"{title}.title"), anchor=False)
    if published.snapshot is None:
        with pieces.card(words(f"notice.{published.state}.title")):
            st.markdown(words(f"notice.{published.state}.text"))
        st.stop()
    _notice(published, words)
    with st.sidebar:
        waves = published.snapshot.waves()
        unknown = [_no_wave(words, waves)]
        story = _chosen_story(published.snapshot, words, compares)
        for role, dimension in filters_of(story, filters).items():
            levels = story.snapshot.rows("levels", wave=story.wave, dimension=dimension)["level"].to_list()
            unknown.append(_no_level(story, dimension, levels))
            name, every = words.label("dimension", dimension), words(f"filter.all_{role}")
            choice(dimension, levels, name, partial(words.level, dimension), every)
        reading.search(story)
        _about(story)
    for text in filter(None, unknown):
        st.warning(text, icon=":material/link_off:")
    with head, st.container(horizontal=True, width="content"):
        reading.begin(story)
        may_take = takes_along and pieces.role() in MAY_TAKE
        take = st.popover(words("report.take"), icon=":material/download:", on_change="rerun") if may_take else None
    reading.say(words(f"{title}.title"))
    if take and take.open:
        with take:
            downloads(story)
    return story


def _chosen_story(snapshot: Snapshot, words: Words, compares: bool) -> Story:
    """The wave that is chosen, compared with the one before or with that of a year before."""
    waves = snapshot.waves()
    wave = choice("wave", waves, words("filter.wave"), words.wave) or waves[0]
    if not in_vain("wave", waves):
        show("wave", wave)  # whoever gets this address sees the same wave, also when a newer one is there
    if wave != waves[0]:
        newest = words("filter.newest", wave=words.wave(waves[0]))
        st.button(newest, on_click=show, args=("wave", waves[0]), type="tertiary", icon=":material/update:")
    against: Against = "previous"
    if compares and period.year_before(wave) in waves:
        codes = ("previous", "year")
        chosen = choice_bar("compare", codes, words("filter.compare"), lambda code: words(f"against.{code}"))
        against = "year" if chosen == "year" else "previous"
    return Story(snapshot, words, wave, against, Targets(home_folder()).own())


def _no_wave(words: Words, waves: Sequence[str]) -> str:
    """What is said of a link to a wave that was not published; nothing of any other."""
    asked = in_vain("wave", waves)
    if not asked:
        return ""
    # Of what stands in an address only what can be a wave is repeated on the page.
    name = words.wave(asked) if period.is_wave(asked) else words("filter.a_wave")
    return words("filter.no_wave", asked=name, wave=words.wave(waves[0]))


def _no_level(story: Story, dimension: str, levels: Sequence[str]) -> str:
    """What is said of a link to a group that this wave does not have."""
    asked, words = in_vain(dimension, levels), story.words
    if not asked:
        return ""
    label, name = words.inline("dimension", dimension), words.level(dimension, asked)
    key = "filter.no_level_now" if asked in _levels(story, dimension) else "filter.no_level"
    return words(key, dimension=label, level=name, wave=words.wave(story.wave))


def _levels(story: Story, dimension: str) -> set[str]:
    """The groups of a dimension in any wave."""
    waves = story.snapshot.waves()
    return {level for wave in waves for level in story.snapshot.rows("levels", wave=wave, dimension=dimension)["level"]}


def _kept(published: Published) -> Published:
    """What this reader looks at: the snapshot they opened, until they ask for the newer one; never a mix of two."""
    held: Snapshot | None = st.session_state.get("snapshot")
    newest = published.snapshot
    if held is None or newest is None or held == newest or not held.path.is_file():
        st.session_state["snapshot"] = newest
        return published
    if held.ids() <= newest.ids():
        return Published("newer", held)
    # Something they saw was withdrawn or made anew: nobody goes on reading that.
    st.session_state["snapshot"] = newest
    return Published("replaced", newest)


def _notice(published: Published, words: Words) -> None:
    """What the reader must know of the snapshot they look at."""
    if published.state == "earlier" and published.snapshot:
        st.warning(words("notice.earlier.text", name=published.snapshot.name), icon=":material/history:")
    if published.state in ("newer", "replaced"):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(words(f"notice.{published.state}.text"))
            if published.state == "newer":
                st.button(words("notice.newer.show"), on_click=_let_go, type="primary")


def _let_go() -> None:
    del st.session_state["snapshot"]
    show("wave", None)


def group_head(story: Story, group: Group, filters: Sequence[str], asked: Group | None = None) -> None:
    """Which group the page is about, how to get back, and why it may be wider than asked for (by the filters)."""
    words, name = story.words, story.group_name(*group)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{name}**", width="content")
        st.caption(words.answered(story.group(*group).get("n")), width="content")
        if selection(story, filters)[1]:
            keys = tuple(filters_of(story, filters).values())
            st.button(words("coverage.back"), icon=":material/undo:", on_click=forget, args=keys, type="tertiary")
    if (asked or selection(story, filters)) != group:
        wider = deeper.why_wider(story, asked or selection(story, filters), group)
        st.info(wider, icon=":material/zoom_out_map:")


def _language_switch(words: Words) -> None:
    links = []
    for lang in LOCALES.languages:
        # A real link: the page is loaded again, so that its language attribute is right too.
        address = urlencode({**st.query_params.to_dict(), "lang": lang})
        link = f'<a href="?{address}" target="_self" lang="{lang}">'
        here = '<span aria-current="true" style="font-weight:600">'
        tag, end = (here, "</span>") if lang == words.lang else (link, "</a>")
        links.append(f"{tag}{own_name(lang)}{end}")
    label, both = words("language.label"), " &nbsp;·&nbsp; ".join(links)
    st.html(f'<nav aria-label="{label}" style="text-align:right;font-size:.9rem">{both}</nav>')


def downloads(story: Story, *place: str, chooses: bool = False) -> None:
    """The same figures to take along, for the whole board or one place; made only when somebody asks.

    `chooses`: a reader may have what is not shown in the plain table too.
    """
    from dashboard.report import FORMATS

    name = "-".join(("klankbord", story.wave, *place, story.words.lang))
    # The box stands under the buttons, but they need to know what it says.
    buttons = st.container()
    with_withheld = chooses and st.checkbox(story.words("report.with_withheld"))
    with buttons, st.container(horizontal=True):
        for kind in FORMATS:
            st.download_button(
                story.words(f"report.{kind}"),
                partial(_paper, story, kind, "".join(place) or None, with_withheld),
                f"{name}.{kind}",
                key=f"download_{kind}",
                on_click="ignore",
                icon=":material/download:",
            )


def _paper(story: Story, kind: Format, place: str | None, with_withheld: bool) -> bytes:
    from dashboard.report import agreed_at, render

    agreed = agreed_at(home_folder())
    targets = story.own_targets
    return render(story.snapshot, story.wave, story.words.lang, kind, place, agreed, with_withheld, targets)


def _about(story: Story) -> None:
    words, about = story.words, story.snapshot.about()
    if about["data_kind"] == "sample":
        st.badge(words("source.sample"), icon=":material/science:", color="orange")
    created = words.date(datetime.fromisoformat(about["created"]))
    st.caption(words("source.text"))
    st.caption(words("source.snapshot", name=about["snapshot_id"], day=created))
