"""The keys in Redis, all of which are built here.

    semsearch:doc:{<doc>}         hash    one per file seen
    semsearch:words:{<doc>}:<n>   hash    terms of a long text, beyond those in its record
    semsearch:text:{<doc>}:<n>    hash    one per passage
    semsearch:image:{<doc>}:<n>   hash    one per view of a picture
    semsearch:aside:{<doc>}       hash    a version that is being written, or that is missing: see drafts.py
    semsearch:aside:{<doc>}:<space>:<n>  hash  a piece of it, which no index covers
    semsearch:due                 hash    what ingestion still has to do, by document
    semsearch:moving              hash    the documents that are being renamed: see drafts.py
    semsearch:pages:{<doc>}       hash    the text on the pages that OCR has read of a document so far
    semsearch:meta:<space>        hash    the fingerprint, the scales and the number of hashes of a space
    semsearch:middle:<space>      string  the mean vector of an index, as float32
    semsearch:other:<space>       hash    the generation that is being built, or kept: see generations.py
    semsearch:other:<space>:middle  string  its mean vector
    semsearch:counts              hash    the document frequencies of the commonest terms
    semsearch:folders             hash    the folders that were ingested
    semsearch:seen                hash    when a run last compared all files of each of them with the index
    semsearch:disks               hash    the file systems on which these folders lay
    semsearch:turn:<id>           string  the latest transaction of a process; it expires after a day
    semsearch:run                 string  "whole", or the mark of a run that goes on or was killed
    semsearch:runs                stream  one entry per run of ingestion
    semsearch:progress            hash    what the run does that goes on; expires soon after its end
    semsearch:lease               hash    who changes documents now; it expires soon: see lease.py
    semsearch:holder              string  the token of the latest holder of the lease
    semsearch:workers             hash    what is known of each worker: see jobs.py
    semsearch:worker:<id>         string  what a worker does; expires soon after its end
    semsearch:paused              string  exists while workers take no batch
    semsearch:news:<run>          stream  what workers tell the run about its batches
    semsearch:batch:<id>          hash    who carries out a batch, and how often it was begun
    semsearch:{jobs}:...                  the queue of batches, which Dramatiq keeps
    semsearch:evals:<dataset>     stream  one entry per evaluation on a judged collection
    semsearch:evaluated           hash    when each of these collections was last evaluated
    semsearch:posted:<hash>       hash    a picture that was posted for a search; it expires after a day
    semsearch:explored:<name>     string  what maps, topics and labels were made by: see kept.py
    semsearch:mine:<name>         hash    what people have said about their library: see mine.py

The braces keep the keys of one file in one slot of a cluster; semsearch/store/slots.py says how the others
are written there. On a cluster a process has a turn in each slot: semsearch:turn:<id>:{<text in that slot>}.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache

PREFIX = "semsearch:"
DOC_PREFIX = f"{PREFIX}doc:"
ASIDE_PREFIX = f"{PREFIX}aside:"
DUE = f"{PREFIX}due"
MOVING = f"{PREFIX}moving"
FOLDERS = f"{PREFIX}folders"
SEEN = f"{PREFIX}seen"
DISKS = f"{PREFIX}disks"
RUN = f"{PREFIX}run"
RUNS = f"{PREFIX}runs"
PROGRESS = f"{PREFIX}progress"
# A field of the metadata of documents: a number that grows with each write of documents.
REVISION = "revision"
EVALUATED = f"{PREFIX}evaluated"
COUNTS = f"{PREFIX}counts"
# The beginnings of the keys that the web server writes, and no others: posted pictures, and what people say.
POSTED_PREFIX, MINE_PREFIX = f"{PREFIX}posted:", f"{PREFIX}mine:"
LEASE = f"{PREFIX}lease"
HOLDER = f"{PREFIX}holder"
WORKERS = f"{PREFIX}workers"
PAUSED = f"{PREFIX}paused"
# The beginning of the keys of the queue. The braces keep them in one slot of a cluster.
JOBS = f"{PREFIX}{{jobs}}"


def doc_id(root: str, path: str) -> str:
    """The id of a file: 16 hex digits (64 bits), the hash of its root folder and relative path.

    Among a million files, two would share an id with a probability of 3e-8.
    """
    digest = _begun(root).copy()
    digest.update(os.fsencode(path))
    return digest.hexdigest()


@lru_cache(16)  # all files of a folder have the same root
def _begun(root: str) -> hashlib.blake2b:
    return hashlib.blake2b(os.fsencode(root) + b"\0", digest_size=8)


def doc_key(doc: str) -> str:
    return f"{DOC_PREFIX}{{{doc}}}"


def piece_prefix(space: str) -> str:
    return f"{PREFIX}{space}:"


def piece_key(space: str, doc: str, n: int) -> str:
    """The key of piece `n` of a document: a passage ("text"), a view of a picture ("image"), or terms of a
    long text ("words").
    """
    return f"{piece_prefix(space)}{{{doc}}}:{n}"


def terms_key(doc: str, part: int) -> str:
    """The key of the hash with this part of a document's terms; part 0 is in its record."""
    return piece_key("words", doc, part - 1) if part else doc_key(doc)


def aside_key(doc: str) -> str:
    return f"{ASIDE_PREFIX}{{{doc}}}"


def aside_piece_key(space: str, doc: str, n: int) -> str:
    """The key of a piece while no index covers it."""
    return f"{aside_key(doc)}:{space}:{n}"


def pages_key(doc: str) -> str:
    return f"{PREFIX}pages:{{{doc}}}"


def aside_terms_key(doc: str, part: int) -> str:
    """The key of this part of a draft's terms."""
    return aside_piece_key("words", doc, part - 1) if part else aside_key(doc)


def meta_key(space: str) -> str:
    return f"{PREFIX}meta:{space}"


def mean_vector_key(space: str) -> str:
    return f"{PREFIX}middle:{space}"


def other_key(space: str) -> str:
    return f"{PREFIX}other:{space}"


def other_mean_vector_key(space: str) -> str:
    return f"{other_key(space)}:middle"


def evals_key(dataset: str) -> str:
    return f"{PREFIX}evals:{dataset}"


def posted_key(picture: str) -> str:
    """The key of a posted picture, given by the hash of its file."""
    return f"{POSTED_PREFIX}{picture}"


def explored_key(name: str) -> str:
    return f"{PREFIX}explored:{name}"


def mine_key(name: str) -> str:
    return f"{MINE_PREFIX}{name}"


def turn_key(process: str, tag: str = "") -> str:
    """The key of the turn of a process; on a cluster, of its turn in the slot of `tag`."""
    return f"{PREFIX}turn:{process}:{{{tag}}}" if tag else f"{PREFIX}turn:{process}"


def worker_key(worker: str) -> str:
    return f"{PREFIX}worker:{worker}"


def news_key(run: str) -> str:
    return f"{PREFIX}news:{run}"


def batch_key(batch: str) -> str:
    return f"{PREFIX}batch:{batch}"


def index_alias(space: str) -> str:
    return f"{PREFIX}{space}"
