"""Count the facets of a search, with a search of its own for each filter in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from semsearch.query import Query
from semsearch.results import Facets, Facts
from semsearch.search.alternatives import Alternative, Finder
from semsearch.search.facets import Group, count_facets, widened
from semsearch.search.found import Found
from semsearch.search.listing import matching
from semsearch.search.tuning import Tuning
from semsearch.stages import stage
from semsearch.store.said import Said
from semsearch.store.store import Store


class FacetCounter:
    """Counts facets. Safe to share between threads."""

    def __init__(self, finder: Finder, store: Store, tuning: Tuning) -> None:
        self._finder = finder
        self._store = store
        self._tuning = tuning

    def count(
        self,
        query: Query,
        wanted: Sequence[Alternative],
        found: Found,
        known: Mapping[str, Facts],
        interpreted: Callable[[Query], Sequence[Alternative]],
    ) -> Facets:
        """The counts of the hits that were `found` for the alternatives of a query; `known` are their facts.

        `interpreted` gives the alternatives of another query. Raises what a search raises.
        """
        wide = {group: replace(query, filters=each) for group, each in widened(query.filters).items()}
        others = {}
        with stage("retrieve"):
            begun = {group: self._finder.begin(each) for group, each in wide.items()}
            for group, each in wide.items():
                # A query means the same without a filter, but the kind rules legs out.
                is_same = group is not Group.KIND
                means = [one.filtered(each.filters) for one in wanted] if is_same else interpreted(each)
                others[group] = matching(self._finder.matching(means, begun[group]), self._tuning)
        docs = {doc for groups in others.values() for group in groups for doc in group}
        facts = {**known, **self._store.ledger.facts(sorted(docs - known.keys()))}
        facts = Said.read(self._store.mine).labelled(facts)

        def of(groups: Sequence[Sequence[str]]) -> list[list[Facts]]:
            return [[facts[doc] for doc in group if doc in facts] for group in groups]

        hits = of(matching(found, self._tuning))
        return count_facets(hits, {group: of(each) for group, each in others.items()})
