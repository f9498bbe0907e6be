"""The pictures to learn from, with what is said of them: one folder of files and its `captions.jsonl`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

CAPTIONS = "captions.jsonl"


@dataclass(frozen=True, slots=True)
class Example:
    """A picture file below the folder, and texts that describe it.

    Pictures of one `series` are variants of each other: a series is held out whole or not at all.
    """

    image: str
    captions: tuple[str, ...]
    source: str
    series: str
    held_out: bool


def chance(key: str) -> float:
    """A number from 0 to 1 that depends on nothing but the key: the same split on every machine."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6]) / 2**48


def write(folder: Path, examples: Iterable[Example]) -> None:
    """Write the list whole or not at all: that it is there says that the pictures are."""
    part = folder / (CAPTIONS + ".part")
    with part.open("w", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
    part.replace(folder / CAPTIONS)


def read(folder: Path) -> Iterator[Example]:
    with (folder / CAPTIONS).open(encoding="utf-8") as file:
        for line in file:
            fields = json.loads(line)
            yield Example(**{**fields, "captions": tuple(fields["captions"])})
