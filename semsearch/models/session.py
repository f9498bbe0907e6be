"""onnxruntime, with the same options for every model that it runs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from semsearch.errors import ModelError

Array = npt.NDArray[Any]


class Session:
    """A loaded graph. Safe to run from several threads at once."""

    def __init__(self, name: str, graph: bytes, weights: Mapping[str, Array] | None = None) -> None:
        """Load a graph. `weights` are the initializers that it only declares.

        Raises ModelError when the graph is damaged.
        """
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.log_severity_level = 3
        # With the default of 0, onnxruntime pins its threads to cores that it chooses itself, and they
        # wait for whatever else runs on these.
        options.intra_op_num_threads = _cores()
        # Waiting threads would spin. That is a little faster on an idle machine, but much slower when a
        # search and a run of ingestion share the cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if weights:
            values = [ort.OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
            options.add_external_initializers(list(weights), values)
        self._name = name
        self._weights = weights  # the values above only borrow the memory of these arrays
        try:
            self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions share no other base
            raise ModelError(f"{name} cannot be loaded by onnxruntime: {error}") from error

    @property
    def outputs(self) -> frozenset[str]:
        """The names of the graph's outputs."""
        return frozenset(output.name for output in self._session.get_outputs())

    def run(self, inputs: Mapping[str, Array], *outputs: str) -> Sequence[npt.NDArray[np.float32]]:
        """Run the graph, and return the outputs of these names in this order.

        Raises ModelError when the graph fails.
        """
        try:
            made: Sequence[npt.NDArray[np.float32]] = self._session.run(outputs, dict(inputs))
        except Exception as error:  # as above
            raise ModelError(f"{self._name} failed in onnxruntime: {error}") from error
        return made


def _cores() -> int:
    """The number of cores that this process may use: the machine may have more."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
