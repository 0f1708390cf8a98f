"""What is said about later: the model card, and what the share at risk would be if more leaders used a pillar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.charts import grid_line
from dashboard.story.pictures import Picture
from dashboard.story.wave import Story, remembered

GROUPS = ("all", "starters")
DRAWN = ("lower", "higher")


@remembered
def card(story: Story) -> dict[str, dict[str, Any]]:
    """What the model card tells, by part; nothing of earlier versions or where stress or support was not asked."""
    rows = story.snapshot.later("model_card", wave=story.wave)
    return {row["part"]: row for row in rows if row["word"] is not None or row["estimate"] is not None}


def standing(story: Story) -> str:
    """What the model may be used for, in words: the rung of the ladder."""
    words, parts = story.words, card(story)
    rung = parts["rung"]["word"]
    sentences = [words(f"model.{rung}")]
    if "of_ten" in parts and rung == "R2":
        sentences.append(words("model.of_ten", of_ten=round(parts["of_ten"]["estimate"])))
    if "chance_flagged" in parts:
        shares = {whose: words.percent(parts[f"chance_{whose}"]["estimate"]) for whose in ("flagged", "others")}
        sentences.append(words("model.chances", **shares))
    return " ".join(sentences)


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


@remembered
def answers(story: Story) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The published grid by group and pillar; without figures where nothing can be told."""
    grid: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in story.snapshot.later("what_if", wave=story.wave):
        grid.setdefault((row["group"], row["pillar"]), []).append(row)
    return grid


def pillars(story: Story) -> list[str]:
    """The pillars that were asked about, in the order of the grid."""
    return list(dict.fromkeys(pillar for _, pillar in answers(story)))


def verdict(story: Story, group: str, pillar: str) -> str:
    """What may be said about one pillar for one group; an association, never a promise."""
    words, rows = story.words, answers(story)[group, pillar]
    word, label = rows[0]["word"], words.inline("pillar", pillar)
    return words(f"whatif.{word}", pillar=label, group=words(f"whatif.of_{group}"))


def at(story: Story, group: str, pillar: str, coverage: float) -> str:
    """The sentence of one point of the grid."""
    words = story.words
    row = next(row for row in answers(story)[group, pillar] if row["coverage"] == coverage)
    figure = words("figure.share", share=words.percent(row["estimate"]), margin=words.range(row["low"], row["high"]))
    label, whom = words.inline("pillar", pillar), words(f"whatif.of_{group}")
    return words("whatif.at", coverage=words.percent(coverage), group=whom, pillar=label, figure=figure)


@remembered
def curve(story: Story, group: str, pillar: str) -> Picture | None:
    """The share at risk at every share of coverage, with its margin; nothing is drawn where it cannot be told."""
    words, rows = story.words, answers(story)[group, pillar]
    if rows[0]["word"] not in DRAWN:
        return None
    title = words("whatif.curve", pillar=words.inline("pillar", pillar))
    drawn = [
        {
            "coverage": row["coverage"],
            "low": row["low"],
            "high": row["high"],
            "middle": row["estimate"],
            "label": words("whatif.users", coverage=words.percent(row["coverage"])),
            "text": words.percent(row["estimate"]),
            "note": words("margin.range", range=words.range(row["low"], row["high"])),
        }
        for row in rows
    ]
    ends = "; ".join(f"{row['label']} {row['text']}" for row in (drawn[0], drawn[-1]))
    return Picture("grid_line", title, words("whatif.curve_note"), grid_line.rows(drawn), f"{title}: {ends}.")
