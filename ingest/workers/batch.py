"""A batch of work for a worker, and what became of it, as they travel through Redis: as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from ingest.copied import Copied
from ingest.readers.documents import SourceFile
from ingest.record import id_of
from ingest.summary import Summary
from semsearch.overview import Away


class Stage(StrEnum):
    """What is to be done with the files or documents of a batch."""

    WORDS = "words"
    VECTORS = "vectors"
    PICTURES = "pictures"
    OCR = "ocr"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some work of one stage: `files` to be read, or documents, by their ids in `due`.

    `copies` are those of the documents that got the pieces of others in this run. `attempts` has the failures
    of files that failed before. `newest` is the date of the newest file, in nanoseconds since 1970.
    """

    id: str
    stage: Stage
    files: tuple[SourceFile, ...] = ()
    due: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    attempts: Mapping[str, int] = field(default_factory=dict)
    newest: int = 0

    @property
    def docs(self) -> list[str]:
        """The documents that it may change."""
        return [*map(id_of, self.files), *self.due]

    def alone(self) -> list[Batch]:
        """The same work, with one file or document in each batch."""
        files = [replace(self, id=f"{self.id}.{n}", files=(file,)) for n, file in enumerate(self.files)]
        return files or [replace(self, id=f"{self.id}.{n}", due=(doc,)) for n, doc in enumerate(self.due)]

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"files": [_file_as_json(file) for file in self.files]}

    @classmethod
    def of_json(cls, values: Mapping[str, Any]) -> Batch:
        """The batch that `as_json` gave."""
        return cls(
            id=values["id"],
            stage=Stage(values["stage"]),
            files=tuple(map(_file_of_json, values["files"])),
            due=tuple(values["due"]),
            copies=tuple(values["copies"]),
            attempts=values["attempts"],
            newest=values["newest"],
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a batch is done."""

    files: int = 0
    bytes: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch that was carried out."""

    summary: Summary
    copied: Copied
    amount: Amount

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, values: Mapping[str, Any]) -> Outcome:
        """The outcome that `as_json` gave."""
        counts = dict(values["summary"])
        for name in ("failures", "problems", "notes"):
            counts[name] = [tuple(each) for each in counts[name]]
        counts["away"] = [Away(**each) for each in counts["away"]]
        copied = values["copied"]
        return cls(
            Summary(**counts),
            Copied(tuple(copied["copies"]), tuple(copied["moved"]), copied["changes"]),
            Amount(**values["amount"]),
        )


def _file_as_json(file: SourceFile) -> list[Any]:
    # A lone surrogate of a name passes through JSON as an escape.
    numbers = [file.size, file.mtime_ns, file.inode, file.ctime_ns]
    sidecars = [_file_as_json(each) for each in file.sidecars]
    return [str(file.root), file.path, *numbers, sidecars, file.media_type]


def _file_of_json(values: list[Any]) -> SourceFile:
    root, path, size, mtime_ns, inode, ctime_ns, beside, media_type = values
    sidecars = tuple(map(_file_of_json, beside))
    return SourceFile(Path(root), path, size, mtime_ns, sidecars, inode, ctime_ns, media_type)
