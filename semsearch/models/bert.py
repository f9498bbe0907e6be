"""Build BERT as an ONNX graph from its weights, in memory, without torch.

The graph uses onnxruntime's fused operators. It begins behind the table of word vectors, which is large; a
text needs a few of its rows. Its output, of shape (n, hidden), is the sum of each text's token vectors, which
has the same direction as their mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, helper, numpy_helper

from semsearch.models.four_bits import BLOCK, FourBits, stacked
from semsearch.models.session import Session

Floats = npt.NDArray[np.float32]
Weight = Floats | FourBits
Weights = Mapping[str, Weight]

# The name of the table of word vectors, which the graph does not hold.
WORDS = "embeddings.word_embeddings.weight"

_FUSED = "com.microsoft"


@dataclass(frozen=True, slots=True)
class BertConfig:
    """The shape of a BERT encoder with GELU."""

    hidden: int
    layers: int
    heads: int
    epsilon: float


def bert_session(name: str, config: BertConfig, weights: Weights) -> Session:
    """A session with inputs `words`, float32 of (n, tokens, hidden), and `mask`, int32 of (n, tokens).

    `words` are rows of the table WORDS. `weights` have the names that transformers' BertModel gives them.
    Raises KeyError when one is missing, ModelError when their shapes do not fit together.
    """
    graph = _Graph(weights, config)
    last = graph.embeddings()
    for layer in range(config.layers):
        last = graph.layer(f"encoder.layer.{layer}.", last)
    graph.sum_of_tokens(last)
    return Session(name, graph.serialize(), graph.large)


class _Graph:
    """Collects the nodes and initializers of a graph. Each node has one output, and the same name."""

    def __init__(self, weights: Weights, config: BertConfig) -> None:
        self._weights = weights
        self._config = config
        self._nodes: list[NodeProto] = []
        self._initializers: list[TensorProto] = []
        self.large: dict[str, npt.NDArray[Any]] = {}

    def embeddings(self) -> str:
        # A text is always one segment, so the vector of segment 0 is added to every position's.
        segment = self._floats("embeddings.token_type_embeddings.weight")[0]
        places = self._declare("places", self._floats("embeddings.position_embeddings.weight") + segment)
        zero = self._constant("zero", 0)
        self._node("Shape", ["mask"], "tokens", start=1, end=2)
        self._node("Slice", [places, zero, "tokens", zero], "positions")
        self._node("Add", ["words", "positions"], "embedded")
        scale, shift = self._norm("embeddings.LayerNorm")
        epsilon = self._config.epsilon
        return self._node(
            "LayerNormalization", ["embedded", scale, shift], "layer_in", axis=-1, epsilon=epsilon
        )

    def layer(self, prefix: str, x: str) -> str:
        parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
        weight = _stacked([self._weights[part + ".weight"] for part in parts])
        qkv = self._multiplied(prefix + "qkv", x, weight)
        names = [f"{part}.of" for part in parts]
        self._nodes.append(helper.make_node("Split", [qkv], names, name=prefix + "split", axis=-1))
        bias = self._declare(prefix + "qkv_bias", np.hstack([self._floats(part + ".bias") for part in parts]))
        attention = self._node(
            "MultiHeadAttention",
            [*names, bias, "mask"],
            prefix + "attended",
            _FUSED,
            num_heads=self._config.heads,
        )
        mixed = self._matmul(prefix + "attention.output.dense", attention)
        x = self._add_and_norm(prefix + "attention.output", mixed, x)
        wide = self._matmul(prefix + "intermediate.dense", x)
        wide = self._node(
            "BiasGelu", [wide, self._bias(prefix + "intermediate.dense")], prefix + "gelu", _FUSED
        )
        return self._add_and_norm(prefix + "output", self._matmul(prefix + "output.dense", wide), x)

    def sum_of_tokens(self, x: str) -> None:
        one = self._constant("one", 1)
        self._node("Cast", ["mask"], "weights", to=TensorProto.FLOAT)
        self._node("Unsqueeze", ["weights", one], "weights_row")
        self._node("MatMul", ["weights_row", x], "sums_row")
        self._node("Squeeze", ["sums_row", one], "sums")

    def serialize(self) -> bytes:
        hidden = self._config.hidden
        graph = helper.make_graph(
            self._nodes,
            "bert",
            [
                helper.make_tensor_value_info("words", TensorProto.FLOAT, ["n", "t", hidden]),
                helper.make_tensor_value_info("mask", TensorProto.INT32, ["n", "t"]),
            ],
            [helper.make_tensor_value_info("sums", TensorProto.FLOAT, ["n", hidden])],
            self._initializers,
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
        model: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
        return model

    def _matmul(self, name: str, x: str) -> str:
        return self._multiplied(name, x, self._weights[name + ".weight"])

    def _multiplied(self, name: str, x: str, weight: Weight) -> str:
        if not isinstance(weight, FourBits):
            return self._node("MatMul", [x, self._declare(name + ".weight", weight.T)], name)
        rows, columns = weight.shape
        # The level says that activations are rounded to eight bits, too, for a quicker multiplication.
        return self._node(
            "MatMulNBits",
            [
                x,
                self._declare(name + ".weight", weight.in_pairs()),
                self._declare(name + ".scales", weight.scales()),
            ],
            name,
            _FUSED,
            N=rows,
            K=columns,
            bits=4,
            block_size=BLOCK,
            accuracy_level=4,
        )

    def _add_and_norm(self, name: str, x: str, skip: str) -> str:
        scale, shift = self._norm(name + ".LayerNorm")
        inputs = [x, skip, scale, shift, self._bias(name + ".dense")]
        epsilon = self._config.epsilon
        return self._node("SkipLayerNormalization", inputs, name, _FUSED, epsilon=epsilon)

    def _norm(self, name: str) -> tuple[str, str]:
        return self._declare(name + ".weight", self._floats(name + ".weight")), self._bias(name)

    def _bias(self, name: str) -> str:
        return self._declare(name + ".bias", self._floats(name + ".bias"))

    def _floats(self, name: str) -> Floats:
        weight = self._weights[name]
        assert not isinstance(weight, FourBits), f"{name} is no matrix"
        return weight

    def _node(
        self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any
    ) -> str:
        self._nodes.append(
            helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes)
        )
        return output

    def _constant(self, name: str, value: int) -> str:
        self._initializers.append(numpy_helper.from_array(np.array([value]), name))
        return name

    def _declare(self, name: str, value: npt.NDArray[Any]) -> str:
        """Declare an initializer. The session gets its value from memory, not from the graph's bytes."""
        array = np.ascontiguousarray(value)
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        declared = TensorProto(name=name, data_type=kind, dims=array.shape)
        declared.data_location = TensorProto.EXTERNAL
        declared.external_data.add(key="location", value="memory")
        self._initializers.append(declared)
        self.large[name] = array
        return name


def _stacked(weights: Sequence[Weight]) -> Weight:
    four, floats = (
        [weight for weight in weights if isinstance(weight, FourBits)],
        [weight for weight in weights if not isinstance(weight, FourBits)],
    )
    return stacked(four) if four else np.vstack(floats)
