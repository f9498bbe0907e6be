"""Which documents a search may find, and how many of them it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from semsearch.language.query_syntax import Wording
from semsearch.query import Filters, Order, Query
from semsearch.records import DocumentRecord
from semsearch.search.tuning import Tuning
from semsearch.store import explored, filters, queries
from semsearch.store.said import Said
from semsearch.store.store import Store

# A filter for records alone that so few documents pass becomes one by their places, which pieces have too.
_FEW = 200


@dataclass(frozen=True, slots=True)
class Within:
    """Which documents may be found, and how many are needed.

    `where` is the filter; `wide` is the part of it that does not depend on the query. `documents` is the part
    of the filters that holds for records alone, not for pieces; None without one. `needed` counts the
    documents up to the end of the page. `whole` is True if every clear match is needed, for facets or for an
    order other than relevance. `copies` is True if copies are not folded. `every` is True if the list is
    ranked to its end. The order depends on the depth a little, so all pages of such a list have the same one.
    """

    where: filters.Where
    wide: filters.Where
    needed: int
    whole: bool = False
    copies: bool = False
    every: bool = False
    documents: filters.Where | None = None

    @classmethod
    def of(cls, query: Query, store: Store, examples: Iterable[DocumentRecord] = ()) -> Within:
        """What `query` asks for. `examples` are the records of its examples, which are no hits.

        Raises RedisError.
        """
        where = filters.condition(query.filters)
        wide = filters.condition(Filters(within=query.filters.within))
        for example in examples:
            where = where & filters.all_but_file(example.root, example.path)
        needed, every = query.start + query.limit, query.cursor is not None
        documents = None
        if explored.is_set(query.filters):
            documents = explored.condition(query.filters, Said.read(store.mine, query.filters.label))
        return cls(where, wide, needed, wants_all(query), query.copies, every, documents)

    def depth(self, tuning: Tuning) -> int:
        """The number of candidates that each leg is asked for at first."""
        if self.every:
            return tuning.deepest
        return tuning.depth if self.needed <= tuning.shallow_hits else tuning.deep


def by_place(within: Within, store: Store) -> Within:
    """The same documents, by their places if they are few: then vectors are compared with theirs alone.

    Otherwise the nearest pieces of all documents are found, and few of them may pass. Raises RedisError.
    """
    if within.documents is None:
        return within
    where = within.where & within.documents & filters.records()
    (docs,) = store.ask([queries.doc_ids(_FEW + 1, where)])
    if docs is None or len(docs) > _FEW:
        return within
    # These places alone: the documents pass the other filters, and RediSearch 2.10 finds no neighbours where
    # two unions are intersected (`filters.with_place`).
    places = [(record.root, record.path) for record in store.ledger.get_many(docs)]
    return replace(within, where=filters.files(places)) if places else within


def is_list(query: Query, wording: Wording) -> bool:
    """Whether a query searches for nothing, and lists what passes its filters and lacks what it excludes."""
    return not (wording.text or query.likes or query.look is not None)


def wants_all(query: Query) -> bool:
    """Whether a query needs every clear match, to order or count them, and not only those of its page."""
    return query.facets or query.order is not Order.RELEVANCE
