"""The environment in the file: ``${NAME}``, ``${NAME:-default}``, and ``$$`` for a dollar sign."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from watcher.config.problems import Findings, Path
from watcher.config.tree import BROKEN, Entries, Items, Node, Scalar

REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<default>:-[^{}]*)?\}|\{)")


class FromEnvironment(str):
    """A text that the environment had a part in: no message quotes it, and it may stand for a number."""

    __slots__ = ()


class _MissingError(Exception):
    """A reference that cannot be resolved, in the words to show."""


def substitute(node: Node, environ: Mapping[str, str], findings: Findings, path: Path = ()) -> Node:
    """Return the tree with every reference in its texts resolved; keys are left as they are."""
    match node:
        case Items(items=items):
            resolved = (
                substitute(item, environ, findings, (*path, index)) for index, item in enumerate(items)
            )
            return replace(node, items=tuple(resolved))
        case Entries(entries=entries):
            return replace(
                node,
                entries={
                    key: substitute(child, environ, findings, (*path, key)) for key, child in entries.items()
                },
            )
        case Scalar(value=str(value)) if "$" in value:
            return _substituted(node, value, environ, findings, path)
        case _:
            return node


def _substituted(
    node: Scalar, value: str, environ: Mapping[str, str], findings: Findings, path: Path
) -> Scalar:
    referred = False

    def text_of(reference: re.Match[str]) -> str:
        nonlocal referred
        if reference["dollar"]:
            return "$"
        referred = True
        return _look_up(reference, environ)

    try:
        text = REFERENCE.sub(text_of, value)
    except _MissingError as error:
        findings.wrong(node.place, path, str(error))
        return replace(node, value=BROKEN)
    return replace(node, value=FromEnvironment(text) if referred else text)


def _look_up(reference: re.Match[str], environ: Mapping[str, str]) -> str:
    name, default = reference["name"], reference["default"]
    if name is None:
        raise _MissingError(
            "'${' wants a name and '}', as in ${NAME} or ${NAME:-default}; '$$' is a dollar sign"
        )
    value = environ.get(name)
    if default is not None:
        return value or default.removeprefix(":-")
    if value is None:
        raise _MissingError(
            f"environment variable {name} is not set; ${{{name}:-default}} would give a default"
        )
    return value
