"""Notes of an answer: what it lacks because a model is not to be had, and how the query was read."""

from __future__ import annotations

from semsearch.message import Message, say
from semsearch.settings import ENGLISH_MODEL, EVERY_LANGUAGE

ONLY_WORDS = say("Texts are found only by their names and words")
ONLY_NAMES = say("Pictures are found only by their names and the words about them")
ONLY_EXCLUDES = say(
    "The query only excludes, so these are all documents without what it names, the newest first. "
    "A - before a word means that a document must not have it."
)
ONLY_FILTERS = say(
    "The query has no words, so these are all documents that pass its filters, the newest first."
)
PICTURES_ONLY = say("This query finds pictures only, and the filter leaves them out.")

TO_EVERY_LANGUAGE = f"SEMSEARCH_TEXT_MODEL={EVERY_LANGUAGE} semsearch index build"
ENGLISH_ONLY = say(
    "The text model {model} understands English only, so this query finds little beyond its own words. "
    "To change it: {command}",
    model=ENGLISH_MODEL,
    command=TO_EVERY_LANGUAGE,
)


def because(what: Message, why: str) -> Message:
    """What an answer lacks, and why."""
    return say("{what}: {why}.", what=what, why=why)
