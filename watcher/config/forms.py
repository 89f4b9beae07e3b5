"""Forms: one part of the file held against its pydantic model, every mistake in our words, at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from watcher.config.problems import Findings, Path, did_you_mean, shown
from watcher.config.tree import BROKEN, Entries, Node, Scalar, follow, key_place, plain
from watcher.config.values import kind_of

F = TypeVar("F", bound="Form")


class Form(BaseModel):
    """A part of the file: unknown keys are refused, values are read by ``values``."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


def fill(
    model: type[F],
    node: Node,
    path: Path,
    findings: Findings,
    *,
    context: Mapping[str, object] | None = None,
    hints: Mapping[str, str] | None = None,
) -> F | None:
    """Return a part of the file as its model has it.

    What is wrong goes to the findings; then the rest comes back as if the wrong keys were not written, so
    that later checks find what else is wrong. None means that too little is left. ``hints`` say why a key
    that is known elsewhere is not known here.
    """
    if not isinstance(node, Entries):
        _want_mapping(node, path, findings)
        return None
    data = {key: plain(child) for key, child in node.entries.items()}
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
    for fault in faults:
        _translate(fault, model, node, path, findings, hints or {})
    for fault in faults:
        _forget(data, fault["loc"])
    try:
        return model.model_validate(data, context=context)
    except ValidationError:
        return None


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys a model knows, as they are written."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _forget(data: dict[str, Any], loc: Path) -> None:
    """Take a wrong key out of the mapping that holds it; where one is missing, take out the mapping."""
    holder, wrong = data, ""
    inner: object = data
    for part in loc:
        if not isinstance(inner, dict) or part not in inner:
            break
        holder, wrong, inner = inner, str(part), inner[part]
    holder.pop(wrong, None)


def is_broken(node: Node) -> bool:
    """Tell whether a value was complained about when the tree was read."""
    return isinstance(node, Scalar) and node.value is BROKEN


def _want_mapping(node: Node, path: Path, findings: Findings) -> None:
    if not is_broken(node):
        findings.wrong(node.place, path, f"wants a mapping (key: value), not {kind_of(plain(node))}")


def _translate(  # noqa: PLR0917  # one fault, and all that is needed to place it
    fault: Any, model: type[Form], node: Node, path: Path, findings: Findings, hints: Mapping[str, str]
) -> None:
    loc: Path = fault["loc"]
    if fault["type"] == "extra_forbidden":
        word = str(loc[-1])
        known = keys_of(_model_at(model, loc[:-1]))
        hint = f": {hints[word]}" if word in hints else did_you_mean(word, known)
        hint = hint or f"; known here: {', '.join(known)}"
        findings.wrong(key_place(node, loc), (*path, *loc), f"unknown key{hint}")
        return
    there, walked = follow(node, loc)
    if is_broken(there) or (fault["type"] == "too_short" and plain(there)):
        return
    if fault["type"] == "missing":
        findings.wrong(there.place, (*path, *walked), f"wants the key '{shown(str(loc[-1]))}'")
        return
    findings.wrong(there.place, (*path, *walked), _words(fault, plain(there)))


def _words(fault: Any, value: object) -> str:
    match fault["type"]:
        case "value_error":
            return str(fault["ctx"]["error"])
        case "tuple_type":
            return f"wants a list, as in [a, b], not {kind_of(value)}"
        case "model_type":
            return f"wants a mapping (key: value), not {kind_of(value)}"
        case "too_short":
            return "is an empty list; leave the key out, or name something"
        case _:
            return str(fault["msg"]).lower()


def _model_at(model: type[BaseModel], loc: Iterable[str | int]) -> type[BaseModel]:
    """Return the model that a path inside a model leads to."""
    for part in loc:
        fields = (field for name, field in model.model_fields.items() if part in (field.alias, name))
        model = next((inner for field in fields if (inner := _model_in(field.annotation))), model)
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in getattr(annotation, "__args__", ()) if (found := _model_in(arg))), None)
