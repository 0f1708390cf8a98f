"""Third and fourth step: what loads and what will be published. Counts, columns, rules and row numbers only."""

from __future__ import annotations

import polars as pl
import streamlit as st

from desk.names import Names
from desk.page import Page, as_text, cell
from desk.understand import Understood
from pipelines.flow import Imported, tell_of

CLASSES = ("coverage", "outcome")  # of what is published; each has its own smallest group
ROWS_NAMED = 12  # row numbers told per reason


# ------------------------------------------------------------------------------------------ what loads


def show_rows(page: Page, understood: Understood, names: Names) -> None:
    """What loads, what is rejected and why, and the response per group."""
    imported = understood.preview.imported
    st.header(page.say("rows.title"), anchor=False)
    counts = {"total": imported.rows, "loaded": imported.answers.height, "rejected": imported.rejected.height}
    for place, (key, count) in zip(st.columns(len(counts)), counts.items(), strict=True):
        place.metric(page.say(f"rows.{key}"), count)
    _show_rejected(page, imported)
    _show_emptied(page, imported)
    _show_remarks(page, imported)
    _show_told(page, imported)
    with st.expander(page.say("rows.questions")):
        _show_questions(page, imported)
    with st.expander(page.say("rows.response")):
        _show_response(page, understood.preview.response, names)


def _show_questions(page: Page, imported: Imported) -> None:
    """Per question how many answers were read, could not be read, and were left open."""
    st.table(
        [
            {page.say("rows.question"): row["column"]}
            | {page.say(f"rows.{key}"): row[key] for key in ("read", "unreadable", "empty")}
            for row in imported.questions.iter_rows(named=True)
        ]
    )


def _show_told(page: Page, imported: Imported) -> None:
    """What else is to be known of the files; names in them are text and nothing else."""
    if imported.told:
        st.subheader(page.say("rows.told"), anchor=False)
        for one in imported.told:
            st.text(tell_of(page.lang, one))


def _show_rejected(page: Page, imported: Imported) -> None:
    """Why rows are rejected, and which."""
    rows = []
    for (rule,), rejected in imported.rejected.group_by("rule", maintain_order=True):
        numbers = ", ".join(map(str, rejected["row"].head(ROWS_NAMED)))
        rows.append(
            {
                page.say("rows.reason"): page.say(f"rows.{rule}"),
                page.say("rows.count"): rejected.height,
                page.say("rows.numbers"): numbers + (" …" if rejected.height > ROWS_NAMED else ""),
            }
        )
    if rows:
        st.table(rows)
    else:
        st.markdown(page.say("rows.no_rejected"))


def _show_emptied(page: Page, imported: Imported) -> None:
    """How many answers became empty, by column and rule."""
    if imported.data_errors.is_empty():
        return
    st.subheader(page.say("rows.emptied"), anchor=False)
    errors = imported.data_errors.group_by("column", "rule", maintain_order=True).len()
    st.table(
        [
            {page.say("rows.reason"): page.say(f"rows.{rule}", column=column), page.say("rows.count"): count}
            for column, rule, count in errors.iter_rows()
        ]
    )


def _show_remarks(page: Page, imported: Imported) -> None:
    for key in ("late", "early", "partial"):
        if count := getattr(imported, key):
            st.caption(page.say(f"rows.{key}", count=count))
    if not imported.has_keys:
        st.caption(page.say("rows.no_keys"))
    if imported.combinations.few:
        st.caption(page.say("rows.combinations", **vars(imported.combinations)))


def _show_response(page: Page, response: pl.DataFrame, names: Names) -> None:
    """How many answered in each group, of how many."""
    st.table(
        [
            {
                page.say("rows.group"): names.group(row["group"]),
                page.say("rows.level"): cell(names.level(row["group"], row["level"])),
                page.say("rows.answered"): _of(page, row["answered"], row["leaders"]),
                page.say("rows.share"): _share(page, row["answered"], row["leaders"]),
            }
            for row in response.iter_rows(named=True)
        ]
    )


def _of(page: Page, answered: int, leaders: int | None) -> str:
    return str(answered) if leaders is None else page.say("plan.of", shown=answered, cells=leaders)


def _share(page: Page, answered: int, leaders: int | None) -> str:
    return page.say("rows.percent", percent=round(100 * (answered / leaders))) if leaders else "–"


# ------------------------------------------------------------------------------ what will be published


def show_plan(page: Page, understood: Understood, names: Names) -> None:
    """Per table how many groups may be shown, and which may not and why."""
    plan = understood.preview.plan
    st.header(page.say("plan.title"), anchor=False)
    st.caption(page.say("plan.help"))
    shown = [(pl.col(kind) == "published").sum().alias(kind) for kind in CLASSES]
    tables = plan.group_by("table_id", maintain_order=True).agg(pl.len().alias("cells"), *shown)
    st.table(
        [
            {
                page.say("plan.table"): names.table(row["table_id"]),
                **{
                    page.say(f"plan.{kind}"): page.say("plan.of", shown=row[kind], cells=row["cells"])
                    for kind in CLASSES
                },
            }
            for row in tables.iter_rows(named=True)
        ]
    )
    hidden = _hidden(page, plan, names)
    if not hidden:
        st.markdown(page.say("plan.nothing_hidden"))
        return
    with st.expander(f"{page.say('plan.hidden')} ({len(hidden)})"):
        st.table(hidden)


def _hidden(page: Page, plan: pl.DataFrame, names: Names) -> list[dict[str, str]]:
    """The groups of which nothing may be shown, then those of which only coverage may; each with the reason."""
    may_coverage = pl.col("coverage") == "published"
    wholly = plan.filter(~may_coverage).with_columns(what=pl.lit("both"), why="coverage")
    partly = plan.filter(may_coverage & (pl.col("outcome") != "published"))
    partly = partly.with_columns(what=pl.lit("outcome_only"), why="outcome")
    return [
        {
            page.say("plan.table"): names.table(row["table_id"]),
            page.say("plan.level"): as_text(names.levels(row)),
            page.say("plan.reason"): ": ".join(page.say(f"plan.{row[key]}") for key in ("what", "why")),
        }
        for row in pl.concat([wholly, partly]).iter_rows(named=True)
    ]
