"""What Streamlit says in English or too faintly, said in the language of the page and in colours all can read."""

from __future__ import annotations

from desk.words import Say

UPLOADS = ("export", "roster", "waves")  # keys of the places to bring a file to
# The English word on a button is made small, not taken away: axe-core sees no word that a style sheet adds.
# The colours are those of .streamlit/config.toml.
LOOKS = """
:is([data-testid=stCaptionContainer], [data-testid=stCaptionContainer] *) {
  color: light-dark(#4D5B5C, #A9B8B9) !important; opacity: 1 !important}
[data-testid=stElementToolbar] {display: none}
.st-key-mapping [data-testid=stTable] * {overflow-wrap: anywhere !important; word-break: normal !important}
@media (max-width: 640px) {
  [data-testid=stTable] :is(td, th) {padding: 0.3rem !important; white-space: normal !important}
  [data-testid=stTable] :is(td, th) * {font-size: 0.8rem !important; min-width: 0 !important}
}
nav a {color: light-dark(#0B6E6E, #5CC4B8)}
[data-testid=stFileUploaderDropzoneInstructions] {display: none}
.stFileUploader button:has([data-testid=stMarkdownContainer]) [data-testid=stMarkdownContainer] {font-size: 0}
"""
NAMED = '.st-key-{key} button:has([data-testid=stMarkdownContainer])::after {{content: "{words}"}}'


def manners(say: Say) -> str:
    """The style sheet of the page."""
    named = [NAMED.format(key=key, words=say(f"file.choose_{key}")) for key in UPLOADS]
    return "\n".join(["<style>", LOOKS.strip(), *named, "</style>"])
