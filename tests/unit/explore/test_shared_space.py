"""Words and pictures are on one map only where their vectors are in one space."""

from __future__ import annotations

from semsearch.explore.shared_space import share_space
from semsearch.models.identity import minilm_id
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.generation import Generation

_TEXTS = Generation(Fingerprint.of_texts("words@12", 384))


def pictures(model: str, semantic: int = 384, source: str = "") -> Generation:
    return Generation(Fingerprint.of_pictures(model, 512, semantic), source=source)


def test_a_network_with_the_text_model_in_its_id_shares_its_space() -> None:
    assert share_space(_TEXTS, pictures("torchvision:net@34+words@12+bank@56"))
    assert not share_space(_TEXTS, pictures("torchvision:net@34+words@13"))


def test_a_model_folder_says_whose_space_it_is() -> None:
    texts = Generation(Fingerprint.of_texts(minilm_id(), 384))
    assert share_space(texts, pictures("minilook@1", 388, "minilook"))
    assert not share_space(_TEXTS, pictures("minilook@1", 388, "minilook"))
    assert not share_space(texts, pictures("gone@1", 388, "/nowhere/gone"))


def test_without_texts_pictures_or_words_for_pictures_nothing_is_shared() -> None:
    assert not share_space(None, pictures("net+words@12"))
    assert not share_space(_TEXTS, None)
    assert not share_space(_TEXTS, pictures("net+words@12", 0))
