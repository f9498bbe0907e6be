from pathlib import Path

import numpy as np
import pytest

from semsearch.errors import ModelError
from semsearch.models.bank import (
    EXTRA,
    SIMILARITY,
    Bank,
    load_bank,
    plain,
    save_bank,
    share_of_names,
    shipped_bank,
)
from semsearch.models.catalogue import image_model, image_model_id, text_model
from semsearch.models.identity import minilm_id
from semsearch.models.vectors import unit
from semsearch.records import Vectors
from semsearch.settings import Settings

DIMS = 16
RANDOM = np.random.default_rng(0)


def rows(n: int) -> Vectors:
    return unit(RANDOM.normal(size=(n, DIMS)).astype(np.float32))


@pytest.fixture(scope="module")
def bank() -> Bank:
    towards = np.zeros(DIMS + 1, np.float32)
    towards[0] = 8.0
    return Bank(rows(50), rows(20), np.full(20, 1 / 20, np.float32), towards, 0.05)


@pytest.fixture(scope="module")
def shipped() -> Bank:
    path = shipped_bank(minilm_id())
    assert path is not None
    return load_bank(path)


def soft_maximum(vectors: Vectors, others: Vectors) -> np.ndarray:
    return 0.05 * np.log(np.exp(vectors @ others.T / 0.05).mean(axis=1))


def test_the_cosine_is_the_similarity_less_what_the_picture_has_with_other_queries(bank: Bank) -> None:
    pictures, queries = rows(30), rows(10)
    share = 1 / (1 + np.exp(-8.0 * queries[:, :1]))
    names, sentences = (soft_maximum(pictures, others) - 0.15 for others in (bank.names, bank.sentences))
    wanted = (
        queries @ pictures.T - share * names.clip(-0.35, 0.35) - (1 - share) * sentences.clip(-0.35, 0.35)
    )
    cosines = bank.queries(queries) @ bank.pictures(pictures).T
    np.testing.assert_allclose(cosines * SIMILARITY, wanted, atol=1e-5)


def test_corrected_vectors_are_unit_rows_like_all_that_an_index_takes(bank: Bank) -> None:
    for made in (bank.pictures(rows(30)), bank.queries(rows(30))):
        assert made.dtype == np.float32
        assert made.shape == (30, DIMS + EXTRA)
        np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-6)


def test_a_picture_that_is_near_to_every_name_comes_after_one_that_is_near_to_this_name() -> None:
    """The elephant is nearer to "horse" than the horse is, and nearer still to other names."""
    horse, animal, cart = np.eye(3, DIMS, dtype=np.float32)
    towards = np.append(np.zeros(DIMS, np.float32), np.float32(9.0))
    bank = Bank(np.stack([horse, animal, cart]), cart[None], np.ones(1, np.float32), towards, 0.05)
    photos = np.stack([0.30 * horse + 0.05 * animal, 0.35 * horse + 0.45 * animal])
    photos[:, -1] = np.sqrt(1 - np.square(photos).sum(axis=1))
    assert (photos @ horse).argmax() == 1
    assert (bank.pictures(photos) @ bank.queries(horse[None])[0]).argmax() == 0


def test_the_query_before_the_correction_and_its_share_are_read_from_the_vector(bank: Bank) -> None:
    queries = rows(5)
    for query, corrected in zip(queries, bank.queries(queries), strict=True):
        np.testing.assert_allclose(plain(corrected), query, atol=1e-6)
        assert share_of_names(corrected) == pytest.approx(1 / (1 + np.exp(-8.0 * query[0])), abs=1e-5)


def test_a_bank_is_read_as_it_was_written(bank: Bank, tmp_path: Path) -> None:
    save_bank(bank, tmp_path / "banks" / "some.npz", "some-model@1")
    read = load_bank(tmp_path / "banks" / "some.npz")
    np.testing.assert_allclose(read.names, bank.names, atol=0.005)
    np.testing.assert_allclose(read.sentences, bank.sentences, atol=0.005)
    np.testing.assert_array_equal(read.towards_names, bank.towards_names)
    assert read.temperature == pytest.approx(0.05)


def test_a_damaged_bank_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bank.npz"
    path.write_bytes(b"PK")
    with pytest.raises(ModelError, match=r"The bank in .*bank\.npz is damaged"):
        load_bank(path)


def test_there_is_a_bank_for_the_built_in_text_model_and_none_for_another() -> None:
    assert shipped_bank(minilm_id()) is not None
    assert shipped_bank("some-model@1") is None


@pytest.mark.parametrize(
    ("query", "least", "most"),
    [
        ("giraffe", 0.8, 1.0),
        ("a fire engine", 0.5, 1.0),
        ("two children are playing football on a muddy field", 0.0, 0.2),
        ("a man in a red jacket is climbing a steep wall of ice", 0.0, 0.2),
    ],
)
def test_names_are_told_from_sentences(shipped: Bank, query: str, least: float, most: float) -> None:
    asked = shipped.queries(text_model(Settings()).embed([query], query=True))[0]
    assert least <= share_of_names(asked) <= most


def test_the_id_of_the_built_in_picture_model_names_the_bank() -> None:
    """An index whose pictures were corrected with another bank is built anew."""
    settings = Settings(image_model="minilook")
    model = image_model(settings)
    assert model is not None
    assert model.id == image_model_id(settings)
    assert "+bank@" in model.id
    assert model.semantic_dims == model.plain.semantic_dims + EXTRA == 388
