"""The suite itself: it holds on every machine, in any order, and says what it could not look at."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from dashboard.story.snapshot import find
from pipelines.ground.settings import ROOT, Home
from pipelines.publication import on_show
from tests import drawn
from tests.conftest import SHARED

REAL = "tests/unit/test_read.py::test_the_dutch_school_register_is_read_whole"


def pytest_says(*words: str, **place: str) -> tuple[int, str]:
    """Exit code and words of pytest in a process and a place of its own."""
    outside = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTEST_XDIST_WORKER")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    done = subprocess.run(command, cwd=ROOT, env=outside | place, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_without_the_real_files_their_tests_are_skipped_with_one_sentence_that_names_the_variable(
    tmp_path: Path,
) -> None:
    code, said = pytest_says(REAL, KLANKBORD_SHARED_DATA=str(tmp_path))
    assert (code, said.count(SHARED), "1 skipped" in said) == (0, 1, True)
    assert "KLANKBORD_SHARED_DATA" in SHARED


def test_in_ci_the_tests_of_real_files_fail_without_them_with_the_same_sentence(tmp_path: Path) -> None:
    code, said = pytest_says(REAL, KLANKBORD_SHARED_DATA=str(tmp_path), CI="true")
    assert code == 1
    assert SHARED in said
    assert "skipped" not in said


def test_what_hypothesis_draws_depends_on_no_clock_and_in_ci_on_no_luck() -> None:
    assert settings().deadline is None
    assert settings().derandomize == bool(os.environ.get("CI"))
    longer = settings.get_profile(drawn.PROVE)
    assert (longer.deadline, longer.derandomize) == (None, False)
    assert longer.max_examples == drawn.MORE * settings.get_profile(drawn.EVERYDAY).max_examples


def test_no_test_has_a_profile_of_its_own() -> None:
    own = re.compile(r"\bdeadline=|\bsuppress_health_check=|\bmax_examples=|\bregister_profile\(")
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path not in (Path(drawn.__file__), Path(__file__))]
    assert [path.name for path in tests if own.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("turn", ["once", "and once more"])
def test_pages_and_pipelines_read_one_snapshot_in_one_run_in_any_order(home_25: Path, turn: str) -> None:
    assert turn
    assert len(on_show(Home(home_25))) == 2
    page = find(home_25).snapshot
    assert page is not None
    assert len(page.waves()) == 2  # from here on the page keeps its connection, as a dashboard does
