"""torchvision networks: torch exports them once, onnxruntime runs them, and words find their classes.

After the first time, torch is not imported any more.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from onnx import ModelProto

from semsearch.errors import ModelError
from semsearch.files import write_whole
from semsearch.models.framing import Framing
from semsearch.models.graph import with_bridge, with_head
from semsearch.models.head import load_head, shipped_head
from semsearch.models.identity import export_path, torchvision_id, torchvision_parts, with_words
from semsearch.models.network import PictureGraph
from semsearch.models.protocol import TextEmbedder
from semsearch.records import Vectors


@dataclass(frozen=True, slots=True)
class TextSide:
    """The text model that embeds the names of the classes: its id, and a function that loads it."""

    id: str
    load: Callable[[], TextEmbedder]


def torchvision_graph(specification: str, home: Path, text: TextSide) -> PictureGraph:
    """The network of `torchvision:<architecture>[=<weights file>]`, exported now if it was not before.

    With ImageNet's classes it has a `semantic` output in the space of `text`: the vectors of the class names,
    weighted by probability, and the head that semsearch brings for these weights, if any. Raises ModelError
    when the architecture is unknown, or the weights do not fit or cannot be fetched.
    """
    id, export = _exported(specification, home)
    graph = export.graph
    if export.classes:
        graph = with_bridge(graph, _class_vectors(export.classes, home, text))
        head = shipped_head(id, text.id)
        if head is not None:
            graph = with_head(graph, load_head(head))
    return PictureGraph(
        id=with_words(id, text.id),
        graph=graph,
        framing=export.framing,
        text_model=text.id if export.classes else "",
    )


class _Export:
    """A graph that `export_network` wrote. Raises ValueError or KeyError when it is damaged."""

    def __init__(self, content: bytes) -> None:
        try:
            model = ModelProto.FromString(content)
        except Exception as error:  # an error of protobuf, which has no types
            raise ValueError(str(error)) from error
        metadata = {entry.key: json.loads(entry.value) for entry in model.metadata_props}
        self.graph = content
        self.framing = Framing.of_description(metadata["framing"])
        self.classes: Sequence[str] = metadata["classes"]


def _exported(specification: str, home: Path) -> tuple[str, _Export]:
    """The id of the network without a text model, and its export."""
    id = torchvision_id(specification, home)
    if id is not None:
        try:
            return id, _Export(export_path(id, home).read_bytes())
        except (FileNotFoundError, ValueError, KeyError):
            pass  # never exported, or damaged since: it is exported again
    from semsearch.models.torchvision_export import export_network, official_id

    architecture, file = torchvision_parts(specification)
    id = id or official_id(architecture)
    content = export_network(architecture, file)
    _write(export_path(id, home), content)
    return id, _Export(content)


def _class_vectors(classes: Sequence[str], home: Path, text: TextSide) -> Vectors:
    """Unit rows (classes, dims of the text model). They are embedded once for each text model, and kept."""
    digest = hashlib.sha256(json.dumps([text.id, *classes]).encode()).hexdigest()[:12]
    path = home / "models" / f"classes.{digest}.npy"
    try:
        kept: Vectors = np.load(path, allow_pickle=False)
        return kept
    except (OSError, ValueError, EOFError):
        pass  # never made, or damaged since
    vectors = text.load().embed(classes, query=True)
    content = io.BytesIO()
    np.save(content, vectors)
    _write(path, content.getvalue())
    return vectors


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise ModelError(f"{path.name} cannot be kept in {path.parent}: {error.strerror}.") from error
