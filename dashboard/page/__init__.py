"""What pages are made of, on the screen: what stands around them, choices in their address, cards, figures, pictures.

Around a page
    set_up, set_up_plain: title, logo and the memory of the view; or title and logo alone.
    language: the words of the language asked for.
    look: the snapshot to show; one that cannot be read is logged.
    open_page: head and filters; gives the story of the page.
    inside: what is shown within a group, or why it ends there.
    side_by_side: another group beside this one.
    group_head: which group the page is about, and how to get back.
    downloads: the same figures to take along.
    footer: where the figures come from.
    absent, nothing: end a page that has nothing to show, kindly.
    PAGES: where a session keeps which pages its reader may open.

In the address
    choice, choice_bar: choose a code from a list.
    show: put a code in the address.
    selection: the group that the filters point at.
    look_into: open the page Coverage for a group.

On a page
    lead, summary: who took part, and the answer in sentences.
    heading, note, card: a heading, small print, a framed part.
    figures: figures in large type.
    picture, two_columns, small: framed pictures with their tables.
    Panel: a picture, its key, and what hears a click.
    small_board: the kind words when little can be shown.
    one_board: of a federation, one board beside the others.
    in_sight, talk: of a small board, what it can see and what to talk about.

Of single pages
    talks, buffer, research, model_card, what_if, untold: of Risk and buffer.
    accountable, take_note: of Accountability.
    target: of Trend.
    back_to_leaders: of Report, for those who answered.
    running: the wave that runs, or comes next.
    since: what is new since the last time.
    suggestions, agreement_form, agreed, saved_notice, may_agree, fill_in, agree_on, store: of Actions.
"""

from dashboard.page.actions import (
    agree_on,
    agreed,
    agreement_form,
    fill_in,
    may_agree,
    saved_notice,
    since,
    store,
    suggestions,
)
from dashboard.page.address import choice, choice_bar, look_into, selection, show
from dashboard.page.federation import one_board
from dashboard.page.found import look
from dashboard.page.frame import downloads, group_head, language, open_page, set_up, set_up_plain
from dashboard.page.groups import inside, side_by_side
from dashboard.page.panels import accountable, buffer, model_card, research, take_note, talks, untold, what_if
from dashboard.page.pieces import (
    Panel,
    absent,
    card,
    figures,
    footer,
    heading,
    lead,
    note,
    nothing,
    picture,
    small,
    small_board,
    summary,
    two_columns,
)
from dashboard.page.playback import back_to_leaders
from dashboard.page.reading import PAGES
from dashboard.page.running import running
from dashboard.page.sight import in_sight, talk
from dashboard.page.targets import target

__all__ = [
    "PAGES",
    "Panel",
    "absent",
    "accountable",
    "agree_on",
    "agreed",
    "agreement_form",
    "back_to_leaders",
    "buffer",
    "card",
    "choice",
    "choice_bar",
    "downloads",
    "figures",
    "fill_in",
    "footer",
    "group_head",
    "heading",
    "in_sight",
    "inside",
    "language",
    "lead",
    "look",
    "look_into",
    "may_agree",
    "model_card",
    "note",
    "nothing",
    "one_board",
    "open_page",
    "picture",
    "research",
    "running",
    "saved_notice",
    "selection",
    "set_up",
    "set_up_plain",
    "show",
    "side_by_side",
    "since",
    "small",
    "small_board",
    "store",
    "suggestions",
    "summary",
    "take_note",
    "talk",
    "talks",
    "target",
    "two_columns",
    "untold",
    "what_if",
]
