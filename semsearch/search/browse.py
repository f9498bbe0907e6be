"""Browse: list documents without a query, in the order of their date, name or size."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from semsearch.message import say
from semsearch.query import Filters, Order, Query
from semsearch.records import Kind
from semsearch.results import Facets, Hit, PassageHit, Results
from semsearch.search.facets import Hits, count_facets, widened
from semsearch.search.page import headings_of, hit_of_record
from semsearch.search.snippets import excerpt
from semsearch.store import aggregations, explored, filters, queries
from semsearch.store.said import Said
from semsearch.store.schema import DOC
from semsearch.store.store import Store

# The most documents that are counted by folder, type and date: the facts of each are read from Redis.
MOST_COUNTED = 10_000
_UNCOUNTED = say(
    "There are too many documents to count them by folder, type and time. Choose a folder, a type or a time "
    "first."
)
# The numeric field by which an order goes.
_FIELDS: Mapping[Order, str] = {Order.RELEVANCE: "date", Order.DATE: "date", Order.SIZE: "size"}


def browse(query: Query, store: Store) -> Results:
    """The documents that pass the filters of a query, as a page of hits without a score.

    They come newest first, by path, or largest first. Copies are not folded. A text shows its first
    passage. Raises RedisError.
    """
    started = time.perf_counter()
    where = _where(query.filters, store)
    listed = (
        aggregations.docs_by_path(where, query.start, query.limit)
        if query.order is Order.NAME
        else queries.doc_ids(query.limit, where, query.start, by=_FIELDS[query.order])
    )
    docs, total = store.ask([listed, queries.count(DOC, where)])
    facets = _facets(query.filters, store, total or 0) if query.facets and total is not None else None
    is_whole = docs is not None and total is not None
    notes = () if is_whole else (say("Redis answered only in part: hits may be missing. Try again."),)
    if query.facets and facets is None and is_whole:
        notes = (*notes, _UNCOUNTED)
    hits = tuple(hits_of(docs or (), store))
    return Results(hits, total or 0, (time.perf_counter() - started) * 1000, is_whole, notes, facets)


def _where(wanted: Filters, store: Store) -> filters.Where:
    said = Said.read(store.mine, wanted.label)
    return filters.condition(wanted) & explored.condition(wanted, said) & filters.findable()


def hits_of(docs: Sequence[str], store: Store) -> Iterator[Hit]:
    """These documents as hits. A text has its first passage. Removed ones are left out. Raises RedisError."""
    records, firsts = store.ledger.get_with_passages(docs, [(doc, 0) for doc in docs])
    passages = dict(zip(docs, firsts, strict=True))
    for record in records:
        first = passages[record.doc]
        found: tuple[PassageHit, ...] = ()
        if first is not None and record.kind is Kind.TEXT:
            cut = excerpt(first.content, (), headings_of(first), language=record.language)
            found = (PassageHit(0, cut.snippet, None, first.page, first.headings),)
        yield hit_of_record(record, found)


def _facets(wanted: Filters, store: Store, total: int) -> Facets | None:
    """The counts of the documents; None if there are too many."""
    wide = {group: _where(wider, store) for group, wider in widened(wanted).items()}
    totals = store.ask([queries.count(DOC, where) for where in wide.values()])
    if any(count is None or count > MOST_COUNTED for count in (total, *totals)):
        return None
    said = Said.read(store.mine)
    facts = {group: _facts(where, store, said) for group, where in wide.items()}
    return count_facets(_facts(_where(wanted, store), store, said), facts)


def _facts(where: filters.Where, store: Store, said: Said) -> Hits:
    (docs,) = store.ask([queries.doc_ids(MOST_COUNTED, where)])
    return [[facts] for facts in said.labelled(store.ledger.facts(list(docs or ()))).values()]
