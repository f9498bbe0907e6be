"""Add a `semantic` output to a network's ONNX graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, TensorProto, helper, numpy_helper

from semsearch.models.head import Head
from semsearch.models.network import FEATURES, SEMANTIC, VISUAL
from semsearch.records import Vectors

LOGITS = "logits"


def with_bridge(graph: bytes, classes: Vectors) -> bytes:
    """Replace the output `logits` by `semantic`: the sum of the class vectors, weighted by probability.

    `classes` are unit rows of shape (classes, dims of the text model).
    """
    change = _Change(graph)
    likely = change.node("Softmax", [change.withdraw(LOGITS)], axis=1)
    change.publish(SEMANTIC, change.node("MatMul", [likely, change.constant(classes)]), classes.shape[1])
    return change.serialize()


def with_head(graph: bytes, head: Head) -> bytes:
    """Make `semantic` the result of `head`, from the features and, with a base share, the old `semantic`."""
    change = _Change(graph)
    features = FEATURES if FEATURES in change.outputs else VISUAL
    mapped = change.node("MatMul", [features, change.constant(head.weight)])
    mapped = change.unit(change.node("Add", [mapped, change.constant(head.bias)]))
    base = change.withdraw(SEMANTIC)
    if head.base_share:
        kept = change.node("Mul", [change.unit(base), change.constant(head.base_share)])
        mapped = change.node("Mul", [mapped, change.constant(1 - head.base_share)])
        mapped = change.node("Add", [kept, mapped])
    change.publish(SEMANTIC, mapped, head.weight.shape[1])
    return change.serialize()


class _Change:
    """Adds to a graph. A value is known by its name; a new value gets a name that is not taken."""

    def __init__(self, graph: bytes) -> None:
        self._model = ModelProto.FromString(graph)
        self._graph = self._model.graph
        self._taken = {name for node in self._graph.node for name in node.output}
        self._taken |= {tensor.name for tensor in self._graph.initializer}

    @property
    def outputs(self) -> set[str]:
        return {output.name for output in self._graph.output}

    def node(self, operator: str, inputs: Sequence[str], **attributes: Any) -> str:
        output = self._new(operator.lower())
        self._graph.node.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def unit(self, rows: str) -> str:
        return self.node("LpNormalization", [rows], axis=1, p=2)

    def constant(self, value: npt.ArrayLike) -> str:
        name = self._new("constant")
        self._graph.initializer.append(numpy_helper.from_array(np.asarray(value, np.float32), name))
        return name

    def withdraw(self, output: str) -> str:
        """Turn an output, if there is one, into a value inside the graph, and return its new name."""
        kept = [other for other in self._graph.output if other.name != output]
        del self._graph.output[:]
        self._graph.output.extend(kept)
        name = self._new(output)
        for node in self._graph.node:
            for names in (node.input, node.output):
                names[:] = [name if old == output else old for old in names]
        return name

    def publish(self, output: str, value: str, dims: int) -> None:
        """Make a value an output of shape (n, dims)."""
        self._graph.node.append(helper.make_node("Identity", [value], [output]))
        self._graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", dims]))

    def serialize(self) -> bytes:
        content: bytes = self._model.SerializeToString()
        return content

    def _new(self, stem: str) -> str:
        number = 0
        while (name := f"{stem}_{number}") in self._taken:
            number += 1
        self._taken.add(name)
        return name
