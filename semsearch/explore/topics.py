"""Keep the topics of a library up to date: a step of each run of ingestion.

A document that is new gets the topic with the nearest middle. When a fifth of the documents is new, or the
vectors are of another model, the topics are made anew; a topic whose middle stays keeps its name.

The names of a document's topics are written after an empty one, which says that it has been looked at: a
document far from all topics has no other. Nothing is written of a document that waits for its vectors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from semsearch.explore.grouping import FEWEST, group
from semsearch.explore.naming import names
from semsearch.explore.topic_model import (
    Described,
    Topic,
    TopicModel,
    Unnamed,
    described_in,
    levels,
    same_groups,
    typical,
)
from semsearch.explore.vectors import LOOKS, MEANING, TEXTS, DocumentVectors, LibraryVectors, read_vectors
from semsearch.models.loaded import Models
from semsearch.records import Kind
from semsearch.store.codec import space_of
from semsearch.store.explored import TOPIC
from semsearch.store.store import Store

# The name under which the topics are kept; their vectors are kept under this name with the kind.
TOPICS = "topics"
_KINDS = (Kind.TEXT, Kind.IMAGE)
# In place of the model of topics while they are being made anew.
_DOUBTED = "?"


def make_topics(store: Store, vectors: LibraryVectors) -> None:
    """Give each document its topics, and make the topics anew where they are outgrown. Raises RedisError."""
    known = described_in(store.kept.get(TOPICS))
    for kind in _KINDS:
        documents, told = store.lookup.count_topics(kind)
        state = _State(store, vectors, kind, known)
        if documents < FEWEST:
            state.forget()
            continue
        new = state.new() if state.is_usable and documents > told else []
        if not state.is_usable or state.is_outgrown(documents, len(new)):
            state.make()
        elif new:
            state.assign(new)


def make_anew(store: Store, models: Models | None = None) -> None:
    """Make all topics anew. Raises RedisError."""
    vectors, known = LibraryVectors(store, models), described_in(store.kept.get(TOPICS))
    for kind in _KINDS:
        state = _State(store, vectors, kind, known)
        documents, _ = store.lookup.count_topics(kind)
        if documents < FEWEST:
            state.forget()
        else:
            state.make()


@dataclass(slots=True)
class _State:
    """The topics of one kind of documents. `known` are those of all kinds, and change with them."""

    store: Store
    vectors: LibraryVectors
    kind: Kind
    known: dict[str, Described]

    @property
    def _name(self) -> str:
        """The name under which the vectors are kept."""
        return f"{TOPICS}-{self.kind}"

    @property
    def described(self) -> Described | None:
        return self.known.get(self.kind.value)

    @property
    def is_usable(self) -> bool:
        """Whether there are topics, of the vectors that are in use."""
        return self.described is not None and self.described.model == self._model()

    def is_outgrown(self, documents: int, new: int) -> bool:
        """Whether a fifth of the documents would be new, or a third is gone."""
        assert self.described is not None
        return self.described.is_outgrown_by(new) or documents * 3 < self.described.documents * 2

    def new(self) -> list[str]:
        """The documents that have not been looked at, and have their vectors."""
        due = frozenset(self.store.ledger.due())
        return [doc for doc in self.store.lookup.without_topics(self.kind) if doc not in due]

    def assign(self, docs: Sequence[str]) -> None:
        """Give documents that have not been looked at the topics that are there."""
        model = self._before()
        if model is None:  # its vectors are lost
            self.make()
            return
        found = self._of(docs)
        told = dict(zip(found.docs, model.assign(found.vectors), strict=True))
        self._write({doc: told.get(doc, ()) for doc in docs})
        self._keep(model.with_added(len(docs)))

    def make(self) -> None:
        """Make the topics anew."""
        # Before the vectors: one that comes meanwhile belongs to the next run.
        waiting = self._waiting()
        found = self._all()
        grouping = group(found.vectors)
        if grouping is None:
            model = TopicModel.empty(self._described((), found))
        else:
            groups, before = levels(grouping, found.vectors), self._before()
            same = same_groups(before, groups, grouping.origin) if before is not None else {}
            kept = {n: before.described.topics[old].name for n, old in same.items()} if before else {}
            taken = [
                each.name for kind in self.known if kind != self.kind for each in self.known[kind].topics
            ]
            named = names(self.store, self.vectors, self.kind, found, groups, kept, taken)
            described = self._described(_topics(groups, named, found.docs), found)
            model = TopicModel(described, grouping.origin, groups.means, groups.seen)
        topics = dict(zip(found.docs, model.assign(found.vectors), strict=True))
        self._doubt()
        self._write({doc: None if is_open else topics.get(doc, ()) for doc, is_open in waiting.items()})
        self._keep(model)

    def forget(self) -> None:
        """Take the topics from the documents, if there are any: too few documents are left."""
        if self.described is None:
            return
        self.store.explored.put((doc, {TOPIC: None}) for doc in self.store.lookup.of_kind(self.kind))
        del self.known[self.kind.value]
        self.store.kept.put(TOPICS, self._described_all())
        self.store.kept.forget(self._name)

    def _waiting(self) -> dict[str, bool]:
        """The documents of the kind that a search can show, and whether each waits for its vectors."""
        due, indexed = set(self.store.ledger.due()), set(self.store.lookup.indexed(self.kind))
        return {doc: doc in due or doc not in indexed for doc in self.store.lookup.of_kind(self.kind)}

    def _doubt(self) -> None:
        """Mark the topics that are there, so that the next run makes them anew if this one is killed."""
        if self.described is not None:
            self.known[self.kind.value] = replace(self.described, model=_DOUBTED)
            self.store.kept.put(TOPICS, self._described_all())

    def _described(self, topics: Sequence[Topic], found: DocumentVectors) -> Described:
        return Described(tuple(topics), self._model(), len(found))

    def _all(self) -> DocumentVectors:
        """The vectors of all documents: of pictures those that say most about what they show."""
        if self.kind is Kind.TEXT:
            return self.vectors.of(TEXTS)
        meanings = self.vectors.of(MEANING)
        return meanings if len(meanings) else self.vectors.of(LOOKS)

    def _of(self, docs: Sequence[str]) -> DocumentVectors:
        if self.kind is Kind.TEXT:
            return read_vectors(self.store, self.kind, docs, TEXTS[1])
        meanings = read_vectors(self.store, self.kind, docs, MEANING[1])
        return meanings if len(meanings) else read_vectors(self.store, self.kind, docs, LOOKS[1])

    def _model(self) -> str:
        generation = self.store.generations.in_use().get(space_of(self.kind))
        return "" if generation is None else generation.fingerprint.model

    def _before(self) -> TopicModel | None:
        described = self.described
        stored = self.store.kept.get(self._name)
        return None if described is None else TopicModel.read(described, stored)

    def _write(self, told: Mapping[str, tuple[str, ...] | None]) -> None:
        """Write the topics of documents, where they are not written yet; nothing where it says None."""
        values = {doc: None if topics is None else "\n" + "\n".join(topics) for doc, topics in told.items()}
        stored = self.store.ledger.fields(values, [TOPIC])
        changed = [
            (doc, {TOPIC: value})
            for (doc, value), (before,) in zip(values.items(), stored, strict=True)
            if before != (None if value is None else value.encode())
        ]
        self.store.explored.put(changed)

    def _keep(self, model: TopicModel) -> None:
        self.known[self.kind.value] = model.described
        self.store.kept.put_all({self._name: model.stored(), TOPICS: self._described_all()})

    def _described_all(self) -> bytes:
        return json.dumps({kind: each.stored() for kind, each in self.known.items()}).encode()


def _topics(groups: Unnamed, named: Sequence[str], docs: Sequence[str]) -> list[Topic]:
    return [
        Topic(name, above, typical(members, docs))
        for name, above, members in zip(named, groups.above, groups.members, strict=True)
    ]
