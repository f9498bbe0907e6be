"""The words of the library that have a term. A term has lost its ending; people read and type words."""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.language.terms import spans_of
from semsearch.records import DocumentRecord
from semsearch.store import filters, queries, word_filters
from semsearch.store.store import Store

# The documents in which the words of a term are looked for.
_DOCUMENTS = 3

# A part of the terms of a document, and a passage of it, each by the id of the document and a number.
_Place = tuple[str, int]


class Vocabulary:
    """Finds words. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def words_of(self, terms: Sequence[str], where: filters.Where) -> dict[str, set[str]]:
        """The words that have each term, in a few documents that pass a filter. Raises RedisError."""
        found = self._store.ask(
            [queries.having(_DOCUMENTS, word_filters.with_phrase([term]) & where) for term in terms]
        )
        parts = {
            term: [(match.doc, match.part) for match in matches.best] if matches else []
            for term, matches in zip(terms, found, strict=True)
        }
        passages = self._passages_with(parts)
        docs = dict.fromkeys(doc for places in parts.values() for doc, _ in places)
        wanted = list(dict.fromkeys(place for places in passages.values() for place in places))
        records, read = self._store.ledger.get_with_passages(list(docs), wanted)
        contents = {place: each.content for place, each in zip(wanted, read, strict=True) if each}
        by_doc = {record.doc: record for record in records}
        return {
            term: {
                word
                for doc in {doc for doc, _ in parts[term]} & by_doc.keys()
                for word in _words_in(
                    by_doc[doc],
                    [contents[place] for place in passages[term] if place[0] == doc and place in contents],
                    term,
                )
            }
            for term in terms
        }

    def _passages_with(self, parts: dict[str, list[_Place]]) -> dict[str, list[_Place]]:
        """The first passages with each term, in these parts of the terms of documents."""
        places = list(dict.fromkeys(place for each in parts.values() for place in each))
        read = dict(zip(places, self._store.ledger.terms(places), strict=True))
        return {
            term: [
                (doc, read[doc, part].first + n)
                for doc, part in of_term
                for n, line in enumerate(read[doc, part].terms)
                if f" {term} " in f" {line} "
            ][:_DOCUMENTS]
            for term, of_term in parts.items()
        }


def _words_in(record: DocumentRecord, contents: Sequence[str], term: str) -> set[str]:
    """The words with a term in passages of a document, in its title and in its path."""
    return {
        text[start:end]
        for text in (*contents, record.title, record.path)
        for start, end in spans_of(text, [term], record.language)
    }
