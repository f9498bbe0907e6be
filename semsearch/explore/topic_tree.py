"""The topics of a library as a tree, for the page, the API and the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from semsearch.explore.grouping import FEWEST
from semsearch.explore.topic_model import Topic, described_in
from semsearch.explore.topics import TOPICS
from semsearch.records import DocumentRecord, Kind
from semsearch.store.explored import TOPIC, names_of
from semsearch.store.filters import indexed
from semsearch.store.store import Store


@dataclass(frozen=True, slots=True)
class Branch:
    """A topic with the number of its documents, the most typical of them, and the smaller topics in it."""

    name: str
    kind: Kind
    count: int
    typical: tuple[DocumentRecord, ...]
    inner: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicTree:
    """The topics of texts and of pictures, the largest first.

    `without` counts the documents that lie far from all topics of their kind, and `unknown` those that a run
    of ingestion will look at as soon as they have vectors.
    """

    texts: tuple[Branch, ...]
    pictures: tuple[Branch, ...]
    without: int
    unknown: int

    @property
    def all(self) -> tuple[Branch, ...]:
        return (*self.texts, *self.pictures)


class Topics:
    """Reads the topics of a library. Safe to share between threads. Methods raise RedisError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def tree(self, typical: int = 6) -> TopicTree:
        """The topics with documents, and up to `typical` documents of each."""
        known = described_in(self._store.kept.get(TOPICS))
        counted, without, unknown = self._counts(known)
        docs = [doc for each in known.values() for topic in each.topics for doc in topic.typical[:typical]]
        records = {record.doc: record for record in self._store.ledger.get_many(list(dict.fromkeys(docs)))}

        def branch(kind: Kind, topic: Topic, inner: Sequence[Branch] = ()) -> Branch:
            found = tuple(records[doc] for doc in topic.typical[:typical] if doc in records)
            return Branch(topic.name, kind, counted[topic.name], found, _largest_first(inner))

        def branches(kind: Kind) -> tuple[Branch, ...]:
            described = known.get(kind.value)
            topics = described.topics if described else ()
            return _largest_first(
                branch(kind, top, [branch(kind, each) for each in topics if each.above == n])
                for n, top in enumerate(topics)
                if top.above < 0
            )

        return TopicTree(branches(Kind.TEXT), branches(Kind.IMAGE), without, unknown)

    def of(self, doc: str) -> tuple[str, ...]:
        """The topics of a document, the larger one first."""
        ((stored,),) = self._store.ledger.fields([doc], [TOPIC])
        return names_of(stored)

    def _counts(self, known: Iterable[str]) -> tuple[Counter[str], int, int]:
        """The number of documents of each topic, of those without one, and of those not looked at yet.

        Documents of a kind that has no topics, and too few documents for any, are not waiting for them.
        """
        counted: Counter[str] = Counter()
        found = self._store.groups("@topic", "@kind", where=indexed([Kind.TEXT, Kind.IMAGE]))
        numbers: Counter[str] = Counter()
        for (_, kind), count in found:
            numbers[kind] += count
        waiting = {*known, *(kind for kind, number in numbers.items() if number >= FEWEST)}
        without = unknown = 0
        for (value, kind), count in found:
            names = names_of(value.encode())
            for name in names:
                counted[name] += count
            if not value:
                unknown += count if kind in waiting else 0
            elif not names:
                without += count
        return counted, without, unknown


def _largest_first(branches: Iterable[Branch]) -> tuple[Branch, ...]:
    return tuple(sorted((each for each in branches if each.count), key=lambda each: -each.count))
