"""Teach a finished network what graphics are called, by its last layer alone.

Only the linear map from the features to `semantic` changes, and as little as it can: what it gives for the
pictures that the network has learned from hardly moves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from onnx import ModelProto, TensorProto, numpy_helper

from semsearch.errors import ModelError
from semsearch.models.protocol import TextEmbedder
from semsearch.records import Vectors

# What a graphic that is placed wrongly counts against a picture that has moved, and the least change of a
# direction in which no picture lies.
SHARE, _RIDGE = 0.05, 1e-4
_WEIGHT, _BIAS = "_student.semantic.weight", "_student.semantic.bias"


def taught(graph: bytes, pictures: Vectors, graphics: Vectors, wanted: Vectors) -> bytes:
    """The graph with a changed last layer.

    `pictures` (n, features) should stay where they are; `graphics` (m, features) should come near to `wanted`
    (m, dims), unit rows in the space of the text model. Raises ModelError when the graph has no such layer.
    """
    model = ModelProto.FromString(graph)
    weight, bias = (_initializer(model, name) for name in (_WEIGHT, _BIAS))
    layer = np.vstack([numpy_helper.to_array(weight).T, numpy_helper.to_array(bias)]).astype(np.float64)
    known, new = _with_one(pictures), _with_one(graphics)
    length = np.median(np.linalg.norm(known @ layer, axis=1))
    squares = known.T @ known / len(known)
    change = np.linalg.solve(
        squares
        + SHARE * new.T @ new / len(new)
        + _RIDGE * np.trace(squares) / len(layer) * np.eye(len(layer)),
        SHARE * new.T @ (length * wanted - new @ layer) / len(new),
    )
    for tensor, values in ((weight, (layer + change)[:-1].T), (bias, (layer + change)[-1])):
        dtype = numpy_helper.to_array(tensor).dtype
        tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values, dtype), tensor.name))
    content: bytes = model.SerializeToString()
    return content


def places(names: Sequence[Sequence[str]], text: TextEmbedder) -> Vectors:
    """Where graphics with these names should lie: unit rows, each the mean of the vectors of its names."""
    known = sorted({name for each in names for name in each})
    vectors = dict(zip(known, text.embed(known), strict=True))
    means = np.array([np.mean([vectors[name] for name in each], axis=0) for each in names])
    found: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
    return found


def _initializer(model: ModelProto, name: str) -> TensorProto:
    tensor: TensorProto
    for tensor in model.graph.initializer:
        if tensor.name.removesuffix(".half") == name:
            return tensor
    raise ModelError(f"the graph has no weights {name!r}: it is no network of tools.minilook")


def _with_one(features: Vectors) -> Vectors:
    return np.hstack([features, np.ones((len(features), 1))])
