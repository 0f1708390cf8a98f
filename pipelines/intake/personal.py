"""Refuse: an export with names, addresses and the like goes no further; columns and rules are told, content never."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache

import polars as pl
from stdnum import iban
from stdnum.nl import bsn

from pipelines.ground.errors import PersonalColumn, RefusedColumns
from pipelines.instruments import Refusal, Refusals, load_refusals

CHECKS = {"bsn": bsn.is_valid, "iban": iban.is_valid}
# A key is a number from another system: the agency's. What is kept of it is a code.
KEYS = {"leader_key": ("identifier",), "school_key": ("identifier", "school")}
MOST_CHECKED = 1000  # numbers that are added up; of random keys hardly one in ten would fit
LETTER_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def refuse_personal(
    raw: pl.DataFrame,
    reads: Mapping[str, str],
    dropped: Collection[str],
    texts: Mapping[str, str],
    groups: Collection[str] = (),
    dated: Collection[str] = (),
) -> None:
    """Raises RefusedColumns when a column is not dropped and looks personal."""
    personal = personal_columns(raw, reads, dropped, texts, groups, dated)
    if personal:
        raise RefusedColumns(list(personal.values()))


def personal_columns(
    raw: pl.DataFrame,
    reads: Mapping[str, str],
    dropped: Collection[str],
    texts: Mapping[str, str],
    groups: Collection[str] = (),
    dated: Collection[str] = (),
) -> dict[str, PersonalColumn]:
    """Head -> what is personal about it: by its name, its question (`texts`) or its values.

    Of a column that is read as a question only what is no answer could be personal; see refuse_leftovers. Of one that
    is read as a group (`groups`: which of our columns are) each different value is looked at; of some (`dated`) these
    may be dates since when, which look like those of birth when they are old.
    """
    rules = load_refusals()
    kept = [head for head in raw.columns if head not in dropped]
    has_shape = _shapes_in(raw, [head for head in kept if reads.get(head) in (None, *KEYS)], rules)
    has_shape |= {head: True for head in kept if reads.get(head) in groups}
    personal: dict[str, PersonalColumn] = {}
    for number, head in enumerate(raw.columns, start=1):
        if head not in has_shape:
            continue
        column = reads.get(head)
        is_ours = column in (*groups, head) and column not in dated
        rule = None if is_ours else _by_name(head, texts.get(head, ""), rules)
        if rule is None and not has_shape[head]:
            continue
        values = _telling(raw[head].unique() if column in groups else raw[head], rules)
        if values.is_empty():
            continue
        may_be = ("birth_date",) if column in dated and rule is None else KEYS.get(column or "", ())
        rule = rule or _by_values(values, rules)
        if rule is not None and rule.code not in may_be:
            personal[head] = _personal_column(head, number, rule, rules)
    return personal


def refuse_leftovers(errors: pl.DataFrame) -> None:
    """Raises RefusedColumns when what is no answer to a question looks personal: columns may have shifted.

    `errors`: the `column` of ours and the `answer` that stood there.
    """
    rules = load_refusals()
    personal = []
    for (column,), wrong in errors.group_by("column", maintain_order=True):
        if rule := _by_values(_telling(wrong["answer"], rules), rules):
            personal.append(PersonalColumn(str(column), rule.code, rule.nl, rule.en))
    if personal:
        raise RefusedColumns(personal)


def looks_personal(values: pl.Series) -> bool:
    """Whether any of these words has the shape of something personal; then none of them is repeated to anybody."""
    return bool(values.str.contains(_any_shape(load_refusals())).any())


def _personal_column(head: str, number: int, rule: Refusal, rules: Refusals) -> PersonalColumn:
    """A head that is itself a value, as in a file without heads, is not repeated."""
    shapes = (shape for refusal in rules.refusal if not refusal.varied for shape in refusal.values)
    is_value = any(re.search(shape, head) for shape in shapes)
    return PersonalColumn(f"column_{number}" if is_value else head, rule.code, rule.nl, rule.en)


# ------------------------------------------------------------------------------------------ by its name


def _by_name(head: str, text: str, rules: Refusals) -> Refusal | None:
    return _by_ending(head, rules) or _by_words(head, rules) or _by_words(text, rules)


def _by_ending(head: str, rules: Refusals) -> Refusal | None:
    last = _words(head).rsplit(" ", 1)[-1]
    return next((rule for rule in rules.refusal if last in rule.endings), None)


def _by_words(text: str, rules: Refusals) -> Refusal | None:
    words = _words(text)
    if len(words.split()) > rules.longest_head:
        return None
    between_blanks = f" {words} "
    return next((rule for rule in rules.refusal if any(word in between_blanks for word in _heads_of(rule))), None)


@cache
def _heads_of(rule: Refusal) -> list[str]:
    return [f" {_words(word)} " for word in rule.heads]


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", LETTER_CASE.sub(" ", text))).lower()


# ---------------------------------------------------------------------------------------- by its values


def _shapes_in(raw: pl.DataFrame, heads: list[str], rules: Refusals) -> dict[str, bool]:
    """Head -> whether any value has the shape of something personal.

    All columns at once: a form may have ten thousand, and of nearly all no value looks like anything.
    """
    if not heads:
        return {}
    columns = pl.DataFrame([raw[head].alias(str(place)) for place, head in enumerate(heads)])  # a head may be "*"
    hits = columns.select(pl.all().cast(pl.String).str.contains(_any_shape(rules)).any()).row(0)
    return dict(zip(heads, hits, strict=True))


def _telling(values: pl.Series, rules: Refusals) -> pl.Series:
    """The values that say something; "n.v.t." and the like do not."""
    values = values.drop_nulls().cast(pl.String)
    longest = max(map(len, rules.empty))
    says_nothing = (values.str.len_chars() <= longest) & values.str.to_lowercase().is_in(list(rules.empty))
    return values.filter(~says_nothing)


def _by_values(values: pl.Series, rules: Refusals) -> Refusal | None:
    shaped = values.filter(values.str.contains(_any_shape(rules)))  # once over all values; few are left
    if shaped.is_empty():
        return None
    for rule in rules.refusal:
        if any(_holds(shaped, values.len(), rule, shape) for shape in rule.values):
            return rule
    return None


@cache
def _any_shape(rules: Refusals) -> str:
    return "|".join(f"(?:{shape})" for rule in rules.refusal for shape in rule.values)


def _holds(values: pl.Series, among: int, rule: Refusal, shape: str) -> bool:
    """Whether enough values have a shape, as the rule has it; `among`: how many values there were in all."""
    hits = values.filter(values.str.contains(shape))
    if hits.is_empty():
        return False
    if rule.varied:
        return hits.n_unique() >= rule.varied * hits.len()
    if rule.check:
        numbers = hits.str.extract(shape, 1).drop_nulls().head(MOST_CHECKED)
        valid = sum(map(CHECKS[rule.check], numbers))
        return valid > 0 and valid >= rule.share * numbers.len()
    return hits.len() >= rule.share * among
