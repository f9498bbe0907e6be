"""Graphs that give the vectors of cells: their mean is what the graph gave of the whole picture."""

import numpy as np
import pytest
from onnx import ModelProto

from semsearch.models.catalogue import picture_graph
from semsearch.models.cells import GRID, with_cells
from semsearch.models.network import PIXELS
from semsearch.models.session import Session
from semsearch.settings import Settings
from tests.picture_models import tiny_graph


def minilook() -> bytes:
    graph = picture_graph(Settings(), "minilook")
    assert graph is not None
    return graph.graph


@pytest.mark.parametrize("graph", [tiny_graph(), minilook()], ids=["pool", "mean"])
@pytest.mark.parametrize("output", ["visual", "semantic"])
def test_the_mean_of_the_cells_is_the_vector_of_the_picture(graph: bytes, output: str) -> None:
    side = ModelProto.FromString(graph).graph.input[0].type.tensor_type.shape.dim[1].dim_value
    pixels = np.random.default_rng(4).integers(0, 256, (1, side, side, 3), np.uint8)
    changed = with_cells(graph)
    assert changed is not None
    grid, cells = Session("cells", changed).run({PIXELS: pixels}, GRID, output)
    [whole] = Session("whole", graph).run({PIXELS: pixels}, output)
    assert len(cells) == grid[1] * grid[2] > 1
    np.testing.assert_allclose(cells.mean(axis=0), whole[0], atol=1e-3, rtol=1e-2)


def test_the_cells_stand_line_by_line() -> None:
    pixels = np.zeros((1, 40, 90, 3), np.uint8)
    pixels[:, :20, 60:] = 255
    changed = with_cells(tiny_graph())
    assert changed is not None
    grid, cells = Session("cells", changed).run({PIXELS: pixels}, GRID, "visual")
    _, rows, columns, _ = map(int, grid)
    dark, light = cells.reshape(rows, columns, -1)[[0, 1], [1, -2]]
    assert rows < columns
    np.testing.assert_allclose(cells.reshape(rows, columns, -1)[-1, 5], dark, atol=1e-4)
    assert np.abs(light - dark).max() > 1


def test_a_network_that_takes_no_mean_has_no_cells() -> None:
    graph = ModelProto.FromString(tiny_graph())
    for node in graph.graph.node:
        if node.op_type == "GlobalAveragePool":
            node.op_type = "GlobalMaxPool"
    assert with_cells(graph.SerializeToString()) is None
