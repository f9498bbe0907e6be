"""Have the allocator give memory back."""

from __future__ import annotations

import contextlib
import ctypes

_M_MMAP_THRESHOLD = -3  # in glibc's malloc.h
_BYTES = 8 * 2**20


def return_large_blocks() -> None:
    """Return freed blocks of 8 MB or more to the system at once. Does nothing where libc is not glibc.

    By default glibc raises this threshold to the size of the largest block that was freed. Each thread then
    keeps tens of megabytes after a picture was posted (benchmarks/hostile_pictures.py).
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _BYTES)
