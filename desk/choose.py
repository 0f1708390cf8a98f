"""First step: which export, which roster, which wave, and what was decided about them so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st

from desk import decisions
from desk.begun import show_begun, show_years
from desk.files import Brought, inbox
from desk.page import Page
from pipelines.flow import Decided, Draft, Source, Wave, choosable_waves, this_wave, unpublished

KINDS = ["csv", "tsv", "txt", "xlsx", "xlsm", "sav", "zsav", "parquet"]


@dataclass(frozen=True)
class Chosen:
    """What the steward brought and decided so far."""

    export: Brought
    roster: Brought | None
    waves: Brought | None
    wave: Wave
    choosable: tuple[Wave, ...] = ()
    profile: str | None = None
    decided: Decided = field(default_factory=Decided)

    @property
    def files(self) -> tuple[Brought | None, ...]:
        """All that was brought."""
        return (self.export, self.roster, self.waves)

    @property
    def key(self) -> tuple[object, ...]:
        """Changes whenever something would be read differently."""
        beside = [file.key if file else "" for file in (self.roster, self.waves)]
        return (self.export.key, *beside, self.wave, self.profile, self.decided)

    def source(self, places: list[Path | None], *, is_replacing: bool = False) -> Source:
        """As an import wants it; `places`: where each of the files lies on disk."""
        export, roster, waves = places
        return Source(
            file=export or Path(self.export.name),
            wave=self.wave,
            profile=self.profile,
            roster=roster,
            waves=waves,
            replace=is_replacing,
            decided=self.decided,
        )


def choose(page: Page) -> Chosen:
    """Which export, which roster, which wave; the page ends here until there is an export."""
    begun = st.container()
    st.header(page.say("file.title"), anchor=False)
    st.caption(page.say("file.kinds"))
    export = _bring(page, "export")
    roster = _bring(page, "roster")
    with st.expander(page.say("file.waves")):
        dates = _bring(page, "waves")
    waves = choosable_waves(page.home)
    if export is not None and st.session_state.get("of_file") != export.key:
        _start_with(page, export, waves)
    if (wanted := st.session_state.pop("wanted_wave", None)) in waves:
        st.session_state["wave"] = wanted
    st.session_state.setdefault("wave", (unpublished(page.home) or [this_wave()])[-1])
    wave = st.selectbox(page.say("file.wave"), waves, key="wave")
    if export is None:
        st.info(page.say("file.wait"))
        with begun:
            show_begun(page)
        show_years(page)
        st.stop()
    if st.session_state["is_draft"]:
        st.caption(page.say("file.draft_back"))
    if roster is None:
        st.caption(page.say("file.roster_missing"))
    return Chosen(export, roster, dates, wave or waves[0], tuple(waves), decided=decisions.decided())


def want_wave(wave: str) -> None:
    """Choose a wave when the page is next drawn: its list stands already."""
    st.session_state["wanted_wave"] = wave


def _start_with(page: Page, export: Brought, waves: list[Wave]) -> None:
    """Begin with another export: as it was left, else anew; its wave is then the one in its name, if any."""
    draft = Draft.find(page.home, export.name, export.key)
    if draft is not None and draft.file != export.name:  # the file was renamed
        replace(draft, file=export.name).keep(page.home)
        draft.forget(page.home)
    decisions.begin(draft)
    st.session_state.update(of_file=export.key, done=None, published=None)
    named = draft.wave if draft else Wave.named_in(export.name)
    if named in waves:
        st.session_state["wave"] = named


def _bring(page: Page, what: str) -> Brought | None:
    """A file that is uploaded, or one of those that lie ready."""
    uploaded = st.file_uploader(page.say(f"file.{what}"), type=KINDS, key=what)
    if uploaded is not None:
        return Brought(uploaded.name, uploaded.getvalue())
    ready = {path.name: path for path in inbox(page.home)}
    if not ready:
        return None
    label = f"{page.say(f'file.{what}')}: {page.say('file.ready', folder='inbox/')}"
    name = st.selectbox(label, [page.say("file.none"), *ready], key=f"{what}_ready")
    return Brought(name, place=ready[name]) if name in ready else None
