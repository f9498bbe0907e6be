"""A picture network in onnxruntime: it embeds pictures by their looks, and in the space of a text model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL.Image import Image

from semsearch.errors import ModelError
from semsearch.models.cells import GRID, with_cells
from semsearch.models.framing import Framing, squeezed
from semsearch.models.protocol import Cells, Looks
from semsearch.models.session import Session
from semsearch.models.vectors import kind_of, unit_rows
from semsearch.records import Kind, Vectors

PIXELS = "pixels"
VISUAL, SEMANTIC, FEATURES = "visual", "semantic", "features"

# With this side and the usual 32 pixels to a cell, there are 8 × 8 cells. benchmarks/picture_parts
_CELLS_SIDE = 256
# Pictures in one run: larger runs are not faster, and take more memory.
_PICTURES_PER_RUN = 8


@dataclass(frozen=True, slots=True)
class PictureGraph:
    """A picture network that is not loaded yet.

    `graph` is an ONNX graph with the input `pixels`, uint8 of shape (n, side, side, 3), and the output
    `visual` (n, dims). If `text_model` (an id) is set, it has the output `semantic` too, in the space of that
    model. It may have the output `features` (n, any), from which a head is fitted. Rows need not be unit
    vectors.
    """

    id: str
    graph: bytes
    framing: Framing
    text_model: str


class PictureNetwork:
    """Embeds pictures, not texts. It may also place pictures in the space of a text model."""

    accepts = frozenset({Kind.IMAGE})

    def __init__(self, network: PictureGraph) -> None:
        """Load a network. Raises ModelError when the graph is damaged, or is not as PictureGraph says."""
        self.id = network.id
        self.semantic_space = network.text_model
        self.input_size = network.framing.shorter_side
        self._framing = network.framing
        self._graph = network.graph
        self._session = Session(network.id, network.graph)
        self._outputs = (VISUAL, SEMANTIC) if network.text_model else (VISUAL,)
        self._features = FEATURES if FEATURES in self._session.outputs else VISUAL
        missing = set(self._outputs) - self._session.outputs
        if missing:
            raise ModelError(f"The graph of {self.id} has no output `{'`, `'.join(sorted(missing))}`.")
        widths = self._widths()
        self.dims = widths[VISUAL]
        self.semantic_dims = widths.get(SEMANTIC, 0)

    def embed(self, batch: Sequence[str] | Sequence[Image], *, query: bool = False) -> Vectors:  # noqa: ARG002
        """Embed RGB pictures, queries like documents. Raises ModelError for anything but pictures."""
        kind_of(batch, self.accepts, self.id)
        [visual] = self._run([item for item in batch if not isinstance(item, str)], VISUAL)
        return unit_rows(visual, len(batch), self.dims, self.id)

    def look(self, pictures: Sequence[Image]) -> Looks:
        """The visual and semantic vectors; `semantic` is None without a text model. Raises ModelError."""
        kind_of(pictures, self.accepts, self.id)
        visual, *semantic = self._run(pictures, *self._outputs)
        return Looks(
            unit_rows(visual, len(pictures), self.dims, self.id),
            self._unit_semantic(semantic, len(pictures)),
        )

    def cells(self, picture: Image) -> Cells | None:
        """The cells of the grid over which the network takes a mean; None for a network without one."""
        pixels = squeezed(picture, max(self._framing.side, _CELLS_SIDE))
        try:
            if self._cell_session is None:
                return None
            grid, visual, *semantic = self._cell_session.run({PIXELS: pixels}, GRID, *self._outputs)
        except ModelError:  # a network that takes pictures of one size only
            return None
        _, rows, columns, _ = map(int, grid)
        return Cells(
            visual.reshape(rows, columns, -1), semantic[0].reshape(rows, columns, -1) if semantic else None
        )

    @cached_property
    def _cell_session(self) -> Session | None:
        """Loaded when it is first needed: it holds the weights a second time."""
        graph = with_cells(self._graph)
        return None if graph is None else Session(self.id, graph)

    @property
    def plain(self) -> PictureNetwork:
        return self

    def asked(self, queries: Vectors) -> Vectors:
        """The queries as they are: they can be compared with `semantic`."""
        return queries

    def features(self, pictures: Sequence[Image]) -> tuple[Vectors, Vectors | None]:
        """The input for fitting a head: features (n, any), not normalised, and `semantic` as from `look`."""
        features, *semantic = self._run(pictures, self._features, *self._outputs[1:])
        return features, self._unit_semantic(semantic, len(pictures))

    def _unit_semantic(self, semantic: Sequence[Vectors], n: int) -> Vectors | None:
        return unit_rows(semantic[0], n, self.semantic_dims, self.id) if semantic else None

    def _run(self, pictures: Sequence[Image], *outputs: str) -> list[Vectors]:
        runs = []
        for start in range(0, len(pictures), _PICTURES_PER_RUN):
            squares = [self._framing.pixels(item) for item in pictures[start : start + _PICTURES_PER_RUN]]
            runs.append(self._session.run({PIXELS: np.stack(squares)}, *outputs))
        if not runs:
            return [np.empty((0, 0), np.float32) for _ in outputs]
        return [np.concatenate(parts) for parts in zip(*runs, strict=True)]

    def _widths(self) -> dict[str, int]:
        """The length of the rows of each output, from a first run."""
        pixels = np.full((2, self._framing.side, self._framing.side, 3), 127, np.uint8)
        made = dict(zip(self._outputs, self._session.run({PIXELS: pixels}, *self._outputs), strict=True))
        for name, rows in made.items():
            if rows.ndim != 2 or len(rows) != 2 or not np.issubdtype(rows.dtype, np.floating):
                raise ModelError(
                    f"The graph of {self.id} returns for 2 pictures a `{name}` of shape {rows.shape} and "
                    f"type {rows.dtype}: it must return a row of floats for each picture."
                )
        return {name: rows.shape[1] for name, rows in made.items()}
