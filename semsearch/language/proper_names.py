"""Names of cameras and places, which programs and people spell in more than one way."""

from __future__ import annotations

from functools import lru_cache

from semsearch.language.terms import plain_letters
from semsearch.text import normal, readable


@lru_cache(4096)
def same_name(name: str) -> str:
    """What all spellings of a name have in common: case, accents and the width of spaces make none."""
    return plain_letters(" ".join(normal(readable(name)).split()))
