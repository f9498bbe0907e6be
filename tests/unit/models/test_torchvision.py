import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from semsearch.errors import ModelError
from semsearch.models.catalogue import image_model, image_model_id, text_model, text_model_id
from semsearch.models.head import Head, save_head
from semsearch.models.protocol import ImageEmbedder
from semsearch.models.torchvision_compat import mend_torchvision
from semsearch.records import Kind
from semsearch.settings import Settings

ARCHITECTURE = "squeezenet1_1"

State = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def classifying() -> State:
    """Random weights of a small network, its classifier of 1,000 classes included."""
    mend_torchvision()
    import torch
    from torchvision.models import get_model

    torch.manual_seed(0)
    network = get_model(ARCHITECTURE, weights=None)
    return {key: value.numpy() for key, value in network.state_dict().items()}


@pytest.fixture(scope="module")
def state(classifying: State) -> State:
    """The same weights without the classifier, so that no class names have to be embedded."""
    return {key: value for key, value in classifying.items() if not key.startswith("classifier.")}


@pytest.fixture(scope="module")
def weights(state: State, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "squeezenet.npz"
    np.savez(path, **state)  # type: ignore[arg-type]
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def settings_of(weights: Path, home: Path, architecture: str = ARCHITECTURE) -> Settings:
    return Settings(home=home, image_model=f"torchvision:{architecture}={weights}")


def loaded(settings: Settings) -> ImageEmbedder:
    model = image_model(settings)
    assert model is not None
    return model


def pictures(n: int, size: tuple[int, int] = (300, 280)) -> list[Image.Image]:
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (n, 7, 7, 3), np.uint8)
    return [Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC) for pixels in coarse]


def test_features_are_those_of_torch_before_the_classifier(weights: Path, home: Path) -> None:
    mend_torchvision()
    import torch
    from torchvision.models import get_model, get_model_weights

    network = get_model(ARCHITECTURE, weights=None).eval()
    with np.load(weights) as arrays:
        network.load_state_dict({key: torch.from_numpy(arrays[key]) for key in arrays.files}, strict=False)
    network.classifier[1] = torch.nn.Identity()
    transforms = get_model_weights(ARCHITECTURE).DEFAULT.transforms()
    batch = pictures(11)
    with torch.inference_mode():
        expected = network(torch.stack([transforms(picture) for picture in batch])).numpy()
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)

    model = loaded(settings_of(weights, home))
    actual = model.embed(batch)

    assert (model.dims, model.input_size, set(model.accepts)) == (512, 256, {Kind.IMAGE})
    # Scaling and cropping in one step does not round pixels as two steps do.
    assert (actual * expected).sum(axis=1).min() > 0.9999
    np.testing.assert_allclose(actual[7:8], model.embed(batch[7:8]), atol=1e-5)


def test_torch_is_needed_once_only(weights: Path, home: Path) -> None:
    model = loaded(settings_of(weights, home))
    program = f"""
import sys
from PIL import Image
from semsearch.models.catalogue import image_model
from semsearch.settings import Settings
settings = Settings(home={str(home)!r}, image_model={settings_of(weights, home).image_model!r})
model = image_model(settings)
assert model.embed([Image.effect_mandelbrot((300, 300), (-3, -2, 2, 2), 50)]).shape == (1, 512)
assert "torch" not in sys.modules
print(model.id)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout.strip() == model.id, done.stderr


def test_the_id_is_known_before_loading_and_tells_weights_apart(
    weights: Path, state: State, home: Path, tmp_path: Path
) -> None:
    assert image_model_id(settings_of(weights, home)) == loaded(settings_of(weights, home)).id
    others = tmp_path / "others.npz"
    np.savez(others, **{key: value + 1e-3 for key, value in state.items()})  # type: ignore[arg-type]
    assert image_model_id(settings_of(others, home)) != image_model_id(settings_of(weights, home))


def test_a_damaged_export_is_made_anew(weights: Path, tmp_path: Path) -> None:
    before = loaded(settings_of(weights, tmp_path)).embed(pictures(2))
    [export] = (tmp_path / "models").iterdir()
    export.write_bytes(export.read_bytes()[:5000])

    after = loaded(settings_of(weights, tmp_path)).embed(pictures(2))

    np.testing.assert_allclose(before, after, atol=1e-6)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [export.name]
    assert export.stat().st_size > 5000


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".safetensors", ".npz of float16"])
def test_weights_are_read_from_every_format(
    weights: Path, state: State, home: Path, tmp_path: Path, suffix: str
) -> None:
    import torch

    path = tmp_path / f"weights{suffix.split()[0]}"
    if suffix == ".safetensors":
        save_file(state, path)
    elif suffix == ".npz of float16":
        np.savez(path, **{key: value.astype(np.float16) for key, value in state.items()})  # type: ignore[arg-type]
    else:
        torch.save({key: torch.from_numpy(value) for key, value in state.items()}, path)

    vectors = loaded(settings_of(path, tmp_path)).embed(pictures(2))

    np.testing.assert_allclose(vectors, loaded(settings_of(weights, home)).embed(pictures(2)), atol=1e-3)


def test_weights_of_a_classifier_of_other_classes_fit_and_no_words_find_its_pictures(
    classifying: State, tmp_path: Path
) -> None:
    path = tmp_path / "ten-classes.npz"
    head = {key: value[:10] for key, value in classifying.items() if key.startswith("classifier.")}
    np.savez(path, **{**classifying, **head})  # type: ignore[arg-type]

    model = loaded(settings_of(path, tmp_path))

    assert model.embed(pictures(1)).shape == (1, 512)
    assert model.look(pictures(1)).semantic is None
    assert (model.semantic_space, model.semantic_dims) == ("", 0)


def test_a_banner_a_dot_and_a_grey_picture_are_embedded(weights: Path, home: Path) -> None:
    batch = [*pictures(1, (9000, 3)), *pictures(1, (1, 1)), pictures(1)[0].convert("L")]

    assert loaded(settings_of(weights, home)).embed(batch).shape == (3, 512)


def test_texts_are_refused(weights: Path, home: Path) -> None:
    with pytest.raises(ModelError, match=r"was given text; .* out of: image"):
        loaded(settings_of(weights, home)).embed(["red"])


def test_an_unknown_architecture_is_answered_with_near_names(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no architecture 'squeezenet11'. Similar names: .*squeezenet1_1"):
        image_model(settings_of(weights, tmp_path, "squeezenet11"))


def test_weights_of_another_network_are_explained(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"does not fit torchvision's resnet18: \d+ missing \(conv1.weight, .*unknown"
    ):
        image_model(settings_of(weights, tmp_path, "resnet18"))


def test_a_weight_of_another_shape_is_named(state: State, tmp_path: Path) -> None:
    path = tmp_path / "odd.npz"
    np.savez(path, **{**state, "features.0.bias": np.zeros(3, np.float32)})  # type: ignore[arg-type]

    with pytest.raises(ModelError, match=r"1 of another shape \(features.0.bias is \(3,\), not \(64,\)\)"):
        image_model(settings_of(path, tmp_path))


@pytest.mark.parametrize("suffix", [".npz", ".pt", ".pth", ".safetensors"])
def test_damaged_weights_are_an_error_that_names_the_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"damaged{suffix}"
    path.write_bytes(b"PK\3\4 not weights")

    with pytest.raises(ModelError, match=rf"The weights in {path} are damaged"):
        image_model(settings_of(path, tmp_path))


def test_a_pickle_that_holds_more_than_tensors_is_not_run(tmp_path: Path) -> None:
    import torch

    path = tmp_path / "code.pt"
    torch.save({"features.0.weight": Path("an object")}, path)

    with pytest.raises(ModelError, match="not plain tensors"):
        image_model(settings_of(path, tmp_path))


def test_weights_that_are_not_finite_are_refused(state: State, tmp_path: Path) -> None:
    path = tmp_path / "nan.npz"
    np.savez(path, **{key: value * np.nan for key, value in state.items()})  # type: ignore[arg-type]

    with pytest.raises(ModelError, match="not finite"):
        image_model(settings_of(path, tmp_path))


def test_official_weights_that_cannot_be_fetched_are_said_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")

    with pytest.raises(ModelError, match=r"Give a file that holds them: torchvision:squeezenet1_1=<weights"):
        image_model(Settings(home=tmp_path, image_model=f"torchvision:{ARCHITECTURE}"))


@pytest.fixture(scope="module")
def words(classifying: State, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a network that tells ImageNet's classes."""
    path = tmp_path_factory.mktemp("classifying") / "squeezenet.npz"
    np.savez(path, **classifying)  # type: ignore[arg-type]
    return settings_of(path, home)


def test_classes_place_pictures_among_the_words_of_the_text_model(
    words: Settings, classifying: State
) -> None:
    mend_torchvision()
    import torch
    from torchvision.models import get_model, get_model_weights

    network = get_model(ARCHITECTURE, weights=None).eval()
    network.load_state_dict({key: torch.from_numpy(value) for key, value in classifying.items()})
    official = get_model_weights(ARCHITECTURE).DEFAULT
    batch = pictures(3)
    with torch.inference_mode():
        logits = network(torch.stack([official.transforms()(picture) for picture in batch]))

    model = loaded(words).plain
    looks = model.look(batch)

    [kept] = (words.home / "models").glob("classes.*.npy")
    names, some = np.load(kept), slice(100, 120)
    asked = text_model(words).embed(official.meta["categories"][some], query=True)
    np.testing.assert_allclose(names[some], asked, atol=1e-5)
    expected = logits.softmax(1).numpy() @ names
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert (model.semantic_space, model.semantic_dims) == (text_model_id(words), 384)
    assert looks.semantic is not None
    assert (looks.semantic * expected).sum(axis=1).min() > 0.9999
    np.testing.assert_array_equal(looks.visual, model.embed(batch))


def test_the_id_names_the_text_model_whose_words_find_the_pictures(words: Settings) -> None:
    assert image_model_id(words) == loaded(words).id
    assert f"+{text_model_id(words)}+bank@" in loaded(words).id


def test_names_of_classes_are_embedded_once_and_again_when_damaged(
    words: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = loaded(words).look(pictures(1)).semantic
    [kept] = (words.home / "models").glob("classes.*.npy")
    with monkeypatch.context() as patched:
        patched.setattr("semsearch.models.catalogue.text_model", lambda _: pytest.fail("loaded again"))
        loaded(words)

    kept.write_bytes(kept.read_bytes()[:1000])

    np.testing.assert_allclose(loaded(words).look(pictures(1)).semantic, before, atol=1e-6)
    assert kept.stat().st_size > 1000


def test_a_head_that_comes_with_semsearch_counts_for_its_weights_and_text_model_only(
    words: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, plain_id = loaded(words).plain.look(pictures(2)), image_model_id(words)
    bare_id = plain_id.partition("+")[0]
    random = np.random.default_rng(0)
    head = Head(random.normal(size=(512, 384)).astype(np.float32), np.zeros(384, np.float32), 0.25)
    monkeypatch.setattr("semsearch.models.head.SHIPPED", tmp_path)
    save_head(head, tmp_path / "other.npz", bare_id, "another text model")
    assert image_model_id(words) == plain_id

    save_head(head, tmp_path / "mine.npz", bare_id, text_model_id(words))
    model = loaded(words).plain
    after = model.look(pictures(2))

    assert image_model_id(words) == model.id != plain_id
    np.testing.assert_array_equal(after.visual, before.visual)
    expected = head(before.visual, before.semantic)
    assert after.semantic is not None
    np.testing.assert_allclose(
        after.semantic, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-3
    )


def test_official_weights_keep_their_id_without_torch(
    classifying: State, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weights are put where torchvision downloads them to, with the hash in the file's name."""
    import torch
    from torchvision.models import get_model_weights

    monkeypatch.setenv("TORCH_HOME", str(home))
    file = Path(get_model_weights(ARCHITECTURE).DEFAULT.url).name
    checkpoints = home / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    torch.save({key: torch.from_numpy(value) for key, value in classifying.items()}, checkpoints / file)
    settings = Settings(home=home, image_model=f"torchvision:{ARCHITECTURE}")

    model = loaded(settings)

    bare, _, text = model.id.partition("+")
    assert bare == f"torchvision:squeezenet1_1:IMAGENET1K_V1@{Path(file).stem.split('-')[1]}"
    assert text.startswith(f"{text_model_id(settings)}+bank@")
    assert image_model_id(settings) == model.id
    assert loaded(settings).id == model.id
