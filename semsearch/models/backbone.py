"""Pictures through a torchvision network without its classifier, run by onnxruntime.

torch exports the network once, into `<home>/models`; from then on torch is not even imported.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL.Image import Image, Resampling

from semsearch.errors import ModelError
from semsearch.models.identity import export_path, torchvision_id, torchvision_parts
from semsearch.models.session import Session
from semsearch.models.vectors import kind_of, unit_rows
from semsearch.types import Kind, Vectors

# Pictures of one run: larger runs gain nothing and hold more memory.
_PICTURES_PER_RUN = 8


class Backbone:
    """A network that turns pictures into their looks; it reads no words."""

    accepts = frozenset({Kind.IMAGE})

    def __init__(self, id: str, graph: bytes) -> None:
        """`graph` is what `export_backbone` made. Raises ModelError when it is damaged."""
        self.id = id
        self._session = Session(id, graph)
        try:
            metadata = self._session.metadata
            self.dims = int(metadata["dims"])
            self.input_size = int(metadata["resize"])
            self._crop = int(metadata["crop"])
            self._resampling = Resampling[metadata["resampling"]]
        except (KeyError, ValueError) as error:
            raise ModelError(f"The export of {id} lacks its description: {error}.") from error

    def embed(self, batch: Sequence[str] | Sequence[Image], *, query: bool = False) -> Vectors:  # noqa: ARG002
        """Embed RGB pictures; questions and documents alike. Raises ModelError for anything but pictures."""
        kind_of(batch, self.accepts, self.id)
        features = np.empty((len(batch), self.dims), np.float32)
        for start in range(0, len(batch), _PICTURES_PER_RUN):
            run = slice(start, start + _PICTURES_PER_RUN)
            pixels = [self._pixels(item) for item in batch[run] if not isinstance(item, str)]
            features[run] = self._session.run({"pixels": np.stack(pixels)})
        return unit_rows(features, len(batch), self.dims, self.id)

    def _pixels(self, picture: Image) -> npt.NDArray[np.uint8]:
        """The centre square that remains when the shorter side is scaled to `input_size`, (crop, crop, 3).

        Only that square is scaled, so that the longer side of a banner costs nothing.
        """
        side = min(picture.size) * self._crop / self.input_size
        left, top = (picture.width - side) / 2, (picture.height - side) / 2
        square = picture.convert("RGB").resize(
            (self._crop, self._crop), self._resampling, box=(left, top, left + side, top + side)
        )
        return np.asarray(square)


def backbone(specification: str, home: Path) -> Backbone:
    """Load `torchvision:<architecture>[=<weights file>]`, exporting it first where that was not done.

    Raises ModelError for an unknown architecture, weights that do not fit or cannot be had.
    """
    id = torchvision_id(specification, home)
    if id is not None:
        try:
            return Backbone(id, export_path(id, home).read_bytes())
        except (FileNotFoundError, ModelError):
            pass  # never exported, or damaged since: the export is made anew
    from semsearch.models.torchvision_export import export_backbone, official_id

    architecture, file = torchvision_parts(specification)
    id = id or official_id(architecture)
    graph = export_backbone(architecture, file)
    model = Backbone(id, graph)
    _write(export_path(id, home), graph)
    return model


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ModelError(f"The exported model cannot be kept in {path.parent}: {error.strerror}.") from error
