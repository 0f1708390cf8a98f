"""What a view is made of stands in its address, in codes, so that a link shows the same to somebody else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from dashboard.names import unmarked
from dashboard.story import MAIN, Group, Snapshot, Story, chosen_levels, find, meaning_of

KEPT = ("lang", "wave", "compare", "split", "step", "topic", "measure", "board", "beside")  # and the filters
LOOK_INTO = "look_into"


def kept(snapshot: Snapshot | None) -> tuple[str, ...]:
    """All that a view is made of, for this snapshot."""
    return (*KEPT, *(meaning_of(snapshot).dimensions(MAIN) if snapshot else ()))


def carry_view(page: str) -> None:
    """The memory of the view, once per rerun: the menu leads to a bare address, and the view goes along."""
    view = st.session_state.get("view", {})
    if st.session_state.get("page", page) != page:
        st.query_params.update({key: value for key, value in view.items() if key not in st.query_params})
    wanted = st.session_state.pop(LOOK_INTO, None)
    if wanted:
        page_wanted, choices = wanted
        st.switch_page(f"views/{page_wanted}.py", query_params={**view, **choices})
    st.session_state["page"] = page
    keys = kept(st.session_state.get("snapshot") or find().snapshot)
    st.session_state["view"] = {key: st.query_params[key] for key in keys if key in st.query_params}


def turn_to(page: str, choices: dict[str, str]) -> None:
    """Remember to open another page with these choices; a page cannot be left within a click."""
    st.session_state[LOOK_INTO] = page, choices


def look_into(story: Story, dimension: str, level: str | None) -> None:
    """Remember to open the page about coverage for this group."""
    if level:
        is_filter = dimension in story.main_dimensions()
        turn_to("coverage", {dimension: level} if is_filter else {"split": dimension})


def in_vain(key: str, codes: Sequence[str]) -> str:
    """The code that a link asks for and that is not among these; empty where there is none."""
    asked = st.query_params.get(key, "")
    return "" if asked in codes else asked


def show(key: str, code: str | None, default: str = "") -> None:
    """Put a code in the URL, or take it out when it is the default."""
    if code and code != default:
        st.query_params[key] = code
    else:
        st.query_params.pop(key, None)


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
        label,
        options,
        format_func=lambda code: unmarked(name(code)) if code else every,
        key=field,
        width=width,
        on_change=_to_url,
        args=(key, options[0]),
    )
    return st.session_state[field] or None


def choice_bar(key: str, codes: Sequence[str], label: str, name: Callable[[str], str]) -> str:
    """The same as buttons side by side, for a few codes."""
    field = _from_url(key, codes)
    st.segmented_control(
        label, codes, format_func=name, key=field, required=True, on_change=_to_url, args=(key, codes[0])
    )
    return st.session_state[field] or codes[0]


def selection(story: Story, filters: Sequence[str]) -> Group:
    """The table and levels that the filters by dimensions with these roles point at."""
    return chosen_levels([(key, st.session_state.get(f"choose_{key}")) for key in filters_of(story, filters).values()])


def filters_of(story: Story, filters: Sequence[str]) -> dict[str, str]:
    """Role -> dimension, of those by which the publication splits."""
    dimensions = {role: story.dimension(role) for role in filters}
    return {role: code for role, code in dimensions.items() if code and code in story.one_way()}


def forget(*keys: str) -> None:
    """Take choices out of the URL."""
    for key in keys:
        show(key, None)


def _from_url(key: str, options: Sequence[str]) -> str:
    # Streamlit's own binding would write labels into the URL, so the code is carried over by hand.
    code, field = st.query_params.get(key, ""), f"choose_{key}"
    st.session_state[field] = code if code in options else options[0]
    return field


def _to_url(key: str, default: str) -> None:
    show(key, st.session_state[f"choose_{key}"], default)
