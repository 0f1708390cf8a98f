"""Every sentence, number and verdict on screen and paper, in Dutch and English, for pages and report."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from dashboard import period
from dashboard.language import DEFAULT, Locales, in_language

LOCALES = Locales(Path(__file__).parent / "locales")
sentences = LOCALES.sentences
choose_language = LOCALES.choose
# Wider than this, a middle would promise more than is known: only the range is said.
WIDE = 0.30
Cell = Mapping[str, Any]
Change = Literal["higher", "same", "lower", "cannot_tell", "unknown"]  # unknown: there is nothing to compare
Worse = Literal["lower", "higher"]  # which side of the whole board is the worse one
COARSE = "_coarse"  # how the name of a dimension's coarse form ends
Kind = Literal["share", "range", "withheld", "response", "not_asked", "missing"]


@dataclass(frozen=True)
class Figure:
    """What may be said about one cell: the same on screen, in a chart and on paper."""

    kind: Kind
    text: str
    margin: str = ""
    reason: str = ""
    low: float | None = None
    high: float | None = None
    middle: float | None = None
    middle_text: str = ""
    edges: str = ""

    @property
    def shown(self) -> bool:
        return self.kind in ("share", "range")

    @property
    def note(self) -> str:
        """Margin and reason together, for a tooltip."""
        return f"{self.margin} {self.reason}".strip()


@dataclass(frozen=True)
class Words:
    """One language: sentences by key from locales/, labels by code from the snapshot's dictionary.

    What the snapshot calls things comes from rosters and TOML: all of it passes `name`, by `label`, `level` or `told`.
    """

    lang: str
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False, compare=False)
    definitions: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False, compare=False)
    name: Callable[[str], str] = field(default=str, repr=False, compare=False)  # makes a name text where it is drawn

    def __call__(self, key: str, /, **values: Any) -> str:
        """The sentence of this key; `count` chooses between its forms .one and .other."""
        return LOCALES.say(self.lang, key, **values)

    def number(self, value: float, decimals: int | None = None) -> str:
        """A number; with `decimals` always that many, so that '0.7' beside '0.73' reads '0.70'."""
        if decimals is None:
            return _number(self.lang, value, None)
        # Adding zero takes the sign from a zero: nobody knows what '-0' is.
        value, pattern = round(value, decimals) + 0.0, f"#,##0{'.' * bool(decimals)}{'0' * decimals}"
        return _number(self.lang, value, pattern)

    def percent(self, share: float) -> str:
        return _percent(self.lang, round(share, 2))

    def range(self, low: float, high: float, points: bool = False) -> str:
        """'55–69%', or '55–69' in points; rounded outwards so that the printed range still holds the true figure."""
        below, above = math.floor(low * 100 + 1e-9), math.ceil(high * 100 - 1e-9)
        upper = self.number(above) if points else _percent(self.lang, above / 100)
        return upper if below == above else f"{self.number(below)}–{upper}"

    def date(self, day: date) -> str:
        return format_date(day, format="d MMMM y", locale=self.lang)

    def wave(self, wave: str) -> str:
        return self("wave.long", year=period.year_of(wave), quarter=period.quarter_of(wave))

    def wave_short(self, wave: str) -> str:
        return self("wave.short", year=period.year_of(wave), quarter=period.quarter_of(wave))

    def listed(self, items: Iterable[str]) -> str:
        return format_list(list(items), locale=self.lang)

    def label(self, kind: str, code: str) -> str:
        """The published word for a code; a code without a word is shown as it is."""
        return self.labels.get((kind, code)) or self.name(code)

    def inline(self, kind: str, code: str) -> str:
        """The word as it stands inside a sentence; abbreviations keep their capitals."""
        label = self.label(kind, code)
        return label if label[1:2].isupper() else label[:1].lower() + label[1:]

    def definition(self, kind: str, code: str) -> str:
        return self.definitions.get((kind, code), "")

    def level(self, dimension: str | None, level: str | None) -> str:
        if dimension is None or level is None:
            return self("whole")
        fine = dimension.removesuffix(COARSE)
        known = (self.labels.get(("level", f"{whose}:{level}")) for whose in (dimension, fine))
        return next(filter(None, known), None) or self.name(level)

    def told(self, row: Mapping[str, Any], part: str = "") -> str:
        """What a published row says in this language, as text; nothing where it says nothing."""
        return self.name(in_language(row, self.lang, part) or "")

    def group(self, cell: Cell) -> str:
        """The name of a cell's group: 'hele bestuur', 'Noord' or 'Noord, 2-5 jaar'."""
        names = [self.level(cell[f"dim_{i}"], cell[f"level_{i}"]) for i in (1, 2) if cell[f"dim_{i}"]]
        return ", ".join(names) or self("whole")

    def points(self, share: float) -> str:
        """'1 punt' or '12 punten': the size of a difference."""
        count = abs(round(100 * share))
        return self("points", count=count, number=self.number(count))

    def difference(self, low: float, high: float) -> str:
        """'4 tot 59 punten lager' or '5 punten lager tot 12 punten hoger': limits of a difference, outward already."""
        if low < 0 < high:
            return self("difference.around", below=self.points(low), above=self.points(high))
        side = "lower" if low < 0 else "higher"
        least, most = sorted((abs(low), abs(high)))
        if round(100 * least) == round(100 * most):
            return self(f"difference.{side}", size=self.points(most))
        return self(f"difference.{side}_range", least=self.number(round(100 * least)), most=self.points(most))

    def figure(self, cell: Cell | None) -> Figure:
        """Decide once what may be said about a cell; every number on screen and paper passes here."""
        if cell is None:
            return Figure("missing", self("dash"), reason=self("reason.missing"))
        if cell["status"] == "not_asked":
            return Figure("not_asked", self("not_asked"), reason=self("reason.not_asked"))
        if cell["status"] != "published":
            return Figure("withheld", self("dash"), reason=self.reason(cell))
        if cell["low"] is None or cell["response"] == "low":
            text = self.answered(cell)
            return Figure("response", text, reason=self("reason.low_response", answered=text))
        low, high = cell["low"], cell["high"]
        is_points = cell.get("unit") == "points"
        edges, warning = self.range(low, high, is_points), self.warning(cell["response"])
        if high - low > WIDE:
            return Figure("range", edges, self("margin.wide"), warning, low, high)
        middle = (low + high) / 2
        middle_text = self.number(round(middle * 100)) if is_points else self.percent(middle)
        return Figure(
            "share",
            self("about", share=middle_text),
            self("margin.range", range=edges),
            warning,
            low,
            high,
            middle,
            middle_text,
            edges,
        )

    def parts(self, cell: Cell | None) -> str:
        """What a margin is made of: what protects those who answered, and room for those who were silent."""
        if not has_range(cell) or cell is None or cell.get("unit") == "points" or not cell.get("leaders"):
            return ""
        if cell.get("lo") is None or cell["n"] >= cell["leaders"]:
            return ""
        return self("margin.parts", band=self.range(cell["lo"] / cell["n"], cell["hi"] / cell["n"]))

    def sentence_figure(self, cell: Cell | None) -> str:
        """The figure for within a sentence: 'ongeveer 62% (marge 55–69%)' or '40–80%'."""
        figure = self.figure(cell)
        if figure.kind == "share":
            return self("figure.share", share=figure.middle_text, margin=figure.margin)
        return figure.text

    def line(self, figure: Figure) -> str:
        """A figure with its margin in one table cell: 'ca. 62% (55–69%)', '40–80%' or '–'."""
        if figure.kind == "share":
            return f"{figure.text} ({figure.edges})"
        return figure.text if figure.kind != "response" else self("dash")

    def answered(self, cell: Cell | None, short: bool = False) -> str:
        """'23 van 31 leiders deden mee', or only the answers when there is no roster."""
        if cell is None or self.is_about_nobody(cell):
            return self("dash") if cell and short else ""
        if cell["leaders"] is None:
            return self.number(cell["n"]) if short else self("answered.unknown", count=cell["n"])
        key = "answered.short" if short else "answered.known"
        return self(key, n=self.number(cell["n"]), leaders=self.number(cell["leaders"]))

    def is_about_nobody(self, cell: Cell | None) -> bool:
        """Whether there is nobody whom a figure is about: the group is empty, or was merged with another."""
        return cell is not None and cell["n"] == 0 == cell["leaders"] and cell["status"] == "too_few"

    def warning(self, response: str) -> str:
        return self(f"response.{response}") if response in ("amber", "unknown", "all") else ""

    def plain_reason(self, cell: Cell) -> str:
        """Why a cell is withheld, in a few words."""
        status, needed = cell["status"], cell.get("needed")
        if self.is_about_nobody(cell):
            return self("reason.nobody")
        if status == "too_few" and needed is not None:
            return self("reason.too_few_of", count=cell["n"], n=self.number(cell["n"]), needed=self.number(needed))
        if status == "protects" and cell.get("table_id") == "total":
            return self("reason.protects_whole")
        figure = "low_response" if status == "published" else status
        return self(f"reason.{figure}", answered=self.answered(cell))

    def reason(self, cell: Cell) -> str:
        """Why a cell is withheld, and where to look instead."""
        reason = self.plain_reason(cell)
        wider = cell.get("wider_table")
        if not wider:
            return reason
        where = self("whole")
        if cell.get("wider_level"):
            dimensions = wider.split("+")
            # Levels may hold a plus themselves ('21+'): never cut into more parts than there are dimensions.
            levels = cell["wider_level"].split("+", len(dimensions) - 1)
            pairs = zip(dimensions, levels, strict=False)
            where = ", ".join(self.level(dimension, level) for dimension, level in pairs)
        return f"{reason} {self('reason.wider', group=where)}"


# A paper says a hundred numbers ten thousand times, and babel looks up how a language writes them each time.
@lru_cache(maxsize=4096, typed=True)
def _number(lang: str, value: float, pattern: str | None) -> str:
    return format_decimal(value, pattern, locale=lang)


@lru_cache(maxsize=1024)
def _percent(lang: str, share: float) -> str:
    return format_percent(share, locale=lang)


def has_range(cell: Cell | None) -> bool:
    """Whether a cell may be shown with its margin."""
    return cell is not None and cell["status"] == "published" and cell["low"] is not None and cell["response"] != "low"


def words(lang: str, dictionary: Iterable[Mapping[str, Any]] = (), name: Callable[[str], str] = str) -> Words:
    """The words of one language with the labels of one snapshot's dictionary table, made text by `name`."""
    keyed = {(entry["kind"], entry["code"]): entry for entry in dictionary}
    return Words(
        lang if lang in LOCALES.languages else DEFAULT,
        {key: name(in_language(entry, lang)) for key, entry in keyed.items()},
        {key: name(in_language(entry, lang, "definition") or "") for key, entry in keyed.items()},
        name,
    )
