"""A release: what is in it, the same bytes twice, and that it works in an empty folder without the clone."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonValidator

from tests.browser.serving import answering, free_port
from tests.contract.test_house import FILES, PIN, ROOT, lines_of, named
from tests.release.make import NoRelease, check_changelog, release, version_of

VERSION = version_of(ROOT)
WHEEL = f"klankbord-{VERSION}-py3-none-any.whl"
SDIST = f"klankbord-{VERSION}.tar.gz"
BILL = f"klankbord-{VERSION}.cdx.json"
MOMENT = 1_790_000_000  # of a commit, in seconds since 1970
SHIPPED = ("pipelines/", "dashboard/", "desk/", "instruments/", "sql/", "data/sample/")


def tree_at(place: Path) -> Path:
    """The files of the house elsewhere, with times and rights of another checkout."""
    for file in FILES:
        (place / named(file)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place / named(file))
    return place


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    release(tree_at(folder / "tree"), folder / "dist", MOMENT)
    return folder / "dist"


def test_the_same_commit_gives_the_same_bytes(dist: Path, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        release(tree_at(tmp_path / "elsewhere"), tmp_path / "dist", MOMENT)
    finally:
        os.umask(before)
    assert (tmp_path / "dist" / "SHA256SUMS").read_text() == (dist / "SHA256SUMS").read_text()


def test_the_sums_are_those_of_every_other_file(dist: Path) -> None:
    said = dict(reversed(line.split("  ")) for line in (dist / "SHA256SUMS").read_text().splitlines())
    files = {path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file()}
    others = files - {"SHA256SUMS", ".gitignore"}
    kit = {named(path).removeprefix("docs/") for path in FILES if named(path).startswith("docs/hosting/")}
    assert others == {WHEEL, SDIST, BILL, "requirements.lock", "licences.md", *kit}
    assert said == {name: hashlib.sha256((dist / name).read_bytes()).hexdigest() for name in others}


def test_the_wheel_and_the_sdist_hold_what_runs_and_nothing_else(dist: Path) -> None:
    ours = {named(path) for path in FILES if named(path).startswith(SHIPPED)}
    with zipfile.ZipFile(dist / WHEEL) as wheel:
        assert {name for name in wheel.namelist() if ".dist-info/" not in name} == ours
    with tarfile.open(dist / SDIST) as sdist:
        files = {member.name.split("/", 1)[1] for member in sdist if member.isfile()}
    about = {"LICENSE", "PKG-INFO", "README.md", "pyproject.toml", "setup.cfg"}
    assert {name for name in files if ".egg-info/" not in name} == ours | about


def test_the_bill_of_materials_is_sound_and_names_every_pin_with_its_hashes_and_licence(dist: Path) -> None:
    text = (dist / BILL).read_text(encoding="utf-8")
    assert JsonValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    pins = [line.split(" ")[0] for line in lines_of(ROOT / "requirements.lock") if PIN.fullmatch(line)]
    parts = bill["components"]
    assert sorted(f"{part['name']}=={part['version']}" for part in parts) == sorted(pins)
    assert all(part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}" for part in parts)
    hashes = sum(len(part["externalReferences"][0]["hashes"]) for part in parts)
    assert hashes == sum("--hash=" in line for line in lines_of(ROOT / "requirements.lock"))
    unlicensed = {part["name"] for part in parts if "licenses" not in part}
    elsewhere = {part["name"] for part in parts if "properties" in part}  # of another kind of computer
    assert unlicensed <= elsewhere


def test_no_document_of_a_release_names_a_registry_or_a_place_on_a_machine(dist: Path) -> None:
    for name in (BILL, "requirements.lock", "licences.md", "SHA256SUMS"):
        text = (dist / name).read_text(encoding="utf-8")
        assert "pypi.org" not in text
        assert str(dist.parent) not in text


def test_the_changelog_begins_with_the_version() -> None:
    check_changelog(ROOT)


def test_a_version_without_its_section_in_the_changelog_is_not_released(tmp_path: Path) -> None:
    tree = tree_at(tmp_path / "tree")
    text = (tree / "pyproject.toml").read_text().replace(f'version = "{VERSION}"', 'version = "9.9.9"')
    (tree / "pyproject.toml").write_text(text)
    with pytest.raises(NoRelease, match=r"begin it with '## 9\.9\.9'"):
        release(tree, tmp_path / "dist", MOMENT)
    assert not (tmp_path / "dist").exists()


def test_the_version_stands_in_one_place() -> None:
    assert version("klankbord") == VERSION
    code = [path for path in FILES if path.suffix in {".py", ".toml"} and path.name != "pyproject.toml"]
    assert [named(path) for path in code if f'"{VERSION}"' in path.read_text(encoding="utf-8")] == []


@dataclass(frozen=True)
class Installed:
    """The wheel in an environment of its own, with the packages of this one, and an empty folder to work in."""

    bin: Path
    folder: Path
    env: Mapping[str, str]

    def run(self, *words: str) -> str:
        started = [str(self.bin / "klankbord"), *words]
        done = subprocess.run(started, cwd=self.folder, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    place = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place / "venv"], check=True)
    python = place / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--python", str(python), "install"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(dist / WHEEL)], check=True)
    # The packages it needs are those of this environment; a .pth of ours in there is not followed.
    site = Path(sysconfig.get_path("purelib", vars={"base": str(place / "venv")}))
    (site / "packages.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    (place / "empty").mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("KLANKBORD_", "PYTHON"))}
    return Installed(place / "venv" / "bin", place / "empty", env)


@pytest.mark.slow
def test_the_wheel_works_from_an_empty_folder_without_the_clone(installed: Installed) -> None:
    where = "import pipelines, pathlib; print(pathlib.Path(pipelines.__file__).parents[1])"
    site = subprocess.run(
        [installed.bin / "python", "-c", where],
        capture_output=True,
        text=True,
        check=True,
        env=installed.env,
        cwd=installed.folder,
    )
    sample = Path(site.stdout.strip()) / "data" / "sample"
    assert ROOT not in sample.parents
    installed.run(
        "import", str(sample / "responses_2024Q4.csv"), "--wave", "2024Q4", "--roster", str(sample / "roster.csv")
    )
    installed.run("publish")
    assert "data" in installed.run("demo", "--no-serve")  # finds it published; the whole demo takes a minute
    for name, *words in (
        ("paper.pdf", "report", "--wave", "2024Q4"),
        ("note.pdf", "note"),
        ("leaflet.pdf", "leaflet"),
        ("dpia.pdf", "dpia"),
        ("questions.lss", "questionnaire"),
    ):
        installed.run(*words, "--out", name)
        assert (installed.folder / name).stat().st_size > 0
    port = free_port()
    started = [
        str(installed.bin / "klankbord"),
        "dashboard",
        "--port",
        str(port),
        "--home",
        str(installed.folder / "data"),
    ]
    (installed.folder / "dashboard.py").write_text("raise SystemExit('not this one')")
    with answering(started, port, env=installed.env, cwd=installed.folder):
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/").read().decode()
    assert "<title>Klankbord</title>" in page
