"""The drift of a library in sentences, where it is large."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol

from semsearch.explore.changes import Drift, KindDrift
from semsearch.explore.drift import USUAL
from semsearch.explore.library_health import Health
from semsearch.message import Message, say
from semsearch.records import Kind

# A drift is large from here on: the means apart by so many spreads, and so much more far away or unknown
# than usual. With many documents a small drift has many spreads, so both count.
SPREADS, FAR, UNKNOWN = 4.0, 2 * USUAL, 0.10


class Shown(Protocol):
    """How shares, languages and days are written."""

    def percent(self, share: float) -> str: ...

    def name_of_language(self, code: str) -> str: ...

    def day(self, moment: datetime) -> str: ...


class Plain:
    """In English, for programs and the command line."""

    def percent(self, share: float) -> str:
        return f"{share:.0%}"

    def name_of_language(self, code: str) -> str:
        return f"of the language {code}"

    def day(self, moment: datetime) -> str:
        return f"{moment.astimezone():%Y-%m-%d}"


def sentences(drift: Drift, shown: Shown) -> list[Message]:
    """What is clearly different about the new documents; empty if nothing is."""
    day = shown.day(datetime.fromtimestamp(drift.since, UTC))
    return [message for kind, each in drift.kinds.items() for message in _of_kind(kind, each, day, shown)]


def drift_in_english(health: Health) -> list[str]:
    """The sentences of the drift of a library for programs."""
    changes = health.changes
    return list(sentences(changes.drift, Plain())) if changes and changes.drift else []


def is_elsewhere(drift: KindDrift) -> bool:
    """Whether the new documents are about other things than the old ones."""
    return drift.spreads >= SPREADS and drift.far >= FAR


def _of_kind(kind: Kind, drift: KindDrift, day: str, shown: Shown) -> Iterator[Message]:
    for language in drift.languages:
        yield say(
            "{share} of the texts that came since {day} are {language}; before, {before} were.",
            share=shown.percent(language.new),
            day=day,
            language=shown.name_of_language(language.code),
            before=shown.percent(language.old),
        )
    if is_elsewhere(drift):
        words = (
            say(
                "The texts that came since {day} are about other things: {share} of them are farther from "
                "all others than usual, where {usual} would be normal.",
                day=day,
                share=shown.percent(drift.far),
                usual=shown.percent(USUAL),
            )
            if kind is Kind.TEXT
            else say(
                "The pictures that came since {day} look different: {share} of them are farther from all "
                "others than usual, where {usual} would be normal.",
                day=day,
                share=shown.percent(drift.far),
                usual=shown.percent(USUAL),
            )
        )
        yield words
    if drift.unknown is not None and drift.unknown - (drift.unknown_before or 0.0) >= UNKNOWN:
        yield say(
            "{share} of the words of a text that came since {day} are in no older one; between older ones it "
            "was {before}.",
            share=shown.percent(drift.unknown),
            day=day,
            before=shown.percent(drift.unknown_before or 0.0),
        )
