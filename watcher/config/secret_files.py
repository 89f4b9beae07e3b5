"""Secret files: what ``*_file`` keys name, in systemd's credentials or beside the configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from watcher.config.exposure import readers
from watcher.config.problems import shown
from watcher.config.secret import Secret

LARGEST_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where the file stands: its directory, and the environment of the process."""

    directory: Path
    environ: Mapping[str, str]

    def path(self, written: str) -> Path:
        """Return a path of the file: relative to the file's directory, or to ``$HOME`` after ``~/``."""
        home = self.environ.get("HOME")
        if home and written.startswith("~/"):
            return Path(home) / written[2:]
        return self.directory / written

    def secret(self, written: str) -> tuple[Secret, str | None]:
        """Return what a secret file holds, without the line end, and who else may read it (``readers``).

        ValueError says what is wrong with it.

        A relative name is looked for in ``$CREDENTIALS_DIRECTORY`` first, where systemd puts what
        LoadCredential= names.
        """
        credential = self._credential(written)
        path = credential or self.path(written)
        try:
            if not path.is_file():
                raise ValueError(f"there is no file {shown(str(path))}")
            with path.open("rb") as file:
                held, found = file.read(LARGEST_BYTES + 1), os.fstat(file.fileno())
            words = held.decode("utf-8").strip("\r\n")
        except UnicodeDecodeError:
            raise ValueError(f"{shown(str(path))} is no UTF-8 text") from None
        except OSError as error:
            raise ValueError(f"{shown(str(path))} cannot be read: {error.strerror}") from None
        if len(held) > LARGEST_BYTES:
            raise ValueError(f"{shown(str(path))} is larger than {LARGEST_BYTES // 1024} kB")
        if not words.strip():
            raise ValueError(f"{shown(str(path))} is empty")
        # systemd lets the service in by an access list, which shows as the right of a group.
        return Secret(words), None if credential else readers(found)

    def _credential(self, written: str) -> Path | None:
        directory = self.environ.get("CREDENTIALS_DIRECTORY")
        path = Path(directory) / written if directory else None
        return path if path is not None and path.is_file() else None
