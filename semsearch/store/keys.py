"""Every key in Redis is made here.

    semsearch:doc:{<doc>}         hash    one per file seen
    semsearch:text:{<doc>}:<n>    hash    one per passage
    semsearch:image:{<doc>}:<n>   hash    one per picture
    semsearch:meta:<space>        hash    what made the vectors of an index
    semsearch:middle:<space>      string  the mean of an index's vectors, as float32
    semsearch:counts              hash    how many documents have each of the commonest terms
    semsearch:runs                stream  one entry per ingest run
    semsearch:evals:<dataset>     stream  one entry per evaluation on a judged collection

The braces keep the keys of one file in one slot of a cluster. The client is one for single servers (and
proxies of clusters that look like one).
"""

from __future__ import annotations

import hashlib
import os

PREFIX = "semsearch:"
DOC_PREFIX = f"{PREFIX}doc:"
RUNS = f"{PREFIX}runs"
COUNTS = f"{PREFIX}counts"


def doc_id(root: str, path: str) -> str:
    """Name a file: 16 hex digits (64 bits) of a hash of its root folder and relative path.

    Among a million files, two would share an id with a probability of 3e-8.
    """
    digest = hashlib.blake2b(os.fsencode(root) + b"\0" + os.fsencode(path), digest_size=8)
    return digest.hexdigest()


def doc_key(doc: str) -> str:
    return f"{DOC_PREFIX}{{{doc}}}"


def piece_prefix(space: str) -> str:
    return f"{PREFIX}{space}:"


def piece_key(space: str, doc: str, n: int) -> str:
    """The key of piece `n` of a document: a passage (space "text") or a picture (space "image")."""
    return f"{piece_prefix(space)}{{{doc}}}:{n}"


def meta_key(space: str) -> str:
    return f"{PREFIX}meta:{space}"


def middle_key(space: str) -> str:
    return f"{PREFIX}middle:{space}"


def evals_key(dataset: str) -> str:
    return f"{PREFIX}evals:{dataset}"


def index_alias(space: str) -> str:
    return f"{PREFIX}{space}"
