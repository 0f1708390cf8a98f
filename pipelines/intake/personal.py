"""Refuse: an export with names, addresses and the like goes no further; columns and rules are told, content never."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache

import polars as pl
from stdnum import iban
from stdnum.nl import bsn

from pipelines.ground.errors import PersonalColumn, RefusedColumns
from pipelines.instruments.refusals import Refusal, Refusals, load_refusals

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
) -> None:
    """Raises RefusedColumns when a column is not dropped and looks personal."""
    if found := personal_columns(raw, reads, dropped, texts, groups):
        raise RefusedColumns(list(found.values()))


def personal_columns(
    raw: pl.DataFrame,
    reads: Mapping[str, str],
    dropped: Collection[str],
    texts: Mapping[str, str],
    groups: Collection[str] = (),
) -> dict[str, PersonalColumn]:
    """Head -> what is personal about it: by its name, its question (`texts`) or its values.

    Of a column that is read as a question only what is no answer could be personal; see refuse_leftovers. Of one that
    is read as a group (`groups`: which of our columns are) each different value is looked at.
    """
    rules, found = load_refusals(), {}
    seen = [head for head in raw.columns if head not in dropped and reads.get(head) in (None, *KEYS)]
    # All columns at once: a form may have ten thousand, and of nearly all no value looks like anything.
    columns = pl.DataFrame([raw[head].alias(str(at)) for at, head in enumerate(seen)])  # a head may be "*"
    hits = columns.select(pl.all().cast(pl.String).str.contains(_any_shape(rules)).any()).row(0) if seen else ()
    looks = dict(zip(seen, hits, strict=True))
    looks |= {head: True for head in raw.columns if head not in dropped and reads.get(head) in groups}
    for place, head in enumerate(raw.columns, start=1):
        if head not in looks:
            continue
        target, rule = reads.get(head), None
        if target not in (*groups, head):
            rule = _by_code(head, rules) or _by_head(head, rules) or _by_head(texts.get(head, ""), rules)
        if rule is None and not looks[head]:
            continue
        values = _filled(raw[head].unique() if target in groups else raw[head], rules)
        rule = (rule or _by_values(values, rules)) if values.len() else None
        if rule is not None and rule.code not in KEYS.get(target or "", ()):
            found[head] = _told(head, place, rule, rules)
    return found


def refuse_leftovers(errors: pl.DataFrame) -> None:
    """Raises RefusedColumns when what is no answer to a question looks personal: columns may have shifted.

    `errors`: the column of ours and what was `said` there.
    """
    rules, found = load_refusals(), []
    for (column,), wrong in errors.group_by("column", maintain_order=True):
        if rule := _by_values(_filled(wrong["said"], rules), rules):
            found.append(PersonalColumn(str(column), rule.code, rule.nl, rule.en))
    if found:
        raise RefusedColumns(found)


def _filled(values: pl.Series, rules: Refusals) -> pl.Series:
    values = values.drop_nulls().cast(pl.String)
    longest = max(map(len, rules.empty))
    says_nothing = (values.str.len_chars() <= longest) & values.str.to_lowercase().is_in(list(rules.empty))
    return values.filter(~says_nothing)


def _told(head: str, place: int, rule: Refusal, rules: Refusals) -> PersonalColumn:
    """A head that is itself a value, as in a file without heads, is not repeated."""
    shapes = (shape for rule in rules.refusal if not rule.varied for shape in rule.values)
    is_value = any(re.search(shape, head) for shape in shapes)
    return PersonalColumn(f"column_{place}" if is_value else head, rule.code, rule.nl, rule.en)


def _by_head(head: str, rules: Refusals) -> Refusal | None:
    words = _words(head)
    if len(words.split()) > rules.longest_head:
        return None
    said = f" {words} "
    return next((rule for rule in rules.refusal if any(word in said for word in _heads_of(rule))), None)


@cache
def _heads_of(rule: Refusal) -> list[str]:
    return [f" {_words(word)} " for word in rule.heads]


@cache
def _any_shape(rules: Refusals) -> str:
    return "|".join(f"(?:{shape})" for rule in rules.refusal for shape in rule.values)


def _by_code(head: str, rules: Refusals) -> Refusal | None:
    last = _words(head).rsplit(" ", 1)[-1]
    return next((rule for rule in rules.refusal if last in rule.endings), None)


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", LETTER_CASE.sub(" ", text))).lower()


def _by_values(values: pl.Series, rules: Refusals) -> Refusal | None:
    seen = values.filter(values.str.contains(_any_shape(rules)))  # once over all values; few are left
    if seen.is_empty():
        return None
    return next((r for r in rules.refusal if any(_looks(seen, values.len(), r, shape) for shape in r.values)), None)


def _looks(values: pl.Series, of: int, rule: Refusal, shape: str) -> bool:
    hits = values.filter(values.str.contains(shape))
    if hits.is_empty():
        return False
    if rule.varied:
        return hits.n_unique() >= rule.varied * hits.len()
    if rule.check:
        numbers = hits.str.extract(shape, 1).drop_nulls().head(MOST_CHECKED)
        good = sum(map(CHECKS[rule.check], numbers))
        return good > 0 and good >= rule.share * numbers.len()
    return hits.len() >= rule.share * of
