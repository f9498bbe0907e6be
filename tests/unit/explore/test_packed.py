"""Kept data: what was packed is read, and what cannot be read is nothing."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from semsearch.explore.packed import Arrays, pack, unpack, unpack_json

_ROWS = np.arange(6, dtype=np.float32).reshape(2, 3)


def made(about: Any, arrays: Arrays) -> tuple[str, list[list[float]]]:
    return about["name"], arrays["rows"].tolist()


def an_array() -> bytes:
    file = io.BytesIO()
    np.save(file, _ROWS)
    return file.getvalue()


def test_what_was_packed_is_read() -> None:
    assert unpack(pack({"name": "a"}, {"rows": _ROWS}), made) == ("a", _ROWS.tolist())
    assert unpack_json(b'{"a": [1]}', lambda kept: kept["a"]) == [1]


@pytest.mark.parametrize(
    "data",
    [
        None,
        b"",
        b"nothing",
        b"PK\3\4 nothing",
        an_array(),
        pack({"name": "a"}, {"rows": _ROWS})[:-40],
        pack({"title": "a"}, {"rows": _ROWS}),
        pack({"name": "a"}, {"lines": _ROWS}),
        pack(7, {"rows": _ROWS}),
    ],
)
def test_what_cannot_be_read_is_nothing(data: bytes | None) -> None:
    assert unpack(data, made) is None


@pytest.mark.parametrize("data", [None, b"", b"{", b"7", b"{}", b"\xff"])
def test_json_that_cannot_be_read_is_nothing(data: bytes | None) -> None:
    assert unpack_json(data, lambda kept: kept["a"]["b"]) is None
