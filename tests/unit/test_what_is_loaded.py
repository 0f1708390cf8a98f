"""A command loads what it needs: an import does without the libraries of what comes after it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import flow
from pipelines.ground.settings import ROOT

LIBRARIES = ("sklearn", "scipy", "highspy", "sqlalchemy")  # what only models, proofs and agreements need
AT_A_VAULT = ("polars", "duckdb", "distributed", "pipelines.vault", "pipelines.flow")
HEAVY = (*LIBRARIES, "pandas", "pipelines.evidence", "pipelines.counting", "pipelines.publication")


def loaded(statement: str) -> set[str]:
    """The heavy libraries and rooms that a new process holds after a statement."""
    script = f"import sys\n{statement}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("statement", ["import pipelines.cli", "import pipelines.flow"])
def test_who_has_not_published_anything_has_loaded_nothing_of_that(statement: str) -> None:
    assert loaded(statement) == set()


def test_a_wave_comes_in_without_the_libraries_of_what_publishes_it(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("leader_key,submitted,stress_1\na,2026-09-03,3\n", encoding="utf-8")
    (tmp_path / "roster.csv").write_text("leader_key,region,experience_band\na,Noord,2-5\n", encoding="utf-8")
    statement = f"""
from pathlib import Path
from pipelines.flow import Home, Source, import_wave
place = Path({str(tmp_path)!r})
import_wave(Home(place / "home"), Source(place / "export.csv", "2026Q3", roster=place / "roster.csv"))
"""
    assert loaded(statement) == set()
    assert (tmp_path / "home" / "vault" / "waves" / "2026Q3.duckdb").exists()


def test_a_room_that_is_loaded_later_is_the_room_itself() -> None:
    from pipelines import protection

    assert flow.protection.Audited is protection.Audited
    assert all(hasattr(flow, name) for name in flow.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        flow.protection.nonsense  # noqa: B018


@pytest.mark.parametrize(
    "arguments",
    [
        ["waves"],
        ["waves", "--structure"],
        ["doctor"],
        ["check", "{sample}/responses_2026Q3.csv", "--wave", "2026Q3", "--roster", "{sample}/roster.csv"],
        ["withdraw", "2026Q3"],
        ["erase", "{key}"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]).replace("{sample}/", ""),
)
def test_a_command_that_models_and_proves_nothing_loads_no_library_for_it(
    arguments: list[str], home_25: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(home_25, tmp_path / "home")
    sample = home_25.parent / "sample"
    key = (sample / "roster.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[1]
    given = [one.format(sample=sample, key=key) for one in arguments]
    script = f"""
import sys
from pipelines.cli import main
sys.argv = ["klankbord", *{given!r}, "--home", {str(home)!r}]
try: main()
except SystemExit: pass
print("loaded:", *(name for name in {LIBRARIES!r} if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) > 1, "the command did nothing"
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_a_run_over_boards_loads_nothing_that_could_read_a_vault(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "agency.toml").write_text('[boards]\na = { home = "home" }\n', encoding="utf-8")
    statement = f"""
from pipelines.cli import main
sys.argv = ["klankbord", "agency", {str(tmp_path)!r}, "publish"]
try: main()
except SystemExit: pass
print("loaded:", *(name for name in {(*HEAVY, *AT_A_VAULT)!r} if name in sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{statement}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(done.stdout.splitlines()) > 1, "the command did nothing"
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_a_command_works_out_small_matrices_in_one_thread(home_25: Path) -> None:
    script = f"""
import sys
from pipelines.cli import main
assert "numpy" not in sys.modules
sys.argv = ["klankbord", "waves", "--home", {str(home_25)!r}]
try: main()
except SystemExit: pass
import scipy.linalg
from threadpoolctl import threadpool_info
print(sorted({{pool["num_threads"] for pool in threadpool_info()}}))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[1]"
