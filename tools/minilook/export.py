"""Write a checkpoint as a model folder: an ONNX graph with weights of 16 bits, and its description."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from onnx import ModelProto, TensorProto, checker, helper, numpy_helper

from semsearch.models.folder import write_folder
from semsearch.models.framing import Framing
from semsearch.models.network import PictureGraph
from semsearch.models.torchvision_export import to_onnx
from tools.minilook.distil import BATCH
from tools.minilook.student import Glance, Student

_SMALL = 256  # a weight with fewer elements is not worth a cast


def export(checkpoint: Path, folder: Path, text_model: str) -> None:
    """Write the averaged weights of `checkpoint` to `folder`, whose name becomes the model's.

    `text_model` is the id of the text model whose space the student learned. Raises ModelError.
    """
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    student = Student().eval()
    student.load_state_dict(state["average"])
    graph = halved(to_onnx(Glance(student).eval(), Glance.SIDE, ["visual", "semantic", "features"]))
    network = PictureGraph(folder.name, graph, Framing(Glance.SIDE), text_model)
    write_folder(
        folder, network, {"by": "python -m tools.minilook", "views distilled": state["step"] * BATCH}
    )


def halved(graph: bytes) -> bytes:
    """Store large weights as float16, with casts back to float. Loading the graph folds the casts away."""
    model = ModelProto.FromString(graph)
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < _SMALL:
            continue
        name = weight.name
        half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), f"{name}.half")
        weight.CopyFrom(half)
        casts.append(helper.make_node("Cast", [half.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content
