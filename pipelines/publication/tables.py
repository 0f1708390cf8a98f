"""Describe: what was proven safe becomes the public tables of one publication; nothing here sees a leader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from pipelines.ground.frames import dy
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
from pipelines.ground.told import Label
from pipelines.instruments import Attribute, Dimension, Instrument, Named, Scale, Word, meaning_of
from pipelines.protection import ALL, Figures

KEYS = ("table_id", "way", "dim_1", "level_1", "dim_2", "level_2")


Wider = Callable[[Mapping[str, str | None]], list[tuple[str | None, ...]]]
Margin = Callable[[int, int | None, int, int], tuple[float, float] | None]
ResponseWord = Callable[[int, int | None], str]


def cell_table(
    cells: pl.DataFrame,
    shown: Mapping[str, Figures],
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
    shown: Mapping[str, Figures],
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
    cells: pl.DataFrame, told: Figures, response_word: ResponseWord, wider_keys: Wider | None
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


def level_table(publication: PublicationId, wave: Wave, sizes: pl.DataFrame) -> dy.DataFrame[Level]:
    """The groups of every dimension after merging, in their declared order, with how many leaders they hold."""
    return frame_of(Level, sizes.to_dicts(), publication=publication, wave=wave)


def policy_table(
    publication: PublicationId, instrument: Instrument, day: dt.date, tier_from: int
) -> dy.DataFrame[Policy]:
    """The rules in force, one row per rule, with the widths the plan has for a board of this size."""
    policy, tier = instrument.policy(day), instrument.plan.tier_for(tier_from)
    reason = {"since": policy.since, "reason_nl": policy.reason_nl, "reason_en": policy.reason_en}
    values = policy.model_dump(exclude=set(reason))
    rows = [{"key": key, "value": _plain(value), **reason} for key, value in values.items()]
    undated = {**reason, "since": None}  # the plan has no dates; its fingerprint tells when it changed
    widths = {
        "width_coverage": tier.width_coverage,
        "width_outcome": max(tier.width_coverage, instrument.plan.least_outcome),
        "width_share": tier.width_share,
    }
    rows += [{"key": key, "value": _plain(value), **undated} for key, value in widths.items()]
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
        label = dimension.level(level) if dimension else Label(level, level)
        rows.append({"kind": "level", "code": f"{code}:{level}", "nl": label.nl, "en": label.en})
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


def target_table(instrument: Instrument, *, is_sample: bool) -> dy.DataFrame[Target]:
    """What the board itself wants to reach; examples stand beside fictional waves only."""
    own = [target.model_dump(exclude={"example"}) for target in instrument.targets if is_sample or not target.example]
    return frame_of(Target, own)


def benchmark_table(instrument: Instrument) -> dy.DataFrame[Benchmark]:
    """Sourced figures from elsewhere; may be empty."""
    return frame_of(Benchmark, [benchmark.model_dump() for benchmark in instrument.benchmarks])
