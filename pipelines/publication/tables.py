"""Describe: what was proven safe becomes the public tables of one publication; nothing here sees a leader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.ground.period import PublicationId, Wave
from pipelines.ground.schemas import (
    Benchmark,
    Cell,
    Dictionary,
    Level,
    Mean,
    Policy,
    Question,
    Target,
    Withheld,
    frame_of,
)
from pipelines.instruments import Attribute, Dimension, Instrument, Named, Scale, Word, meaning_of

Ints = NDArray[np.int64]
KEYS = ("table_id", "way", "dim_1", "level_1", "dim_2", "level_2")
WIDTHS = ("width_coverage", "width_outcome", "width_share")
ALL = "n"  # the measure that counts all respondents


@dataclass(frozen=True)
class Shown:
    """What may be said about one attribute or mean, per cell; lo and hi are -1, of means NaN, where nothing is said."""

    publication_class: str
    n: Ints
    leaders: Ints | None
    status: NDArray[np.object_]
    lo: NDArray[Any]
    hi: NDArray[Any]
    step: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))  # of means: points of the grid

    def withheld(self) -> Shown:
        """The same with every published figure withheld as saying too little."""
        nothing = np.full(len(self.n), np.nan)
        status = np.where(self.status == "published", "too_small", self.status)
        return replace(self, status=status, lo=nothing, hi=nothing, step=nothing)


def everybody(n: Ints, leaders: Ints | None) -> Shown:
    """How many answered, per cell: always told."""
    nothing = np.full(len(n), -1, dtype=np.int64)
    return Shown("count", n, leaders, np.full(len(n), "published", dtype=object), nothing, nothing)


def not_asked(publication_class: str, n: Ints, leaders: Ints | None) -> Shown:
    """A planned attribute whose questions were not in this wave."""
    nothing = np.full(len(n), -1, dtype=np.int64)
    return Shown(publication_class, n, leaders, np.full(len(n), "not_asked", dtype=object), nothing, nothing)


Wider = Callable[[Mapping[str, str | None]], list[tuple[str | None, ...]]]
Margin = Callable[[int, int | None, int, int], tuple[float, float] | None]
ResponseWord = Callable[[int, int | None], str]


def cell_table(
    cells: pl.DataFrame,
    shown: Mapping[str, Shown],
    publication: PublicationId,
    wave: Wave,
    margin: Margin,
    response_word: ResponseWord,
    wider_keys: Wider,
) -> dy.DataFrame[Cell]:
    """One row per cell x measure, with the margin beside each band and the nearest wider cell for withheld ones."""
    out = []
    for measure, told in shown.items():
        for at, entry in _entries(cells, told, response_word, None if measure == ALL else wider_keys):
            if measure != ALL and entry["status"] == "published":
                lo, hi = int(told.lo[at]), int(told.hi[at])
                low, high = margin(entry["n"], entry["leaders"], lo, hi) or (None, None)
                entry |= {"lo": lo, "hi": hi, "low": low, "high": high}
            out.append(entry | {"measure": measure})
    return frame_of(Cell, out, publication=publication, wave=wave)


def mean_table(
    cells: pl.DataFrame,
    shown: Mapping[str, Shown],
    publication: PublicationId,
    wave: Wave,
    response_word: ResponseWord,
    wider_keys: Wider,
) -> dy.DataFrame[Mean]:
    """One row per cell x scale whose mean is in the plan, in points of 0-100."""
    out = []
    for scale, told in shown.items():
        for at, entry in _entries(cells, told, response_word, wider_keys):
            if entry["status"] == "published":
                entry |= {"lo": float(told.lo[at]), "hi": float(told.hi[at]), "step": float(told.step[at])}
            out.append(entry | {"scale": scale})
    return frame_of(Mean, out, publication=publication, wave=wave)


def _entries(
    cells: pl.DataFrame, told: Shown, response_word: ResponseWord, wider_keys: Wider | None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The part of a row that counts and means share, cell by cell."""
    rows = list(cells.iter_rows(named=True))
    place = {tuple(row[key] for key in KEYS[2:]): row for row in rows}
    for row in rows:
        at = row["cell"]
        n, leaders = int(told.n[at]), None if told.leaders is None else int(told.leaders[at])
        entry = {key: row[key] for key in KEYS} | {
            "class": told.publication_class,
            "n": n,
            "leaders": leaders,
            "status": told.status[at],
            "response": response_word(n, leaders),
        }
        if wider_keys and told.status[at] != "published":
            around = [place[key] for key in wider_keys(row) if key in place]
            wider = [a for a in around if told.status[a["cell"]] == "published"]
            nearest = min(wider, key=lambda a: told.n[a["cell"]], default=None)
            if nearest:
                levels = [level for level in (nearest["level_1"], nearest["level_2"]) if level]
                entry |= {"wider_table": nearest["table_id"], "wider_level": "+".join(levels) or None}
        yield at, entry


def withheld_table(cell: dy.DataFrame[Cell], mean: dy.DataFrame[Mean]) -> dy.DataFrame[Withheld]:
    """How many cells are shown, and how many are withheld for which reason."""
    keys = ["publication", "wave", "way", "status"]
    figures = pl.concat([cell.filter(pl.col("measure") != ALL).select(keys), mean.select(keys)])
    return Withheld.validate(figures.group_by(keys).agg(cells=pl.len()).sort("way", "status"), cast=True)


def level_table(
    publication: PublicationId,
    wave: Wave,
    merges: Mapping[str, Mapping[str, str]],
    people: pl.DataFrame,
    roster: pl.DataFrame | None,
) -> dy.DataFrame[Level]:
    """The groups of every dimension after merging, in their declared order, with how many leaders they hold."""
    rows = []
    for column, merged in merges.items():
        everybody = pl.concat([people[column], roster[column]]) if roster is not None else people[column]
        found = set(everybody)
        order = [level for level in dict.fromkeys(merged.values()) if level in found]
        order += sorted(found - set(order))
        coarse = f"{column}_coarse"
        for position, level in enumerate(order):
            inside = people.filter(pl.col(column) == level)
            listed = None if roster is None else roster.filter(pl.col(column) == level)
            parents = (inside if listed is None else listed)[coarse] if coarse in people.columns else pl.Series([level])
            rows.append(
                {
                    "dimension": column,
                    "level": level,
                    "position": position,
                    "coarse": parents[0] if len(parents) else level,
                    "leaders": None if listed is None else listed.height,
                    "respondents": inside.height,
                }
            )
    return frame_of(Level, rows, publication=publication, wave=wave)


def policy_table(
    publication: PublicationId, instrument: Instrument, day: dt.date, tier_from: int
) -> dy.DataFrame[Policy]:
    """The rules in force, one row per rule, with the widths the plan has for a board of this size."""
    policy, tier = instrument.policy(day), instrument.plan.tier_for(tier_from)
    reason = {"since": policy.since, "reason_nl": policy.reason_nl, "reason_en": policy.reason_en}
    values = policy.model_dump(exclude=set(reason))
    rows = [{"key": key, "value": _plain(value), **reason} for key, value in values.items()]
    undated = {**reason, "since": None}  # the plan has no dates; its fingerprint tells when it changed
    rows += [{"key": key, "value": _plain(getattr(tier, key)), **undated} for key in WIDTHS]
    return frame_of(Policy, rows, publication=publication)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def question_table(
    publication: PublicationId, wave: Wave, instrument: Instrument, asked: Sequence[str]
) -> dy.DataFrame[Question]:
    """The questions in both languages, and which were asked in this wave."""
    texts: list[tuple[str, str, str, str]] = []
    for pillar in instrument.pillars:
        texts.append((f"pillar_{pillar.code}", "pillars", pillar.question_nl, pillar.question_en))
    for rock in instrument.rocks:
        texts.append((f"rock_{rock.code}", "rocks", rock.question_nl, rock.question_en))
    texts += [(question.code, "questions", question.nl, question.en) for question in instrument.questions]
    texts += [(item.code, scale.code, item.nl, item.en) for scale in instrument.scales for item in scale.items]
    rows = [
        {"code": code, "scale": block, "nl": nl, "en": en, "asked": code in asked, "position": position}
        for position, (code, block, nl, en) in enumerate(texts)
    ]
    return frame_of(Question, rows, publication=publication, wave=wave)


def dictionary_table(instrument: Instrument, levels: dy.DataFrame[Level]) -> dy.DataFrame[Dictionary]:
    """Every word on screen in both languages, from the instrument alone; merged levels are joined labels.

    What is counted says what it means too: which way is better, its topic, and its roles with a space between.
    """
    rows: list[dict[str, str | None]] = [
        {"kind": kind, **_labels(thing), **_meant(instrument, thing)}
        for kind, things in (
            ("measure", instrument.attributes),
            ("pillar", instrument.pillars),
            ("scale", instrument.scales),
            ("dimension", instrument.dimensions),
        )
        for thing in things
    ]
    rows = [{"kind": word.kind, **_labels(word)} for word in instrument.words] + rows
    rows += [
        {"kind": "purpose", **_labels(purpose), "code": code}
        for purpose in instrument.purposes
        for code in purpose.asks
    ]
    rows += [
        {"kind": "item", "code": item.code, "nl": item.nl, "en": item.en, "source": scale.source}
        for scale in instrument.scales
        for item in scale.items
    ]
    for code, level in levels.select("dimension", "level").unique(maintain_order=True).iter_rows():
        dimension = instrument.dimension(code.removesuffix("_coarse"))
        names_nl, names_en = (dimension.labels_nl, dimension.labels_en) if dimension else ({}, {})
        label = {"nl": _joined(names_nl, level), "en": _joined(names_en, level)}
        rows.append({"kind": "level", "code": f"{code}:{level}", **label})
    first: dict[tuple[str | None, str | None], dict[str, str | None]] = {}
    for row in rows:
        first.setdefault((row["kind"], row["code"]), row)
    numbered = [{**row, "position": position} for position, row in enumerate(first.values())]
    return frame_of(Dictionary, numbered, definition_nl="", definition_en="", source="")


def _labels(thing: Named | Word) -> dict[str, str | None]:
    names = ("code", "nl", "en", "definition_nl", "definition_en", "source")
    return {name: getattr(thing, name) for name in names}


def _meant(instrument: Instrument, thing: Named) -> dict[str, str | None]:
    if not isinstance(thing, (Attribute, Scale, Dimension)):
        return {}
    meaning = meaning_of(instrument, thing)
    return {"higher_is": meaning.higher_is, "topic": meaning.topic, "roles": " ".join(meaning.roles) or None}


def _joined(labels: Mapping[str, str], level: str) -> str:
    return " + ".join(labels.get(part, part) for part in level.split(" + "))


def target_table(instrument: Instrument) -> dy.DataFrame[Target]:
    """What the board itself wants to reach."""
    return frame_of(Target, [target.model_dump() for target in instrument.targets])


def benchmark_table(instrument: Instrument) -> dy.DataFrame[Benchmark]:
    """Sourced figures from elsewhere; may be empty."""
    return frame_of(Benchmark, [benchmark.model_dump() for benchmark in instrument.benchmarks])
