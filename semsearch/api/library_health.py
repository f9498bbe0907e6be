"""The JSON of how a library and its searches change."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from semsearch.api.fields import Payload, Readable, Score, Timestamp
from semsearch.records import Kind

Json = dict[str, Any]


class MonthOfDocuments(Payload):
    """The documents of a month."""

    month: str = Field(description="The month, such as 2026-11")
    documents: int = Field(description="Number of documents")
    passages: int = Field(description="Passages of these texts and views of these pictures")


class GrownLanguage(Payload):
    """A language that more of the new texts have."""

    code: str = Field(description="ISO 639-1 code")
    new: Score = Field(description="Share of the new texts")
    old: Score = Field(description="Share of the old texts")


class DriftOfKind(Payload):
    """How the new texts, or pictures, differ from the old ones."""

    kind: Kind = Field(description="What they are")
    new: int = Field(description="Number of new documents")
    old: int = Field(description="Number of old documents")
    spreads: Score = Field(
        description="How far apart the mean vectors are: above what random splits have, in their deviations"
    )
    far: Score = Field(description="Share of new ones that are far from all old ones; 0.05 is usual")
    unknown: Score = Field(description="Share of the words of a new text in no old one; null for pictures")
    unknown_before: Score = Field(description="The same between old texts; null for pictures")
    languages: list[GrownLanguage] = Field(description="Languages whose share has grown clearly")


class Drift(Payload):
    """How the documents that came since a moment differ from those before."""

    since: Timestamp = Field(description="Documents that were indexed from then on are the new ones")
    latest: Timestamp = Field(description="When the latest of them was indexed")
    kinds: list[DriftOfKind] = Field(description="Texts and pictures, of which enough are new")
    sentences: list[Readable] = Field(description="What is clearly different, in English")


class MonthOfSearches(Payload):
    """How the searches on the page ended in a month."""

    month: str = Field(description="The month, such as 2026-11")
    searches: int = Field(description="Number of searches")
    unclear: int = Field(description="Searches in which nothing clearly matched")
    clicked: int = Field(description="Searches of which a hit was opened")
    ranks: dict[str, int] = Field(description="The first hit opened by its rank; 11 stands for all further")


class RelevanceLine(Payload):
    """From which similarity a document is a clear match."""

    at: Timestamp = Field(description="When a run has measured it")
    kind: Kind = Field(description="Of texts or of pictures")
    similarity: Score = Field(description="The similarity")


class Learned(Payload):
    """A head for queries that is in use. The figures are the nDCG@10 by meaning of queries held out."""

    id: str = Field(description="Hash of the head")
    queries: int = Field(description="Number of judged queries that it was fitted to")
    before: Score = Field(description="Without it")
    after: Score = Field(description="With it")


class LibraryHealth(Payload):
    """How the library and its searches change."""

    at: Timestamp = Field(description="When a run has computed it; null before the first one")
    dated: list[MonthOfDocuments] = Field(description="Documents by their own dates")
    indexed: list[MonthOfDocuments] = Field(description="Documents by when they were indexed")
    drift: Drift | None = Field(description="The drift of the new documents; null where too few are new")
    lines: list[RelevanceLine] = Field(description="The lines of relevance by run")
    counting: bool = Field(description="Whether it is counted how searches end")
    searches: list[MonthOfSearches] = Field(description="Searches by month, the latest first")
    learned: Learned | None = Field(description="What was learned from judged pairs and is in use; else null")
    evaluations: dict[str, list[dict[str, Any]]] = Field(
        description="The figures of past runs of semsearch eval by collection, the oldest first"
    )


def of_health(health: Any, sentences: list[str]) -> Json:
    """The JSON of the health of a library (`semsearch.explore.library_health.Health`)."""
    changes = health.changes
    drift = changes and changes.drift
    at: Any = changes.at if changes else 0.0
    return LibraryHealth(
        at=at,
        dated=list(map(MonthOfDocuments.model_validate, changes.dated)) if changes else [],
        indexed=list(map(MonthOfDocuments.model_validate, changes.indexed)) if changes else [],
        drift=drift and _drift(drift, sentences),
        lines=list(map(RelevanceLine.model_validate, health.lines)),
        counting=health.is_counting,
        searches=[
            MonthOfSearches(
                month=each.month,
                searches=each.searches,
                unclear=each.unclear,
                clicked=each.clicked,
                ranks={str(rank): number for rank, number in each.ranks.items()},
            )
            for each in health.searches
        ],
        learned=health.learned and Learned.model_validate(dict(health.learned)),
        evaluations={name: list(map(dict, runs)) for name, runs in health.evaluations.items()},
    ).json_value()


def _drift(drift: Any, sentences: list[str]) -> Drift:
    kinds = [
        DriftOfKind(
            kind=kind,
            new=each.new,
            old=each.old,
            spreads=each.spreads,
            far=each.far,
            unknown=each.unknown,
            unknown_before=each.unknown_before,
            languages=list(map(GrownLanguage.model_validate, each.languages)),
        )
        for kind, each in drift.kinds.items()
    ]
    return Drift(since=drift.since, latest=drift.latest, kinds=kinds, sentences=sentences)
