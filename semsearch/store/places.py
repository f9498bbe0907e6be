"""The place of a file as tags: its root, each folder above it, and its path.

A filter by place is a tag, or the beginning of one. A path as it is cannot be a tag: RediSearch trims spaces
at the ends of tags, and its syntax cannot express control characters, not even with a backslash. Therefore a
tag has only letters, digits, `_` and characters beyond ASCII, all of which the syntax takes as they are.

A file whose path is not in the normal form of text has tags of that form too, and a typed path finds it by
these. They begin with a letter of their own, because another file may have exactly that path.
"""

from __future__ import annotations

import re
from functools import lru_cache

from semsearch.members import plain_address
from semsearch.store.schema import SEPARATOR
from semsearch.text import normal, readable

_SPECIAL = re.compile(r"[\x00-\x7f](?<![0-9A-Za-z])")


@lru_cache(16)  # the record and each piece of a file have the same
def places(root: str, path: str) -> str:
    """The value of the field `place` of a file, by its root and its path below the root."""
    tags = _tags(root, path)
    typed = normal(readable(root)), normal(readable(path))
    if typed != (readable(root), readable(path)):
        tags += map(typed_tag, _tags(*typed))
    return SEPARATOR.join(tags)


def _tags(root: str, path: str) -> list[str]:
    parts = plain_address(path).split("/")
    folders = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    return [root_tag(root), *map(folder_tag, folders), file_tag(path)]


def as_typed(path: str) -> str:
    """A path in the form in which filters compare it: in the normal form of text, and with single slashes."""
    return plain_address(normal(readable(path)))


def typed_tag(tag: str) -> str:
    """The tag that stands for `tag` in a file whose path has another form than people type."""
    return f"n{tag}"


def root_tag(root: str) -> str:
    """The tag of all files of a root folder."""
    return f"r{plain_tag(root)}"


def folder_tag(folder: str) -> str:
    """The tag of all files in a folder, at any depth. `folder` is relative to the root."""
    return f"d{plain_tag(folder)}"


def file_tag(path: str) -> str:
    """The tag of a file by its path below the root. The tag of each beginning of the path begins this tag."""
    return f"f{plain_tag(path)}"


def plain_tag(text: str) -> str:
    """The text with each ASCII character except letters and digits written as `_` and two hex digits.

    An archive counts as a folder of the files in it.
    """
    return _SPECIAL.sub(lambda match: f"_{ord(match[0]):02X}", readable(plain_address(text)))
