"""Labels by example: what the page, the API and the command line show of labels, and what they change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from semsearch.api.labels import read_docs
from semsearch.errors import QueryError
from semsearch.explore.kept_vectors import KeptVectors
from semsearch.explore.label_step import SURE, is_applied
from semsearch.explore.labeller import Labeller, Learned, VectorSource
from semsearch.explore.learning import lacking, least_sure
from semsearch.explore.marks import MarkBook, Marks
from semsearch.explore.presets import CLASSES
from semsearch.message import say
from semsearch.records import DocumentRecord, Kind, State
from semsearch.store.by_content import records_with
from semsearch.store.explored import LABEL, TAGS, names_of
from semsearch.store.filters import findable
from semsearch.store.said import Said
from semsearch.store.store import Store


@dataclass(frozen=True, slots=True)
class LabelSummary:
    """A label with the numbers of marks, and of documents that a search for it finds."""

    name: str
    yes: int
    no: int
    documents: int
    preset: str


@dataclass(frozen=True, slots=True)
class LabelList:
    """All labels by name, and whether the index has what their marks say."""

    labels: tuple[LabelSummary, ...]
    applied: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document that nobody has marked, and how likely it has the label."""

    record: DocumentRecord
    probability: float


@dataclass(frozen=True, slots=True)
class LabelView:
    """All about a label. `yes` and `no` are the documents marked as it and as not it.

    `gone` counts marks of contents that are not in the library now. `likely` are the likeliest of those that
    nobody has marked, and `unsure` those whose marks would tell most. `rough` says that too few are marked to
    check the probabilities; `applied` that the index has what the marks say.
    """

    label: LabelSummary
    yes: tuple[DocumentRecord, ...]
    no: tuple[DocumentRecord, ...]
    gone: int
    likely: tuple[Proposal, ...]
    unsure: tuple[Proposal, ...]
    rough: bool
    applied: bool


class Labels:
    """The labels of one library. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, store: Store, vectors: VectorSource | None = None) -> None:
        """Without `vectors`, they are read when they are first needed, and kept."""
        self._store = store
        self._vectors = vectors or KeptVectors(store)
        self.book = MarkBook(store.mine)

    def all(self) -> LabelList:
        """The labels by name."""
        every = self.book.all()
        counts = self._counts([marks.name for marks in every])
        return LabelList(
            tuple(_summary(marks, counts[marks.name]) for marks in every), is_applied(self._store, every)
        )

    def show(self, name: str, limit: int) -> LabelView:
        """A label with at most `limit` documents of each sort. Raises NotFoundError."""
        marks = self.book.get(name)
        records = records_with(self._store, marks.yes | marks.no)
        marked = {record.doc for each in records.values() for record in each}
        likely, unsure, rough = self._proposals(marks, marked, limit)
        yes, no = (
            [records[each][0] for each in sorted(said) if each in records] for said in (marks.yes, marks.no)
        )
        return LabelView(
            _summary(marks, self._counts([marks.name])[marks.name]),
            tuple(yes[:limit]),
            tuple(no[:limit]),
            gone=len((marks.yes | marks.no) - records.keys()),
            likely=likely,
            unsure=unsure,
            rough=rough,
            applied=self.is_applied(),
        )

    def is_applied(self) -> bool:
        """Whether the index has what all marks say."""
        return is_applied(self._store, self.book.all())

    def of_document(self, record: DocumentRecord) -> dict[str, bool | None]:
        """The labels that are known for a document: True if it is marked as one, False if as not one, and
        None if the index says so and nobody has marked it.
        """
        stored = next(iter(self._store.ledger.fields([record.doc], [LABEL])))[0]
        found: dict[str, bool | None] = dict.fromkeys(names_of(stored))
        return found | self.book.of(record.sha256)

    def mark(self, name: str, docs: Sequence[str], *, is_it: bool) -> str:
        """Mark documents as a label, which begins if it is new, or as not it. Returns its name.

        Raises QueryError, and NotFoundError when a document is gone, or when a label that is new gets marks
        of what is not it.
        """
        contents = self._contents(docs)
        name = self.book.create(name) if is_it else self.book.named(name)
        self.book.mark(name, contents, is_it=is_it)
        return name

    def unmark(self, name: str, docs: Sequence[str]) -> None:
        """Take the marks of documents away. Raises QueryError, NotFoundError."""
        self.book.unmark(name, self._contents(docs))

    def add_preset(self, preset: str) -> list[str]:
        """Begin the labels of a preset. Returns their names. Raises QueryError."""
        if preset not in CLASSES:
            raise QueryError(
                say("There is no preset {name!r}; there is {known}.", name=preset, known=", ".join(CLASSES))
            )
        return [self.book.create(each, f"{preset}/{each}") for each in CLASSES[preset]]

    def _contents(self, docs: Iterable[str]) -> list[str]:
        """The hashes of the contents of documents."""
        records = [self._store.ledger.get(doc) for doc in read_docs(docs)]
        if unread := [record for record in records if not record.sha256]:
            raise QueryError(
                say(
                    "{path} was not read yet, and a mark is kept by the content. Try again later.",
                    path=unread[0].path,
                )
            )
        return [record.sha256 for record in records]

    def _counts(self, names: Sequence[str]) -> dict[str, int]:
        """How many documents a search for each label finds."""
        said = Said.read(self._store.mine, names)
        conditions = [findable() & said.condition(TAGS[LABEL], name) for name in names]
        return dict(zip(names, self._store.lookup.count_each(conditions), strict=True))

    def _proposals(
        self, marks: Marks, marked: set[str], limit: int
    ) -> tuple[tuple[Proposal, ...], tuple[Proposal, ...], bool]:
        """The likeliest documents, those to ask about, and whether the probabilities are rough."""
        learned = Labeller(self._store, self._vectors).learn(marks)
        likely: list[tuple[float, str]] = []
        unsure: list[list[tuple[float, str]]] = []
        for which, each in learned.items():
            found = self._vectors.of(which)
            open_rows = np.array([n for n, doc in enumerate(found.docs) if doc not in marked], np.int64)
            vectors = found.vectors[open_rows]
            sure = each.regression.probabilities(vectors)
            best = np.argsort(-sure, kind="stable")[:limit]
            likely += [(float(sure[row]), found.docs[open_rows[row]]) for row in best if sure[row] >= SURE]
            asked = least_sure(sure, vectors, limit, lacking(each.yes, each.no))
            unsure.append([(float(sure[row]), found.docs[open_rows[row]]) for row in asked])
        likely.sort(reverse=True)
        # Texts and pictures in turn.
        in_turn = [each for row in zip_longest(*unsure) for each in row if each is not None]
        rough = any(_is_rough(each, which.kind, marks) for which, each in learned.items())
        return self._shown(likely[:limit]), self._shown(in_turn[:limit]), rough

    def _shown(self, found: Sequence[tuple[float, str]]) -> tuple[Proposal, ...]:
        records = {record.doc: record for record in self._store.ledger.get_many([doc for _, doc in found])}
        return tuple(
            Proposal(records[doc], sure)
            for sure, doc in found
            if doc in records and records[doc].state is State.INDEXED
        )


def _summary(marks: Marks, documents: int) -> LabelSummary:
    return LabelSummary(marks.name, len(marks.yes), len(marks.no), documents, marks.preset)


def _is_rough(learned: Learned, kind: Kind, marks: Marks) -> bool:
    """Whether the probabilities could not be checked. Those of a preset were, on its sentences."""
    return learned.is_rough and not (marks.preset and kind is Kind.TEXT)
