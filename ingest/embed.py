"""Embed the items of several files in one batch, and find the file that makes a batch fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from PIL.Image import Image

from ingest.chunk import Chunk
from semsearch.errors import FileError, ModelError
from semsearch.models.loaded import Models
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.records import Vector
from semsearch.search import copies
from semsearch.store.codec import StoredPiece, check_vector, passage_piece
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.schema import IMAGE, TEXT
from semsearch.store.store import Store
from semsearch.store.terms import passage_terms

# The chunks that are embedded between two looks at the progress: about a second's work.
_AT_ONCE = 64

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Look:
    """The vectors of one view of a picture; `semantic` is None when the model makes none."""

    visual: Vector
    semantic: Vector | None


class BatchEmbedder:
    """Embeds several files at once. Loads a model when the first file needs it.

    Before each batch it prepares the index, because Redis may lose it while a run goes on.
    """

    def __init__(self, store: Store, models: Models) -> None:
        self._store = store
        self._models = models

    def chunks(self, groups: Sequence[Sequence[Chunk]]) -> list[list[Vector] | FileError]:
        """Return the vectors of each file's chunks, or the error of that file."""
        if not any(groups):
            return [[] for _ in groups]
        model = self._models.text()
        self._store.prepare_index(TEXT, Fingerprint.of_texts(model.id, model.dims))
        return embed_texts(model, [[chunk.passage.embedded for chunk in chunks] for chunks in groups])

    def views(self, pictures: Sequence[Sequence[Image]]) -> Sequence[list[Look] | FileError | None]:
        """Return the vectors of each picture's views, or the error of that picture; None without a model."""
        model = self._models.image() if pictures else None
        if model is None:
            return [None] * len(pictures)
        self._store.prepare_index(IMAGE, Fingerprint.of_pictures(model.id, model.dims, model.semantic_dims))
        return embed_pictures(model, pictures)


def embed_texts(
    model: TextEmbedder, texts: Sequence[Sequence[str]], done: Callable[[int], object] = lambda _: None
) -> list[list[Vector] | FileError]:
    """Return the vectors of each text's chunks, or the error of that text.

    `done` is called with the number of distinct chunks that were embedded since its last call.
    """

    def embed(batch: Sequence[Sequence[str]]) -> list[list[Vector]]:
        distinct = dict.fromkeys(chunk for chunks in batch for chunk in chunks)
        vectors: dict[str, Vector] = {}
        # Models embed texts of similar lengths together.
        ordered = sorted(distinct, key=len, reverse=True)
        for start in range(0, len(ordered), _AT_ONCE):
            part = ordered[start : start + _AT_ONCE]
            vectors |= zip(part, model.embed(part), strict=True)
            done(len(part))
        return [[_checked(vectors[chunk], model.dims) for chunk in chunks] for chunks in batch]

    return _embed_each(embed, texts)


def embed_pictures(model: ImageEmbedder, pictures: Sequence[Sequence[Image]]) -> list[list[Look] | FileError]:
    """Return the vectors of each picture's views, or the error of that picture."""

    def embed(batch: Sequence[Sequence[Image]]) -> list[list[Look]]:
        visual, semantic = model.look([view for views in batch for view in views])
        looks = (
            Look(
                _checked(visual[n], model.dims),
                None if semantic is None else _checked(semantic[n], model.semantic_dims),
            )
            for n in range(len(visual))
        )
        return [[next(looks) for _ in views] for views in batch]

    return _embed_each(embed, pictures)


def _embed_each(
    embed: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item]
) -> list[Result | FileError]:
    """Embed several files in one batch. If that fails, embed each alone, so that only the bad file fails."""
    try:
        return [*embed(items)]
    except (ModelError, FileError) as error:
        if len(items) == 1:
            return [FileError(str(error))]
    return [result for item in items for result in _embed_each(embed, [item])]


def _checked(vector: Vector, dims: int) -> Vector:
    check_vector(vector, dims)
    return vector


def passages_of(chunks: Sequence[Chunk], vectors: Sequence[Vector | None]) -> tuple[StoredPiece, ...]:
    """Return the chunks, with their vectors unless these are due, in the form in which they are stored."""
    return tuple(passage_piece(chunk.passage, vector) for chunk, vector in zip(chunks, vectors, strict=True))


def terms_of_chunks(chunks: Sequence[Chunk], language: str) -> tuple[str, ...]:
    """Return the terms of each chunk's passage, without those that it shares with the passage before.

    `language` is that of the document.
    """
    return passage_terms((chunk.passage for chunk in chunks), language)


def signature_of(terms: Iterable[str]) -> str:
    """Return the signature of a text by which copies of it are found; `terms` are those of each chunk."""
    return copies.of_terms(term for each in terms for term in each.split())
