"""Units: the systemd units that keep the daemon running, for all of a machine or for one person."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

PROGRAM = Path("/usr/local/bin/watcher")
CONFIG = Path("/etc/watcher/config.yaml")
HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"), Path("/tmp"), Path("/var/tmp"))  # noqa: S108  # named, not used
"""What ``ProtectHome=`` and ``PrivateTmp=`` keep from the machine's unit."""

PLAIN = re.compile(r"[\w/.@:+-]+")


def system_unit(program: Path = PROGRAM, config: Path = CONFIG, *, secret: str | None = None) -> str:
    """Return the machine's unit; ``secret`` names a file beside the configuration that only root reads.

    Without one the line that would hand it over stands there as an example.
    """
    name = secret or "alerts-url"
    credential = f"LoadCredential={name}:{_escaped(config.with_name(name))}"
    if not secret:
        return _filled("system.service", program, config, credential=f"#{credential}", handed="")
    return _filled("system.service", program, config, credential=credential, handed=f"-p {credential} ")


def user_unit(program: Path, config: Path) -> str:
    """Return a unit for ``systemctl --user``."""
    return _filled("user.service", program, config)


def is_hidden(path: Path) -> bool:
    """Tell whether the machine's unit cannot see a path."""
    return any(path.is_relative_to(place) for place in HIDDEN)


def _filled(template: str, program: Path, config: Path, **more: str) -> str:
    text = files("watcher.cli").joinpath("templates", template).read_text(encoding="utf-8")
    return text.format(program=_quoted(program), config=_quoted(config), **more)


def _quoted(path: Path) -> str:
    """Return a path as a word of a command line (systemd.service(5)): quotes and backslashes are as in C."""
    text = _escaped(path).replace("$", "$$")
    return text if PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
