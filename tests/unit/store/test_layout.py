import numpy as np

from semsearch.store.layout import Datatype, Layout, Slot


def test_a_new_index_has_float16_and_one_of_an_older_semsearch_keeps_float32() -> None:
    assert Layout() == Layout(Slot.A, Datatype.FLOAT16)
    assert Layout.read(None, None) == Layout(Slot.A, Datatype.FLOAT32)
    assert Layout.read(b"b", b"float16") == Layout(Slot.B, Datatype.FLOAT16)


def test_a_vector_of_length_one_comes_back_as_nearly_the_same() -> None:
    rows = np.random.default_rng(1).normal(size=(50, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    for row in rows:
        stored = Layout().encode(row)
        assert len(stored) == 768
        assert float(Layout().decode(stored) @ row) > 0.9999
