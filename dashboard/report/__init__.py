"""The board paper: a few pages PDF, slides, a workbook and a plain table, written from one and the same content.

render: one paper as bytes, in a Format; FORMATS: all of them.
preview: what the paper says first, and its pages as pictures.
note, note_name: the page Accountability as a note to print, and what its file is called.
agreed_at: what was agreed at a home, for the paper.
NotThere: something asked for was not published.
"""

from dashboard.report.agreements import agreed_at
from dashboard.report.model import NotThere
from dashboard.report.note import note, note_name
from dashboard.report.render import FORMATS, Format, preview, render

__all__ = ["FORMATS", "Format", "NotThere", "agreed_at", "note", "note_name", "preview", "render"]
