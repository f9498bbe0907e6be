"""The paths of the OpenAPI document that are about a library as a whole, and the shapes of their answers."""

from __future__ import annotations

from semsearch.api import copies, for_you, judged, labels, library_health, maps, odd, said, saved
from semsearch.api.fields import Payload
from semsearch.api.operations import (
    TEXT,
    Json,
    content,
    described,
    json_of,
    operation,
    parameter,
    parameters,
)
from semsearch.api.parameters import DOC, LIMIT, Q
from semsearch.api.topics import Topics

SHAPES: tuple[type[Payload], ...] = (
    maps.Map,
    Topics,
    copies.Copies,
    odd.OddOnes,
    labels.LabelList,
    labels.LabelDetail,
    saved.SavedSearches,
    for_you.ForYou,
    for_you.Marks,
    judged.JudgedPairs,
    library_health.LibraryHealth,
)

_SEARCH = {**described("name", "Name of a saved search", TEXT), "required": True}
_LABEL = described("name", "Name of a label, in upper or lower case", TEXT, "path")
_SAVED = json_of(saved.SavedSearches)
_JUDGED = json_of(judged.JudgedPairs)
_PAIR = [{**parameter(Q), "required": True}, *parameters(DOC, judged.SHA256)]

PATHS: Json = {
    "/api/map": {
        "get": operation(
            "All documents as points of a map, with groups of them",
            json_of(maps.Map),
            "400 403 404 503",
            parameters(maps.MAP),
        )
    },
    "/api/topics": {
        "get": operation("What the library is about, as a tree of topics", json_of(Topics), "403 404 503")
    },
    "/api/copies": {
        "get": operation(
            "What is there more than once, or alike",
            json_of(copies.Copies),
            "400 403 404 503",
            parameters(*copies.COPIES_PARAMETERS),
        )
    },
    "/api/odd": {
        "get": operation(
            "Documents that do not fit",
            json_of(odd.OddOnes),
            "400 403 404 503",
            parameters(*odd.ODD_PARAMETERS),
        )
    },
    "/api/labels": {"get": operation("All labels by example", json_of(labels.LabelList), "403 404 503")},
    "/api/labels/{name}": {
        "get": operation(
            "A label: what is marked, what is proposed, and what is asked",
            json_of(labels.LabelDetail),
            "400 403 404 503",
            [_LABEL, parameter(LIMIT)],
        ),
        "post": {
            **operation(
                "Mark documents as a label or as not it; a name that is new begins a label",
                json_of(labels.LabelDetail),
                "400 403 404 413 503",
                [_LABEL],
            ),
            "requestBody": {"required": True, **content("application/json", said.LABELLED)},
        },
    },
    "/api/saved": {
        "get": operation("The saved searches, and what is new in them", _SAVED, "403 404 503"),
        "post": {
            **operation("Save a search, or note that it was seen", _SAVED, "400 403 404 413 503"),
            "requestBody": {"required": True, **content("application/json", said.SEARCH)},
        },
        "delete": operation("Remove a saved search", _SAVED, "400 403 404 503", [_SEARCH]),
    },
    "/api/for-you": {
        "get": operation("Documents like those that are liked", json_of(for_you.ForYou), "403 404 503")
    },
    "/api/likes": {
        "get": operation("What is marked", json_of(for_you.Marks), "403 404 503"),
        "post": {
            **operation("Mark documents", json_of(for_you.Marks), "400 403 404 413 503"),
            "requestBody": {"required": True, **content("application/json", said.MARKS)},
        },
    },
    "/api/judged": {
        "get": operation("The judged pairs: queries and what answers them", _JUDGED, "403 404 503"),
        "post": {
            **operation("Say that a document answers a query", _JUDGED, "400 403 404 413 503"),
            "requestBody": {"required": True, **content("application/json", judged.BODY)},
        },
        "delete": operation("Say it no more", _JUDGED, "400 403 404 503", _PAIR),
    },
    "/api/health": {
        "get": operation(
            "How the library and its searches change", json_of(library_health.LibraryHealth), "403 404 503"
        )
    },
}
