"""The JSON Schema of the configuration, for editors: made of the very models that read it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from watcher.config.rule_forms import RuleForm, form_for
from watcher.config.sections import CatalogSection, Document, HeartbeatSection, NamedUrl, ReceiverSection
from watcher.rules.events import EVENTS, LEVELS
from watcher.rules.presets import PRESETS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEMPLATE = "#/$defs/{model}"
LIVES = (
    {"anyOf": [{"required": ["urls"]}, {"required": ["urls_file"]}]},
    {"anyOf": [{"required": ["webhook"]}, {"required": ["webhook_file"]}]},
    {"required": ["file"]},
    {"required": ["console"]},
)
"""A receiver lives in exactly one kind of place."""


class _Generator(GenerateJsonSchema):
    """pydantic's own, without the defaults that only stand for "left out"."""

    def default_schema(self, schema: Any) -> Any:
        """Return a field's schema; None is no default that a file could say."""
        if schema.get("default") is None or not isinstance(schema["default"], str | int):
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def nullable_schema(self, schema: Any) -> Any:
        """Return the schema of what may be left out: a key that is written has a value."""
        return self.generate_inner(schema["schema"])


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a configuration."""
    wholes = {name: form_for(name, None) for name in PRESETS} | {
        name: form_for(None, name) for name in LEVELS
    }
    parts: list[type[BaseModel]] = [
        Document, CatalogSection, HeartbeatSection, ReceiverSection, NamedUrl, RuleForm,
    ]  # fmt: skip
    models = [*parts, *dict.fromkeys(wholes.values())]
    _, made = models_json_schema(
        [(model, "validation") for model in models],
        ref_template=TEMPLATE,
        schema_generator=_Generator,
    )
    definitions = {name: _tidy(found) for name, found in made["$defs"].items()}
    document = definitions.pop("Document")
    _place_sections(document, definitions)
    _place_rules(document, definitions)
    return {"$schema": DIALECT, "title": "catalog watcher", **document, "$defs": definitions}


def _ref(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": TEMPLATE.format(model=model.__name__)}


def _tidy(found: dict[str, Any]) -> dict[str, Any]:
    """Return a definition without pydantic's titles, which say the key again."""
    properties = {
        key: {word: value for word, value in described.items() if word != "title"}
        for key, described in found.get("properties", {}).items()
    }
    return {word: value for word, value in found.items() if word != "title"} | {"properties": properties}


def _place_sections(document: dict[str, Any], definitions: dict[str, Any]) -> None:
    properties = document["properties"]
    properties["catalog"] |= _ref(CatalogSection)
    properties["heartbeat"] |= {"anyOf": [{"type": ["string", "null"]}, _ref(HeartbeatSection)]}
    properties["receivers"] |= {"type": "object", "additionalProperties": _ref(ReceiverSection)}
    receiver = definitions["ReceiverSection"]
    receiver["oneOf"] = list(LIVES)
    receiver["properties"]["console"] = {"const": True, "description": "standard output"}
    url = {"type": "string", "minLength": 1, "description": "one Apprise URL is one target"}
    receiver["properties"]["urls"] |= {
        "type": "array",
        "minItems": 1,
        "items": {"anyOf": [url, _ref(NamedUrl)]},
    }


def _place_rules(document: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Choose a rule's own keys by its preset or event, as an editor should offer them."""
    events = _rule(definitions.pop("RuleForm"), "when", list(EVENTS))
    definitions["event"] = events | {"description": "the general form: an event"}
    for name in PRESETS:
        model = form_for(name, None).__name__
        definitions[name] = _rule(definitions.pop(model), "use", [name])
    for name in LEVELS:
        model = form_for(None, name).__name__
        definitions[name] = _rule(definitions.pop(model), "when", [name]) | {
            "oneOf": [{"required": ["below"]}, {"required": ["above"]}]
        }
    kinds = [{"$ref": TEMPLATE.format(model=name)} for name in (*PRESETS, *LEVELS, "event")]
    document["properties"]["rules"] |= {"type": "array", "minItems": 1, "items": {"oneOf": kinds}}
    document["required"] = ["rules"]


def _rule(definition: dict[str, Any], key: str, words: list[str]) -> dict[str, Any]:
    other = "when" if key == "use" else "use"
    properties = {name: found for name, found in definition["properties"].items() if name != other}
    properties[key] = {"const": words[0]} if len(words) == 1 else {"enum": words}
    required = [key, *definition.get("required", [])]
    return definition | {"properties": properties, "required": required}
