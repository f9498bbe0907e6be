"""Files beside a picture that speak of it: photo.xmp or photo.jpg.xmp, and photo.txt, beside photo.jpg."""

from __future__ import annotations

from collections.abc import Collection

from ingest.extract.formats import kind_of
from semsearch.types import Kind

ENDS = (".xmp", ".XMP", ".txt")


def sidecars(name: str, names: Collection[str]) -> list[str]:
    """Those of `names`, the files of a folder, that speak of the picture `name`; none of another file."""
    kind = kind_of(name)
    if kind is None or kind[0] is not Kind.IMAGE:
        return []
    stem = name.rpartition(".")[0]
    return [f"{start}{end}" for start in (stem, name) for end in ENDS if f"{start}{end}" in names]
