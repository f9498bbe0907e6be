import numpy as np
import pytest
from PIL import Image

from semsearch.errors import ModelError
from semsearch.models.vectors import kind_of, unit_rows
from semsearch.records import Kind


def test_rows_come_out_as_float32_of_length_one() -> None:
    rows = unit_rows(np.array([[3.0, 4.0], [0.0, -2.0]], np.float64), 2, 2, "model@1")

    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.0, -1.0]], atol=1e-7)


def test_no_items_make_an_array_of_no_rows() -> None:
    assert unit_rows([], 0, 5, "model@1").shape == (0, 5)


@pytest.mark.parametrize("bad", [0.0, np.nan, np.inf])
def test_a_row_without_direction_is_an_error_that_names_its_place(bad: float) -> None:
    rows = np.ones((4, 3))
    rows[2] = bad

    with pytest.raises(ModelError, match=r"model@1 .* zero or not finite for item 2 \(of 0 to 3"):
        unit_rows(rows, 4, 3, "model@1")


def test_another_shape_is_an_error_that_shows_it() -> None:
    with pytest.raises(ModelError, match=r"\(2, 3\) for 2 items, not \(2, 4\)"):
        unit_rows(np.ones((2, 3)), 2, 4, "model@1")


def test_a_batch_is_of_one_kind_that_the_model_accepts() -> None:
    picture = Image.new("RGB", (2, 2))

    assert kind_of(["a"], frozenset(Kind), "model@1") is Kind.TEXT
    assert kind_of([picture], frozenset(Kind), "model@1") is Kind.IMAGE
    with pytest.raises(ModelError, match=r"was given image; .* out of: text"):
        kind_of([picture], frozenset({Kind.TEXT}), "model@1")
    with pytest.raises(ModelError, match="was given image and text"):
        kind_of([picture, "a"], frozenset(Kind), "model@1")  # type: ignore[arg-type]
