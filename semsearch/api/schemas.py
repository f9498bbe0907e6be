"""The shapes of what the API answers, as JSON Schema."""

from __future__ import annotations

from typing import Any

from semsearch.records import Kind, Source, State
from semsearch.results import CLEAR

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "number"}
INTEGER: Json = {"type": "integer"}
MOMENT: Json = {"type": "string", "format": "date-time"}


def maybe(schema: Json) -> Json:
    return {**schema, "type": [schema["type"], "null"]}


def array(items: Json) -> Json:
    return {"type": "array", "items": items}


def structure(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_SOURCE: Json = {"type": "string", "enum": [str(source) for source in Source]}

_EXCERPT: dict[str, Json] = {
    "snippet": TEXT,
    "highlights": array({**array(INTEGER), "description": "[start, end) characters of the snippet"}),
    "sentence": {
        **maybe(array(INTEGER)),
        "description": "[start, end) of the sentence that answers; null where its words do not tell",
    },
}

_RECORD: dict[str, Json] = {
    "doc": TEXT,
    "path": TEXT,
    "root": TEXT,
    "kind": {"type": "string", "enum": [str(kind) for kind in Kind]},
    "media_type": TEXT,
    "title": TEXT,
    "state": {"type": "string", "enum": [str(state) for state in State]},
    "reason": TEXT,
    "size": INTEGER,
    "sha256": TEXT,
    "pieces": INTEGER,
    "texts": {**INTEGER, "description": "passages about a picture, or in it"},
    "models": TEXT,
    "indexed_at": maybe(MOMENT),
}

SCHEMAS: Json = {
    "Results": structure(
        query=TEXT,
        took_ms=NUMBER,
        total={**INTEGER, "description": "documents that pass the filters"},
        complete={"type": "boolean", "description": "false when a part of the answer is missing"},
        notes=array(TEXT),
        facets=maybe(
            {
                **structure(
                    **{name: array(ref("FacetCount")) for name in ("kind", "folder", "type", "year")}
                ),
                "description": "of the hits that clearly match, within the filters; null unless asked for",
            }
        ),
        hits=array(ref("Hit")),
    ),
    "Hit": structure(
        doc=TEXT,
        path=TEXT,
        root=TEXT,
        kind=_RECORD["kind"],
        media_type=TEXT,
        size={**INTEGER, "description": "of the file, in bytes"},
        title=TEXT,
        similarity={**maybe(NUMBER), "description": "1 - cosine distance; null when only words matched"},
        relevance={
            **maybe(NUMBER),
            "description": f"0 to 1, comparable between texts and pictures; a match from {CLEAR} on",
        },
        legs=array(TEXT),
        modified=MOMENT,
        date=MOMENT,
        thumb=maybe(TEXT),
        copies={
            **array(structure(doc=TEXT, path=TEXT)),
            "description": "documents with nearly the same text or picture, which this one stands for",
        },
        passages=array(ref("PassageHit")),
    ),
    "FacetCount": structure(value=TEXT, count=INTEGER),
    "PassageHit": structure(
        n=INTEGER,
        page=maybe(INTEGER),
        heading=TEXT,
        source=_SOURCE,
        similarity=maybe(NUMBER),
        **_EXCERPT,
    ),
    "Excerpt": structure(**_EXCERPT),
    "Part": structure(
        box={
            **maybe(array(NUMBER)),
            "description": "left, top, right and bottom edge of the part that matches, as fractions of the "
            "picture's width and height; null where nothing less than the whole does",
        }
    ),
    "Record": structure(**_RECORD),
    "Document": structure(
        **_RECORD,
        modified=MOMENT,
        date=MOMENT,
        width=maybe(INTEGER),
        height=maybe(INTEGER),
        thumb=maybe(TEXT),
        file=TEXT,
        passages=array(ref("Passage")),
    ),
    "Passage": structure(
        n=INTEGER,
        page=maybe(INTEGER),
        heading=TEXT,
        source=_SOURCE,
        start=INTEGER,
        end=INTEGER,
        content=TEXT,
    ),
    "Index": structure(
        name=TEXT,
        records=INTEGER,
        failures=INTEGER,
        percent_indexed=NUMBER,
        memory_mb=NUMBER,
        model=TEXT,
        dims=INTEGER,
    ),
    "Status": structure(
        redis=TEXT,
        engine=TEXT,
        documents=structure(**{str(state): INTEGER for state in State}),
        kinds=structure(**{str(kind): INTEGER for kind in Kind}),
        roots=array(TEXT),
        text_model=TEXT,
        image_model=TEXT,
        indexes=array(ref("Index")),
        problems=array(ref("Record")),
        last_run={"type": "object", "additionalProperties": TEXT},
    ),
    "Health": structure(status={"const": "ok"}),
    "Error": structure(error=structure(code=TEXT, message=TEXT)),
}
