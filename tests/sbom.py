"""The bill of materials: what an installation is made of, out of the lock, as CycloneDX JSON.

    python -m tests.sbom requirements.txt > sbom.cdx.json

Names, versions, hashes and who needs what come from the lock; licences from the packages that are installed
here. The same lock and the same environment give the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    Property,
    XsUri,
)
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from watcher import __version__

OURSELVES = "catalog-watcher"
BUILDING = "pyproject.toml:build"
"""How the lock says that a package is for building only."""

PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+?))? \\$")
HASH = re.compile(r"^ {4}--hash=sha256:(?P<sha256>[0-9a-f]{64})")
VIA = re.compile(r"^ {4}# {1,3}(?:via )?(?P<who>[a-z][a-z0-9-]*)(?: \((?P<where>[^)]+)\))?$")
LONGEST_LICENCE = 64
"""Some packages put the whole text where its name belongs."""


@dataclass(slots=True)
class Pin:
    """One package of the lock; ``via`` are who needs it, and where that is written."""

    name: str
    version: str
    marker: str | None
    hashes: list[str] = field(default_factory=list)
    via: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def is_for_building(self) -> bool:
        """Tell whether nothing at run time needs it."""
        return bool(self.via) and all(where == BUILDING for _, where in self.via)


def pins(lock: str) -> Iterator[Pin]:
    """Yield the packages of a lock, in its order."""
    pin: Pin | None = None
    for line in lock.splitlines():
        if begun := PIN.match(line):
            if pin is not None:
                yield pin
            pin = Pin(begun["name"], begun["version"], begun["marker"])
        elif pin is not None and (found := HASH.match(line)):
            pin.hashes.append(found["sha256"])
        elif pin is not None and (found := VIA.match(line)) and found["who"] != "via":
            pin.via.append((found["who"], found["where"]))
    if pin is not None:
        yield pin


def bill(locked: Sequence[Pin]) -> Bom:
    """Return the bill of materials of an installation of this version."""
    components = {pin.name: _component(pin) for pin in locked}
    ourselves = Component(
        name=OURSELVES,
        version=__version__,
        type=ComponentType.APPLICATION,
        bom_ref=OURSELVES,
        purl=PackageURL("pypi", name=OURSELVES, version=__version__),
        licenses=[LicenseFactory().make_from_string("MIT")],
    )
    bom = Bom(
        components=components.values(),
        metadata=BomMetaData(component=ourselves),
        serial_number=uuid5(NAMESPACE_URL, "\n".join(f"{pin.name}=={pin.version}" for pin in locked)),
    )
    for who, needed in _needs({OURSELVES: ourselves, **components}, locked).items():
        bom.register_dependency(who, needed)
    return bom


def text_of(bom: Bom) -> str:
    """Return the bill as JSON, without the time at which it was made."""
    made = json.loads(JsonV1Dot6(bom).output_as_string())
    del made["metadata"]["timestamp"]
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _component(pin: Pin) -> Component:
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in pin.hashes]
    page = XsUri(f"https://pypi.org/project/{pin.name}/{pin.version}/#files")
    return Component(
        name=pin.name,
        version=pin.version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{pin.name}=={pin.version}",
        scope=ComponentScope.EXCLUDED if pin.is_for_building else ComponentScope.REQUIRED,
        purl=PackageURL("pypi", name=pin.name, version=pin.version),
        licenses=_licences(pin.name),
        # A release has several files, and any of them may be what is installed.
        external_references=[
            ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=page, hashes=hashes)
        ],
        properties=[] if pin.marker is None else [Property(name=f"{OURSELVES}:marker", value=pin.marker)],
    )


def _licences(name: str) -> list[License]:
    """Return what an installed package says its licence is; nothing where it is not installed."""
    try:
        found = metadata(name).json
    except PackageNotFoundError:
        return []
    said = str(found.get("license_expression") or found.get("license") or "")
    if not said or "\n" in said or len(said) > LONGEST_LICENCE:
        classified = [each for each in found.get("classifier", ()) if each.startswith("License ::")]
        said = classified[0].rpartition(" :: ")[2] if classified else ""
    return [LicenseFactory().make_from_string(said)] if said else []


def _needs(known: Mapping[str, Component], locked: Sequence[Pin]) -> Mapping[Component, list[Component]]:
    needs: dict[Component, list[Component]] = {component: [] for component in known.values()}
    for pin in locked:
        for who, _ in pin.via:
            needs[known[who]].append(known[pin.name])
    return needs


if __name__ == "__main__":
    lock = Path(sys.argv[1]).read_text(encoding="utf-8")
    sys.stdout.write(text_of(bill(list(pins(lock)))))
