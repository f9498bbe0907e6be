"""The JSON of the API and of `--json`: one function per shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from semsearch.records import Box, DocumentRecord, Kind, State
from semsearch.results import DocumentView, Excerpt, FacetCount, Facets, Hit, PassageHit, Results, Status
from semsearch.text import iso, join_headings, readable

Json = dict[str, Any]


def of_results(question: str, results: Results) -> Json:
    return {
        "query": readable(question),
        "took_ms": round(results.took_ms, 1),
        "total": results.total,
        "complete": results.complete,
        "notes": [readable(note) for note in results.notes],
        "facets": None if results.facets is None else _facets(results.facets),
        "hits": [_hit(hit) for hit in results.hits],
    }


def of_excerpt(excerpt: Excerpt) -> Json:
    return {
        "snippet": readable(excerpt.snippet),
        "highlights": [list(span) for span in excerpt.highlights],
        "sentence": _span(excerpt.sentence),
    }


def of_part(part: Box | None) -> Json:
    edges = part and (part.left, part.top, part.right, part.bottom)
    return {"box": [_rounded(edge) for edge in edges] if edges else None}


def of_document(view: DocumentView) -> Json:
    return {
        **_record(view.record),
        "modified": iso(view.modified),
        "date": iso(view.date),
        "width": view.width,
        "height": view.height,
        "thumb": _thumb(view.record.doc, view.record.kind),
        "file": f"/file/{view.record.doc}",
        "passages": [
            {
                "n": passage.n,
                "page": passage.page,
                "heading": readable(join_headings(passage.headings)),
                "source": passage.source.value,
                "start": passage.start,
                "end": passage.end,
                "content": readable(passage.content),
            }
            for passage in view.passages
        ],
    }


def of_status(status: Status) -> Json:
    return {
        "redis": readable(status.redis),
        "engine": readable(status.engine),
        "documents": {state.value: status.documents.get(state, 0) for state in State},
        "kinds": {kind.value: status.kinds.get(kind, 0) for kind in Kind},
        "roots": [readable(root) for root in status.roots],
        "text_model": readable(status.text_model),
        "image_model": readable(status.image_model),
        "indexes": [
            {
                "name": index.name,
                "records": index.records,
                "failures": index.failures,
                "percent_indexed": index.percent_indexed,
                "memory_mb": index.memory_mb,
                "model": readable(index.model),
                "dims": index.dims,
            }
            for index in status.indexes
        ],
        "problems": [_record(record) for record in status.problems],
        "last_run": {readable(name): readable(value) for name, value in status.last_run.items()},
    }


def _facets(facets: Facets) -> Json:
    def counts(counted: Sequence[FacetCount]) -> list[Json]:
        return [{"value": readable(each.value), "count": each.count} for each in counted]

    return {
        "kind": counts(facets.kind),
        "folder": counts(facets.folder),
        "type": counts(facets.type),
        "year": counts(facets.year),
    }


def _hit(hit: Hit) -> Json:
    return {
        "doc": hit.doc,
        "path": readable(hit.path),
        "root": readable(hit.root),
        "kind": hit.kind.value,
        "media_type": hit.media_type,
        "size": hit.size,
        "title": readable(hit.title),
        "similarity": _rounded(hit.similarity),
        "relevance": _rounded(hit.relevance),
        "legs": list(hit.legs),
        "modified": iso(hit.modified),
        "date": iso(hit.date),
        "thumb": _thumb(hit.doc, hit.kind),
        "copies": [{"doc": copy.doc, "path": readable(copy.path)} for copy in hit.copies],
        "passages": [_passage_hit(passage) for passage in hit.passages],
    }


def _passage_hit(passage: PassageHit) -> Json:
    return {
        "n": passage.n,
        "page": passage.page,
        "heading": readable(join_headings(passage.headings)),
        "source": passage.source.value,
        "similarity": _rounded(passage.similarity),
        "snippet": readable(passage.snippet),
        "highlights": [list(span) for span in passage.highlights],
        "sentence": _span(passage.sentence),
    }


def _record(record: DocumentRecord) -> Json:
    return {
        "doc": record.doc,
        "path": readable(record.path),
        "root": readable(record.root),
        "kind": record.kind.value,
        "media_type": record.media_type,
        "title": readable(record.title),
        "state": record.state.value,
        "reason": readable(record.reason),
        "size": record.size,
        "sha256": record.sha256,
        "pieces": record.pieces,
        "texts": record.texts,
        "models": readable(record.models),
        "indexed_at": iso(datetime.fromtimestamp(record.indexed_at, UTC)) if record.indexed_at else None,
    }


def _span(span: tuple[int, int] | None) -> list[int] | None:
    return None if span is None else list(span)


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)


def _thumb(doc: str, kind: Kind) -> str | None:
    return f"/thumb/{doc}" if kind is Kind.IMAGE else None
