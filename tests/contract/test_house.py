"""The house rules, for everybody who adds a file: what may stand where, and how big it may grow."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain, takewhile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
    *("pyproject.toml", "Makefile", "requirements.lock", "requirements-dev.lock"),
    *(".gitignore", ".sqlfluff", ".ci"),
    *("instruments", "data", "pipelines", "sql", "dashboard", "desk", "tests", "docs"),
}
MADE_BY_TOOLS = {".git", ".venv", ".cache", "build", "dist", "__pycache__", "vault", "published", "actions"}
MODULE_LIMIT = 300  # lines; see docs/decisions/0023

PIN = re.compile(r"[a-z0-9][a-z0-9-]*==[0-9][^ ]*( ; [^\\@]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
MACHINE_PATH = re.compile(r"(?<![\w.$*)}-])/(?:root|home|Users|work|farm|opt|tmp)/\w")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b|type: ignore|pragma: no cover")


def files_of_the_house() -> list[Path]:
    """Every file git knows or would add; where there is no git, every file but what tools made."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0")
        found = [ROOT / name for name in names if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not MADE_BY_TOOLS & set(path.relative_to(ROOT).parts)]
    return sorted(path for path in found if path.is_file() and ".egg-info" not in str(path))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


FILES = files_of_the_house()
CODE = [path for path in FILES if path.suffix in {".py", ".sql"} and "tests" not in path.relative_to(ROOT).parts]
TEXTS = [path for path in FILES if path.suffix in {".py", ".sql", ".md", ".toml", ".csv", ".lock", ".typ", ".yml", ""}]


def test_the_top_level_holds_only_what_the_design_names() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} <= TOP_LEVEL


def test_data_holds_only_the_fictional_sample() -> None:
    in_data = [named(path) for path in FILES if named(path).startswith("data/")]
    assert [name for name in in_data if not name.startswith("data/sample/")] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_line_of_a_lock_file_is_a_pin_or_a_hash(name: str) -> None:
    lines = lines_of(ROOT / name)
    assert [line for line in lines if not (PIN.fullmatch(line) or HASH.fullmatch(line))] == []
    unhashed = [
        line
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if PIN.fullmatch(line) and not HASH.fullmatch(after)
    ]
    assert unhashed == []


def test_the_development_lock_has_the_same_versions_as_the_users_lock() -> None:
    pins = [
        {line.split(" ")[0] for line in lines_of(ROOT / name) if "==" in line}
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0] - pins[1] == set()


AT_WORK = ("agency",)  # extras that our own code imports
EXTRAS = ("agency", "build", "dev")


def dependencies(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = chain(project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras))
    return {re.split(r"[<>=!\[]", want)[0] for want in wanted}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


STREAMLIT_IMPORTS = {"authlib", "httpx2"}  # for its login


def test_the_code_imports_exactly_the_declared_dependencies() -> None:
    ours = {"pipelines", "dashboard", "desk"}
    modules = {module for path in CODE if path.suffix == ".py" for module in imported(path)}
    outside = modules - ours - set(sys.stdlib_module_names)
    from_package = packages_distributions()
    packages = {re.sub("[_.]", "-", from_package[module][0].lower()) for module in outside}
    assert packages == dependencies(*AT_WORK) - STREAMLIT_IMPORTS


def test_what_only_an_extra_needs_is_not_in_the_users_lock() -> None:
    locked = {line.split("==")[0] for line in lines_of(ROOT / "requirements.lock") if "==" in line}
    assert locked & (dependencies(*EXTRAS) - dependencies("build")) == set()


def test_every_dependency_is_in_the_lock() -> None:
    locked = {line.split("==")[0] for line in lines_of(ROOT / "requirements-dev.lock") if "==" in line}
    assert dependencies(*EXTRAS) - locked == set()


def test_every_dependency_has_a_reason_in_the_decisions() -> None:
    page = (ROOT / "docs/decisions/0002-dependencies.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| ([a-z0-9-]+) \| \S", page, re.MULTILINE)) - {"library"} == dependencies(*EXTRAS)


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found = [f"{named(path)}: {line.strip()}" for path in TEXTS for line in lines_of(path) if MACHINE_PATH.search(line)]
    assert found == []


def test_no_code_is_left_unfinished_or_silenced() -> None:
    found = [f"{named(path)}: {line.strip()}" for path in CODE for line in lines_of(path) if UNFINISHED.search(line)]
    assert found == []


def test_no_module_is_longer_than_its_limit() -> None:
    assert {named(path): len(lines_of(path)) for path in CODE if len(lines_of(path)) > MODULE_LIMIT} == {}


def test_every_sql_file_opens_with_its_purpose_and_its_grain() -> None:
    def header(path: Path) -> str:
        return "\n".join(takewhile(lambda line: line.startswith("--"), lines_of(path))).lower()

    sql = [path for path in CODE if path.suffix == ".sql"]
    assert [named(path) for path in sql if not re.match(r"-- \w.*\n-- grain:", header(path))] == []
