"""A map from the space of one text model into that of another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semsearch.errors import ModelError
from semsearch.models import alignment
from semsearch.models.alignment import Alignment, alignment_between, save_alignment
from semsearch.models.catalogue import text_model
from semsearch.models.identity import MINILOOK_FOLDER, read_manifest
from semsearch.records import Vectors
from semsearch.settings import Settings

# What a picture may show, in English and in other languages.
_THINGS = {
    "a horse": ("ein Pferd", "un cheval", "лошадь", "马", "ein kleines Pferd auf der Wiese"),
    "an umbrella in the rain": ("ein Regenschirm im Regen", "un paraguas bajo la lluvia", "зонт под дождём"),
    "a cat on a sofa": ("eine Katze auf dem Sofa", "un chat sur un canapé", "кошка на диване", "沙发上的猫"),
    "a snowy mountain": ("ein verschneiter Berg", "une montagne enneigée", "снежная гора", "雪山"),
    "a cup of coffee": ("eine Tasse Kaffee", "una taza de café", "чашка кофе", "一杯咖啡", "kopje koffie"),
    "a sailing boat": ("ein Segelboot", "un bateau à voile", "парусник", "帆船", "una barca a vela"),
    "a bicycle": ("ein Fahrrad", "une bicyclette", "велосипед", "自行车", "ποδήλατο"),
    "two dogs play in the snow": ("zwei Hunde spielen im Schnee", "две собаки играют в снегу"),
}


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the alignments that semsearch brings."""
    monkeypatch.setattr(alignment, "SHIPPED", tmp_path)
    alignment_between.cache_clear()
    return tmp_path


def test_an_alignment_is_found_by_the_models_that_it_leads_from_and_to(shipped: Path) -> None:
    random = np.random.default_rng(0)
    made = Alignment(random.normal(size=(5, 3)).astype(np.float32), np.ones(3, np.float32))
    save_alignment(made, shipped / "a.npz", "words@1", "others@1")

    found = alignment_between("words@1", "others@1")

    assert found is not None
    vectors = np.eye(5, dtype=np.float32)
    np.testing.assert_allclose(found(vectors), made(vectors), atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(found(vectors), axis=1), 1, atol=1e-6)
    assert alignment_between("words@2", "others@1") is None
    assert alignment_between("words@1", "others@2") is None
    assert alignment_between("others@1", "words@1") is None


def test_a_damaged_alignment_is_named(shipped: Path) -> None:
    np.savez(shipped / "a.npz", weight=np.eye(3))
    with pytest.raises(ModelError, match=rf"The alignment in {shipped}/a.npz is damaged"):
        alignment_between("words@1", "others@1")


def test_the_queries_of_e5_in_any_language_come_near_to_what_minilm_makes_of_them_in_english() -> None:
    e5, minilm = (text_model(Settings(text_model=name)) for name in ("e5", "minilm"))
    assert read_manifest(MINILOOK_FOLDER)["text_model"] == minilm.id
    aligned = alignment_between(e5.id, minilm.id)
    assert aligned is not None
    english = minilm.embed(list(_THINGS), query=True)

    def nearest(vectors: Vectors) -> list[int]:
        places: list[int] = (aligned(vectors) @ english.T).argmax(axis=1).tolist()
        return places

    assert nearest(e5.embed(list(_THINGS), query=True)) == list(range(len(_THINGS)))
    for place, translations in enumerate(_THINGS.values()):
        found = dict(zip(translations, nearest(e5.embed(translations, query=True)), strict=True))
        assert found == dict.fromkeys(translations, place)
