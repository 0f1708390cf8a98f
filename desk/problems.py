"""What stops an import, each as a card: the sentence of the rule, and what the steward may say about it by clicking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from desk import decisions
from desk.choose import Chosen, want_wave
from desk.names import Names
from desk.page import Page, as_text, cell, short
from pipelines.flow import (
    Decided,
    KlankbordError,
    RefusedAll,
    RefusedColumns,
    RefusedFor,
    UnknownLevel,
    in_language,
)

UNDECIDED = "–"  # in a list where nothing is chosen yet


@dataclass(frozen=True)
class Card:
    """One thing that stops; `key` begins the keys of its buttons."""

    page: Page
    chosen: Chosen
    names: Names
    stop: KlankbordError
    key: str  # where what is chosen may be about something else when the page is next drawn, that is added to it

    @property
    def column(self) -> str:
        """Our column that it is about."""
        return str(self.stop.where.get("column", ""))

    @property
    def head(self) -> str:
        """The head in the file that it is about."""
        return str(self.stop.where.get("head", ""))

    @property
    def heads(self) -> tuple[str, ...]:
        """Heads that may be chosen from."""
        heads = self.stop.where.get("unread", ())
        return heads if isinstance(heads, tuple) else ()

    def button(self, label: str, decide: Callable[[], None], **says: object) -> None:
        """One button that decides something and looks again."""
        words = {name: short(str(value)) for name, value in says.items()}
        text = self.page.say(f"refused.{label}", **words)
        if st.button(as_text(text), key="_".join([self.key, label, *map(str, says.values())])):
            decide()
            st.rerun()


def show_problems(page: Page, chosen: Chosen, refusal: KlankbordError) -> None:
    """All that stops, in the order in which it is best done."""
    names = Names(page)
    found = refusal.found if isinstance(refusal, RefusedAll) else (refusal,)
    for number, one in enumerate(found):
        if isinstance(one, RefusedColumns):
            _show_personal(page, one)
            continue
        with st.container(border=True):
            st.error(page.explain(one))
            card = Card(page, chosen, names, one, f"stop_{number}")
            if isinstance(one, UnknownLevel):
                _ask_level(card, one.word)
            elif isinstance(one, RefusedFor):
                _ask_answers(card, one)
            elif one.rule in CARDS:
                CARDS[one.rule](card)


def _show_personal(page: Page, refusal: RefusedColumns) -> None:
    """Columns that may not be imported, with one button to leave them out."""
    is_roster = refusal.rule == "personal_roster"
    st.subheader(page.say("refused.title_roster" if is_roster else "refused.title"), anchor=False)
    st.warning(page.say("refused.help"))
    st.table(
        [
            {page.say("refused.column"): cell(one.column), page.say("refused.rule"): in_language(one, page.lang)}
            for one in refusal.found
        ]
    )
    if st.button(page.say("refused.drop"), type="primary", key=f"drop_{refusal.rule}"):
        leave_out = decisions.leave_out_of_roster if is_roster else decisions.leave_out
        leave_out(one.column for one in refusal.found)
        st.rerun()


# --------------------------------------------------------------------------------------------- the roster


def _ask_head(card: Card) -> None:
    """Which head of the roster is a column of ours."""
    if not card.heads:
        return
    label = card.page.say("refused.which_head", what=_called(card))
    head = st.selectbox(label, [UNDECIDED, *card.heads], format_func=short, key=f"{card.key}_{card.column}_head")
    if head and head != UNDECIDED:
        card.button("is_head", partial(decisions.read_roster_as, head, card.column), head=head, what=_called(card))


def _ask_absent(card: Card) -> None:
    _ask_head(card)
    card.button("without", partial(decisions.go_without, card.column), what=_called(card))


def _ask_near(card: Card) -> None:
    decide = partial(decisions.read_roster_as, card.head, card.column)
    card.button("is_head", decide, head=card.head, what=_called(card))
    card.button("without", partial(decisions.go_without, card.column), what=_called(card))


def _ask_dates(card: Card) -> None:
    card.button("experience_from", partial(decisions.experience_from, card.head), what=card.head)
    _ask_absent(card)


def _ask_which_head(card: Card) -> None:
    for head in card.heads:
        card.button("is_head", partial(decisions.read_roster_as, head, card.column), head=head, what=_called(card))


def _ask_row(card: Card) -> None:
    if card.stop.rule == "roster_double_key":
        card.button("largest", partial(decisions.count_row, "largest"))
    card.button("first", partial(decisions.count_row, "first"))


def _ask_wave(card: Card) -> None:
    for wave in str(card.stop.where.get("waves", "")).split(", "):
        if wave in card.chosen.choosable:
            card.button("wave", partial(want_wave, wave), wave=wave)


def _called(card: Card) -> str:
    """Our column as the screen calls it."""
    fixed = {"leader_key": "roster.leader_key", "school_key": "roster.school_key", "wave": "roster.wave"}
    return card.page.say(fixed[card.column]) if card.column in fixed else card.names.group(card.column)


CARDS: dict[str, Callable[[Card], None]] = {
    "roster_without_key": _ask_head,
    "roster_without_group": _ask_absent,
    "roster_head_near": _ask_near,
    "roster_head_dates": _ask_dates,
    "roster_two_heads": _ask_which_head,
    "roster_double_key": _ask_row,
    "roster_without_size": _ask_row,
    "roster_without_wave": _ask_wave,
}


# ------------------------------------------------------------------------------------- groups and answers


def _ask_level(card: Card, word: str) -> None:
    """Which group a word is, or that it is a new one."""
    levels = card.page.choices.levels(card.chosen.wave, card.column)
    choices = {UNDECIDED: UNDECIDED, **levels}
    label = card.page.say("refused.which_level", what=_called(card))
    level = st.selectbox(label, list(choices), format_func=choices.__getitem__, key=f"{card.key}_level_{word}")
    if level and level != UNDECIDED:
        card.button("is_level", partial(decisions.level_is, card.column, word, level), what=choices[level])
    if card.stop.rule == "new_level":
        card.button("new_group", partial(decisions.accept, card.column), what=word)


def _ask_answers(card: Card, stop: RefusedFor) -> None:
    """What the answers mean that were not understood, question by question; or that it is meant."""
    for place, reason in enumerate(stop.reasons):
        st.markdown(card.page.reason(reason))
        if reason.column is None:
            continue
        of_column = replace(card, key=f"{card.key}_{place}")
        if reason.key == "lost.labels":
            _map_words(of_column, reason.column, reason.values["words"])
        if reason.key in ("lost.shifted", "lost.shifted_up"):
            block, shift = reason.values["block"], reason.values["shift"]
            codes = range(int(reason.values["low"]), int(reason.values["high"]) + 1)
            meant = {str(code + shift): str(code) for code in codes}
            label = "one_lower" if shift < 0 else "one_higher"
            of_column.button(label, partial(decisions.answers_are, block, meant), what=", ".join(block))
        of_column.button("accept", partial(decisions.accept, reason.column), what=reason.column)


def _map_words(card: Card, column: str, words: list[str]) -> None:
    """A list beside each answer, and one button for all of them."""
    say = card.page.say
    choices = {UNDECIDED: UNDECIDED, Decided.NOT_ANSWERED: say("refused.not_answered")}
    choices |= card.page.choices.answers(column)
    with st.form(f"{card.key}_map", border=False):
        st.markdown(say("refused.map", what=column))
        meant = {
            word: st.selectbox(
                as_text(f"‘{word}’"), list(choices), format_func=choices.__getitem__, key=f"{card.key}_{column}_{word}"
            )
            for word in words
        }
        if st.form_submit_button(say("refused.map_add")):
            decisions.answers_are([column], {word: code for word, code in meant.items() if code != UNDECIDED})
            st.rerun()
