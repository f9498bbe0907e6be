"""The words in a file's name, as people type them."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
# "CamelCase" and "scan2019": a capital after a small letter, or a change between letters and digits.
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def words(text: str) -> list[str]:
    """Runs of letters and digits, in lower case: "IMG_0412.jpg" gives img, 0412, jpg."""
    # Lower case first: a few capitals become two characters, of which one is no letter.
    return _WORD.findall(text.lower())


def name_words(path: str) -> str:
    """What the name of a file may be found by: its words, and the parts of compound ones."""
    name = path.rpartition("/")[2]
    found = words(name)
    parts = [part for word in _WORD.findall(name) for part in words(_SEAM.sub(" ", word))]
    return " ".join(dict.fromkeys(found + parts))
