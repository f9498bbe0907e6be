"""Which files are tried again, although they have not changed: those that the user names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from semsearch.errors import FolderError
from semsearch.records import DocumentRecord


@dataclass(frozen=True, slots=True)
class Retry:
    """Files that could not be indexed, and are to be read again.

    reason: only those whose reason has these words; "" for every reason.
    places: only those at or below these paths; empty for all.
    """

    reason: str = ""
    places: tuple[Path, ...] = ()

    def wants(self, record: DocumentRecord) -> bool:
        """Whether the file of a record is to be read again."""
        return self.is_at(record) and self.reason.casefold() in record.reason.casefold()

    def is_at(self, record: DocumentRecord) -> bool:
        """Whether the file of a record is at or below the places."""
        path = Path(record.root, record.path)
        return not self.places or any(map(path.is_relative_to, self.places))

    @property
    def is_narrow(self) -> bool:
        """Whether a reason or places are named."""
        return bool(self.reason or self.places)

    def of(self, paths: Sequence[Path], roots: Iterable[str]) -> tuple[Retry, list[Path]]:
        """What to try again when the user names these paths, and the folders to walk for it.

        A file stands for its folder, where only it is tried again. Raises FolderError if the file lies in
        none of the `roots`.
        """
        files = {path: _absolute(path) for path in paths if path.is_file()}
        known = list(roots)
        for path, file in files.items():
            if not any(map(file.is_relative_to, known)):
                raise FolderError(
                    f"{path} lies in none of the folders that were ingested. Run `semsearch ingest` on one"
                )
        folders = [files[path].parent if path in files else path for path in paths]
        places = tuple(files.get(path) or path.expanduser().resolve() for path in paths) if files else ()
        return Retry(self.reason, places), folders


def _absolute(path: Path) -> Path:
    """The path of a file; its last name is not followed if it is a link."""
    path = path.expanduser().absolute()
    return path.parent.resolve() / path.name
