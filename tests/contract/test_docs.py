"""For every reader: what the docs say is true; commands exist, links lead somewhere, pages are fresh."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from pipelines.cli import app
from tests.contract.generated_docs import PAGES

ROOT = Path(__file__).parents[2]
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("instruments/**/*.md")])

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
COMMAND = re.compile(r"(?:^|[\s`$/])klankbord ([a-z]+(?:-[a-z]+)*)\b([^\n`|]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
MAKE = re.compile(r"(?:^|[\s`$])make ([a-z]+)\b")
LINK = re.compile(r"\]\(([^)#\s]+)")
TREE_PATH = re.compile(r"`((?:pipelines|dashboard|sql|instruments|tests|docs|data/sample)/[\w./*-]*)`")

COMMANDS = get_command(app).commands


def code_of(page: Path) -> str:
    return "\n".join(CODE.findall(page.read_text(encoding="utf-8")))


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("doc", DOCS, ids=name_of)
def test_every_command_and_option_in_the_docs_exists(doc: Path) -> None:
    unknown = []
    for command, rest in COMMAND.findall(code_of(doc)):
        known = (
            {option for param in COMMANDS[command].params for option in param.opts} if command in COMMANDS else set()
        )
        unknown += [] if command in COMMANDS else [command]
        unknown += [f"{command} {option}" for option in OPTION.findall(rest) if option not in known | {"--help"}]
    assert unknown == []


def test_operations_lists_every_command() -> None:
    listed = {command for command, _ in COMMAND.findall(code_of(ROOT / "docs/operations.md"))}
    assert set(COMMANDS) - listed == set()


EVERYWHERE = {"--help", "--home", "--lang", "--json"}  # said above the list, once


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_operations_names_every_option_of_a_command_in_its_row(command: str) -> None:
    rows = (ROOT / "docs/operations.md").read_text(encoding="utf-8").splitlines()
    row = next(row for row in rows if re.match(rf"\| `klankbord {command}\b(?!-)", row))
    options = {option for param in COMMANDS[command].params for option in param.opts if option.startswith("--")}
    assert options - EVERYWHERE - set(OPTION.findall(row)) == set()


@pytest.mark.parametrize("doc", DOCS, ids=name_of)
def test_every_make_word_in_the_docs_exists(doc: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    words = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(MAKE.findall(code_of(doc))) - words == set()


@pytest.mark.parametrize("doc", DOCS, ids=name_of)
def test_every_link_and_path_in_the_docs_leads_somewhere(doc: Path) -> None:
    text = doc.read_text(encoding="utf-8")
    links = [link for link in LINK.findall(text) if "://" not in link and not (doc.parent / link).exists()]
    paths = [path for path in TREE_PATH.findall(text) if not list(ROOT.glob(path.rstrip("/")))]
    assert links + paths == []


def test_decisions_are_numbered_without_gaps_and_state_context_decision_and_consequence() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04d}" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequence")), page.name


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme, ci = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", ".ci/run"))
    assert "make test" in readme
    assert "make test" in ci


@pytest.mark.parametrize("doc", sorted(PAGES))
def test_a_generated_page_is_what_it_is_generated_from(doc: str) -> None:
    assert (ROOT / doc).read_text(encoding="utf-8") == PAGES[doc](), "run: make docs"
