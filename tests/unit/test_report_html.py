"""The report as one file for the browser: what stands in it, and what its policy lets it do."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from dashboard.report import render
from dashboard.report.content import build
from dashboard.report.html import prose, written
from dashboard.story import Snapshot, find

OUTSIDE = re.compile(r"""(?:src|href|action|data|url)\s*=\s*["']?https?:|@import|url\(""")


@pytest.fixture(scope="module")
def snapshot(home_120: Path) -> Snapshot:
    found = find(home_120).snapshot
    assert found is not None
    return found


@pytest.fixture(scope="module")
def page(snapshot: Snapshot) -> str:
    return render(snapshot, snapshot.waves()[0], "nl", "html").decode()


def test_the_policy_lets_one_script_run_by_its_hash_and_nothing_be_fetched(page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].split(";"))
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashed = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts]
    assert rules["script-src"].split() == hashed
    assert rules["default-src"] == "'none'"
    assert "unsafe-eval" not in policy[1]
    assert "http" not in policy[1]


def test_outside_its_script_it_names_no_address(page: str) -> None:
    assert OUTSIDE.search(re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)) is None
    assert "vega.github.io" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)


def test_it_says_the_figures_of_the_paper_and_every_table_has_a_caption(snapshot: Snapshot, page: str) -> None:
    sheet = build(snapshot, snapshot.waves()[0], "nl", full=False)
    for table in (table for topic in ("headlines", "coverage", "pillars", "risk") for table in sheet.tables[topic]):
        assert f"<caption>{table.title}</caption>" in page
        assert all(f">{row['text']}</td>" in page for row in table.rows)
    body = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert body.count("<table>") == body.count("<caption>") > 5


def test_the_same_report_gives_the_same_bytes(snapshot: Snapshot) -> None:
    sheet = build(snapshot, snapshot.waves()[0], "en", full=False)
    assert written(sheet) == written(sheet)


def test_words_that_look_like_markup_are_shown_and_do_nothing(snapshot: Snapshot) -> None:
    sheet = replace(
        build(snapshot, snapshot.waves()[0], "nl", full=False),
        author='"><script>alert(1)</script>',
        subtitle="</script><img src=x>",
        summary="<b>**vet**</b>\n- een\n- twee",
    )
    page = written(sheet).decode()
    assert "<script>alert" not in page
    assert "<img" not in page.partition("<script>")[0]
    assert "&lt;b&gt;<strong>vet</strong>&lt;/b&gt;" in page
    assert page.count("<script>") == 1


def test_prose_makes_paragraphs_lists_and_strong_words() -> None:
    assert prose("een **twee**\n\n- a\n- b\ndrie") == (
        "<p>een <strong>twee</strong></p><ul><li>a</li><li>b</li></ul><p>drie</p>"
    )
