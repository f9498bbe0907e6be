"""The JSON: tests hold its names, their order and their values, because programs rely on them."""

import json
from datetime import datetime, timedelta, timezone

from semsearch.api import payloads, replies
from semsearch.api.openapi import DOCUMENT
from semsearch.overview import Away, IndexStatus, Status
from semsearch.query import Cursor, LegName
from semsearch.records import Box, DateSource, DocumentRecord, Kind, Passage, Source, State
from semsearch.results import (
    Copy,
    DocumentView,
    Excerpt,
    Explanation,
    FacetCount,
    Facets,
    FolderCount,
    Hit,
    PassageHit,
    Results,
)

MOMENT = datetime(2026, 5, 1, 12, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
CLOCK = MOMENT.replace(tzinfo=None)
# A byte of a file name that is not UTF-8, and the character that the JSON has in its place.
LOST, SENT = "\udce9", "\N{REPLACEMENT CHARACTER}"
RECORD = DocumentRecord(
    "9f2c", f"/r{LOST}", f"p{LOST}", Kind.IMAGE, "image/png", 7, 5, "ab", "T", State.INDEXED,
    models="m", indexed_at=1_777_629_600.7, pieces=2, texts=1,
    camera="Nikon D90", locations=f"Lisboa{LOST}\nPortugal", position="-9.216,38.6916",
)  # fmt: skip


def same(made: object, expected: object) -> bool:
    """Whether both are the same JSON, in the same order."""
    return json.dumps(made) == json.dumps(expected)


def test_results_have_rounded_scores_and_readable_names() -> None:
    passage = PassageHit(
        3, "Knit it.", 0.61239, None, ("Wool", f"W{LOST}"), ((0, 4), (5, 7)), Source.OCR, (0, 8)
    )
    hit = Hit(
        "9f2c", f"p{LOST}", "/r", Kind.IMAGE, "image/png", 7, "T", 0.98765,
        (LegName.MEANING, LegName.LOOKS), MOMENT,
        datetime(1969, 12, 31), DateSource.EXIF, (passage,), 0.12344, (Copy("03b1", "b"),),
        f"no{LOST}", "de", Explanation(3.12345, None, 2.4, 0.5, ("wool",), ("silk",), "It has wool."),
    )  # fmt: skip
    facets = Facets(
        (FacetCount("image", 1),),
        (FacetCount(f"f{LOST}/", 1),),
        (),
        (FacetCount("1969", 1),),
        (FacetCount("de", 2),),
        (FolderCount(f"/r{LOST}", f"f{LOST}/", 1),),
        (FacetCount("1969-12", 1),),
        (FacetCount("Nikon D90", 1),),
    )
    found = Results((hit,), 120, 7.149, False, ("short",), facets, matches=3, weaker=30, next=Cursor(10, 27))
    made = payloads.of_results(f"q{LOST}", found)
    assert same(made, {
        "query": f"q{SENT}", "took_ms": 7.1, "total": 120, "matches": 3, "weaker": 30,
        "complete": False, "notes": ["short"],
        "facets": {
            "kind": [{"value": "image", "count": 1}], "folder": [{"value": f"f{SENT}/", "count": 1}],
            "type": [], "year": [{"value": "1969", "count": 1}],
            "language": [{"value": "de", "count": 2}],
            "folders": [{"root": f"/r{SENT}", "path": f"f{SENT}/", "count": 1}],
            "month": [{"value": "1969-12", "count": 1}], "camera": [{"value": "Nikon D90", "count": 1}],
            "location": [],
            "topic": [],
            "label": [],
        },
        "next": "10-27",
        "hits": [{
            "doc": "9f2c", "path": f"p{SENT}", "member": "", "root": "/r", "kind": "image",
            "media_type": "image/png",
            "size": 7, "title": "T", "similarity": 0.9877, "relevance": 0.1234, "legs": ["meaning", "looks"],
            "modified": "2026-05-01T10:00:00Z", "date": "1969-12-31T00:00:00", "date_source": "exif",
            "thumb": "/thumb/9f2c",
            "copies": [{"doc": "03b1", "path": "b", "member": ""}],
            "passages": [{
                "n": 3, "page": None, "heading": f"Wool > W{SENT}", "source": "ocr", "similarity": 0.6124,
                "snippet": "Knit it.", "highlights": [[0, 4], [5, 7]], "sentence": [0, 8],
            }],
            "reason": f"no{SENT}", "language": "de",
            "explanation": {
                "near": 3.1235, "spreads": None, "threshold": 2.4, "coverage": 0.5, "words": ["wool"],
                "absent": ["silk"], "text": "It has wool.", "alternative": None,
            },
        }],
    })  # fmt: skip


def test_a_document_has_its_record_dates_addresses_and_passages() -> None:
    passages = (Passage(0, f"c{LOST}", 0, 2, page=9),)
    made = payloads.of_document(DocumentView(RECORD, MOMENT, CLOCK, DateSource.MAIL, passages, 10, 20))
    assert same(made, {
        "doc": "9f2c", "path": f"p{SENT}", "member": "", "root": f"/r{SENT}", "kind": "image",
        "media_type": "image/png",
        "title": "T", "state": "indexed", "reason": "", "note": "", "encoding": "", "language": "",
        "size": 7, "sha256": "ab", "pieces": 2,
        "texts": 1, "models": "m", "indexed_at": "2026-05-01T10:00:00Z", "modified": "2026-05-01T10:00:00Z",
        "date": "2026-05-01T12:00:00", "date_source": "mail", "width": 10, "height": 20,
        "camera": "Nikon D90", "locations": [f"Lisboa{SENT}", "Portugal"], "position": [38.6916, -9.216],
        "thumb": "/thumb/9f2c", "file": "/file/9f2c",
        "passages": [{
            "n": 0, "page": 9, "heading": "", "source": "content", "start": 0, "end": 2,
            "content": f"c{SENT}",
        }],
    })  # fmt: skip


def test_the_status_counts_every_state_and_kind() -> None:
    index = IndexStatus("i", 3, 0, 100.0, 1.25, "m", 384)
    made = payloads.of_status(
        Status(
            *("r", "e", {State.FAILED: 1}, {Kind.TEXT: 2}, ("/a",), (index,), "t", "", (RECORD,), {"k": "v"}),
            missing=("Redis has lost it all.",),
            away=(Away("/a", 3, MOMENT.timestamp()),),
            workers=("box:1 waits for work",),
            hints=("Use another model",),
        )
    )
    assert [problem["path"] for problem in made.pop("problems")] == [f"p{SENT}"]
    assert same(made, {
        "redis": "r", "engine": "e",
        "documents": {"indexed": 0, "skipped": 0, "failed": 1, "waiting": 0, "missing": 0},
        "kinds": {"text": 2, "image": 0, "other": 0}, "roots": ["/a"], "text_model": "t", "image_model": "",
        "indexes": [{
            "name": "i", "records": 3, "failures": 0, "percent_indexed": 100.0, "memory_mb": 1.25,
            "model": "m", "dims": 384,
        }],
        "last_run": {"k": "v"}, "missing": ["Redis has lost it all."], "run": None,
        "away": [{"root": "/a", "documents": 3, "since": "2026-05-01T10:00:00Z"}],
        "workers": ["box:1 waits for work"],
        "hints": ["Use another model"],
    })  # fmt: skip


def test_excerpts_parts_errors_and_health_have_their_fields() -> None:
    cut = payloads.of_excerpt(Excerpt("s", ((0, 1),), None, (4, 5)))
    assert same(cut, {"snippet": "s", "highlights": [[0, 1]], "sentence": None})
    assert payloads.of_part(Box(0.12345, 0.0, 1.0, 0.5)) == {"box": [0.1235, 0.0, 1.0, 0.5]}
    assert payloads.of_part(None) == {"box": None}
    error = {"code": "c", "message": SENT, "request": "3f"}
    problem = {"type": "/api/docs#c", "title": "Not Found", "status": 404, "detail": SENT, "error": error}
    assert same(replies.of_error(404, "c", LOST, "3f"), problem)
    assert replies.of_health() == {"status": "ok"}


def test_every_field_is_required_and_described() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for field, inner in schema.get("properties", {}).items():
            assert inner.get("description") or "$ref" in inner, f"{name}.{field}"
            assert field in schema["required"], f"{name}.{field}"
