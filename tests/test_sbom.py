"""The bill of materials names all that the lock names, with hashes, licences and who needs what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.model.bom import Bom

from tests.sbom import Pin, bill, pins, text_of
from watcher import __version__

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.txt").read_text("utf-8")
TINY = """\
# made by make lock
h11==0.16.0 \\
    --hash=sha256:4e35b956cf45792e4caa5885e69fba00bdbc6ffafbfa020300e549b208ee5ff1 \\
    --hash=sha256:63cf8bbe7522de3bf65932fda1d9c2772064ffb3dae62d55932da54b31cb6c86
    # via
    #   catalog-watcher (pyproject.toml)
    #   tzdata
tzdata==2026.1 ; sys_platform == 'win32' \\
    --hash=sha256:{digest}
    # via catalog-watcher (pyproject.toml)
flit-core==3.12.0 \\
    --hash=sha256:{digest}
    # via catalog-watcher (pyproject.toml:build)
""".format(digest="0" * 64)


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_of(bill(list(pins(LOCK)))))
    return found


def test_a_lock_is_read_with_its_hashes_markers_and_reasons() -> None:
    h11, tzdata, flit = pins(TINY)

    assert (h11.name, h11.version, len(h11.hashes), h11.marker) == ("h11", "0.16.0", 2, None)
    assert h11.via == [("catalog-watcher", "pyproject.toml"), ("tzdata", None)]
    assert tzdata.marker == "sys_platform == 'win32'"
    assert [pin.is_for_building for pin in (h11, tzdata, flit)] == [False, False, True]


def test_it_has_every_package_of_the_lock_and_no_other(made: dict[str, Any]) -> None:
    locked = {line.split(" ")[0] for line in LOCK.splitlines() if "==" in line and not line.startswith(" ")}

    assert {component["bom-ref"] for component in made["components"]} == locked
    assert made["metadata"]["component"]["version"] == __version__
    assert all(component["purl"].startswith("pkg:pypi/") for component in made["components"])


def test_every_hash_of_the_lock_stands_with_its_package(made: dict[str, Any]) -> None:
    listed = [
        entry["content"]
        for component in made["components"]
        for reference in component["externalReferences"]
        for entry in reference["hashes"]
    ]

    assert len(listed) == LOCK.count("--hash=sha256:")
    assert all(digest in LOCK for digest in listed)


def test_everything_that_is_installed_here_has_a_licence(made: dict[str, Any]) -> None:
    without = {
        component["name"]
        for component in made["components"]
        if "licenses" not in component and "properties" not in component
    }

    assert without == set(), "what has no marker is installed everywhere"


def test_we_need_what_we_declare_and_all_else_is_needed_by_somebody(made: dict[str, Any]) -> None:
    needs = {entry["ref"]: set(entry.get("dependsOn", ())) for entry in made["dependencies"]}
    reached, waiting = set[str](), ["catalog-watcher"]
    while waiting:
        name = waiting.pop()
        waiting += needs[name] - reached
        reached |= needs[name]

    assert any(ref.startswith("httpx==") for ref in needs["catalog-watcher"])
    assert reached == {component["bom-ref"] for component in made["components"]}


def test_what_only_builds_is_marked_as_no_part_of_an_installation(made: dict[str, Any]) -> None:
    excluded = {part["name"] for part in made["components"] if part["scope"] == "excluded"}

    assert excluded == {"flit-core"}


def test_it_is_cyclonedx_and_the_same_each_time(made: dict[str, Any]) -> None:
    again = text_of(bill(list(pins(LOCK))))

    read = Bom.from_json(json.loads(again))  # type: ignore[attr-defined]  # the library makes it at run time
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert len(read.components) == len(made["components"])
    assert json.loads(again) == made


def test_a_package_that_is_not_installed_has_no_licence_that_we_know() -> None:
    needed: list[tuple[str, str | None]] = [("catalog-watcher", "pyproject.toml")]
    stranger = Pin(name="no-such-package", version="1", marker=None, via=needed)

    made = json.loads(text_of(bill([stranger])))

    assert "licenses" not in made["components"][0]
