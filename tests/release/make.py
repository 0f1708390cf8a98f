"""A release of one commit, in dist/ (`make release`): sdist, wheel, bill of materials, lock, licences, hosting
kit and the sums of all.

The same commit gives the same bytes: what git holds and nothing else, with the time of the commit, built by the tools
of the lock.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from tests.release.bill import bill_of_materials

ROOT = Path(__file__).parents[2]
UMASK = 0o022
FILE, FOLDER = 0o644, 0o755  # modes in the sdist


class NoRelease(Exception):
    """Why this cannot be released, and what to do."""


def version_of(tree: Path) -> str:
    """The version, which stands in pyproject.toml and nowhere else."""
    return str(tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def check_changelog(tree: Path) -> None:
    """NoRelease unless the changelog begins with this version."""
    version = version_of(tree)
    found = re.search(r"^## (\S+)", (tree / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    if found is None or found[1] != version:
        said = found[1] if found else "nothing"
        raise NoRelease(
            f"CHANGELOG.md begins with {said}, pyproject.toml says {version}: begin it with '## {version}'."
        )


def release(tree: Path, dist: Path, moment: int) -> None:
    """Build everything from a tree of files without leftovers; `moment`: seconds since 1970 that the files carry."""
    check_changelog(tree)
    version = version_of(tree)
    shutil.rmtree(dist, ignore_errors=True)
    _build(tree, dist, moment)
    settle(dist / f"klankbord-{version}.tar.gz", moment)
    shutil.copyfile(tree / "requirements.lock", dist / "requirements.lock")
    shutil.copyfile(tree / "docs/licences.md", dist / "licences.md")
    shutil.copytree(tree / "docs/hosting", dist / "hosting", copy_function=shutil.copyfile)
    bill = bill_of_materials(tree, version, moment)
    (dist / f"klankbord-{version}.cdx.json").write_text(bill, encoding="utf-8")
    made = sorted(path for path in dist.rglob("*") if path.is_file() and path.name != ".gitignore")
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(dist).as_posix()}\n" for path in made]
    (dist / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def settle(archive: Path, moment: int) -> None:
    """Pack an sdist anew without what differs from build to build: times, accounts, rights and order."""
    with tarfile.open(archive) as packed:
        members = sorted(packed.getmembers(), key=lambda member: member.name)
        contents = [file.read() if (file := packed.extractfile(member)) else b"" for member in members]
    with (
        archive.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=moment) as zipped,
        tarfile.open(mode="w", fileobj=zipped, format=tarfile.PAX_FORMAT) as packed,
    ):
        for member, content in zip(members, contents, strict=True):
            plain = tarfile.TarInfo(member.name)
            plain.type, plain.size, plain.mtime = member.type, len(content), moment
            plain.mode = FOLDER if member.isdir() else FILE
            packed.addfile(plain, io.BytesIO(content))


def _build(tree: Path, dist: Path, moment: int) -> None:
    """The sdist, and the wheel from the sdist: whatever the sdist lacks, the wheel lacks too."""
    words = ["build", "--no-cache", "--offline", "--no-build-isolation", "--python", sys.executable]
    ended = subprocess.run(
        [sys.executable, "-m", "uv", *words, "--out-dir", str(dist), str(tree)],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(moment)},
        umask=UMASK,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise NoRelease(f"The build failed:\n{ended.stderr}")


def _git(*words: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True, umask=UMASK)
    return done.stdout.strip()


def main() -> int:
    """Release the commit that is checked out."""
    try:
        if _git("status", "--porcelain"):
            raise NoRelease("A release is of one commit: commit or put away what git status names.")
        with tempfile.TemporaryDirectory() as folder:
            _git("checkout-index", "--all", f"--prefix={folder}/")
            release(Path(folder), ROOT / "dist", int(_git("log", "-1", "--format=%ct")))
    except NoRelease as mistake:
        print(mistake, file=sys.stderr)
        return 1
    print((ROOT / "dist" / "SHA256SUMS").read_text(encoding="utf-8"), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
