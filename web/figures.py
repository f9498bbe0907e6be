"""The figures of a run of ingestion, as the status page names and shows them."""

from __future__ import annotations

from semsearch.message import say
from web.languages.choice import reader

# By the names of the fields of ingest.summary.Summary.
NAMES = {
    "discovered": say("discovered"),
    "found": say("found"),
    "indexed": say("indexed"),
    "reused": say("reused"),
    "unchanged": say("unchanged"),
    "waiting": say("waiting"),
    "skipped": say("skipped"),
    "failed": say("failed"),
    "removed": say("removed"),
    "missing": say("missing"),
    "ignored": say("ignored"),
    "ignored_folders": say("ignored folders"),
    "passages": say("passages"),
    "pictures": say("pictures"),
    "scans": say("scans"),
    "scanned": say("scanned"),
    "read": say("read"),
    "seconds": say("seconds"),
    "seconds_plan": say("seconds: looking for files"),
    "seconds_names": say("seconds: names"),
    "seconds_read": say("seconds: words"),
    "seconds_embed": say("seconds: meaning"),
    "seconds_calibrate": say("seconds: relevance"),
    "seconds_ocr": say("seconds: text in pictures"),
    "seconds_explore": say("seconds: maps and topics"),
}


def figure_name(name: str) -> str:
    """The name of a figure; that of one that another version has kept stays as it is."""
    return NAMES.get(name, name.replace("_", " "))


def figure(text: str) -> str:
    """A figure as it is kept, with the separators of the reader's language."""
    try:
        return reader().number(float(text) if "." in text else int(text))
    except ValueError:
        return text
