"""How an import or its dry run is told: what became of every row; answers never appear."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from pipelines.cli.speech import tell, tell_json, units
from pipelines.ground.errors import Refused, RefusedAll, RefusedColumns, RefusedFor
from pipelines.ground.failures import rule_of
from pipelines.ground.language import in_language
from pipelines.ground.messages import say, short, tell_of

if TYPE_CHECKING:
    from pipelines.flow import Imported, Source

NAMED = 8  # heads or rows that are named one by one


def tell_import(lang: str, source: Source, as_json: bool, work: Callable[[], Imported], key: str) -> None:
    """Do an import or its dry run and tell it; `key` is the sentence of one that went as it should."""
    try:
        imported = work()
    except (Refused, OSError) as refusal:
        if not as_json:
            raise
        tell_json(_nothing(source) | {"refused": _refused(refusal)})
        raise typer.Exit(1) from refusal
    if as_json:
        tell_json(_nothing(source) | _facts(imported))
        return
    # A file that is known, or late, is not what this command set out to load.
    other = {"known": "known", "late": "kept_late" if key == "imported" else key}
    found = {"loaded": imported.answers.height, "file": source.file.name, **units(lang, rows=imported.rows)}
    tell(lang, other.get(imported.standing, key), wave=source.wave, count=imported.rows, **found)
    if imported.standing == "known":
        return
    _tell_layout(lang, source, imported)
    if imported.standing == "differs" and key == "checked":
        tell(lang, "would_replace", wave=source.wave)
    for one in imported.told:
        typer.echo("  - " + tell_of(lang, one))
    _tell_rows(lang, imported)
    _tell_timing(lang, imported)
    _tell_missing(lang, source, imported)


def known_rule(error: BaseException) -> str | None:
    """The rule of a failure that is known, or of a file that cannot be read or written; None for any other."""
    if (rule := rule_of(error)) or not isinstance(error, OSError):
        return rule
    return "file_not_found" if isinstance(error, FileNotFoundError) else "cannot_write"


def _nothing(source: Source) -> dict[str, Any]:
    """The JSON of an import of which nothing loads."""
    return {
        "wave": source.wave,
        "profile": source.profile,
        "rows": 0,
        "loaded": 0,
        "rejected": [],
        "refused": [],
        "late": 0,
        "duplicates": 0,
        "data_errors": [],
        "told": [],
        "questions": [],
    }


def _facts(imported: Imported) -> dict[str, Any]:
    """What the JSON of an import that was read says beside that."""
    return {
        "profile": imported.profile,
        "rows": imported.rows,
        "loaded": imported.answers.height,
        "rejected": imported.rejected.select("row", "column", "rule").to_dicts(),
        "late": imported.late,
        "duplicates": imported.duplicates,
        "data_errors": imported.data_errors.to_dicts(),
        "early": imported.early,
        "partial": imported.partial,
        "standing": imported.standing,
        "unread": imported.unread,
        "told": [{"kind": one.kind, "count": one.count, "place": one.place} for one in imported.told],
        "questions": imported.questions.to_dicts(),
        "combinations": {name: value for name, value in vars(imported.combinations).items() if name != "labels"},
    }


def _refused(refusal: Refused | OSError) -> list[dict[str, object]]:
    if isinstance(refusal, OSError):
        return [{"column": None, "rule": known_rule(refusal)}]
    if isinstance(refusal, RefusedAll):
        return [told for one in refusal.found for told in _refused(one)]
    if isinstance(refusal, RefusedColumns):
        return [{"column": one.column, "rule": one.rule} for one in refusal.found]
    if isinstance(refusal, RefusedFor) and (of_columns := [one for one in refusal.reasons if one.column]):
        return [{"column": one.column, "rule": one.rule} for one in of_columns]
    return [{"column": refusal.where.get("column"), "rule": refusal.rule}]


def _tell_layout(lang: str, source: Source, imported: Imported) -> None:
    tell(lang, "recognised" if source.profile is None else "read_as", profile=imported.profile)
    if imported.unread:
        heads = ", ".join(f"‘{short(head)}’" for head in imported.unread[:NAMED])
        tell(lang, "unread", columns=heads, count=len(imported.unread))


def _tell_rows(lang: str, imported: Imported) -> None:
    """Rows that were rejected and answers that became empty, by the rule that did it."""
    for rule, count in imported.rejected.group_by("rule").len().sort("rule").iter_rows():
        rows = ", ".join(map(str, imported.rejected.filter(rule=rule)["row"].head(NAMED)))
        typer.echo("  - " + say(lang, f"rejected.{rule}", count=count, rows=rows))
    for (column, rule), found in imported.data_errors.group_by("column", "rule", maintain_order=True):
        typer.echo("  - " + say(lang, f"data_error.{rule}", column=column, count=found.height))


def _tell_timing(lang: str, imported: Imported) -> None:
    if imported.late and imported.standing != "late":
        tell(lang, "late", count=imported.late)
    if imported.early:
        tell(lang, "early", count=imported.early)


def _tell_missing(lang: str, source: Source, imported: Imported) -> None:
    """What cannot be known of this wave, and what too many know."""
    known = imported.combinations
    if known.few:
        groups = ", ".join(in_language(label, lang) for label in known.labels)
        tell(lang, "combinations", **vars(known) | {"groups": groups})
    if imported.partial:
        tell(lang, "partial", count=imported.partial)
    if not imported.has_keys:
        tell(lang, "no_keys")
    if source.roster is None:
        tell(lang, "no_roster")
