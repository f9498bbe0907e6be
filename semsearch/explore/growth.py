"""When what was found out about a library is outgrown."""

from __future__ import annotations


def is_outgrown(new: int, documents: int) -> bool:
    """Whether a fifth of the documents is new, so that what the others have shown is made anew."""
    return new > 0 and new * 5 >= documents
