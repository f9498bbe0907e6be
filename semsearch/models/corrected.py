"""A picture model whose similarities to words are corrected with a bank (semsearch.models.bank)."""

from __future__ import annotations

from collections.abc import Sequence

from PIL.Image import Image

from semsearch.models.bank import EXTRA, Bank
from semsearch.models.network import PictureNetwork
from semsearch.models.protocol import Cells, Looks
from semsearch.records import Vectors


class CorrectedPictures:
    """Embeds pictures like a network, with corrected `semantic` vectors."""

    def __init__(self, network: PictureNetwork, bank: Bank) -> None:
        """The bank is in the space of the network's text model."""
        self.id = network.id
        self.dims = network.dims
        self.accepts = network.accepts
        self.input_size = network.input_size
        self.semantic_space = network.semantic_space
        self.semantic_dims = network.semantic_dims + EXTRA
        self.plain = network
        self._bank = bank

    def embed(self, batch: Sequence[str] | Sequence[Image], *, query: bool = False) -> Vectors:
        """Embed pictures to compare them with pictures. Raises ModelError."""
        return self.plain.embed(batch, query=query)

    def look(self, pictures: Sequence[Image]) -> Looks:
        """The visual vectors, and the semantic ones, which are corrected. Raises ModelError."""
        visual, semantic = self.plain.look(pictures)
        assert semantic is not None, "only a network with a text model has a bank"
        return Looks(visual, self._bank.pictures(semantic))

    def cells(self, picture: Image) -> Cells | None:
        """The cells of the network, which are not corrected."""
        return self.plain.cells(picture)

    def asked(self, queries: Vectors) -> Vectors:
        """The vectors of queries as they can be compared with `semantic`."""
        return self._bank.queries(queries)
