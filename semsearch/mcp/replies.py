"""What the tools answer: values for programs, and the same as a text that an assistant reads and cites."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field

from semsearch.api.fields import Date, Payload, Readable
from semsearch.members import plain_address
from semsearch.results import DocumentView, Hit, Results
from semsearch.text import join_headings, printable
from web.document_text import stretches

SCHEME = "semsearch://documents/"


class Place(Payload):
    """A passage of a document, as it is cited."""

    n: int = Field(description="Number of the passage in its document, from 0")
    page: int | None = Field(description="Number of the page; null where the file has no pages")
    heading: Readable = Field(description="Headings above the passage, joined by >")
    text: Readable = Field(description="Text of the passage, or the part of it that matches")


class Source(Payload):
    """A document, as it is cited."""

    doc: str = Field(description="Id of the document, for read_document and similar")
    path: Readable = Field(description="Absolute path of the file")
    uri: str = Field(description="Address of the document as a resource")
    title: Readable = Field(description="Title of the document")
    date: Date


class Found(Source):
    """A document that was found."""

    is_clear: bool = Field(description="Whether it clearly matches; if not, it is only among the nearest")
    relevance: float | None = Field(description="0 to 1, comparable between hits; null where it is not known")
    passages: list[Place] = Field(description="The passages that match, the best first")


class Findings(Payload):
    """What a search found."""

    hits: list[Found] = Field(description="The documents, the best first, or in the order that was asked for")
    notes: list[Readable] = Field(description="Remarks on the hits, in sentences")


class Reading(Source):
    """Passages of a document, in order."""

    passages: list[Place] = Field(description="The passages")
    total: int = Field(description="Number of passages of the whole document")
    following: int | None = Field(description="Number of the passage to go on with; null at the end")


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of a tool."""

    text: str
    values: dict[str, Any]


def of_results(results: Results) -> Reply:
    """The hits of a search."""
    hits = [_found(hit) for hit in results.hits]
    clear = sum(hit.is_clear for hit in hits)
    lines = [f"Clear matches: {clear}. Weaker results: {len(hits) - clear}.", *map(printable, results.notes)]
    for rank, hit in enumerate(hits, 1):
        strength = "clear match" if hit.is_clear else "weaker result"
        lines += ["", f"{rank}. {_named(hit)} ({strength}, {hit.date[:10]}, doc {hit.doc})"]
        lines += [f"   {_cited(place)}: {place.text}" for place in hit.passages]
    return Reply("\n".join(lines), Findings(hits=hits, notes=list(results.notes)).json_value())


def of_listing(results: Results, offset: int) -> Reply:
    """Documents that were listed without a query, of which `offset` came before."""
    hits = [_found(hit) for hit in results.hits]
    shown = f"{offset + 1} to {offset + len(hits)} of {results.total}" if hits else f"none of {results.total}"
    lines = [f"Documents: {shown}.", *map(printable, results.notes)]
    lines += [f"- {_named(hit)} ({hit.date[:10]}, doc {hit.doc})" for hit in hits]
    return Reply("\n".join(lines), Findings(hits=hits, notes=list(results.notes)).json_value())


def of_document(view: DocumentView, first: int, most: int) -> Reply:
    """The passages of a document from number `first` on: at least one, and up to `most` characters."""
    places: list[Place] = []
    following, size = None, 0
    for each in stretches(view.passages):
        passage = each.passage
        if passage.n < first:
            continue
        size += len(each.text)
        if places and size > most:
            following = passage.n
            break
        heading = join_headings(passage.headings)
        places.append(Place(n=passage.n, page=passage.page, heading=heading, text=each.text))
    record = view.record
    source = _source(record.doc, record.root, record.path, record.title, view.date)
    reading = Reading(**source, passages=places, total=len(view.passages), following=following)
    lines = [f"{_named(reading)} ({reading.date[:10]}, {len(view.passages)} passages)"]
    if reason := record.reason or record.note:
        lines.append(printable(reason))
    lines += [f"\n[{_cited(place)}]\n{place.text}" for place in places]
    if following is not None:
        lines.append(f"\n[The document goes on: call read_document with first={following}.]")
    return Reply("\n".join(lines), reading.json_value())


def whole_text(view: DocumentView) -> str:
    """The text of a document, with the numbers of its pages."""
    parts, page = [], None
    for each in stretches(view.passages):
        if each.passage.page != page:
            page = each.passage.page
            parts.append(f"[page {page}]")
        parts.append(each.text)
    return "\n\n".join(filter(None, parts))


def _found(hit: Hit) -> Found:
    places = [
        Place(n=each.n, page=each.page, heading=join_headings(each.headings), text=each.snippet)
        for each in hit.passages
    ]
    source = _source(hit.doc, hit.root, hit.path, hit.title, hit.date)
    relevance = None if hit.relevance is None else round(hit.relevance, 2)
    return Found(**source, is_clear=hit.is_clear, relevance=relevance, passages=places)


def _source(doc: str, root: str, path: str, title: str, date: datetime) -> dict[str, Any]:
    file = posixpath.join(root, plain_address(path))
    return {"doc": doc, "path": file, "uri": f"{SCHEME}{doc}", "title": title, "date": date}


def _named(source: Source) -> str:
    title = f", {printable(source.title)}" if source.title and source.title not in source.path else ""
    return f"{printable(source.path)}{title}"


def _cited(place: Place) -> str:
    """The place of a passage in words: "passage 3, page 2, Wool"."""
    page = f"page {place.page}" if place.page else ""
    return ", ".join(filter(None, (f"passage {place.n}", page, printable(place.heading))))
