from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from semsearch.errors import ModelError
from semsearch.finetune.head_fitting import fit
from semsearch.finetune.ranks import Figures, Judged, figures, gain
from semsearch.models.graph import with_head
from semsearch.models.head import Head, load_head, save_head, shipped_head
from semsearch.records import Vectors
from tests.picture_models import FEATURES, SIDE, tiny_graph


def unit(rows: Vectors) -> Vectors:
    made: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return made


def random_rows(*shape: int, seed: int = 0) -> Vectors:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_a_head_in_a_graph_does_what_it_does_in_numpy(share: float) -> None:
    head = Head(random_rows(FEATURES, 384, seed=1), random_rows(384, seed=2), share)
    pixels = np.random.default_rng(0).integers(0, 256, (3, SIDE, SIDE, 3), np.uint8)
    before = onnxruntime.InferenceSession(tiny_graph())
    old_looks, old_places, features = before.run(["visual", "semantic", "features"], {"pixels": pixels})

    after = onnxruntime.InferenceSession(with_head(tiny_graph(), head))
    looks, places = after.run(["visual", "semantic"], {"pixels": pixels})

    np.testing.assert_array_equal(looks, old_looks)
    np.testing.assert_allclose(places, head(features, unit(old_places)), atol=1e-5)
    assert [output.name for output in after.get_outputs()] == ["visual", "features", "semantic"]


def test_a_head_is_put_upon_a_head_and_upon_a_graph_that_had_none() -> None:
    """Without `features`, the head reads `visual`."""
    first, second = Head(random_rows(24, 8), random_rows(8)), Head(random_rows(24, 6), random_rows(6))
    pixels = {"pixels": np.random.default_rng(0).integers(0, 256, (3, SIDE, SIDE, 3), np.uint8)}
    graph = with_head(with_head(tiny_graph(outputs="visual"), first), second)
    looks, places = onnxruntime.InferenceSession(graph).run(["visual", "semantic"], pixels)
    np.testing.assert_allclose(places, second(looks, None), atol=1e-5)


def test_a_shipped_head_is_found_by_what_it_was_made_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semsearch.models.head.SHIPPED", tmp_path)
    head = Head(random_rows(5, 3), random_rows(3), 0.5)
    save_head(head, tmp_path / "a.npz", "network@1", "words@1")
    assert shipped_head("network@1", "words@1") == tmp_path / "a.npz"
    assert shipped_head("network@1", "words@2") is None
    assert shipped_head("network@2", "words@1") is None
    loaded = load_head(tmp_path / "a.npz")
    np.testing.assert_allclose(loaded.weight, head.weight, rtol=1e-3)
    assert loaded.base_share == 0.5


def test_a_damaged_head_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", weight=random_rows(5, 3))
    with pytest.raises(ModelError, match=rf"The head in {tmp_path}/a.npz is damaged"):
        load_head(tmp_path / "a.npz")


def test_ranks_count_the_pictures_that_stand_before_ones_own() -> None:
    captions = np.eye(3, dtype=np.float32)
    judged = Judged([captions[:1], captions[1:2], captions[2:]])
    places = np.array([[5, 5, 0], [1, 0, 0], [0, 0.2, 1]], np.float32)
    assert judged.ranks(captions).tolist() == [0, 0, 0]
    assert judged.ranks(places).tolist() == [1, 2, 0]


def test_pictures_that_look_the_same_stand_before_ones_own() -> None:
    captions = np.eye(3, dtype=np.float32)
    judged = Judged([captions[:1], captions[1:2], captions[2:]])
    assert judged.ranks(np.ones((3, 3), np.float32)).tolist() == [2, 2, 2]


def test_captions_that_say_the_same_find_each_others_pictures() -> None:
    first, second = np.eye(2, dtype=np.float32)
    judged = Judged([first[None], np.stack([first, second]), second[None]])
    assert judged.ranks(np.stack([first, first, second])).tolist() == [0, 0, 0, 0]
    assert judged.ranks(np.stack([second, first, second])).tolist() == [0, 0, 1, 1]
    assert judged.ranks(np.stack([second, first, first])).tolist() == [1, 1, 1, 1]


def test_figures_are_those_of_the_literature() -> None:
    ranks = np.array([0, 0, 9, 10])
    assert figures(ranks) == Figures(0.5, 0.75, 5.5)
    assert gain(np.array([0, 2])) == pytest.approx((1 + 1 / 2) / 2)


def captioned(count: int, noise: float) -> tuple[Vectors, list[Vectors]]:
    """Features from which a linear map gives the captions, with some noise."""
    hidden = random_rows(count, 10)
    features = hidden @ random_rows(10, 200, seed=1) + noise * random_rows(count, 200, seed=2)
    captions = unit(hidden @ random_rows(10, 32, seed=3))
    return (features * 5 + 3).astype(np.float32), [captions[n : n + 1] for n in range(count)]


@pytest.mark.parametrize("count", [50, 400])
def test_what_is_learned_holds_for_pictures_never_seen(count: int) -> None:
    features, captions = captioned(count + 100, noise=1.0)
    fitted = fit(features[:count], captions[:count], None, epochs=10)
    assert fitted.head is not None
    assert fitted.before is None
    unseen = figures(Judged(captions[count:]).ranks(fitted.head(features[count:], None)))
    assert unseen.recall_10 > 0.7  # by chance it would be 0.1 for 100 pictures


def test_a_good_base_keeps_the_greater_share_and_nothing_is_lost() -> None:
    features, captions = captioned(300, noise=30.0)
    base = unit(np.concatenate(captions) + 0.25 * random_rows(300, 32, seed=4))
    fitted = fit(features[:200], captions[:200], base[:200], epochs=10)
    judged = Judged(captions[200:])
    before = figures(judged.ranks(base[200:]))
    after = before if fitted.head is None else figures(judged.ranks(fitted.head(features[200:], base[200:])))
    assert fitted.head is None or fitted.head.base_share >= 0.5
    assert after.recall_10 > before.recall_10 - 0.05


def test_a_perfect_base_leaves_nothing_to_learn() -> None:
    features, captions = captioned(60, noise=1.0)
    fitted = fit(features, captions, np.concatenate(captions), epochs=3)
    assert fitted.head is None
    assert fitted.after == fitted.before == Figures(1.0, 1.0, 1.0)


def test_features_that_never_vary_do_no_harm() -> None:
    features, captions = captioned(60, noise=0.1)
    features[:, ::2] = 7
    fitted = fit(features, captions, None, epochs=3)
    assert fitted.head is not None
    assert np.isfinite(fitted.head.weight).all()
    assert fitted.after.recall_10 > 0.8


def test_the_same_pictures_make_the_same_head() -> None:
    features, captions = captioned(60, noise=1.0)
    first, second = (fit(features, captions, None, epochs=5).head for _ in range(2))
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first.weight, second.weight)
