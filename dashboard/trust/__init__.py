"""Accountability: what leaders, the participation council and the privacy officer may know about the figures.

Part: words and a table under one title.
parts: all of them in reading order, for the page and for its note to print.
"""

from dashboard.trust.parts import Part, parts

__all__ = ["Part", "parts"]
