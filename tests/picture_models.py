"""Model folders for tests: one convolution with random weights. It sees colours and some shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

SIDE, FEATURES, DIMS = 32, 64, 24


def tiny_graph(
    *,
    side: int = SIDE,
    semantic_dims: int = 384,
    half: bool = False,
    outputs: str = "visual semantic features",
) -> bytes:
    """An ONNX graph from `pixels` to the named `outputs`; with `half` it stores its weights as float16."""
    random = np.random.default_rng(0)
    weights = {
        "filters": random.normal(size=(FEATURES, 3, 5, 5)),
        "shift": random.normal(size=FEATURES) * 3,
        "looks": random.normal(size=(FEATURES, DIMS)),
        "places": random.normal(size=(FEATURES, semantic_dims)),
        "middle": np.array(127.5),
    }
    initializers, nodes = [], []
    for name, value in weights.items():
        stored = value.astype(np.float16 if half else np.float32)
        initializers.append(numpy_helper.from_array(stored, f"{name}_stored"))
        nodes.append(helper.make_node("Cast", [f"{name}_stored"], [name], to=TensorProto.FLOAT))
    nodes += _layers()
    widths = {"visual": DIMS, "semantic": semantic_dims, "features": FEATURES}
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", side, side, 3])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", widths[name]])
            for name in outputs.split()
        ],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content


def _layers() -> list[NodeProto]:
    """The layers from `pixels` through one convolution to `features`, and on to `visual` and `semantic`."""
    return [
        helper.make_node("Cast", ["pixels"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["floats", "middle"], ["centred"]),
        helper.make_node("Div", ["centred", "middle"], ["scaled"]),
        helper.make_node("Transpose", ["scaled"], ["channels_first"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["channels_first", "filters", "shift"], ["seen"], strides=[2, 2]),
        helper.make_node("Relu", ["seen"], ["lit"]),
        helper.make_node("GlobalAveragePool", ["lit"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"]),
        helper.make_node("MatMul", ["features", "looks"], ["visual"]),
        helper.make_node("MatMul", ["features", "places"], ["semantic"]),
    ]


def tiny_folder(folder: Path, space: str, graph: bytes | None = None, **entries: Any) -> Path:
    """Make a model folder whose semantic vectors are in `space`, the id of a text model; returns the folder.

    `entries` replace the valid entries of its JSON file; an entry of None is left out.
    """
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(tiny_graph() if graph is None else graph)
    manifest = {"format": 1, "name": "tiny", "text_model": space, "side": SIDE, "made": {}, **entries}
    manifest = {name: value for name, value in manifest.items() if value is not None}
    (folder / "semsearch.json").write_text(json.dumps(manifest))
    return folder
