"""What the rest of semsearch knows of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from semsearch.types import Kind, Vectors

if TYPE_CHECKING:  # a run over unchanged files needs the names in here, not the libraries
    from PIL.Image import Image
    from tokenizers import Tokenizer


class Embedder(Protocol):
    """Turns a batch of items of the kinds it accepts into unit vectors of one space."""

    @property
    def id(self) -> str:
        """Names the model and its weights; vectors of equal ids may be compared."""

    @property
    def dims(self) -> int: ...

    @property
    def accepts(self) -> frozenset[Kind]: ...

    def embed(self, batch: Sequence[str] | Sequence[Image], *, query: bool = False) -> Vectors:
        """Embed texts or pictures, in the order given: float32 of shape (n, dims), rows of length 1.

        `query` is True for what a user typed: some models treat questions otherwise than documents.
        Raises ModelError for a kind it does not accept, or when the model fails; when single items
        are to blame, the message names their places in the batch.
        """


class TextEmbedder(Embedder, Protocol):
    """An embedder of texts also says how much it reads, so that passages can be made to fit."""

    @property
    def max_tokens(self) -> int:
        """Tokens read of one text, special tokens included; the rest would be cut silently."""

    @property
    def tokenizer(self) -> Tokenizer:
        """The model's own tokenizer, without truncation or padding."""


class ImageEmbedder(Embedder, Protocol):
    """An embedder of pictures also says how large it wants them, so that no more is decoded."""

    @property
    def input_size(self) -> int:
        """Pixels of the shorter side that the model can use. `embed` scales and crops by itself."""
