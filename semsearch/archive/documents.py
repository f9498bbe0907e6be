"""Make documents of the rows of an export, and check everything that an import relies on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from pathlib import PurePosixPath

from semsearch.archive.parquet import TableReader
from semsearch.archive.rows import DOCUMENT, Row, read_document, read_piece
from semsearch.errors import ArchiveError, FileError
from semsearch.records import DocumentRecord
from semsearch.store.codec import piece_ids
from semsearch.store.contents import Content, Piece, check_piece
from semsearch.store.keys import doc_id
from semsearch.store.schema import SPACES


@dataclass(frozen=True, slots=True)
class Moves:
    """Where folders lie here: new paths by old ones. What lies in an old folder lies in the new one."""

    folders: Mapping[str, str]

    def applied(self, root: str) -> str:
        """The root folder with the innermost of the old folders replaced."""
        here = PurePosixPath(root)
        old = [PurePosixPath(folder) for folder in self.folders if here.is_relative_to(folder)]
        if not old:
            return root
        innermost = max(old, key=lambda folder: len(folder.parts))
        return str(PurePosixPath(self.folders[str(innermost)], here.relative_to(innermost)))

    def check(self, roots: Mapping[str, object]) -> None:
        """Raise ArchiveError for a move of a folder in which none of these roots lies."""
        for folder in self.folders:
            if not any(PurePosixPath(root).is_relative_to(folder) for root in roots):
                raise ArchiveError(
                    f"--root {folder}: the export has only {', '.join(sorted(roots)) or 'no folder'}"
                )


def documents(table: TableReader, moves: Moves) -> Iterator[Content]:
    """The documents of an export in order. The pieces of one must be read before the next.

    Raises ArchiveError, also while pieces are read, for what semsearch never writes: an id that another path
    has, a piece that is missing, a vector of another length than the model makes.
    """
    for _, rows in groupby(table.rows(), lambda row: row.get("doc")):
        yield _content(table, rows, moves)


def _content(table: TableReader, rows: Iterator[Row], moves: Moves) -> Content:
    first = next(rows)
    where = f"{first.get('root')}/{first.get('path')}"
    try:
        if first["row"] != DOCUMENT:
            raise ArchiveError("its pieces stand before it, or apart from it")
        record, state = read_document(first)
        _check_record(record, table.count)
    except (ArchiveError, KeyError) as error:
        raise _damaged(table, where, error) from error
    root = moves.applied(record.root)
    moved = record if root == record.root else replace(record, root=root, doc=doc_id(root, record.path))
    return Content(moved, state, _pieces(table, record, rows, where))


def _check_record(record: DocumentRecord, most: int) -> None:
    if record.doc != doc_id(record.root, record.path):
        raise ArchiveError(f"its id is {record.doc!r}, which another path has")
    path = PurePosixPath(record.path)
    if path.is_absolute() or ".." in path.parts or not PurePosixPath(record.root).is_absolute():
        raise ArchiveError("its path leads out of its folder")
    if min(record.pieces, record.texts) < 0 or record.pieces + record.texts >= most:
        raise ArchiveError(f"it counts {record.pieces:,} pieces and {record.texts:,} texts")


def _pieces(table: TableReader, record: DocumentRecord, rows: Iterator[Row], where: str) -> Iterator[Piece]:
    places = [place for place in piece_ids(record) if place[0] in SPACES]
    try:
        for place, row in zip_longest(places, rows):
            piece = None if row is None else read_piece(row)
            if piece is None or (piece.space, piece.n) != place:
                raise ArchiveError(f"its {len(places):,} pieces are not all there, in their order")
            check_piece(piece, table.header.fingerprints.get(piece.space))
            yield piece
    except (ArchiveError, FileError, KeyError) as error:
        raise _damaged(table, where, error) from error


def _damaged(table: TableReader, where: str, error: Exception) -> ArchiveError:
    return ArchiveError(f"{table.file} is damaged at the document {where}: {error}")
