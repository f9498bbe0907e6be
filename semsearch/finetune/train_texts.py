"""Learn from judged queries: fit a head for queries to this library, and keep it if it gains something."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from semsearch.errors import SettingsError
from semsearch.finetune.query_head_fitting import Fitted, Lesson, fit
from semsearch.language import query_syntax
from semsearch.models.loaded import Models
from semsearch.models.query_head import QueryHead
from semsearch.models.vectors import without
from semsearch.records import DocumentRecord, Kind, Vector, Vectors
from semsearch.search.calibrate import calibrate
from semsearch.search.query_head import forget_head, keep_head
from semsearch.store.schema import TEXT, VECTOR
from semsearch.store.store import Store

# With fewer queries, those held out say nothing.
MIN_QUERIES = 10
# More queries, or passages, are left out: products of both are held in memory, 160 MB for so many.
MOST_QUERIES, MOST_PASSAGES = 1000, 40_000
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Judgements:
    """Judged queries: their texts, and the names of the documents that answer them, both by the query's id.

    `name_of` gives the name of a document by its path and its root.
    """

    queries: Mapping[str, str]
    answers: Mapping[str, Sequence[str]]
    name_of: Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class TrainedTexts:
    """What was learned. The figures are the nDCG@10 by meaning of queries that were held out.

    `error` is the standard error of the gain. `left_out` counts queries none of whose answers is in the
    library. `head` is the id of the head that is in use now, "" if nothing was gained.
    """

    queries: int
    pairs: int
    left_out: int
    documents: int
    before: float
    after: float
    error: float
    head: str

    @property
    def gain(self) -> float:
        """What the queries held out have gained."""
        return self.after - self.before


def train_texts(store: Store, models: Models, judgements: Judgements) -> TrainedTexts:
    """Fit a head to judged queries. Where held-out queries gain, put it to use and calibrate with it;
    otherwise an earlier head stays.

    `models` are those of the indexes in use. Raises SettingsError for too few queries, and ModelError,
    FingerprintError, RedisError.
    """
    answers, left_out = _in_library(store, judgements)
    lesson, documents = _lesson(store, models, judgements, answers)
    fitted = fit(lesson)
    head = "" if fitted.matrix is None else _keep(store, models, fitted, len(answers))
    pairs = sum(map(len, lesson.answers))
    return TrainedTexts(
        len(answers), pairs, left_out, documents, fitted.before, fitted.after, fitted.error, head
    )


def forget_texts(store: Store, models: Models) -> bool:
    """Use no head any more, and calibrate without it; whether there was one. Raises as `train_texts`."""
    was_kept = forget_head(store)
    if was_kept:
        calibrate(store, models)
    return was_kept


def _keep(store: Store, models: Models, fitted: Fitted, queries: int) -> str:
    assert fitted.matrix is not None, "a head is kept where there is one"
    head = QueryHead(fitted.matrix, models.text_id)
    made = {name: value for name, value in asdict(fitted).items() if name != "matrix"}
    keep_head(store, head, {**made, "queries": queries})
    calibrate(store, models)
    return head.id


def _in_library(store: Store, judgements: Judgements) -> tuple[dict[str, set[str]], int]:
    """The ids of the documents that answer each query, and the number of queries that have none here."""
    named: dict[str, list[str]] = {}
    for record in _texts(store):
        named.setdefault(judgements.name_of(record.path, record.root), []).append(record.doc)
    found = {
        query: {doc for name in names for doc in named.get(name, ())}
        for query, names in judgements.answers.items()
        if query in judgements.queries
    }
    kept = {query: docs for query, docs in found.items() if docs}
    if len(kept) < MIN_QUERIES:
        raise SettingsError(
            f"{len(kept)} of {len(found)} judged queries have an answer among the texts of this library, and "
            f"at least {MIN_QUERIES} are needed to learn from. Ingest the documents that they name, or judge "
            'more hits with "This is it".'
        )
    return dict(list(kept.items())[:MOST_QUERIES]), len(found) - len(kept)


def _texts(store: Store) -> list[DocumentRecord]:
    return store.ledger.get_many(sorted(store.lookup.of_kind(Kind.TEXT)))


def _lesson(
    store: Store, models: Models, judgements: Judgements, answers: Mapping[str, set[str]]
) -> tuple[Lesson, int]:
    """The vectors of the queries and of the library, and the number of documents."""
    wanted = set[str]().union(*answers.values())
    # Ids are hashes, so the first ones in order are a random sample of the other documents.
    records = sorted(_texts(store), key=lambda record: (record.doc not in wanted, record.doc))
    generation = store.generations.in_use()[TEXT]
    rows: list[Vector] = []
    starts: list[int] = []
    numbers: dict[str, int] = {}
    for start in range(0, len(records), _BATCH):
        batch = records[start : start + _BATCH]
        found = store.ledger.vectors_of_all(batch, VECTOR, generation.layout)
        for record, vectors in zip(batch, found, strict=True):
            if vectors and len(rows) + len(vectors) <= MOST_PASSAGES:
                numbers[record.doc] = len(starts)
                starts.append(len(rows))
                rows += vectors
    known = [
        np.array(sorted(numbers[doc] for doc in docs if doc in numbers), np.intp) for docs in answers.values()
    ]
    queries = _vectors(models, [judgements.queries[query] for query in answers])
    has_vectors = [n for n, each in enumerate(known) if len(each)]
    if len(has_vectors) < MIN_QUERIES:
        raise SettingsError("The judged documents have no vectors yet: run `semsearch ingest` first.")
    lesson = Lesson(
        queries[has_vectors], np.stack(rows), np.array(starts, np.intp), [known[n] for n in has_vectors]
    )
    return lesson, len(starts)


def _vectors(models: Models, texts: Sequence[str]) -> Vectors:
    """Unit rows for the queries, as a search makes them without a head."""
    model = models.text()
    vectors = model.embed([query_syntax.read(text).text for text in texts], query=True)
    return np.stack([without(vector, model.common) for vector in vectors])
