"""Schemas of the OpenAPI document in words, for docs/api.md and for the page that describes the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Schema = Mapping[str, Any]
# How the name of a shape, and the values of a field, are written.
Named = Callable[[str], str]
Values = Callable[[Iterable[str]], str]


def kind(schema: Schema, shapes: Mapping[str, Schema], named: Named, values: Values) -> str:
    """What a field holds: `list of Hit`, `integer or null`. `shapes` are all shapes by their names."""

    def words(part: Schema) -> str:
        return kind(part, shapes, named, values)

    if "anyOf" in schema:
        return " or ".join(map(words, schema["anyOf"]))
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[1]
        return values(shapes[name]["enum"]) if "enum" in shapes[name] else named(name)
    if "const" in schema or "enum" in schema:
        return values(schema["enum"] if "enum" in schema else [schema["const"]])
    if "properties" in schema:
        return f"object with {values(schema['properties'])}"
    names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if schema.get("format") == "date-time":
        names = ["moment" if name == "string" else name for name in names]
    if "array" in names:
        names = [f"list of {words(schema['items'])}" if name == "array" else name for name in names]
    return " or ".join(names)


def bounds(schema: Schema) -> str:
    """The limits on a value: `1 to 100`; empty for none."""
    if "minimum" in schema and "maximum" in schema:
        return f"{schema['minimum']:,} to {schema['maximum']:,}"
    if "maxLength" in schema:
        return f"at most {schema['maxLength']:,} characters"
    if "maxItems" in schema:
        return f"up to {schema['maxItems']}"
    return ""
