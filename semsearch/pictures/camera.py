"""The name of a camera, of the maker and the model that it writes into its pictures."""

from __future__ import annotations

import re

# Words of the name of a company that are no part of the name of its cameras.
_COMPANY = re.compile(
    r"^(?:ag|camera|co|communications|company|computer|corp|corporation|digital|eastman|electric|electronics|"
    r"gmbh|imaging|inc|international|limited|llc|ltd|mobile|optical|technologies|techwin|technology|xerox)$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,]+")
# A name in capitals that is longer than this is no abbreviation: SONY, but LG and DJI.
_ABBREVIATION = 3
_NO_LETTERS = re.compile(r"[\W\d_]*")


def camera_name(make: str, model: str) -> str:
    """The maker as people write it, and the model without the maker: "Nikon D90", "Canon EOS 5D".

    Cameras write "NIKON CORPORATION" and "NIKON D90", or "Canon" and "Canon EOS 5D". "" if both say nothing.
    """
    make, model = " ".join(make.split()), " ".join(model.split())
    if _NO_LETTERS.fullmatch(make):
        return "" if _NO_LETTERS.fullmatch(model) else model
    maker = _maker(make)
    for beginning in (make, maker):
        model = _without(beginning, model)
    return f"{maker} {model}".strip()


def _maker(make: str) -> str:
    words = [word.strip(".") for word in _BETWEEN.split(make)]
    named = [word for word in words if word and not _COMPANY.match(word)] or words[:1]
    return " ".join(map(_spelled, named))


def _spelled(word: str) -> str:
    if word.islower() or (word.isupper() and len(word) > _ABBREVIATION):
        return "-".join(part.capitalize() for part in word.split("-"))
    return word


def _without(beginning: str, model: str) -> str:
    """The rest of a model that begins so, if that is a word of its own; else the model."""
    rest = model[len(beginning) :]
    begins = model[: len(beginning)].lower() == beginning.lower() and not rest[:1].isalnum()
    return rest.lstrip(" -_") if begins else model
