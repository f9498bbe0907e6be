"""Give the stored pieces of a space the vectors of a generation that is not in use yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass

from PIL.Image import Image

from ingest.embed import Look, embed_pictures, embed_texts
from ingest.extractor import Extracted, Extractor
from ingest.readers.documents import PictureDocument, SourceFile
from semsearch.errors import FileError
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.records import DocumentRecord, Vector
from semsearch.store.codec import EMBEDDED_FIELDS
from semsearch.store.generations import Piece
from semsearch.store.layout import Layout, names
from semsearch.store.schema import SEMANTIC, VECTOR, VISUAL
from semsearch.store.store import Store

Vectors = Mapping[str, Vector]
# The vectors of each piece by name, or why it has none.
Maker = Callable[[Sequence[Piece]], Sequence[Vectors | FileError]]

# The pictures that are read ahead of the one that is embedded.
_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Filler:
    """Makes the vectors that pieces of `space` lack in `layout`, and writes them.

    `make` makes them. `locked` keeps ingestion out while a batch is written, because it may have changed a
    document meanwhile. `passed` is called after each batch with the number of pieces that were looked at.
    """

    store: Store
    space: str
    layout: Layout
    make: Maker
    locked: Callable[[], AbstractContextManager[object]]
    passed: Callable[[int], None]

    def fill(self, records: Iterable[DocumentRecord]) -> dict[str, FileError]:
        """Fill what these documents lack. Returns why documents could not be filled, by id."""
        failed: dict[str, FileError] = {}
        for looked_at, lacking in self.store.generations.lacking(self.space, records, self.layout):
            if lacking:
                made = list(zip(lacking, self.make(lacking), strict=True))
                failed |= {piece.record.doc: each for piece, each in made if isinstance(each, FileError)}
                self._write([(piece, each) for piece, each in made if not isinstance(each, FileError)])
            self.passed(looked_at)
        return failed

    def _write(self, made: Sequence[tuple[Piece, Vectors]]) -> None:
        docs = list(dict.fromkeys(piece.record.doc for piece, _ in made))
        with self.locked():
            stored = {record.doc: _version(record) for record in self.store.ledger.get_many(docs)}
            same = [
                (piece, vectors)
                for piece, vectors in made
                if stored.get(piece.record.doc) == _version(piece.record)
            ]
            self.store.generations.add_vectors(self.layout, same)


def _version(record: DocumentRecord) -> tuple[object, ...]:
    """What changes when the pieces of a document change."""
    return record.sha256, record.indexed_at, record.signature, record.pieces, record.state


def converted(store: Store, space: str, layout: Layout) -> Maker:
    """Take the stored vectors in another layout. A piece without one is left as it is."""

    def make(pieces: Sequence[Piece]) -> list[Vectors | FileError]:
        rows = store.generations.read(pieces, layout.fields(space))
        return [
            {
                name: layout.decode(stored)
                for name, stored in zip(names(space), row, strict=True)
                if stored is not None
            }
            or FileError("it has no vector yet")
            for row in rows
        ]

    return make


def embedded(store: Store, model: TextEmbedder) -> Maker:
    """Embed stored passages again.

    What an older semsearch has written lacks the line that is put before the content: it does without.
    """

    def make(pieces: Sequence[Piece]) -> list[Vectors | FileError]:
        rows = store.generations.read(pieces, EMBEDDED_FIELDS)
        texts = ["\n".join(part.decode("utf-8", "surrogateescape") for part in row if part) for row in rows]
        made = embed_texts(model, [[text] for text in texts])
        return [each if isinstance(each, FileError) else {VECTOR: each[0]} for each in made]

    return make


def looked_at(extractor: Extractor, model: ImageEmbedder) -> Maker:
    """Read the files of pictures again, and embed their views."""

    def make(pieces: Sequence[Piece]) -> list[Vectors | FileError]:
        documents = dict(_read(extractor, dict.fromkeys(piece.record for piece in pieces)))
        views = [_view(documents[piece.record.doc], piece) for piece in pieces]
        seen = [[view] for view in views if isinstance(view, Image)]
        looks = iter(embed_pictures(model, seen) if seen else [])
        return [_vectors(next(looks) if isinstance(view, Image) else view) for view in views]

    return make


def _read(
    extractor: Extractor, records: Iterable[DocumentRecord]
) -> Iterator[tuple[str, PictureDocument | FileError]]:
    """The documents of these pictures by id, read a few ahead, or why a file cannot be read."""
    ahead: deque[tuple[DocumentRecord, Future[Extracted]]] = deque()
    for record in records:
        file = SourceFile.of_record(record)
        ahead.append((record, extractor.submit(file)))
        if len(ahead) > _AHEAD:
            yield _document(*ahead.popleft())
    while ahead:
        yield _document(*ahead.popleft())


def _document(record: DocumentRecord, future: Future[Extracted]) -> tuple[str, PictureDocument | FileError]:
    try:
        document = future.result().document
    except FileError as error:
        return record.doc, error
    if not isinstance(document, PictureDocument) or len(document.views) != record.pieces:
        return record.doc, FileError("it has changed since it was indexed")
    return record.doc, document


def _view(document: PictureDocument | FileError, piece: Piece) -> Image | FileError:
    return document if isinstance(document, FileError) else document.views[piece.n]


def _vectors(looks: list[Look] | FileError) -> Vectors | FileError:
    if isinstance(looks, FileError):
        return looks
    (look,) = looks
    return {VISUAL: look.visual} if look.semantic is None else {VISUAL: look.visual, SEMANTIC: look.semantic}
