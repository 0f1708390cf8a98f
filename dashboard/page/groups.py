"""From one group to another: deeper into it, why it ends there, and another group beside it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.page import pieces
from dashboard.page.address import forget, in_vain, show
from dashboard.story import MAIN, Group, Story, deeper, pictures, topics

BESIDE = "beside"  # in the address: the group that is laid beside the chosen one


def inside(story: Story, group: Group) -> None:
    """What is shown within a group, to click on; else why it ends here, and what can be shown instead."""
    words, within = story.words, pictures.inside(story, *group)
    if within:
        other = next(code for code in story.main_dimensions() if code != group[0])
        pieces.picture(story, within, "inside", partial(show, other), table="beside")
        return
    why = deeper.why_it_ends(story, *group)
    if not why:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(why, width="content")
        instead = deeper.nearest(story, *group) if len(group[1]) < len(MAIN) else None
        if instead:
            label = words("deeper.instead", dimension=words.inline("dimension", instead))
            st.button(label, on_click=_instead, args=(group[0], instead), type="tertiary", icon=":material/undo:")


def _instead(filtered: str, split: str) -> None:
    """The board as a whole, split by another dimension."""
    forget(filtered, BESIDE)
    show("split", split)


def side_by_side(story: Story, group: Group) -> None:
    """Another group of the same table beside this one: the ranges, and what is published about their difference."""
    table, levels = group
    codes = deeper.others(story, table, levels)
    if not codes:
        return
    words, field = story.words, f"choose_{BESIDE}_{table}_{levels[0]}"
    st.session_state[field] = None if in_vain(BESIDE, codes) else st.query_params.get(BESIDE)
    st.pills(
        words("deeper.beside", group=story.group_name(*group)),
        codes,
        format_func=partial(words.level, table),
        key=field,
        on_change=lambda: show(BESIDE, st.session_state[field]),
    )
    chosen = st.session_state[field]
    if chosen is None:
        return
    pair = levels[0], chosen
    shown = [*topics.rocks(story), *story.pillars()]
    shown = [code for code in dict.fromkeys(shown) if deeper.shows(story, code, table, pair)]
    pieces.heading(words("deeper.pair", groups=words.listed(words.level(table, level) for level in pair)))
    told = [deeper.apart(story, code, table, pair) for code in shown]
    nothing = words("deeper.no_contrast")
    is_told = any(text != nothing for text in told)
    pieces.note(words("deeper.pair_note") if is_told else f"{words('deeper.pair_note')} {nothing}")
    pieces.small(story, [deeper.beside(story, code, table, pair) for code in shown], told if is_told else (), BESIDE)
