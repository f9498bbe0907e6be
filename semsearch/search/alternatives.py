"""Find the documents of a query whose words have alternatives: "cat OR dog".

Each alternative is searched for by itself, with the filters of the query and what it excludes. A document
counts by the best of them, which spreads can tell: they say how far a document is above what other queries
find.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from semsearch.language.query_syntax import alternatives
from semsearch.query import Filters, Query
from semsearch.records import Kind
from semsearch.search.found import Found
from semsearch.search.interpret import Interpretation, Interpreter
from semsearch.search.rank import Ranked, folded, never_less
from semsearch.search.relevance import Scales, is_clear, scales_by_example, scales_of_words
from semsearch.search.retrieve import Begun, Retriever
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store.statistics import Calibration


@dataclass(frozen=True, slots=True)
class Alternative:
    """The query of an alternative, or the whole query if it has none; what it means, and its scales."""

    query: Query
    interpretation: Interpretation
    scales: Scales

    def filtered(self, filters: Filters) -> Alternative:
        """The same with other filters. A query means the same with them, unless they are of another kind."""
        return replace(self, query=replace(self.query, filters=filters))

    @property
    def reaches_all(self) -> bool:
        """Whether its vectors reach all documents that pass the filters and lack what it excludes."""
        return bool(self.interpretation.legs) and not self.interpretation.wording.phrases


def queries_of(query: Query) -> tuple[Query, ...]:
    """The query of each alternative."""
    return tuple(replace(query, text=text) for text in alternatives(query.text))


def interpreted(
    query: Query, interpreter: Interpreter, calibrations: Mapping[Kind, Calibration], tuning: Tuning = TUNING
) -> tuple[Alternative, ...]:
    """What each alternative of a query means. Raises what `Interpreter.interpret` raises."""
    found = []
    for each in queries_of(query):
        interpretation = interpreter.interpret(each)
        found.append(Alternative(each, interpretation, _scales_for(interpretation, calibrations, tuning)))
    return tuple(found)


def _scales_for(
    interpretation: Interpretation, calibrations: Mapping[Kind, Calibration], tuning: Tuning
) -> Scales:
    by_words = [leg for leg in interpretation.legs if not leg.by_example]
    vectors = {leg.kind: leg.vector for leg in by_words}
    corrected = {leg.kind for leg in by_words if leg.is_corrected}
    text, limit = interpretation.wording.text, tuning.clear_spreads
    if any(leg.is_aligned for leg in interpretation.legs):
        # An alignment is not exact: a sentence finds as much by chance as the probes do.
        tuning = replace(tuning, sentence_lift=0.0)
    scales = scales_of_words(calibrations, vectors, text, tuning, corrected)
    moved = [leg for leg in interpretation.legs if leg.by_example]
    by_looks = any(leg.by_looks for leg in moved)
    scales = scales_by_example(scales, calibrations, {leg.kind for leg in moved}, by_looks=by_looks)
    return scales if interpretation.is_read else replace(scales, limit=limit)


class Finder:
    """Finds documents. Safe to share between threads."""

    def __init__(self, retriever: Retriever, tuning: Tuning = TUNING) -> None:
        self._retriever = retriever
        self._tuning = tuning

    def begin(self, query: Query) -> tuple[Begun, ...]:
        """Start the search for the words of each alternative. Pass the result to `find`."""
        return tuple(map(self._retriever.begin, queries_of(query)))

    def find(self, wanted: Sequence[Alternative], begun: Sequence[Begun]) -> Found:
        """The best documents, as `Retriever.find` finds them for each alternative. Raises what it raises."""
        found = [
            self._retriever.find(each.query, each.interpretation, words, each.scales)
            for each, words in zip(wanted, begun, strict=True)
        ]
        return self._merged(wanted, found)

    def matching(self, wanted: Sequence[Alternative], begun: Sequence[Begun]) -> Found:
        """The documents of `find`, without asking Redis how many there are. Raises what `find` raises."""
        found = [
            self._retriever.matching(each.query, each.interpretation, words, each.scales)
            for each, words in zip(wanted, begun, strict=True)
        ]
        return self._merged(wanted, found)

    def _merged(self, wanted: Sequence[Alternative], found: Sequence[Found]) -> Found:
        """What was found for each alternative as one list."""
        if len(found) == 1:
            return found[0]
        lists = [_unfolded(each.documents) for each in found]
        union = merged(lists, self._tuning)
        documents = union if wanted[0].query.copies else folded(union)
        reached = [
            each.total + len(listed) - len(each.documents) for each, listed in zip(found, lists, strict=True)
        ]
        if any(each.reaches_all for each in wanted):
            total = max(reached)
        else:  # a document that is in several lists counts once
            total = sum(reached) - sum(map(len, lists)) + len(union)
        return Found(
            documents,
            max(total, len(union)) - len(union) + len(documents),
            all(each.complete for each in found),
            next((each.scales for each in found if each.scales.measured), found[0].scales),
            tuple(sought for each in found for sought in each.sought),
            found[0].cut_path,
            any(each.is_cut for each in found),
        )


def merged(lists: Iterable[Sequence[Ranked]], tuning: Tuning = TUNING) -> list[Ranked]:
    """The documents of several lists as one list, best first: each by the list in which it is best.

    A document names the number of this list, and of others in which it is a clear match.
    """
    places: dict[str, list[tuple[int, Ranked]]] = {}
    for n, listed in enumerate(lists):
        for document in listed:
            places.setdefault(document.doc, []).append((n, document))
    found = []
    for there in places.values():
        (first, best), *others = sorted(there, key=lambda place: _order(place[1]))
        clear = (n for n, other in others if is_clear(other.spreads, tuning))
        best.alternatives = (first, *clear)
        found.append(best)
    return never_less(sorted(found, key=_order))


def _order(document: Ranked) -> tuple[bool, float]:
    return not document.is_called, -document.spreads


def _unfolded(documents: Sequence[Ranked]) -> list[Ranked]:
    """The documents and their copies, which other alternatives may fold into other ones."""
    found = [each for document in documents for each in (document, *document.copies)]
    for document in documents:
        document.copies = []
    return found
