"""Wording: the questions and answers as a leader reads them, in both languages, for reading them back."""

from __future__ import annotations

from pipelines.instruments.model import Instrument

# What survey tools write, compared without capitals: for yes and no, in a box, and where nothing was answered.
YES = ("y", "yes", "j", "ja", "1", "true", "waar")
NO = ("n", "no", "nee", "neen", "0", "false", "onwaar")
TICKED = (*YES, "x", "quoted", "checked", "selected")
NOT_TICKED = ("", *NO, "not quoted", "unchecked", "not selected", "n/a")
MISSING_WORDS = (
    *("-", "--", ".", "na", "n/a", "#n/a", "#n/b", "nan", "null", "nvt", "n.v.t.", "niet van toepassing"),
    *("not applicable", "does not apply", "geen antwoord", "no answer", "niet ingevuld", "not answered", "missing"),
    *("weet niet", "weet ik niet", "ik weet het niet", "weet het niet", "don't know", "i don't know", "do not know"),
    *("geen mening", "no opinion", "zeg ik liever niet", "wil ik niet zeggen", "prefer not to say", "refused"),
)
MISSING_CODES = ("8", "9", "88", "98", "99", "888", "998", "999", "-1", "-8", "-9", "-88", "-98", "-99", "-999")
OTHER = ("anders", "overig", "iets anders", "other", "-oth-")  # alone, or before words of one's own


def columns_by_question(instrument: Instrument) -> dict[str, str]:
    """Text of a question -> its column; a text that two questions share tells nothing and is left out."""
    words = {word.code: word for word in instrument.words}
    found: list[tuple[str, str]] = []
    for pillar in instrument.pillars:
        column = f"pillar_{pillar.code}"
        found += [(pillar.question_nl, column), (pillar.question_en, column)]
        for part in ("quality", *(("monthly",) if pillar.asks_monthly else ())):
            word = words.get(f"pillar:{part}")
            found += [(word.nl, f"{column}_{part}"), (word.en, f"{column}_{part}")] if word else []
    for rock in instrument.rocks:
        found += [(rock.question_nl, f"rock_{rock.code}"), (rock.question_en, f"rock_{rock.code}")]
        word = words.get("rock:who")
        found += [(word.nl, f"rock_{rock.code}_who"), (word.en, f"rock_{rock.code}_who")] if word and rock.who else []
    found += [(text, item.code) for scale in instrument.scales for item in scale.items for text in (item.nl, item.en)]
    found += [(text, question.code) for question in instrument.questions for text in (question.nl, question.en)]
    columns: dict[str, set[str]] = {}
    for text, column in found:
        columns.setdefault(text, set()).add(column)
    return {text: found.pop() for text, found in columns.items() if text and len(found) == 1}


def codes_by_answer(instrument: Instrument) -> dict[str, dict[str, str]]:
    """Column -> an answer as it is worded (without capitals) -> our code, or the score as text."""
    words = {word.code: (word.nl, word.en, *word.formerly) for word in instrument.words}
    found: dict[str, dict[str, str]] = {}
    for column, codes in instrument.choices().items():
        prefix = "pillar:" if column.startswith("pillar_") and not column.endswith("_monthly") else ""
        found[column] = {text.lower(): code for code in codes for text in words.get(f"{prefix}{code}", ())}
    for rock in instrument.rocks:
        found[f"rock_{rock.code}_who"] = {text.lower(): who.code for who in rock.who for text in (who.nl, who.en)}
    for scale in instrument.scales:
        shared = {
            label.lower(): f"{scale.min + step:g}"
            for labels in (scale.labels_nl, scale.labels_en)
            for step, label in enumerate(labels)
        }
        found |= {item.code: shared for item in scale.items if item.min is None and item.max is None}
    for dimension in instrument.dimensions:
        known = {**dimension.labels_nl, **dimension.labels_en}
        found[dimension.code] = {
            label.lower(): level
            for labels in (dimension.labels_nl, dimension.labels_en)
            for level, label in labels.items()
            if level in (dimension.levels or known)
        }
    return found
