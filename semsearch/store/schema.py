"""What the three search indexes hold: documents, passages of text and pictures.

A space names an index and the hashes that it covers: "doc", "text" or "image".
"""

from __future__ import annotations

from typing import Any

from semsearch.store.keys import piece_prefix

TEXT, IMAGE, DOC = "text", "image", "doc"
# The hashes with further terms of long texts. The index of documents covers them too.
WORDS = "words"
# The spaces whose indexes hold vectors.
SPACES = (TEXT, IMAGE)
# The schema version of each space. For a new version of a space with vectors, the next run reads and embeds
# its files again. The data of the other spaces stay as they are.
SCHEMA = {TEXT: 4, IMAGE: 5, DOC: 6}
# The version of the fields for filters. The next run writes new ones from the records, and reads no file.
FIELDS = 6
# A field for filters in earlier versions.
FORMER_FIELD = "folders"

# The vector fields. A passage has VECTOR. A picture has VISUAL, which is compared with pictures, and
# SEMANTIC, which is compared with words.
VECTOR, VISUAL, SEMANTIC = "vector", "visual", "semantic"

# Separates the values of a TAG field. The default, a comma, occurs in file names; this character does not.
SEPARATOR = "\x1f"

_TAG = {"separator": SEPARATOR, "case_sensitive": True}

# The fields of every index, for filters.
_COMMON: list[dict[str, Any]] = [
    # With a tag of each folder above the file, a folder filter is an exact match. A prefix match would
    # silently stop after the first 200 paths (MAXPREFIXEXPANSIONS).
    {"name": "place", "type": "tag", "attrs": _TAG},
    {"name": "kind", "type": "tag", "attrs": _TAG},
    {"name": "media_type", "type": "tag", "attrs": _TAG},
    {"name": "language", "type": "tag", "attrs": _TAG},
    {"name": "size", "type": "numeric"},
    {"name": "date", "type": "numeric"},
    # The camera of a picture, the names of its place, and where that is (`semsearch.store.shots`).
    {"name": "shot_with", "type": "tag", "attrs": _TAG},
    {"name": "shot_in", "type": "tag", "attrs": _TAG},
    {"name": "shot_at", "type": "geo"},
]

_OF_DOCUMENTS: list[dict[str, Any]] = [
    # A tag that only one document has costs a list of its own, so pieces have none. `path` is not indexed
    # either: to sort by it, Redis reads it from the hashes.
    {"name": "doc", "type": "tag", "attrs": _TAG},
    # To group by root. Filters use `place`.
    {"name": "root", "type": "tag", "attrs": _TAG},
    {"name": "state", "type": "tag", "attrs": _TAG},
    # A file with known content takes its vectors.
    {"name": "sha256", "type": "tag", "attrs": _TAG},
    {"name": "ocr", "type": "tag", "attrs": _TAG},
    # 1 in all hashes of a document whose terms are in several of them.
    {"name": "long", "type": "tag", "attrs": _TAG},
    # A query that is a title or the name of a file finds it, however many documents repeat the words.
    {"name": "called", "type": "tag", "attrs": _TAG},
    # The suffix trie finds a part of a word: "nvoic" finds "invoice".
    {"name": "name", "type": "text", "attrs": {"no_stem": True, "withsuffixtrie": True}},
    # The terms of the document, or of a part of it. semsearch.language.terms has stemmed them already.
    {"name": "terms", "type": "text", "attrs": {"no_stem": True}},
    # Long words of texts in languages that write compounds as one word, to be found by their parts.
    {"name": "compounds", "type": "text", "attrs": {"no_stem": True, "withsuffixtrie": True}},
    # Topics and labels, and the places on maps (`semsearch.store.explored`). Pieces have none of them.
    {"name": "in_topic", "type": "tag", "attrs": _TAG},
    {"name": "labelled", "type": "tag", "attrs": _TAG},
    {"name": "x", "type": "numeric"},
    {"name": "y", "type": "numeric"},
    {"name": "joint_x", "type": "numeric"},
    {"name": "joint_y", "type": "numeric"},
]


def fields(space: str) -> list[dict[str, Any]]:
    """The fields of the index of `space` without its vectors, as redisvl takes them."""
    return [*_COMMON, *(_OF_DOCUMENTS if space == DOC else [])]


def prefixes(space: str) -> list[str]:
    """What the keys begin with that the index of `space` covers."""
    return [piece_prefix(of) for of in ((DOC, WORDS) if space == DOC else (space,))]
