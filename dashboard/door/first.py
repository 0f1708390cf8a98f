"""The first page a browser gets: Streamlit's own, with our language, our sheets and script, and what it needs soon."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from streamlit.file_util import get_static_dir

from dashboard.theme import DARK, LIGHT
from dashboard.words import words

HERE = Path(__file__).parent
# How pages stand on a screen and on paper. They come with the first page: what came later would move what was read.
SHEETS = ("screen.css", "print.css")
# What Streamlit fetches at its first use; asked for at once, a page does not grow under its reader's eyes. A browser
# would learn only from a file itself which others it needs, the largest among them: they are asked for with it.
SOON = ("ArrowVegaLiteChart", "ButtonGroup", "Html", "Metric", "Selectbox", "Table")
IMPORTS = r'(?:from|import)"\./([\w.-]+\.js)"'  # as bundlers write them
COLOURS = ("ink", "muted", "paper", "teal")  # of the palette, for the sheets


@cache
def first_page(lang: str) -> str:
    """Streamlit's index.html with what it hard-codes in English said in a language, and with our sheets and script."""
    say, static = words(lang), Path(get_static_dir())
    page = (static / "index.html").read_text(encoding="utf-8")
    page = page.replace('<html lang="en">', f'<html lang="{lang}">', 1)
    page = page.replace("<title>Streamlit</title>", f"<title>{say('app')}</title>", 1)
    page = page.replace("</head>", f"{_soon(static)}{_manners()}\n  </head>", 1)
    before, _, rest = page.partition("<noscript>")
    return f"{before}<noscript><p>{say('no_script')}</p></noscript>{rest.partition('</noscript>')[2]}"


def _soon(static: Path) -> str:
    folder = static / "static" / "js"
    wanted, asked = [file.name for name in SOON for file in sorted(folder.glob(f"{name}.*.js"))], []
    for name in wanted:  # grows with what each needs
        if name not in asked:
            asked.append(name)
            wanted += re.findall(IMPORTS, (folder / name).read_text(encoding="utf-8"))
    already = (static / "index.html").read_text(encoding="utf-8")
    links = (f'<link rel="modulepreload" crossorigin href="./static/js/{name}">\n' for name in asked)
    return "".join(link for name, link in zip(asked, links, strict=True) if name not in already)


def _manners() -> str:
    """The sheets, with the palette as their variables, and the script."""
    both = _variables(f"light-dark({getattr(LIGHT, name)}, {getattr(DARK, name)})" for name in COLOURS)
    light = _variables(getattr(LIGHT, name) for name in COLOURS)
    palette = f".stApp {{{both}}}\n@media print {{html .stApp {{{light}}}}}"
    sheets = "\n".join(_own(name) for name in SHEETS)
    return f"<style>\n{palette}\n{sheets}</style>\n<script>\n{_own('menu.js')}</script>"


def _variables(colours: Iterable[str]) -> str:
    return "; ".join(f"--{name}: {colour}" for name, colour in zip(COLOURS, colours, strict=True))


def _own(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
