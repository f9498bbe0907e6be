"""Change a network's ONNX graph so that it gives the vectors of the cells of a picture, and not of its whole.

A convolutional network sees a picture as a grid of cells, and makes its vectors of the mean over all cells.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

# The output with the shape of the grid: pictures, rows, columns, features.
GRID = "grid"
_ROWS = "rows_of_cells"
_SPATIAL = ([2, 3], [-2, -1])


def with_cells(graph: bytes) -> bytes | None:
    """Return a graph for one picture of any size. Its outputs have a row for each cell, line by line.

    It has the output `grid` too. Returns None for a network that takes no mean over a grid.
    """
    model = ModelProto.FromString(graph)
    found = [node for node in model.graph.node if _is_mean_over_cells(node, model.graph)]
    if not found:
        return None
    mean = found[-1]  # those before belong to layers that weigh the features
    place = list(model.graph.node).index(mean)
    model.graph.node.remove(mean)
    for node in reversed(_cells_in_place_of(mean)):
        model.graph.node.insert(place, node)
    model.graph.initializer.append(numpy_helper.from_array(np.array([2, 3]), f"{_ROWS}_axes"))
    model.graph.output.append(helper.make_tensor_value_info(GRID, TensorProto.INT64, [4]))
    _, height, width, _ = model.graph.input[0].type.tensor_type.shape.dim
    height.dim_param, width.dim_param = "height", "width"
    del model.graph.value_info[:]  # shapes for the size that it had
    content: bytes = model.SerializeToString()
    return content


def _cells_in_place_of(mean: NodeProto) -> list[NodeProto]:
    keeps = mean.op_type == "GlobalAveragePool" or _attribute(mean, "keepdims", 1)
    rows = f"{_ROWS}_flat" if keeps else mean.output[0]
    nodes = [
        helper.make_node("Transpose", [mean.input[0]], [_ROWS], perm=[0, 2, 3, 1]),
        helper.make_node("Shape", [_ROWS], [GRID]),
        helper.make_node("Flatten", [_ROWS], [rows], axis=3),
    ]
    if keeps:
        nodes.append(helper.make_node("Unsqueeze", [rows, f"{_ROWS}_axes"], [mean.output[0]]))
    return nodes


def _is_mean_over_cells(node: NodeProto, graph: GraphProto) -> bool:
    if node.op_type == "GlobalAveragePool":
        return True
    return node.op_type == "ReduceMean" and _axes(node, graph) in _SPATIAL


def _axes(node: NodeProto, graph: GraphProto) -> list[int]:
    """The axes of a mean: an attribute in old graphs, a constant in new ones."""
    if len(node.input) < 2:
        return [int(axis) for axis in _attribute(node, "axes", [])]
    values: list[TensorProto] = [each for each in graph.initializer if each.name == node.input[1]]
    values += [
        each.attribute[0].t
        for each in graph.node
        if each.op_type == "Constant" and each.output[0] == node.input[1]
    ]
    return [axis for value in values for axis in numpy_helper.to_array(value).ravel().tolist()]


def _attribute(node: NodeProto, name: str, default: Any) -> Any:
    found = [helper.get_attribute_value(each) for each in node.attribute if each.name == name]
    return found[0] if found else default
