"""The bill of materials (CycloneDX, JSON): every package of requirements.lock with its hashes and its licence."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import uuid
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tests.contract.generated_docs import licence_of

PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; ([^\\\n]+))? \\\n((?:    --hash=sha256:\S+(?: \\)?\n)+)", re.MULTILINE)
INDENT = 2


def bill_of_materials(tree: Path, version: str, moment: int) -> str:
    """The document for a tree with its lock, as text; `moment`: the seconds since 1970 it carries."""
    said = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (tree / "requirements.lock").read_text(encoding="utf-8")
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"klankbord {version} {moment}\n{lock}"))
    bom.metadata.timestamp = dt.datetime.fromtimestamp(moment, dt.UTC)
    ours = Component(
        type=ComponentType.APPLICATION,
        name="klankbord",
        version=version,
        bom_ref="klankbord",
        purl=PackageURL("pypi", None, "klankbord", version),
        description=said["description"],
        licenses=[LicenseFactory().make_from_string(said["license"])],
    )
    bom.metadata.component = ours
    parts = {name: _part(name, pinned, marker, hashes) for name, pinned, marker, hashes in PIN.findall(lock)}
    for part in parts.values():
        bom.components.add(part)
    direct = {re.split(r"[<>=!\[]", want)[0] for want in said["dependencies"]}
    bom.register_dependency(ours, [part for name, part in parts.items() if name in direct])
    return JsonV1Dot6(bom).output_as_string(indent=INDENT)


def _part(name: str, version: str, marker: str, hashes: str) -> Component:
    purl = PackageURL("pypi", None, name, version)
    sums = [HashType(alg=HashAlgorithm.SHA_256, content=one) for one in re.findall(r"sha256:(\S+)", hashes)]
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        bom_ref=str(purl),
        purl=purl,
        licenses=[LicenseFactory().make_from_string(said)] if (said := _licence(name)) else [],
        # One hash for each file that may be installed, whatever the computer.
        external_references=[
            ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(str(purl)), hashes=sums)
        ],
        properties=[Property(name="klankbord:marker", value=marker.strip())] if marker else [],
    )


def _licence(name: str) -> str | None:
    """None for a package that is not installed on this kind of computer."""
    try:
        return licence_of(name)
    except PackageNotFoundError:
        return None
