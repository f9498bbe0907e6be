"""Read, embed and write pictures, with their captions: the newest first, in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from ingest.embed import BatchEmbedder, Look, passages_of, terms_of_chunks
from ingest.extractor import Extractor
from ingest.prepare import Contents, Picture, in_background, prepare
from ingest.progress import Tracker
from ingest.readers.documents import PictureDocument, SourceFile
from ingest.record import record_of
from ingest.write import Writer
from semsearch.errors import FileError
from semsearch.models.loaded import Models
from semsearch.records import NO_MODEL, State
from semsearch.sandbox import Sandbox
from semsearch.search import copies
from semsearch.store.codec import StoredPiece, picture_piece
from semsearch.store.entries import Entry
from semsearch.store.store import Store

# The pictures that are embedded and written together. A killed run loses at most this many.
_PICTURES = 64


def embed_pictures(
    files: Sequence[SourceFile],
    store: Store,
    models: Models,
    writer: Writer,
    progress: Tracker,
    sandboxes: Sequence[Sandbox] = (),
) -> Iterator[int]:
    """Index these pictures. Before each batch, yield the date of a file in it.

    `sandboxes` are those of `Extractor`. Raises ModelError, RedisError.
    """
    embedder = BatchEmbedder(store, models)
    work: Sequence[SourceFile] = sorted(files, key=lambda file: -file.mtime_ns)
    while work:
        yield work[0].mtime_ns
        model = models.image()
        size = None if model is None else model.input_size
        batch: list[Picture] = []
        with (
            Extractor(picture_size=size, sandboxes=sandboxes) as extractor,
            closing(in_background(prepare(work, Contents(writer.knows), extractor, models.text))) as items,
        ):
            for item in items:
                if not isinstance(item, Picture):
                    writer.take(item)
                    progress.advance(files=1, bytes=item.file.size)
                    continue
                batch.append(item)
                if len(batch) >= _PICTURES:
                    yield item.file.mtime_ns
                    _embed(batch, models, embedder, writer, progress)
                    batch = []
        _embed(batch, models, embedder, writer, progress)
        # A twin is left over when the picture with the same content could not be read. It is read next.
        work = writer.settle()


def _embed(
    batch: Sequence[Picture], models: Models, embedder: BatchEmbedder, writer: Writer, progress: Tracker
) -> None:
    looks = embedder.views([picture.document.views for picture in batch])
    words = embedder.chunks([picture.chunks for picture in batch])
    for picture, views, vectors in zip(batch, looks, words, strict=True):
        if isinstance(views, FileError) or isinstance(vectors, FileError):
            wrong = views if isinstance(views, FileError) else vectors
            writer.fail(picture.file, picture.sha256, str(wrong))
            continue
        state, reason = (State.WAITING, NO_MODEL) if views is None else (State.INDEXED, "")
        record = record_of(picture.file, picture.sha256, state, reason, document=picture.document)
        signature = copies.of_picture(picture.document.views[0])
        record = replace(record, models=models.image_id, signature=signature)
        shown = _views(picture.document, views or [])
        terms = terms_of_chunks(picture.chunks, record.language)
        writer.put(Entry(record, (*shown, *passages_of(picture.chunks, vectors)), terms))
    writer.write()
    progress.advance(files=len(batch), bytes=sum(picture.file.size for picture in batch))


def _views(document: PictureDocument, looks: Sequence[Look]) -> tuple[StoredPiece, ...]:
    return tuple(picture_piece(document.width, document.height, look.visual, look.semantic) for look in looks)
