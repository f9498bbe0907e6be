"""Every constant of retrieval and ranking, with its reason and the benchmark that measures it.

`semsearch eval --tune NAME=VALUE` and the benchmarks run the real search with other values.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from semsearch.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Tuning:
    """The values in use. All scores in spreads are on the scale of `relevance.fit_scale`."""

    # Order. -- benchmarks/fusion

    # A document that has all of a query's weight in words counts this many spreads more than one that has
    # none. nDCG hardly changes between 6 and 14.
    words_weight: float = 10.0
    # Coverage counts by this power: the root lets the first terms found count most.
    words_power: float = 0.5
    # 1: clear matches come before all others. Without it, a document with one common word of the query
    # comes before a document that answers it in other words. 0 is for measurements.
    clear_first: int = 1

    # Relevance. -- benchmarks/relevance

    # The best hits of nine in ten unrelated queries stay below this many spreads, in texts and pictures.
    clear_spreads: float = 2.4
    # How fast relevance grows there. The best hits of good queries are 3 to 10 spreads above the threshold,
    # and should not all have a relevance of 1.00.
    relevance_slope: float = 0.5
    # A document with this share of a query's weight in words is a clear match by its words alone. An ordinary
    # document that has each term once has a little more: 1 / (k1 + 1) by BM25.
    clear_coverage: float = 0.45
    # Spreads that a document gains with each unit of coverage above that, and loses below.
    coverage_spreads: float = 8.0
    # A query is typical of the library when its affinity is this many spreads above that of the probes. Each
    # further spread lifts its hits by `typical_lift` spreads.
    typical_affinity: float = 1.0
    typical_lift: float = 0.6

    # The scales of chance. -- benchmarks/relevance

    # Some probes ask for what is in the library, and find it. The scale is read off these percentiles of
    # their best scores, which such probes do not reach.
    low_percentile: int = 10
    high_percentile: int = 40
    # A library of one note answers all queries alike: a spread is never smaller than this.
    least_spread: float = 0.02
    # Queries score within hundredths with a mean vector, so that spread may be smaller.
    least_affinity_spread: float = 0.005
    # Calibrate again when this share of the documents has changed: the scales change slowly.
    recalibrate_share: float = 0.05
    # A smaller index has no typical query: one may be near its mean vector by chance.
    least_documents_for_mean: int = 100
    # A sample of this size has nearly the mean vector of the whole index.
    mean_sample: int = 1000
    # Pictures compared with each other for the scale of looks; with fewer, the scale is not measured.
    looks_sample: int = 300
    least_looks: int = 10

    # Terms. -- benchmarks/fusion, benchmarks/hybrid_speed

    # BM25's k1, as the search module has it. The most that a term can score is (k1 + 1) times its inverse
    # document frequency.
    k1: float = 1.2
    # In a library of `large_library` documents or more, terms that are in more than this share of them are
    # not looked for: they say little and take the longest. SciFact's nDCG@10 is the same without them.
    large_library: int = 2000
    common_share: float = 0.2

    # Depth. -- benchmarks/fusion (50 and 200 deep), benchmarks/hybrid_speed

    # Candidates asked of each leg. The order depends on it a little, so every page of a list looks equally
    # deep; pages beyond `shallow_hits`, and lists ordered otherwise than by relevance, look `deep`.
    depth: int = 200
    shallow_hits: int = 100
    deep: int = 2500
    # The nearest passages may be of a few documents: then `deeper` times as many are asked for, `deepest` at
    # most.
    deeper: int = 4
    deepest: int = 40_000
    # A query of more words is not looked for among file names.
    name_words: int = 8

    # Passages of a hit. -- benchmarks/sentences

    # The words of a query can make up for this much similarity between two passages of a document.
    passage_words: float = 0.6
    # Passages that score less than this share of the best passage are left out: they explain nothing.
    passage_share: float = 0.4

    @classmethod
    def changed(cls, changes: Iterable[str]) -> Tuning:
        """The values in use with `changes`, each written NAME=VALUE.

        Raises SettingsError, naming the change, for an unknown name or a value that is no number.
        """
        kinds: dict[str, type[float]] = {
            field.name: type(getattr(TUNING, field.name)) for field in fields(cls)
        }
        values: dict[str, float] = {}
        for change in changes:
            name, _, value = change.partition("=")
            if name not in kinds:
                raise SettingsError(f"{change!r} names no constant of ranking; these are: {', '.join(kinds)}")
            try:
                values[name] = kinds[name](value)
            except ValueError as error:
                wanted = "a whole number" if kinds[name] is int else "a number"
                raise SettingsError(f"{change!r} must give {name} {wanted}") from error
        return replace(cls(), **values)  # type: ignore[arg-type]


TUNING = Tuning()
