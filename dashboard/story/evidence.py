"""What may be said about the buffer: the words, pictures and tables of one outcome, for page and report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.charts import estimates, lines
from dashboard.story.picture import Picture
from dashboard.story.wave import Story, remembered

Row = Mapping[str, Any]
SUPPORT = (-1, 0, 1)  # little, average, much
STRESS = (-1, 1)  # little, much
NEAR = 0.05  # what is too small to matter, in publications of an earlier version
FOUND = ("visible", "opposite")  # states that a first look often takes for more than they are
SETTLED = (*FOUND, "tiny", "opposite_tiny", "negligible")  # states that say something about a buffer
OWN = ("own", "combined")
KINDS = ("emotional", "instrumental", "difference")
TEN = 10  # points of stress


@remembered
def outcomes(story: Story) -> list[dict[str, Any]]:
    """What was worked out in this wave, one row per outcome; empty for publications of an earlier version."""
    return _rows(story, story.wave)


def _rows(story: Story, wave: str) -> list[dict[str, Any]]:
    return story.snapshot.later("evidence", wave=wave)


@remembered
def terms(story: Story, outcome: str) -> dict[str, dict[str, Any]]:
    """The terms of one outcome's model by name."""
    rows = story.snapshot.later("evidence_terms", wave=story.wave)
    return {row["term"]: row for row in rows if row["outcome"] == outcome}


def title(story: Story, row: Row) -> str:
    """'Exhaustion: no buffer found'."""
    return story.words("evidence.title", outcome=story.words.label("scale", row["outcome"]), state=state(story, row))


def state(story: Story, row: Row) -> str:
    """The state in a few words."""
    return story.words(f"evidence.{row['state']}")


def sentence(story: Story, row: Row) -> str:
    """What may be said, as the pipeline wrote it, since when, and what to keep in mind of it."""
    words = story.words
    sentences = [words.told(row, "sentence"), *since(story, row)]
    if row.get("at_end"):
        sentences.append(words(f"evidence.end_{row['at_end']}", outcome=words.inline("scale", row["outcome"])))
    return " ".join(sentences)


def since(story: Story, row: Row) -> list[str]:
    """Since which wave this has been said, by what was published; of a finding also that a first one is often too much.

    Waves that were judged by an earlier method do not count.
    """
    if row["state"] == "no_basis":
        return []
    words, run = story.words, [story.wave]
    is_new = False
    for wave in (wave for wave in story.snapshot.waves() if wave < story.wave):
        before = next((one for one in _rows(story, wave) if one["outcome"] == row["outcome"]), {})
        if (before.get("state"), before.get("matters")) != (row["state"], row.get("matters")):
            is_new = len(run) == 1 and before.get("state") != row["state"]
            break
        run.append(wave)
    told = [words("evidence.since_now")] if is_new and row["state"] in SETTLED else []
    told += [words("evidence.since", wave=words.wave(run[-1]), waves=len(run))] if len(run) > 1 else []
    return told + ([words("evidence.first_finding")] if row["state"] in FOUND else [])


def kinds_sentence(story: Story, row: Row) -> str:
    """What may be said about emotional against practical support; nothing in publications of an earlier version."""
    return story.words.told(row, "kinds") if row.get("kinds_state") else ""


@remembered
def slopes(story: Story, outcome: str) -> Picture | None:
    """The outcome from little to much stress, for little, average and much support."""
    words, drawn = story.words, _lines(story, outcome)
    if not drawn:
        return None
    names = tuple(words(f"evidence.amount_{support}") for support in SUPPORT)
    ends = _ends(story)
    label = words.label("scale", outcome)
    points = [
        {
            "label": name,
            "across": stress,
            "stress_text": end,
            "value": drawn[support, stress],
            "text": words("evidence.points", points=words.number(drawn[support, stress], 1)),
        }
        for name, support in zip(names, SUPPORT, strict=True)
        for end, stress in zip(ends, STRESS, strict=True)
    ]
    rows = tuple(
        {words("evidence.with"): name, words("evidence.ten"): _figure(story, _per_ten(story, outcome, support), 1)}
        for name, support in zip(names, SUPPORT, strict=True)
    )
    head = words("evidence.slopes", outcome=words.inline("scale", outcome))
    alt = _described(head, rows)
    note = words("evidence.slopes_note", outcome=label.lower())
    return Picture("lines", head, note, lines.rows(points), alt, rows, options={"names": names, "ends": ends})


def _lines(story: Story, outcome: str) -> dict[tuple[int, int], float]:
    """Points from the average at little or much stress, with little, average and much support; from the coefficients.

    Publications of an earlier version tell the points themselves.
    """
    fitted, corners = terms(story, outcome), [(support, stress) for support in SUPPORT for stress in STRESS]
    if "line-1-1" in fitted:
        return {corner: fitted["line{:+d}{:+d}".format(*corner)]["estimate"] for corner in corners}
    unit = _unit(story, outcome, "outcome_unit")
    if unit is None or "by_support" not in fitted:
        return {}
    by_support = fitted["by_support"]["estimate"]
    return {
        (support, stress): unit * (by_support * support + fitted[f"slope{support:+d}"]["estimate"] * stress)
        for support, stress in corners
    }


def _per_ten(story: Story, outcome: str, support: int) -> Row:
    """Points of the outcome per ten points of stress, at one amount of support."""
    fitted = terms(story, outcome)
    if f"ten{support:+d}" in fitted:
        return fitted[f"ten{support:+d}"]
    of_outcome, of_stress = (_unit(story, outcome, which) or 1 for which in ("outcome_unit", "stress_unit"))
    factor = TEN * of_outcome / of_stress
    return {name: factor * fitted[f"slope{support:+d}"][name] for name in ("estimate", "low", "high")}


def _unit(story: Story, outcome: str, which: str) -> float | None:
    """How many points one unit of a model is."""
    return next((row.get(which) for row in outcomes(story) if row["outcome"] == outcome), None)


@remembered
def own(story: Story, outcome: str) -> Picture | None:
    """The board's own estimate of the buffer, and what it becomes beside published research."""
    (row,) = (one for one in outcomes(story) if one["outcome"] == outcome)
    return _estimates(story, outcome, OWN, f"own_{row['kind']}", row.get("matters") or NEAR)


@remembered
def kinds(story: Story, outcome: str) -> Picture | None:
    """Emotional beside practical support: what either goes along with, and their difference."""
    (row,) = (one for one in outcomes(story) if one["outcome"] == outcome)
    return _estimates(story, outcome, KINDS, "kinds", row.get("matters"))


@remembered
def chances(story: Story, outcome: str) -> tuple[Mapping[str, str], ...]:
    """A yes/no outcome: its chance with little and much stress and support."""
    words, fitted = story.words, terms(story, outcome)
    if "chance-1-1" not in fitted:
        return ()
    ends = list(zip(_ends(story), STRESS, strict=True))
    return tuple(
        {words("evidence.with"): words(f"evidence.amount_{support}")}
        | {end: words.percent(fitted[f"chance{stress:+d}{support:+d}"]["estimate"]) for end, stress in ends}
        for support in (SUPPORT[0], SUPPORT[-1])
    )


def rise(story: Story, outcome: str) -> str:
    """How much less the chance rises by stress with much support, in points: by which earlier versions judged.

    Today the product in log-odds decides, and the chances illustrate.
    """
    row = terms(story, outcome).get("rise")
    if row is None:
        return story.words("evidence.chances_note")
    points = {name: 100 * row[name] for name in ("estimate", "low", "high")}
    return story.words("evidence.rise", figure=_figure(story, points, 0))


@remembered
def details(story: Story, outcome: str) -> tuple[Mapping[str, str], ...]:
    """Every published term, for the statistician."""
    words = story.words
    return tuple(
        {words("evidence.term"): term, words("evidence.estimate"): _figure(story, row, 2)}
        for term, row in terms(story, outcome).items()
        if not term.startswith("line")
    )


def notes(story: Story) -> list[tuple[str, str]]:
    """Title, sentence and figure of the first outcome, for paper."""
    return [(title(story, row), f"{sentence(story, row)} {figure(story, row)}".strip()) for row in outcomes(story)[:1]]


def figure(story: Story, row: Row, term: str = "own") -> str:
    """What a sentence is about: the buffer (own) or the difference, its range, and from which size it matters."""
    told, matters = terms(story, row["outcome"]).get(term), row.get("matters")
    if told is None or matters is None:
        return ""
    figures = {"figure": _figure(story, told, 2), "matters": story.words.number(matters, 2)}
    return story.words(f"evidence.judged_{term}", **figures)


def method_line(story: Story, row: Row) -> str:
    """How many leaders and waves, which standard errors, and how much is explained where that may be told."""
    words = story.words
    covariance = (row["covariance"] or "").upper()
    told = [words("evidence.method", leaders=row["leaders"], waves=row["waves"], covariance=covariance)]
    if row["r2"] is not None:
        told.append(words("evidence.explained", **{name: words.number(row[name]) for name in ("r2", "delta_r2", "f2")}))
    told += [
        words(f"evidence.clear_{side}", points=words.number(row[f"clear_{side}"]))
        for side in ("below", "above")
        if row.get(f"clear_{side}") is not None  # snapshots of an earlier version
    ]
    return " ".join(told)


@remembered
def reliability(story: Story) -> tuple[Mapping[str, str], ...]:
    """Whether the statements of each scale hang together, over all waves of this version of the questionnaire."""
    words, rows = story.words, story.snapshot.later("reliability", wave=story.wave)
    return tuple(
        {
            words("reliability.scale"): words.label("scale", row["scale"]),
            words("reliability.items"): str(row["items"]),
            words("evidence.estimate"): words("dash") if row["estimate"] is None else _figure(story, row, 2),
            words("reliability.says"): words(f"reliability.{row['word']}"),
        }
        for row in rows
        if row["scope"] == "version"
    )


def research(story: Story) -> list[str]:
    """What others found, about whom, and what we make of it, each with its source; earlier publications say less."""
    words, found = story.words, list[str]()
    for row in story.snapshot.later("research", wave=story.wave):
        says = {name: words.told(row, name) for name in ("whom", "measured", "reading")} if row.get("whom_en") else {}
        key = "evidence.found_about" if says else "evidence.found"
        found.append(words(key, text=words.told(row), source=words.name(row["source"]), **says))
    return found


def _estimates(story: Story, outcome: str, names: Iterable[str], about: str, near: float | None) -> Picture | None:
    words, fitted = story.words, terms(story, outcome)
    estimated = [fitted[name] for name in names if name in fitted]
    if not estimated:
        return None
    drawn = [
        {
            "label": words(f"evidence.{row['term']}"),
            "low": row["low"],
            "high": row["high"],
            "middle": row["estimate"],
            "text": words.number(row["estimate"], 2),
            "note": _figure(story, row, 2),
            "combined": row["term"] == "combined",
        }
        for row in estimated
    ]
    head = words(f"evidence.{about}_title")
    rows = tuple({words("evidence.what"): row["label"], words("evidence.estimate"): row["note"]} for row in drawn)
    note = words(f"evidence.{about}_note")
    return Picture("estimates", head, note, estimates.rows(drawn, near), _described(head, rows), rows)


def _described(head: str, rows: Iterable[Mapping[str, str]]) -> str:
    """A picture in words, for who cannot see it."""
    return f"{head}: {'; '.join(' '.join(row.values()) for row in rows)}."


def _ends(story: Story) -> tuple[str, str]:
    little, much = (story.words(f"evidence.end_{stress}") for stress in STRESS)
    return little, much


def _figure(story: Story, row: Row, decimals: int) -> str:
    words = story.words
    value, low, high = (
        None if row[name] is None else words.number(row[name], decimals) for name in ("estimate", "low", "high")
    )
    return str(value) if low is None else words("evidence.figure", value=value, low=low, high=high)
