"""Kept data: facts and arrays as bytes, and back.

What was found or learned is kept in Redis, and an older or newer semsearch may have written it. What cannot
be read counts as nothing: it is made anew.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

# What reading kept data raises when it is damaged, or when another version wrote it.
DAMAGED = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    OSError,
    EOFError,
    RuntimeError,
    BadZipFile,
    zlib.error,
)
_ABOUT = "about"

Arrays = Mapping[str, npt.NDArray[Any]]
_T = TypeVar("_T")


def pack(about: object, arrays: Arrays) -> bytes:
    """Arrays by name, and what JSON can say about them, as bytes."""
    file = io.BytesIO()
    named: dict[str, Any] = {**arrays, _ABOUT: np.array(json.dumps(about))}
    np.savez(file, **named)
    return file.getvalue()


def unpack(data: bytes | None, make: Callable[[Any, Arrays], _T]) -> _T | None:
    """What `make` makes of what `pack` was given; None where nothing is kept, or nothing that can be read."""
    if data is None:
        return None
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            about = json.loads(str(kept[_ABOUT]))
            return make(about, {name: kept[name] for name in kept.files if name != _ABOUT})
    except DAMAGED:
        return None


def unpack_json(data: bytes | None, make: Callable[[Any], _T]) -> _T | None:
    """The same of data that is JSON."""
    if data is None:
        return None
    try:
        return make(json.loads(data))
    except DAMAGED:
        return None
