"""What is said about later: the model card, and what the share at risk would be if more leaders used a pillar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.charts import grid_line
from dashboard.story import phrases
from dashboard.story.picture import Picture
from dashboard.story.wave import Story, remembered
from dashboard.words import WIDE

GROUPS = ("all", "starters")
DRAWN = ("lower", "higher")
OF_TEN = ("of_ten", "of_ten_others")  # told together or not at all
CHANCES = ("chance_flagged", "chance_others")


@remembered
def card(story: Story) -> dict[str, dict[str, Any]]:
    """What the model card tells, by part; nothing of earlier versions or where stress or support was not asked."""
    rows = story.snapshot.later("model_card", wave=story.wave)
    return {row["part"]: row for row in rows if row["word"] is not None or row["estimate"] is not None}


def standing(story: Story) -> str:
    """What the model may be used for, in words: the rung of the ladder, and what it says of two groups."""
    return " ".join(
        part for part in (story.words(f"model.{card(story)['rung']['word']}"), _expected(story), already(story)) if part
    )


def _expected(story: Story) -> str:
    """What is expected of either group; publications of before told of one alone, which is left out."""
    words, parts = story.words, card(story)
    if set(CHANCES) <= set(parts):
        flagged, others = (_figure(story, parts[part]) for part in CHANCES)
        return words("model.chances", flagged=flagged, others=others)
    if not set(OF_TEN) <= set(parts):
        return ""
    told = {}
    for whose, row in zip(("risk", "rest"), (parts[part] for part in OF_TEN), strict=True):
        edges = {name: words.number(row[name], 0) for name in ("low", "high")}
        told[f"number_{whose}"] = words.number(row["estimate"], 0) if row["estimate"] else words("model.below_one")
        told[f"range_{whose}"] = words("model.range", **edges)
    return words("model.of_ten", **told)


def already(story: Story) -> str:
    """Who wants to leave already is counted apart: the published figure."""
    words, leaving = story.words, story.measure("risk:leaving")
    cell = story.board(leaving) if leaving else None
    if cell is None or not words.figure(cell).shown:
        return ""
    says = phrases.says(story, cell)
    return words("model.already", says=f"{says[:1].lower()}{says[1:]}")


@remembered
def card_rows(story: Story) -> tuple[Mapping[str, str], ...]:
    """How the model did on waves it had not seen, and whether groups are treated alike; for the statistician."""
    words = story.words
    rows = []
    for part, row in card(story).items():
        if part == "rung":
            continue
        name, _, group = part.partition(":")
        label = words(f"model.part_{'benefit' if name.startswith('benefit_0') else name}")
        if group:
            label += f", {words.inline('dimension', group)}"
        elif name.startswith("benefit_0"):
            label += f" {words.percent(float(name.removeprefix('benefit_')))}"
        rows.append({words("model.part"): label, words("evidence.estimate"): _value(story, row)})
    return tuple(rows)


def _value(story: Story, row: Mapping[str, Any]) -> str:
    words = story.words
    if row["word"]:
        return words(f"model.word_{row['word']}")
    value, low, high = (None if row[name] is None else words.number(row[name]) for name in ("estimate", "low", "high"))
    return str(value) if low is None else words("evidence.figure", value=value, low=low, high=high)


# ------------------------------------------------------------------------------------------------ what-if


@remembered
def answers(story: Story) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The published grid by group and pillar; without figures where nothing can be told."""
    grid: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in story.snapshot.later("what_if", wave=story.wave):
        grid.setdefault((row["group"], row["pillar"]), []).append(row)
    return grid


def pillars(story: Story) -> list[str]:
    """The pillars that were asked about, in the order of the grid; those of which something can be told first."""
    found = dict.fromkeys(pillar for _, pillar in answers(story))
    return sorted(found, key=lambda pillar: not any(is_told(story, group, pillar) for group in GROUPS))


def is_told(story: Story, group: str, pillar: str) -> bool:
    """Whether it can be told which way it goes."""
    rows = answers(story).get((group, pillar), [])
    return bool(rows) and rows[0]["word"] in DRAWN


def nothing_told(story: Story) -> str:
    """The sentence where of no pillar it can be told; empty where of some it can."""
    words = story.words
    if any(is_told(story, group, pillar) for group, pillar in answers(story)):
        return ""
    return words("whatif.nothing", pillars=words.listed(words.inline("pillar", pillar) for pillar in pillars(story)))


def verdict(story: Story, group: str, pillar: str) -> str:
    """What may be said about one pillar for one group; an association, never a promise."""
    words, rows = story.words, answers(story)[group, pillar]
    word, label = rows[0]["word"], words.inline("pillar", pillar)
    return words(f"whatif.{word}", pillar=label, group=words(f"whatif.of_{group}"))


def shares(story: Story, group: str, pillar: str) -> tuple[list[float], float]:
    """The shares of coverage that can be chosen, and the one to begin with: today's, where the publication says it."""
    rows = answers(story)[group, pillar]
    begin = next((row["coverage"] for row in rows if row.get("is_today")), rows[len(rows) // 2]["coverage"])
    return [row["coverage"] for row in rows], begin


def at(story: Story, group: str, pillar: str, coverage: float) -> str:
    """The sentence of one point of the grid: today's figure as the page prints it, or what would fit."""
    words = story.words
    row = next(row for row in answers(story)[group, pillar] if row["coverage"] == coverage)
    key = "whatif.today" if row.get("is_today") else "whatif.at"
    label, whom = words.inline("pillar", pillar), words(f"whatif.of_{group}")
    return words(key, coverage=words.percent(coverage), group=whom, pillar=label, figure=_figure(story, row))


def _figure(story: Story, row: Mapping[str, Any]) -> str:
    """A share with its margin, or the margin alone where a middle would promise too much, as everywhere."""
    words = story.words
    if row["low"] is None:  # publications of before
        return words("about", share=words.percent(row["estimate"]))
    margin = words.range(row["low"], row["high"])
    if _is_wide(row):
        return margin
    return words("figure.share", share=words.percent(row["estimate"]), margin=words("margin.range", range=margin))


def _is_wide(row: Mapping[str, Any]) -> bool:
    return bool(row["high"] - row["low"] > WIDE)


def _users(row: Mapping[str, Any]) -> str:
    return "whatif.users_today" if row.get("is_today") else "whatif.users"


@remembered
def curve(story: Story, group: str, pillar: str) -> Picture | None:
    """The share at risk at every share of coverage, with its margin; nothing is drawn where it cannot be told."""
    words, rows = story.words, answers(story)[group, pillar]
    if not is_told(story, group, pillar):
        return None
    title = words("whatif.curve", pillar=words.inline("pillar", pillar))
    drawn = [
        {
            "coverage": row["coverage"],
            "low": row["low"],
            "high": row["high"],
            "middle": row["estimate"],
            "label": words(_users(row), coverage=words.percent(row["coverage"])),
            "text": words.range(row["low"], row["high"]) if _is_wide(row) else words.percent(row["estimate"]),
            "note": words("margin.range", range=words.range(row["low"], row["high"])),
        }
        for row in rows
    ]
    ends = "; ".join(f"{row['label']} {row['text']}" for row in (drawn[0], drawn[-1]))
    return Picture("grid_line", title, words("whatif.curve_note"), grid_line.rows(drawn), f"{title}: {ends}.")
