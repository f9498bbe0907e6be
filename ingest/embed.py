"""The items of several files through a model at once, and what is wrong with single ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from PIL.Image import Image

from semsearch.errors import FileError, ModelError
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.store.hashes import check_vector
from semsearch.types import Vector

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Look:
    """The vectors of one picture; `semantic` is None when its model makes none."""

    visual: Vector
    semantic: Vector | None


def embed_texts(model: TextEmbedder, texts: Sequence[Sequence[str]]) -> list[list[Vector] | FileError]:
    """The vectors of each text's chunks, or what is wrong with it."""

    def embed(batch: Sequence[Sequence[str]]) -> list[list[Vector]]:
        rows = iter(model.embed([chunk for chunks in batch for chunk in chunks]))
        return [[_checked(next(rows), model.dims) for _ in chunks] for chunks in batch]

    return _each(embed, texts)


def embed_pictures(model: ImageEmbedder, pictures: Sequence[Image]) -> list[Look | FileError]:
    """The vectors of each picture, or what is wrong with it."""

    def embed(batch: Sequence[Image]) -> list[Look]:
        visual, semantic = model.look(batch)
        return [
            Look(
                _checked(visual[n], model.dims),
                None if semantic is None else _checked(semantic[n], model.semantic_dims),
            )
            for n in range(len(batch))
        ]

    return _each(embed, pictures)


def _each(embed: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item]) -> list[Result | FileError]:
    """Embed several files in one batch; when that fails, each alone: one cannot take down the others."""
    try:
        return [*embed(items)]
    except (ModelError, FileError) as error:
        if len(items) == 1:
            return [FileError(str(error))]
    return [result for item in items for result in _each(embed, [item])]


def _checked(vector: Vector, dims: int) -> Vector:
    check_vector(vector, dims)
    return vector
