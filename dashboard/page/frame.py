"""What stands around every page: language, menu memory, filters in the URL, head and downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

import streamlit as st

from dashboard.agreements import page as agree
from dashboard.agreements.suggest import Suggestion
from dashboard.door.access import MAY_TAKE, ROLE
from dashboard.language import own_name
from dashboard.page import pieces as parts
from dashboard.story.snapshot import Published, Snapshot, find
from dashboard.story.wave import FILTERS, Against, Group, Story, a_year_before, chosen_levels
from dashboard.story.words import LOCALES, Words, choose_language, words
from dashboard.theme import DARK, LIGHT

if TYPE_CHECKING:
    from dashboard.report import Format

IMAGES = Path(__file__).parents[1] / "images"
LOOK_INTO = "look_into"
# Streamlit cuts off a figure's name that is longer than its box, and fades small print below what all can read.
# Its tools beside a picture speak English only and copy what no reader needs: every picture has its own table.
# A picture marked wide gives way to its narrow twin on a small screen.
MUTED, LINK = (f"light-dark({getattr(LIGHT, name)}, {getattr(DARK, name)})" for name in ("muted", "teal"))
MANNERS = f"""<style>
[data-testid=stMetric] label * {{white-space: normal !important; overflow: visible !important}}
:is([data-testid=stCaptionContainer], [data-testid=stCaptionContainer] *) {{
  color: {MUTED} !important; opacity: 1 !important}}
[data-testid=stElementToolbar] {{display: none}}
@media (max-width: 640px) {{[class*=st-key-wide_] {{display: none}}}}
@media (min-width: 640.1px) {{[class*=st-key-narrow_] {{display: none}}}}
</style>"""


@lru_cache(maxsize=4)
def _words(snapshot: Snapshot | None, lang: str) -> Words:
    return words(lang, snapshot.rows("dictionary").iter_rows(named=True) if snapshot else ())


def language(snapshot: Snapshot | None = None) -> Words:
    """The words of the language asked for, with the labels of a snapshot."""
    return _words(snapshot, choose_language(st.query_params.get("lang"), st.context.locale))


def set_up(title: str, page: str) -> None:
    """Title, logo and the memory of the view, once per rerun, before the page itself."""
    set_up_plain(title)
    view = st.session_state.get("view", {})
    if st.session_state.get("page", page) != page:
        # The menu leads to a bare address: carry the view along.
        st.query_params.update({key: value for key, value in view.items() if key not in st.query_params})
    wanted = st.session_state.pop(LOOK_INTO, None)
    if wanted:
        page_wanted, chosen = wanted
        st.switch_page(f"views/{page_wanted}.py", query_params={**view, **chosen})
    st.session_state["page"] = page
    st.session_state["view"] = {key: st.query_params[key] for key in parts.KEPT if key in st.query_params}


def set_up_plain(title: str) -> None:
    """Title, logo and manners alone."""
    st.set_page_config(f"{title} · {language()('app')}", str(IMAGES / "icon.svg"), layout="wide")
    st.logo(str(IMAGES / f"logo-{parts.mode()}.svg"), size="large", icon_image=str(IMAGES / "icon.svg"))
    st.html(MANNERS)


def look_into(dimension: str, level: str | None) -> None:
    """Remember to open the page about coverage for this group; a page cannot be left within a click."""
    if level:
        st.session_state[LOOK_INTO] = "coverage", {dimension: level} if dimension in FILTERS else {"split": dimension}


def agree_on(suggestion: Suggestion) -> None:
    """Remember to open the page about actions with this suggestion filled in."""
    st.session_state[LOOK_INTO] = "actions", agree.chosen(suggestion)


def open_page(title: str, filters: Sequence[str] = (), compares: bool = True, takes_along: bool = True) -> Story:
    """Head and filters of a page; a page without a snapshot ends here, kindly."""
    found = _kept(find())
    say = language(found.snapshot)
    _language_switch(say)
    head = st.container(horizontal=True, vertical_alignment="bottom")
    head.title(say(f"{title}.title"), anchor=False)
    if found.snapshot is None:
        with parts.card(say(f"notice.{found.state}.title")):
            st.markdown(say(f"notice.{found.state}.text"))
        st.stop()
    if found.state == "earlier":
        st.warning(say("notice.earlier.text", name=found.snapshot.name), icon=":material/history:")
    if found.state in ("newer", "replaced"):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(say(f"notice.{found.state}.text"))
            if found.state == "newer":
                st.button(say("notice.newer.show"), on_click=_let_go, type="primary")
    with st.sidebar:
        waves = found.snapshot.waves()
        wave = choice("wave", waves, say("filter.wave"), say.wave) or waves[0]
        against: Against = "previous"
        if compares and a_year_before(wave) in waves:
            chosen = choice("compare", ("previous", "year"), say("filter.compare"), lambda code: say(f"against.{code}"))
            against = "year" if chosen == "year" else "previous"
        story = Story(found.snapshot, say, wave, against)
        for dimension in [dimension for dimension in filters if dimension in story.one_way()]:
            levels = found.snapshot.rows("levels", wave=story.wave, dimension=dimension)["level"].to_list()
            name, every = say.label("dimension", dimension), say(f"filter.all_{dimension}")
            choice(dimension, levels, name, partial(say.level, dimension), every)
        _about(story)
    if takes_along and st.session_state.get(ROLE) in MAY_TAKE:
        with head:
            take = st.popover(say("report.take"), icon=":material/download:", on_change="rerun")
        if take.open:
            with take:
                downloads(story)
    return story


def _kept(found: Published) -> Published:
    """What this reader looks at: the snapshot they opened, until they ask for the newer one; never a mix of two."""
    held: Snapshot | None = st.session_state.get("snapshot")
    if held is None or found.snapshot is None or held == found.snapshot or not held.path.is_file():
        st.session_state["snapshot"] = found.snapshot
        return found
    if held.ids() <= found.snapshot.ids():
        return Published("newer", held)
    # Something they saw was withdrawn or made anew: nobody goes on reading that.
    st.session_state["snapshot"] = found.snapshot
    return Published("replaced", found.snapshot)


def _let_go() -> None:
    del st.session_state["snapshot"]
    parts.show("wave", None)


def choice(
    key: str,
    codes: Sequence[str],
    label: str,
    name: Callable[[str], str],
    every: str = "",
    width: int | Literal["stretch"] = "stretch",
) -> str | None:
    """A select box whose code stands in the URL; the labels never do. None when `every` is chosen."""
    options = [*([""] if every else []), *codes]
    field = _from_url(key, options)
    st.selectbox(
        label, options, format_func=lambda code: name(code) if code else every, key=field, width=width,
        on_change=_to_url, args=(key, options[0]),
    )  # fmt: skip
    return st.session_state[field] or None


def choice_bar(key: str, codes: Sequence[str], label: str, name: Callable[[str], str]) -> str:
    """The same as buttons side by side, for a few codes."""
    field = _from_url(key, codes)
    st.segmented_control(
        label, codes, format_func=name, key=field, required=True, on_change=_to_url, args=(key, codes[0])
    )
    return st.session_state[field] or codes[0]


def _from_url(key: str, options: Sequence[str]) -> str:
    # Streamlit's own binding would write labels into the URL, so the code is carried over by hand.
    asked, field = st.query_params.get(key, ""), f"choose_{key}"
    st.session_state[field] = asked if asked in options else options[0]
    return field


def _to_url(key: str, default: str) -> None:
    parts.show(key, st.session_state[f"choose_{key}"], default)


def selection(story: Story, filters: Sequence[str]) -> Group:
    """The table and levels the filters point at."""
    return chosen_levels([(key, st.session_state.get(f"choose_{key}")) for key in filters if key in story.one_way()])


def group_head(story: Story, group: Group, filters: Sequence[str], asked: Group | None = None) -> None:
    """Which group the page is about, how to get back, and why it may be wider than asked for (by the filters)."""
    say, name = story.words, story.group_name(*group)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{name}**", width="content")
        st.caption(say.answered(story.group(*group).get("n")), width="content")
        if selection(story, filters)[1]:
            st.button(
                say("coverage.back"), icon=":material/undo:", on_click=_forget, args=tuple(filters), type="tertiary"
            )
    if (asked or selection(story, filters)) != group:
        st.info(say("coverage.wider", group=name), icon=":material/zoom_out_map:")


def _forget(*filters: str) -> None:
    for key in filters:
        parts.show(key, None)


def _language_switch(say: Words) -> None:
    links = []
    for lang in LOCALES.languages:
        # A real link: the page is loaded again, so that its language attribute is right too.
        address = urlencode({**st.query_params.to_dict(), "lang": lang})
        link = f'<a href="?{address}" target="_self" lang="{lang}" style="color:{LINK}">'
        here = '<span aria-current="true" style="font-weight:600">'
        tag, end = (here, "</span>") if lang == say.lang else (link, "</a>")
        links.append(f"{tag}{own_name(lang)}{end}")
    label, both = say("language.label"), " &nbsp;·&nbsp; ".join(links)
    st.html(f'<nav aria-label="{label}" style="text-align:right;font-size:.9rem">{both}</nav>')


def downloads(story: Story, *region: str) -> None:
    """The same figures to take along, for the whole board or a region; made only when somebody asks."""
    from dashboard.report import FORMATS

    name = "-".join(("klankbord", story.wave, *region, story.words.lang))
    with st.container(horizontal=True):
        for kind in FORMATS:
            st.download_button(
                story.words(f"report.{kind}"), partial(_paper, story, kind, *region),
                f"{name}.{kind}", key=f"download_{kind}", on_click="ignore", icon=":material/download:",
            )  # fmt: skip


def _paper(story: Story, kind: Format, region: str | None = None) -> bytes:
    from dashboard.report import render

    return render(story.snapshot, story.wave, story.words.lang, kind, region, agree.store().readable())


def _about(story: Story) -> None:
    say, about = story.words, story.snapshot.about()
    if about["data_kind"] == "sample":
        st.badge(say("source.sample"), icon=":material/science:", color="orange")
    st.caption(say("source.text"))
    st.caption(
        say("source.snapshot", name=about["snapshot_id"], day=say.date(datetime.fromisoformat(about["created"])))
    )
