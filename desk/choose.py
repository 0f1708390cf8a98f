"""First step: which export, which roster, which wave, and what was decided about them so far."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from desk.files import Brought, inbox
from desk.words import Say
from pipelines.flow import Home, Source, Wave, choosable_waves, this_wave, unpublished

KINDS = ["csv", "tsv", "txt", "xlsx", "xlsm", "sav", "zsav", "parquet"]


@dataclass(frozen=True)
class Chosen:
    """What the steward brought and decided so far."""

    export: Brought
    roster: Brought | None
    waves: Brought | None
    wave: Wave
    profile: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    drop: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[Brought | None, ...]:
        """All that was brought."""
        return (self.export, self.roster, self.waves)

    @property
    def key(self) -> tuple[object, ...]:
        """Changes whenever something would be read differently."""
        beside = [file.key if file else "" for file in (self.roster, self.waves)]
        return (self.export.key, *beside, self.wave, self.profile, self.columns, self.drop)

    def source(self, places: list[Path | None], *, is_replacing: bool = False) -> Source:
        """As an import wants it."""
        export, roster, waves = places
        return Source(
            export or Path(self.export.name), self.wave, self.profile, roster, waves, columns=dict(self.columns),
            drop=self.drop, replace=is_replacing,
        )  # fmt: skip


def choose(home: Home, say: Say) -> Chosen:
    """Which export, which roster, which wave; the page ends here until there is an export."""
    st.header(say("file.title"), anchor=False)
    st.caption(say("file.kinds"))
    export, roster = _bring(home, say, "export"), _bring(home, say, "roster")
    with st.expander(say("file.waves")):
        dates = _bring(home, say, "waves")
    waves = choosable_waves(home)
    if export is not None and st.session_state.get("of_file") != export.key:
        st.session_state.update(of_file=export.key, columns={}, drop=(), done=None, published=None)
        named = Wave.named_in(export.name)
        if named in waves:
            st.session_state["wave"] = named
    st.session_state.setdefault("wave", (unpublished(home) or [this_wave()])[-1])
    wave = st.selectbox(say("file.wave"), waves, key="wave")
    if export is None:
        st.info(say("file.wait"))
        st.stop()
    if roster is None:
        st.caption(say("file.roster_missing"))
    return Chosen(export, roster, dates, wave or waves[0], drop=tuple(st.session_state["drop"]))


def _bring(home: Home, say: Say, what: str) -> Brought | None:
    uploaded = st.file_uploader(say(f"file.{what}"), type=KINDS, key=what)
    if uploaded is not None:
        return Brought(uploaded.name, uploaded.getvalue())
    ready = {path.name: path for path in inbox(home)}
    if not ready:
        return None
    label = f"{say(f'file.{what}')}: {say('file.ready', folder='inbox/')}"
    name = st.selectbox(label, [say("file.none"), *ready], key=f"{what}_ready")
    return Brought(name, place=ready[name]) if name in ready else None
