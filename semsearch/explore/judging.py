"""Judged pairs with the documents that they name."""

from __future__ import annotations

from dataclasses import dataclass

from semsearch.errors import QueryError
from semsearch.message import say
from semsearch.query import MAX_CHARACTERS
from semsearch.records import DocumentRecord
from semsearch.store.by_content import records_with
from semsearch.store.judged import Judged, JudgedPair
from semsearch.store.store import Store

# So many are more than one person will say, and few enough to be read at once.
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judged pair, and the document that has its content; None where no document has it now."""

    pair: JudgedPair
    record: DocumentRecord | None


class Judging:
    """What people said of hits. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._judged = Judged(store.mine)

    def all(self) -> list[Judgement]:
        """All judged pairs, the latest first."""
        pairs = self._judged.all()
        records = records_with(self._store, (pair.sha256 for pair in pairs))
        return [Judgement(pair, next(iter(records.get(pair.sha256, ())), None)) for pair in pairs]

    def has(self, query: str, record: DocumentRecord) -> bool:
        """Whether this document was said to answer this query."""
        return self._judged.has(as_judged(query), record.sha256)

    def keep(self, query: str, doc: str) -> Judgement:
        """Say that a document answers a query. Raises NotFoundError, QueryError."""
        text, record = as_judged(query), self._store.ledger.get(doc)
        if not record.sha256:
            raise QueryError(
                say("{path} has no content that was read, so it answers nothing.", path=record.path)
            )
        if self._judged.count() >= MOST:
            raise QueryError(
                say("There are {most} judged pairs already: remove some of them first.", most=MOST)
            )
        return Judgement(self._judged.keep(text, record.sha256), record)

    def drop(self, query: str, doc: str) -> bool:
        """Say it no more. Returns whether it was said. Raises NotFoundError, QueryError."""
        return self.drop_content(query, self._store.ledger.get(doc).sha256)

    def drop_content(self, query: str, sha256: str) -> bool:
        """Say it no more of a content, which no document may have now. Returns whether it was said.

        Raises QueryError.
        """
        return self._judged.drop(as_judged(query), sha256)


def as_judged(query: str) -> str:
    """The words of a query as they are judged.

    Raises QueryError when there are none, or too many, and when they are no text: half of a surrogate pair.
    """
    text = " ".join(query.split())
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QueryError(say("A query must be text that can be written as UTF-8.")) from error
    if not text:
        raise QueryError(say("A judged pair needs the words of a query, and this search has none."))
    if len(text) > MAX_CHARACTERS:
        raise QueryError(say("A query has at most {most} characters.", most=MAX_CHARACTERS))
    return text
