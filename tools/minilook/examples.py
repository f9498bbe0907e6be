"""The pictures to learn from and their captions: a folder of files with a `captions.jsonl`."""

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

    Pictures of the same `series` are variants of each other. A series is held out completely or not at all.
    """

    image: str
    captions: tuple[str, ...]
    source: str
    series: str
    held_out: bool


def chance(key: str) -> float:
    """A number from 0 to 1 that depends only on the key, so that every machine makes the same split."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6]) / 2**48


def write(folder: Path, examples: Iterable[Example]) -> None:
    """Write the list completely or not at all: if it exists, all pictures exist."""
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
