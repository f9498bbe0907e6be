"""Writes compound files, the containers of Outlook messages: streams and storages in sectors."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from itertools import pairwise
from typing import TypeAlias

Tree: TypeAlias = "Mapping[str, bytes | Tree]"

_SECTOR, _SMALL_SECTOR, _SMALL = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def compound_file(tree: Tree) -> bytes:
    """The bytes of a compound file with these streams and storages."""
    sectors: list[bytes] = []
    fat: list[int] = []
    small, small_fat = bytearray(), list[int]()

    def chain(content: bytes) -> int:
        """Put a stream into sectors, and return its first one."""
        begin, count = len(sectors), -(-len(content) // _SECTOR)
        sectors.extend(content[n * _SECTOR : (n + 1) * _SECTOR].ljust(_SECTOR, b"\0") for n in range(count))
        fat.extend([*range(begin + 1, begin + count), _END] if count else [])
        return begin if count else _END

    def put(content: bytes) -> int:
        if len(content) >= _SMALL:
            return chain(content)
        begin, count = len(small_fat), -(-len(content) // _SMALL_SECTOR)
        small_fat.extend([*range(begin + 1, begin + count), _END] if count else [])
        small.extend(content.ljust(count * _SMALL_SECTOR, b"\0"))
        return begin if count else _END

    rows: list[list[object]] = [["Root Entry", _ROOT, _FREE, _FREE, _END, 0]]

    def add(inside: Tree, above: int) -> None:
        numbers = []
        for name, value in inside.items():
            numbers.append(len(rows))
            is_stream = isinstance(value, bytes)
            begin, size = (put(value), len(value)) if isinstance(value, bytes) else (0, 0)
            rows.append([name, _STREAM if is_stream else _STORAGE, _FREE, _FREE, begin, size])
            if not isinstance(value, bytes):
                add(value, numbers[-1])
        for one, other in pairwise(numbers):
            rows[one][2] = other
        if numbers:
            rows[above][3] = numbers[0]

    add(tree, 0)
    rows[0][4:6] = [chain(bytes(small)), len(small)]
    small_fat_at = chain(struct.pack(f"<{len(small_fat)}I", *small_fat).ljust(_SECTOR, b"\xff"))
    directory = chain(b"".join(_row(*row) for row in rows))  # type: ignore[arg-type]
    fat += [_FAT] * 8
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(8 * _SECTOR, b"\xff")
    fat_at = range(len(sectors), len(sectors) + 8)
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 8, directory, 0, _SMALL,
        small_fat_at, 1 if small_fat else 0, _END, 0,
    )  # fmt: skip
    return header + struct.pack("<109I", *fat_at, *[_FREE] * 101) + b"".join(sectors) + table


def _row(name: str, kind: int, right: int, child: int, begin: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16xI16xIQ", written, len(written), kind, 1, _FREE, right, child, 0, begin, size
    )
