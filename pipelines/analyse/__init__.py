"""Analyse: margins, reliability, the buffer effect, risk and what-if; what leaves here is about groups only."""

from pipelines.analyse.coverage import change_word, margin, response_word, silent_yes

__all__ = ["change_word", "margin", "response_word", "silent_yes"]
