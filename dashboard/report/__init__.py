"""The board paper: a few pages PDF, slides, a workbook and a plain table, written from one and the same content.

FORMATS, Format: in which a paper can be written.
render: one paper as bytes.
preview: what the paper says first, and its pages as pictures.
accountability_note, note_name: the page Accountability as a note to print, and what its file is called.
playback_sheet, playback_parts, thanks: the sheet for those who answered, and what stands on it.
agreed_at, targets_at: what was agreed at a home and what its board wants to reach, for the paper.
NotThere: something asked for was not published.
commands: the commands that write them.
HomeOption, LangOption: options that all commands of the dashboard share.
"""

from dashboard.report.agreements import agreed_at, targets_at
from dashboard.report.cli import HomeOption, LangOption, commands
from dashboard.report.formats import FORMATS, Format, preview, render
from dashboard.report.model import NotThere
from dashboard.report.note import accountability_note, note_name
from dashboard.report.playback import playback_parts, playback_sheet, thanks

__all__ = [
    "FORMATS",
    "Format",
    "HomeOption",
    "LangOption",
    "NotThere",
    "accountability_note",
    "agreed_at",
    "commands",
    "note_name",
    "playback_parts",
    "playback_sheet",
    "preview",
    "render",
    "targets_at",
    "thanks",
]
