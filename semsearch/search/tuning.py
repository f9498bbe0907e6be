"""The constants of retrieval and ranking, each with its reason and the benchmark that measures it.

`semsearch eval --tune NAME=VALUE` and the benchmarks run the real search with other values.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from semsearch.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Tuning:
    """The constants, with the values in use as defaults. Spreads are those of `statistics.Scale`."""

    # Order. -- benchmarks/fusion

    # A document with coverage 1 gets this many spreads more than one with coverage 0. nDCG hardly changes
    # between 6 and 14.
    words_weight: float = 10.0
    # Coverage counts to this power. With the square root, the first terms found count the most.
    words_power: float = 0.5
    # A text in another language than the query has its coverage to this power. A word that both have mostly
    # means something else there ("main" is a hand in French), so few words count little. Names, which are
    # mostly all of a query's words, count much. -- benchmarks/languages
    foreign_power: float = 4.0
    # With 1, clear matches come before all others. With 0, which is for measurements, a document with one
    # common word of the query comes before a document that answers it in other words.
    clear_first: int = 1

    # Examples. -- benchmarks/examples

    # The mean of the examples that are wanted is added to the vector of the query with this factor, and that
    # of those that are not is subtracted with the other one. More of the first leaves the words behind. More
    # of the second leaves the subject of the query behind, which the unwanted examples share.
    towards: float = 0.5
    away: float = 0.15

    # Relevance. -- benchmarks/relevance

    # The threshold of a clear match. Among texts and among pictures, the best hits of nine in ten unrelated
    # queries stay below it.
    clear_spreads: float = 2.4
    # How fast relevance grows at the threshold. The best hits of good queries are 3 to 10 spreads above it,
    # and should not all have a relevance of 1.00.
    relevance_slope: float = 0.5
    # A document with this coverage is a clear match by its words alone. A document of average length that has
    # each term once has a little more: 1 / (k1 + 1) by BM25.
    clear_coverage: float = 0.45
    # A document that has one word of two several times may have as much. A query of up to `few_words` words
    # may be a name: documents that do not have them together have at most this. -- benchmarks/exact_words
    partial_coverage: float = 0.4
    few_words: int = 3
    # The spreads that a document gains for each unit of coverage above that, or loses below.
    coverage_spreads: float = 8.0
    # Words that stand together in only a handful of documents give at least this coverage, however long the
    # text is. -- benchmarks/exact_words
    exact_coverage: float = 0.8
    # They are the rarest words of the query that have this share of its weight. In a query of several words,
    # one rare word is not enough.
    exact_share: float = 0.8
    # How far apart they may be: this number of other terms for each further term.
    exact_gap: int = 16
    # A handful of documents: at most this number, and at most this share of the library.
    handful: int = 10
    handful_share: float = 0.05
    # The rarest of the words must be in no larger share of the library, or in a handful of documents.
    rare_share: float = 0.02
    # A query is typical of the library if its affinity is this many spreads above the centre of the probes.
    # Each further spread of affinity raises its hits by `typical_lift` spreads.
    typical_affinity: float = 1.0
    typical_lift: float = 0.6
    # For a sentence that looks for pictures the centre is this many spreads lower. It finds less by chance
    # than the probes, which are mostly like names. -- benchmarks/kinds
    sentence_lift: float = 1.1
    # A picture is a clear match only if it has this share of the spreads of the third best picture of the
    # query. -- benchmarks/kinds
    share_of_best: float = 0.6
    best_rank: int = 3
    # For a query of codes and numbers, the centre is this many spreads higher: to a model, one serial number
    # is like any other, and like a table of them. -- benchmarks/exact_words
    code_lift: float = 3.0
    # It is this many spreads higher for a query of up to `few_words` words if one of them is in no document
    # and in pieces to the model. That is often a name: the model sees in it whatever its pieces resemble.
    # -- benchmarks/exact_words
    unknown_lift: float = 1.0

    # Scales of unrelated queries. -- benchmarks/relevance

    # Some probes have an answer in the library, and score high. The scale is fitted to these percentiles of
    # the best scores, which are below the scores of such probes.
    low_percentile: int = 10
    high_percentile: int = 40
    # The least spread. In a library of one note, all queries score nearly the same.
    least_spread: float = 0.02
    # The least spread of affinities. Their spread is smaller: all affinities are within a few hundredths.
    least_affinity_spread: float = 0.005
    # Calibrate again when this share of the documents has changed: the scales change slowly.
    recalibrate_share: float = 0.05
    # This share is enough when the last text in pictures has been read. A watcher reads it in a few documents
    # at a time, which can be too few to calibrate, although their text moves the scales of a small library.
    last_share: float = 0.01
    # In a smaller index no query is typical: it may be near the mean of a few vectors by chance.
    least_documents_for_mean: int = 100
    # A sample of this size has nearly the mean vector of the whole index.
    mean_sample: int = 1000
    # The pictures that are compared with each other for the scale of looks. With fewer vectors than
    # `least_looks`, the default scale is used.
    looks_sample: int = 300
    least_looks: int = 10

    # Terms. -- benchmarks/fusion, benchmarks/hybrid_speed

    # The k1 of BM25 in RediSearch. A term scores less than (k1 + 1) times its inverse document frequency.
    k1: float = 1.2
    # In a library of at least `large_library` documents, a search leaves out terms that are in more than
    # `common_share` of them: they say little and take the longest. SciFact's nDCG@10 does not change.
    large_library: int = 2000
    common_share: float = 0.2

    # Depth. -- benchmarks/fusion (50 and 200 deep), benchmarks/hybrid_speed

    # The candidates that each leg is asked for. The order depends on it a little, so all pages up to
    # `shallow_hits` hits use the same depth. Later pages, and lists with facets or with another order than
    # relevance, may ask for `deep`.
    depth: int = 200
    shallow_hits: int = 100
    deep: int = 2500
    # If the nearest passages are from too few documents, the legs are asked for `deeper` times as many
    # candidates, until the depth is `deepest` or more.
    deeper: int = 4
    deepest: int = 40_000
    # A query of more words is not searched for in file names.
    name_words: int = 8

    # Passages of a hit. -- benchmarks/sentences

    # Having all words of the query counts as much as this similarity, among passages of one document.
    passage_words: float = 0.6
    # Passages that score less than this share of the best one are not shown: they do not explain the hit.
    passage_share: float = 0.4

    @classmethod
    def changed(cls, changes: Iterable[str]) -> Tuning:
        """The values in use, except for `changes`, each written as NAME=VALUE.

        Raises SettingsError, which quotes the change, for an unknown name or an impossible value.
        """
        values = dict(_change(change) for change in changes)
        tuning = replace(TUNING, **values)  # type: ignore[arg-type]
        if not 0 < tuning.low_percentile < tuning.high_percentile < 100:
            raise SettingsError("low_percentile must be above 0 and below high_percentile, that below 100")
        return tuning


TUNING = Tuning()

# These count when an index is calibrated, and not in a search.
CALIBRATION = frozenset(
    {
        *(
            "low_percentile",
            "high_percentile",
            "least_spread",
            "least_affinity_spread",
            "recalibrate_share",
            "last_share",
        ),
        *("least_documents_for_mean", "mean_sample", "looks_sample", "least_looks"),
    }
)
# The least values that make sense, where others would never end or have no meaning. Others may be negative.
_LEAST = {
    **dict.fromkeys(
        ("depth", "deep", "deepest", "best_rank", "mean_sample", "looks_sample", "least_looks"), 1
    ),
    **dict.fromkeys(("words_power", "foreign_power", "k1", "least_spread", "least_affinity_spread"), 0),
    **dict.fromkeys(
        ("shallow_hits", "name_words", "large_library", "common_share", "recalibrate_share", "last_share"), 0
    ),
    "deeper": 2,
}
_MOST = 1_000_000


def _change(change: str) -> tuple[str, float]:
    """The name and the value in a change that is written NAME=VALUE."""
    name, _, text = change.partition("=")
    kinds = {field.name: type(getattr(TUNING, field.name)) for field in fields(Tuning)}
    if name not in kinds:
        raise SettingsError(f"{change!r} names no constant of ranking; these are: {', '.join(kinds)}")
    least = _LEAST.get(name, -_MOST)
    wanted = f"{'a whole number' if kinds[name] is int else 'a number'} from {least:,} to {_MOST:,}"
    try:
        value: float = kinds[name](text)
    except ValueError as error:
        raise SettingsError(f"{change!r} must give {name} {wanted}") from error
    if not least <= value <= _MOST:  # also refuses nan
        raise SettingsError(f"{change!r} must give {name} {wanted}")
    return name, value
