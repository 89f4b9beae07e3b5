"""Parts: one mapping of the file on its way to values, which knows where to put a complaint."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.config.problems import Findings, Path
from watcher.config.secret import Secret
from watcher.config.secret_files import Surroundings
from watcher.config.tree import Entries, Node, follow, key_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A mapping at a path of the file."""

    node: Node
    path: Path
    around: Surroundings
    findings: Findings

    def has(self, key: str) -> bool:
        """Tell whether a key is written."""
        return isinstance(self.node, Entries) and key in self.node.entries

    def wrong(self, message: str, *keys: str | int) -> None:
        """Note what is wrong with the value at some keys, or with the whole part."""
        place = follow(self.node, keys)[0].place
        self.findings.wrong(place, (*self.path, *keys), message)

    def wrong_key(self, message: str, key: str) -> None:
        """Note that a key should not stand here."""
        self.findings.wrong(key_place(self.node, (key,)), (*self.path, key), message)

    def doubt(self, message: str, *keys: str | int) -> None:
        """Note what is probably not meant so at some keys."""
        place = follow(self.node, keys)[0].place
        self.findings.doubt(place, (*self.path, *keys), message)

    def secret(self, key: str, given: Secret | None, in_file: str | None) -> Secret | None:
        """Return a secret that stands under a key, or in the file that its ``*_file`` key names."""
        if self.has(key) and self.has(f"{key}_file"):
            self.wrong_key(f"`{key}` or `{key}_file`, not both", f"{key}_file")
        return given if in_file is None else self.held(f"{key}_file", in_file)

    def held(self, key: str, written: str) -> Secret | None:
        """Return what the file holds that a key names; None once it is noted why it cannot be read."""
        try:
            secret, who = self.around.secret(written)
        except ValueError as error:
            self.wrong(str(error), key)
            return None
        if who is not None:
            self.doubt(f"a secret stands in this file, and {who}; chmod 600", key)
        return secret
