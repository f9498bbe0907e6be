"""What the rest of semsearch knows of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from semsearch.records import Kind, Vectors

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


class Looks(NamedTuple):
    """The two vectors of each picture of a batch, as unit rows in the order given.

    `visual`, of shape (n, dims), is what pictures are compared with pictures by. `semantic`, of shape
    (n, semantic_dims), is in the space of a text model, so that its words find pictures; None when the
    model has no such output.
    """

    visual: Vectors
    semantic: Vectors | None


class ImageEmbedder(Embedder, Protocol):
    """An embedder of pictures: `embed` gives their visual vectors, `look` all that it makes of them."""

    @property
    def input_size(self) -> int:
        """Pixels of the shorter side that the model can use. It scales and crops by itself."""

    @property
    def semantic_space(self) -> str:
        """Id of the text model whose vectors `semantic` may be compared with; empty when there are none."""

    @property
    def semantic_dims(self) -> int:
        """Length of a semantic vector: 0 when there are none."""

    def look(self, pictures: Sequence[Image]) -> Looks:
        """Embed pictures for the index. Raises ModelError as `embed` does."""
