"""The page that describes the API. It is made from the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, render_template, request
from markupsafe import Markup, escape

from semsearch.api.described import bounds, kind
from semsearch.api.error_codes import ERROR_CODES
from semsearch.api.openapi import DOCUMENT

reference = Blueprint("reference", __name__)

Schema = Mapping[str, Any]

_SHAPES: Mapping[str, Schema] = DOCUMENT["components"]["schemas"]


@reference.get("/api/docs")
def describe() -> str:
    return render_template(
        "api.html",
        example=f"curl '{request.host_url}api/search?q=harbour&limit=3'",
        operations=list(_operations()),
        shapes={name: shape for name, shape in _SHAPES.items() if "properties" in shape},
        errors=ERROR_CODES,
        kind=_kind,
        bounds=bounds,
        with_code=_with_code,
    )


def _operations() -> Iterable[dict[str, Any]]:
    """Each operation with its method, its path, the fragment that leads to it, and what may be posted."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {})
            yield {
                **operation,
                "method": method.upper(),
                "path": path,
                "id": re.sub(r"\W+", "-", f"{method}{path}").strip("-"),
                "body": [(media_type, each["schema"]) for media_type, each in body.items()],
            }


def _kind(schema: Schema) -> Markup:
    """What a field holds, with links to the shapes in it."""
    return Markup(kind(schema, _SHAPES, _link, _values))


def _link(name: str) -> str:
    return Markup('<a href="#{0}">{0}</a>').format(name)


def _values(words: Iterable[str]) -> str:
    return ", ".join(f"<code>{escape(word)}</code>" for word in words)


def _with_code(text: str) -> Markup:
    """A description, with what stands in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
