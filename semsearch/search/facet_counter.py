"""Count the facets of a search, with a search of its own for each filter in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from semsearch.query import Query
from semsearch.results import Facets, Facts
from semsearch.search.facets import Group, count_facets, widened
from semsearch.search.found import Found
from semsearch.search.in_use import InUse
from semsearch.search.interpret import Interpretation
from semsearch.search.listing import matching
from semsearch.search.relevance import Scales
from semsearch.search.retrieve import Begun, Retriever
from semsearch.search.tuning import Tuning
from semsearch.stages import stage
from semsearch.store.ledger import Ledger


class FacetCounter:
    """Counts facets. Safe to share between threads."""

    def __init__(self, retriever: Retriever, ledger: Ledger, tuning: Tuning) -> None:
        self._retriever = retriever
        self._ledger = ledger
        self._tuning = tuning

    def count(
        self,
        query: Query,
        interpretation: Interpretation,
        found: Found,
        known: Mapping[str, Facts],
        in_use: InUse,
        scales_for: Callable[[Interpretation], Scales],
    ) -> Facets:
        """The counts of the hits that were `found`; `known` are their facts. Raises what a search raises."""
        wide = {group: replace(query, filters=each) for group, each in widened(query.filters).items()}
        others = {}
        with stage("retrieve"):
            begun = {group: self._retriever.begin(each) for group, each in wide.items()}
            for group, each in wide.items():
                # A query means the same without a filter, but the kind rules legs out.
                means = in_use.interpreter.interpret(each) if group is Group.KIND else interpretation
                others[group] = self._matching(each, means, begun[group], scales_for(means))
        docs = {doc for groups in others.values() for group in groups for doc in group}
        facts = {**known, **self._ledger.facts(sorted(docs - known.keys()))}

        def of(groups: Sequence[Sequence[str]]) -> list[list[Facts]]:
            return [[facts[doc] for doc in group if doc in facts] for group in groups]

        hits = of(matching(found, self._tuning))
        return count_facets(hits, {group: of(each) for group, each in others.items()})

    def _matching(
        self, query: Query, interpretation: Interpretation, begun: Begun, scales: Scales
    ) -> list[list[str]]:
        """The clear matches of a query, each with its copies."""
        found = self._retriever.matching(query, interpretation, begun, scales)
        return matching(found, self._tuning)
