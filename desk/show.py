"""Third and fourth step: what loads and what will be published. Counts, columns, rules and row numbers only."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from desk.understand import Seen
from desk.words import Say

Names = Mapping[tuple[str, str], str]
ROWS_NAMED = 12  # row numbers told per reason


def show_rows(seen: Seen, say: Say, names: Names) -> None:
    """What loads, what is rejected and why, and the response per group."""
    imported = seen.preview.imported
    st.header(say("rows.title"), anchor=False)
    total, loaded, rejected = st.columns(3)
    total.metric(say("rows.total"), imported.rows)
    loaded.metric(say("rows.loaded"), imported.answers.height)
    rejected.metric(say("rows.rejected"), imported.rejected.height)
    reasons = []
    for (rule,), rows in imported.rejected.group_by("rule", maintain_order=True):
        numbers = ", ".join(map(str, rows["row"].head(ROWS_NAMED))) + (" …" if rows.height > ROWS_NAMED else "")
        reasons.append((say(f"rows.{rule}"), rows.height, numbers))
    if reasons:
        heads = [say(f"rows.{key}") for key in ("reason", "count", "numbers")]
        st.table([dict(zip(heads, row, strict=True)) for row in reasons])
    else:
        st.markdown(say("rows.no_rejected"))
    if imported.data_errors.height:
        st.subheader(say("rows.emptied"), anchor=False)
        errors = imported.data_errors.group_by("column", "rule", maintain_order=True).len()
        told = [(say(f"rows.{rule}", column=column), count) for column, rule, count in errors.iter_rows()]
        st.table([{say("rows.reason"): reason, say("rows.count"): count} for reason, count in told])
    for key in ("late", "early", "partial"):
        if count := getattr(imported, key):
            st.caption(say(f"rows.{key}", count=count))
    if not imported.has_keys:
        st.caption(say("rows.no_keys"))
    if imported.combinations.few:
        st.caption(say("rows.combinations", **vars(imported.combinations)))
    with st.expander(say("rows.response")):
        groups = [
            {
                say("rows.group"): _called(names, row["group"]),
                say("rows.level"): _called(names, row["group"], row["level"]),
                say("rows.answered"): _of(row["answered"], row["leaders"], say),
                say("rows.share"): _percent(row["answered"] / row["leaders"], say) if row["leaders"] else "–",
            }
            for row in seen.preview.response.iter_rows(named=True)
        ]  # fmt: skip
        st.table(groups)


def show_plan(seen: Seen, say: Say, names: Names) -> None:
    """Per table how many groups may be shown, and which may not and why."""
    plan = seen.preview.plan
    st.header(say("plan.title"), anchor=False)
    st.caption(say("plan.help"))
    shown = [(pl.col(kind) == "published").sum().alias(kind) for kind in ("coverage", "outcome")]
    tables = plan.group_by("table_id", maintain_order=True).agg(pl.len().alias("cells"), *shown)
    st.table(
        [
            {say("plan.table"): _table(say, names, row["table_id"])}
            | {say(f"plan.{k}"): say("plan.of", shown=row[k], cells=row["cells"]) for k in ("coverage", "outcome")}
            for row in tables.iter_rows(named=True)
        ]
    )
    hidden = plan.filter(pl.col("coverage") != "published")
    partly = plan.filter((pl.col("coverage") == "published") & (pl.col("outcome") != "published"))
    rows = [(row, "both", row["coverage"]) for row in hidden.iter_rows(named=True)]
    rows += [(row, "outcome_only", row["outcome"]) for row in partly.iter_rows(named=True)]
    if not rows:
        st.markdown(say("plan.nothing_hidden"))
        return
    with st.expander(f"{say('plan.hidden')} ({len(rows)})"):
        heads = [say(f"plan.{key}") for key in ("table", "level", "reason")]
        st.table(
            [
                dict(zip(heads, (_table(say, names, row["table_id"]), _levels(names, row),
                                 f"{say(f'plan.{what}')}: {say(f'plan.{why}')}"), strict=True))
                for row, what, why in rows
            ]
        )  # fmt: skip


def _of(answered: int, leaders: int | None, say: Say) -> str:
    return str(answered) if leaders is None else say("plan.of", shown=answered, cells=leaders)


def _percent(share: float, say: Say) -> str:
    return say("rows.percent", percent=round(100 * share))


def _called(names: Names, group: str, level: str = "") -> str:
    """A group or a level as the screen calls it; merged levels one by one."""
    code = group.removesuffix("_coarse")
    return " + ".join(names.get((code, part), part or code) for part in level.split(" + "))


def _table(say: Say, names: Names, table: str) -> str:
    return say("plan.total") if table == "total" else " × ".join(_called(names, part) for part in table.split("+"))


def _levels(names: Names, row: dict[str, str]) -> str:
    return ", ".join(_called(names, row[f"dim_{i}"], row[f"level_{i}"]) for i in (1, 2) if row[f"dim_{i}"]) or "–"
