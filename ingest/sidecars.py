"""Sidecars: the files beside a picture that describe it.

photo.xmp, photo.jpg.xmp and photo.txt describe photo.jpg. So does the JSON of Google Takeout, under many
names: photo.jpg.json, or photo.jpg.supplemental-metadata.json, whose long names are cut.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from ingest.readers.documents import SourceFile
from semsearch.formats.table import kind_of
from semsearch.records import Kind

_ENDS = (".xmp", ".XMP", ".txt")
_JSON = ".json"
_ANY = (*_ENDS, _JSON)
_SUPPLEMENT = ".supplemental-metadata"
# Takeout cuts the name of a picture in the name of its JSON after this many characters.
_LONGEST_NAME = 46
# The second of two pictures with one name, and one that was edited, whose JSON is that of the original.
_NUMBERED = re.compile(r"(.+)(\(\d+\))")
_EDITED = re.compile(r"(.+)-(?:edited|bearbeitet|modifié|editado|modificato|bewerkt)")
# What only Takeout writes, and the largest file in which it is looked for.
_TAKEN = re.compile(rb'"photoTakenTime"\s*:\s*\{')
_LARGEST = 100_000


def sidecar_paths(path: str) -> list[str]:
    """The paths that sidecars of the picture at `path` may have; [] when it is no picture."""
    kind = kind_of(path)
    if kind is None or kind[0] is not Kind.IMAGE:
        return []
    beside = [f"{start}{end}" for start in (path.rpartition(".")[0], path) for end in _ENDS]
    folder, slash, name = path.rpartition("/")
    return [*beside, *(folder + slash + each for each in dict.fromkeys(_takeout_names(name)))]


def sidecars_of(name: str, names: Collection[str]) -> list[str]:
    """Return those of `names` that may be sidecars of the picture `name`; [] when `name` is no picture."""
    return [each for each in sidecar_paths(name) if each in names]


def picture_of(name: str, folder: Path) -> str:
    """The picture of which the file `name` in a folder is nothing but a sidecar; "" when there is none."""
    if name.endswith(".txt") or not name.endswith(_ANY):
        return ""
    names = set(os.listdir(folder))  # noqa: PTH208 (surrogates)
    picture = next((each for each in sorted(names) if name in sidecars_of(each, names)), "")
    return picture if _describes(name, folder / name) else ""


class Sidecars:
    """The sidecars in one folder, by the pictures that they describe. Most folders have no sidecars.

    A .txt sidecar is also a document of its own. The others are not: without their picture they say nothing.
    """

    def __init__(self, root: Path, prefix: str, entries: list[os.DirEntry[str]]) -> None:
        self._root = root
        self._prefix = prefix
        self._entries = {
            entry.name: entry
            for entry in entries
            if entry.name.endswith(_ANY) and entry.is_file(follow_symlinks=False)
        }
        names = [entry.name for entry in entries] if self._entries else []
        beside = {name: found for name in names if (found := sidecars_of(name, self._entries))}
        described = {each for found in beside.values() for each in found if self._is_sidecar(each)}
        self._of = {name: [each for each in found if each in described] for name, found in beside.items()}
        self._only_sidecars = {each for each in described if not each.endswith(".txt")}

    def is_only_sidecar(self, name: str) -> bool:
        return name in self._only_sidecars

    def of(self, name: str) -> tuple[SourceFile, ...]:
        if name not in self._of:
            return ()
        return tuple(
            SourceFile.of(self._root, self._prefix + each, self._entries[each].stat(follow_symlinks=False))
            for each in self._of[name]
        )

    def _is_sidecar(self, name: str) -> bool:
        return _describes(name, self._root / f"{self._prefix}{name}")


def _takeout_names(name: str) -> Iterator[str]:
    """Yield the names that Takeout may give to the JSON of a picture."""
    stem, dot, end = name.rpartition(".")
    stems = [(stem, "")]
    if numbered := _NUMBERED.fullmatch(stem):
        stems.append((numbered[1], numbered[2]))
    stems += [(edited[1], number) for each, number in stems if (edited := _EDITED.fullmatch(each))]
    for each, number in stems:
        original = f"{each}{dot}{end}"
        for length in range(len(_SUPPLEMENT) + 1):  # a long name is cut anywhere
            yield f"{original}{_SUPPLEMENT[:length]}{number}{_JSON}"
        yield f"{original[:_LONGEST_NAME]}{number}{_JSON}"
        yield f"{each}{number}{_JSON}"


def _describes(name: str, file: Path) -> bool:
    """Tell whether a file with the name of a sidecar is one: other programs write JSON, too."""
    if not name.endswith(_JSON) or ".supp" in name:
        return True
    try:
        with file.open("rb") as opened:
            return _TAKEN.search(opened.read(_LARGEST)) is not None
    except OSError:
        return False
