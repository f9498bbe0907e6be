"""The protocols of models: all that the rest of semsearch knows about a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from semsearch.records import Kind, Vectors

if TYPE_CHECKING:  # a run over unchanged files must not load these libraries
    from PIL.Image import Image
    from tokenizers import Tokenizer


class Embedder(Protocol):
    """Turns texts or pictures, of the kinds that it accepts, into unit vectors of one space."""

    @property
    def id(self) -> str:
        """Identifies the model and its weights. Vectors with the same id can be compared."""

    @property
    def dims(self) -> int: ...

    @property
    def accepts(self) -> frozenset[Kind]: ...

    def embed(self, batch: Sequence[str] | Sequence[Image], *, query: bool = False) -> Vectors:
        """Embed texts or pictures, in the order given: float32 of shape (n, dims), rows of length 1.

        `query` is True for a user's query: some models embed queries and documents differently. Raises
        ModelError for a kind that it does not accept, and when the model fails. If single items are the
        cause, the message gives their positions in the batch.
        """


class TextEmbedder(Embedder, Protocol):
    """An embedder of texts. It also states how much it reads, so that passages can be made to fit."""

    @property
    def max_tokens(self) -> int:
        """The most tokens read from a text, special tokens included. The rest is cut off without notice."""

    @property
    def common(self) -> Vectors:
        """Directions that say nothing about the subject of a text, as orthonormal rows; often none.

        All texts share them, or those of one language do. A search takes them out of the vector of a query.
        """

    @property
    def tokenizer(self) -> Tokenizer:
        """The model's own tokenizer, without truncation or padding."""


class Looks(NamedTuple):
    """The two vectors of each picture in a batch, as unit rows in the order given.

    `visual`, of shape (n, dims), serves to compare pictures with pictures. `semantic`, of shape
    (n, semantic_dims), is in the space of a text model, so that words find pictures; it is None when the
    model has no such output.
    """

    visual: Vectors
    semantic: Vectors | None


class Cells(NamedTuple):
    """The vectors of the cells of a picture, as `Looks` has them of pictures, but of any length.

    `visual` is of shape (rows, columns, dims), and `semantic` of (rows, columns, semantic_dims) or None.
    Together the cells cover the picture. The mean of their vectors points where that of the picture does.
    """

    visual: Vectors
    semantic: Vectors | None


class ImageEmbedder(Embedder, Protocol):
    """An embedder of pictures: `embed` returns their visual vectors, `look` the semantic ones as well."""

    @property
    def input_size(self) -> int:
        """The pixels of the shorter side that the model can use. It scales and crops a picture itself."""

    @property
    def semantic_space(self) -> str:
        """The id of the text model whose vectors `semantic` can be compared with; "" when there is none.

        Queries of another text model can be compared too, if there is an alignment (`alignment.py`).
        """

    @property
    def semantic_dims(self) -> int:
        """The length of a semantic vector, or 0 when there is none."""

    def look(self, pictures: Sequence[Image]) -> Looks:
        """Embed pictures for the index. Raises ModelError as `embed` does."""

    def cells(self, picture: Image) -> Cells | None:
        """The cells of a picture; None if the model has none. Raises ModelError as `embed` does."""

    @property
    def plain(self) -> ImageEmbedder:
        """The model without the correction of its similarities to words; itself if it has none."""

    def asked(self, queries: Vectors) -> Vectors:
        """Queries in the semantic space as they are compared with `semantic`: shape (n, semantic_dims)."""
