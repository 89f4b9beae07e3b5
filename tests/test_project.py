"""What the project's own files promise: locks, metadata, make, CI and the unit."""

from __future__ import annotations

import ast
import itertools
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest

from watcher import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-audit.txt")
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")

PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9-]*)==\S+(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^ {4}--hash=sha256:[0-9a-f]{64}(?: \\)?$")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_their_hashes_and_nothing_else(lock: str) -> None:
    lines = [line for line in read(lock).splitlines() if not line.lstrip().startswith("#")]

    strange = [line for line in lines if not PIN.match(line) and not HASH.match(line)]
    bare = [a for a, b in zip(lines, [*lines[1:], ""], strict=True) if PIN.match(a) and not HASH.match(b)]

    assert lines
    assert strange == []
    assert bare == []


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(LOCKS, 2)))
def test_two_locks_agree_on_every_package_they_share(one: str, other: str) -> None:
    # The auditor has an environment of its own, and so its own words about which Python needs what.
    first, second = (
        {name: pin.partition(" ")[0] for name, pin in pins(lock).items()} for lock in (one, other)
    )

    assert {name: second[name] for name in first.keys() & second.keys()} == {
        name: first[name] for name in first.keys() & second.keys()
    }


def test_the_libraries_that_the_project_was_asked_to_stand_on_are_imported_by_it() -> None:
    asked = {"apprise", "deepdiff", "httpx", "structlog", "yaml"}
    used = {name for path in (ROOT / "watcher").rglob("*.py") for name in imported(path)}

    assert asked <= used


def test_every_declared_dependency_is_locked() -> None:
    declared = project()
    groups = declared["dependency-groups"]

    wanted = declared["project"]["dependencies"] + groups["build"]

    assert named(wanted) <= pins("requirements.txt").keys()
    assert named(groups["dev"]) <= pins("requirements-dev.txt").keys()
    assert named(groups["audit"]) <= pins("requirements-audit.txt").keys()


def test_what_builds_the_package_is_locked_too() -> None:
    declared = project()

    assert declared["build-system"]["requires"] == declared["dependency-groups"]["build"]


def test_every_import_of_the_package_is_a_declared_dependency() -> None:
    declared = named(project()["project"]["dependencies"])
    distributions = packages_distributions()

    undeclared = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "watcher").rglob("*.py"))
        for name in imported(path)
        if name != "watcher" and name not in sys.stdlib_module_names
        if not named(distributions.get(name, ())) & declared
    }

    assert undeclared == set()


def test_the_wheel_carries_every_file_of_the_package_and_the_command(tmp_path: Path) -> None:
    if find_spec("flit_core") is None:
        pytest.skip("the build backend is not installed here; make installs it")
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "watcher").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    built = subprocess.run(
        [sys.executable, "-m", "flit_core.wheel", "--outdir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert built.returncode == 0, built.stderr
    with ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = set(wheel.namelist())
        commands = wheel.read(next(name for name in packed if name.endswith("entry_points.txt"))).decode()
    assert "watcher/py.typed" in packed
    assert ours <= packed
    assert "watcher=watcher.cli:main" in commands


def test_the_supported_pythons_are_named_alike_everywhere() -> None:
    metadata = project()["project"]
    makefile = read("Makefile")

    classifiers = [
        name.removeprefix("Programming Language :: Python :: ") for name in metadata["classifiers"]
    ]

    assert tuple(name for name in classifiers if name in SUPPORTED) == SUPPORTED
    assert metadata["requires-python"] == f">={SUPPORTED[0]}"
    assert all(f"python{version}" in makefile for version in SUPPORTED)


def test_the_changelog_knows_this_version_or_has_what_is_unreleased() -> None:
    changelog = read("CHANGELOG.md")

    assert f"## [{__version__}]" in changelog or "## [Unreleased]" in changelog


@pytest.mark.parametrize(
    "goal", ["demo", "run", "test", "fuzz", "lint", "format", "dist", "sbom", "audit", "lock", "clean"]
)
def test_make_knows_the_goal_and_its_help_says_what_it_does(goal: str) -> None:
    listed = make("help").stdout

    planned = make("--dry-run", goal)

    assert planned.returncode == 0, planned.stderr
    assert re.search(rf"^  make {goal} +\S", listed, flags=re.MULTILINE)


def test_make_test_runs_pytest_last() -> None:
    planned = make("--dry-run", "test").stdout.split("\n")

    tools = [line.split("/")[-1] for line in planned if line.startswith(".venv/bin/") and " -m " not in line]

    assert [tool.split(maxsplit=1)[0] for tool in tools] == ["ruff", "ruff", "mypy", "lint-imports", "pytest"]


def test_make_says_which_package_brings_venv_where_python_lacks_it(tmp_path: Path) -> None:
    bare = script(tmp_path / "python3.11", 'case "$2" in *ensurepip*) exit 1;; *) echo 3.11;; esac')
    copy_of_makefile(tmp_path)

    answer = make(f"PYTHON={bare}", "test", folder=tmp_path)

    assert answer.returncode != 0
    assert "apt-get install python3-venv (or python3.11-venv)" in answer.stderr


def test_make_says_what_to_install_where_no_python_is_new_enough(tmp_path: Path) -> None:
    old = script(tmp_path / "python3", "exit 0")
    copy_of_makefile(tmp_path)

    answer = make(f"PYTHON={old}", "test", folder=tmp_path)

    assert answer.returncode != 0
    assert "apt-get install python3 python3-venv" in answer.stderr


def test_ci_runs_the_readmes_test_command() -> None:
    run = ROOT / ".ci" / "run"

    assert run.stat().st_mode & 0o111
    assert re.search(r"make .*\btest$", run.read_text(encoding="utf-8").rstrip())


def test_the_unit_restarts_for_ever_and_gives_up_only_on_a_wrong_configuration() -> None:
    unit = read("systemd/watcher.service").splitlines()

    assert "ExecStart=/usr/local/bin/watcher run -c /etc/watcher/config.yaml" in unit
    assert "Restart=always" in unit
    assert "RestartPreventExitStatus=2" in unit
    assert "StartLimitBurst=20" in unit


def test_every_file_for_systemd_is_explained() -> None:
    explained = read("docs/SERVICE.md")

    files = [str(path.relative_to(ROOT)) for path in (ROOT / "systemd").rglob("*") if path.is_file()]

    assert len(files) == 6
    assert [name for name in files if f"`{name}`" not in explained] == []


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not on this machine")
    here = tmp_path / "watcher.service"
    here.write_text(
        read("systemd/watcher.service").replace("/usr/local/bin/watcher", "/bin/true"), encoding="utf-8"
    )

    verified = subprocess.run([analyze, "verify", here], capture_output=True, text=True, check=False)

    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")


def test_systemd_rates_what_the_unit_may_do_at_most_1_1() -> None:
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not on this machine")

    rated = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=11", ROOT / "systemd/watcher.service"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert rated.returncode == 0, rated.stdout + rated.stderr


def test_nothing_is_tracked_that_is_to_be_ignored() -> None:
    if not (git := shutil.which("git")) or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")

    listed = subprocess.run(
        [git, "ls-files", "--cached", "--ignored", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert listed.stdout == ""


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))


def pins(lock: str) -> dict[str, str]:
    return {found["name"]: found[0] for line in read(lock).splitlines() if (found := PIN.match(line))}


def named(requirements: list[str] | tuple[str, ...]) -> set[str]:
    """Give the normalised names in `httpx>=0.28`, `PyYAML` and the like."""
    return {re.split(r"[^A-Za-z0-9._-]", each)[0].lower().replace("_", "-") for each in requirements}


def imported(path: Path) -> Iterator[str]:
    """Give the top-level name of each absolute import in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case _:
                pass


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", *arguments]
    quiet = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, env=quiet, capture_output=True, text=True, check=False)


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def copy_of_makefile(folder: Path) -> None:
    for name in ("Makefile", "pyproject.toml", *LOCKS):
        shutil.copy(ROOT / name, folder)


def test_the_top_level_explains_the_project_and_holds_nothing_else() -> None:
    git = shutil.which("git") or pytest.skip("no git: what is tracked is not known")
    listed = subprocess.run([git, "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("no git checkout: what is tracked is not known")
    top = {path.split("/")[0] for path in listed.stdout.splitlines()}

    assert {name for name in top if not name.startswith(".")} == {
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "config.example.yaml",
        "docs",
        "pyproject.toml",
        *LOCKS,
        "state",
        "systemd",
        "tests",
        "watcher",
    }
