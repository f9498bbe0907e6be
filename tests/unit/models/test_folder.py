import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from onnx import ModelProto
from PIL import Image

from semsearch.errors import ModelError
from semsearch.models.catalogue import image_model, image_model_id
from semsearch.models.folder import write_folder
from semsearch.models.framing import Framing
from semsearch.models.network import PictureGraph
from semsearch.models.protocol import ImageEmbedder
from semsearch.records import Kind
from semsearch.settings import Settings
from tests.picture_models import DIMS, SIDE, tiny_folder, tiny_graph

TEXT = "some-text-model@123456789abc"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_folder(tmp_path / "model", TEXT)


def settings_of(folder: Path) -> Settings:
    return Settings(home=folder.parent / "home", image_model=str(folder))


def loaded(folder: Path) -> ImageEmbedder:
    model = image_model(settings_of(folder))
    assert model is not None
    return model


def pictures(n: int, size: tuple[int, int] = (60, 40)) -> list[Image.Image]:
    coarse = np.random.default_rng(0).integers(0, 256, (n, 5, 5, 3), np.uint8)
    return [Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC) for pixels in coarse]


def test_a_picture_gets_both_vectors_and_the_batch_does_not_matter(folder: Path) -> None:
    model, batch = loaded(folder), pictures(19)

    looks = model.look(batch)

    assert (model.dims, model.input_size, set(model.accepts)) == (DIMS, SIDE, {Kind.IMAGE})
    assert (model.semantic_space, model.semantic_dims) == (TEXT, 384)
    assert looks.semantic is not None
    assert (looks.visual.shape, looks.semantic.shape) == ((19, DIMS), (19, 384))
    np.testing.assert_allclose(np.linalg.norm(looks.visual, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(looks.semantic, axis=1), 1, atol=1e-6)
    alone = model.look(batch[17:18])
    assert alone.semantic is not None
    np.testing.assert_allclose(looks.semantic[17:18], alone.semantic, atol=1e-5)
    np.testing.assert_allclose(looks.visual, model.embed(batch, query=True), atol=1e-6)


def test_no_pictures_are_a_batch_as_well(folder: Path) -> None:
    looks = loaded(folder).look([])
    assert looks.semantic is not None
    assert (looks.visual.shape, looks.semantic.shape) == ((0, DIMS), (0, 384))


def test_weights_in_half_precision_make_the_same_vectors(folder: Path, tmp_path: Path) -> None:
    half = tiny_folder(tmp_path / "half", TEXT, tiny_graph(half=True))

    whole, halved = loaded(folder).embed(pictures(4)), loaded(half).embed(pictures(4))

    assert (whole * halved).sum(axis=1).min() > 0.9999


def test_the_edges_of_a_photo_count_unless_the_centre_is_asked_for(folder: Path, tmp_path: Path) -> None:
    centre = {"square": "centre", "resize": SIDE, "resampling": "bicubic"}
    only_centre = tiny_folder(tmp_path / "centre", TEXT, **centre)
    plain, edged = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (60, 40), "red")
    edged.paste("blue", (0, 0, 9, 40))
    edged.paste("blue", (51, 0, 60, 40))

    assert np.ptp(loaded(folder).embed([plain, edged]), axis=0).max() > 0.01
    assert np.ptp(loaded(only_centre).embed([plain, edged]), axis=0).max() < 1e-5
    assert loaded(only_centre).input_size == SIDE


def test_a_banner_a_dot_and_a_grey_picture_are_embedded(folder: Path) -> None:
    batch = [*pictures(1, (9000, 3)), *pictures(1, (1, 1)), pictures(1)[0].convert("L")]

    assert loaded(folder).embed(batch).shape == (3, DIMS)


def test_without_a_text_model_there_is_no_semantic_output(tmp_path: Path) -> None:
    model = loaded(tiny_folder(tmp_path / "model", "", tiny_graph(outputs="visual")))

    assert model.look(pictures(2)).semantic is None
    assert (model.semantic_space, model.semantic_dims) == ("", 0)


def test_the_id_is_a_name_and_both_files_and_known_without_loading(folder: Path) -> None:
    id = image_model_id(settings_of(folder))
    assert id.startswith("tiny@")
    assert loaded(folder).id == id
    moved = Path(shutil.copytree(folder, folder.parent / "elsewhere"))
    assert image_model_id(settings_of(moved)) == id
    for name in ("model.onnx", "semsearch.json"):
        content = (moved / name).read_bytes()
        (moved / name).write_bytes(content + b" ")
        assert image_model_id(settings_of(moved)) != id
        (moved / name).write_bytes(content)


def test_neither_loading_nor_looking_imports_torch(folder: Path) -> None:
    program = f"""
import sys
from PIL import Image
from semsearch.models.catalogue import image_model
from semsearch.settings import Settings
image_model(Settings(home="/nowhere", image_model={str(folder)!r})).look([Image.new("RGB", (50, 50), "red")])
assert "torch" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_built_in_model_is_a_model_folder_beside_the_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path, image_model="minilook")
    monkeypatch.setattr("semsearch.models.identity.MINILOOK_FOLDER", tmp_path / "minilook")
    with pytest.raises(ModelError, match=r"minilook/semsearch.json cannot be read: .* reinstall semsearch"):
        image_model_id(settings)
    tiny_folder(tmp_path / "minilook", TEXT, name="minilook")
    model = image_model(settings)
    assert model is not None
    assert model.id == image_model_id(settings)
    assert model.id.startswith("minilook@")


def test_texts_are_refused(folder: Path) -> None:
    with pytest.raises(ModelError, match=r"was given text; .* out of: image"):
        loaded(folder).embed(["red"])


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({"format": 2}, r"semsearch\.json is of format 2; .* reads format 1\. Update semsearch"),
        ({"format": None}, "is of format None"),
        ({"name": None}, "`name` is missing. Copy the folder again"),
        ({"text_model": None}, "`text_model` is None"),
        ({"side": "large"}, "`side` is 'large', not a number of pixels"),
        ({"side": True}, "`side` is True"),
        ({"side": SIDE + 1}, "failed in onnxruntime"),
        ({"square": "round"}, "`square` is 'round', neither 'whole' nor 'centre'"),
        ({"square": "centre"}, "`resize` is None"),
        ({"square": "centre", "resize": 40, "resampling": "magic"}, "`resampling` is 'magic'"),
    ],
)
def test_a_description_that_makes_no_sense_is_explained(
    tmp_path: Path, entries: dict[str, object], reason: str
) -> None:
    with pytest.raises(ModelError, match=reason):
        loaded(tiny_folder(tmp_path / "model", TEXT, **entries))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_damaged_description_is_named(folder: Path, content: bytes) -> None:
    (folder / "semsearch.json").write_bytes(content)
    with pytest.raises(ModelError, match=rf"{folder}/semsearch.json .*Copy the folder again"):
        image_model_id(settings_of(folder))


def test_a_missing_or_damaged_graph_is_named(folder: Path) -> None:
    graph = folder / "model.onnx"
    graph.write_bytes(graph.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"tiny@.* cannot be loaded by onnxruntime"):
        loaded(folder)
    graph.unlink()
    with pytest.raises(ModelError, match=rf"{folder} holds no model.onnx. Copy the folder again"):
        loaded(folder)


@pytest.mark.parametrize("lacking", ["visual", "semantic"])
def test_a_graph_without_an_output_is_refused(tmp_path: Path, lacking: str) -> None:
    others = " ".join({"visual", "semantic", "features"} - {lacking})
    with pytest.raises(ModelError, match=f"has no output `{lacking}`"):
        loaded(tiny_folder(tmp_path / "model", TEXT, tiny_graph(outputs=others)))


def test_an_output_that_is_no_rows_is_refused(tmp_path: Path) -> None:
    """`visual` becomes the output of the pooling: one pixel for each picture."""
    model = ModelProto.FromString(tiny_graph(outputs="visual"))
    rename = {"pooled": "visual", "visual": "unused"}
    for node in model.graph.node:
        for names in (node.input, node.output):
            names[:] = [rename.get(name, name) for name in names]
    model.graph.output[0].type.tensor_type.ClearField("shape")
    graph = model.SerializeToString()
    with pytest.raises(ModelError, match=r"returns for 2 pictures a `visual` of shape \(2, 64, 1, 1\)"):
        loaded(tiny_folder(tmp_path / "model", "", graph))


def test_a_folder_is_written_as_it_is_read(tmp_path: Path) -> None:
    framing = Framing(SIDE, 48, Image.Resampling.BICUBIC)
    output = tmp_path / "new" / "mine"
    write_folder(output, PictureGraph("anything", tiny_graph(), framing, TEXT), {"of": "nothing"})

    model = loaded(output)

    assert model.id.startswith("mine@")
    assert (model.input_size, model.semantic_space) == (48, TEXT)
    assert [path.name for path in output.parent.iterdir()] == ["mine"]


def test_a_model_folder_may_be_replaced_and_nothing_else(folder: Path) -> None:
    network = PictureGraph("anything", tiny_graph(half=True), Framing(SIDE), TEXT)
    before = image_model_id(settings_of(folder))
    write_folder(folder, network, {})
    assert image_model_id(settings_of(folder)) != before

    photos = folder.parent / "photos"
    photos.mkdir()
    (photos / "cat.jpg").touch()
    with pytest.raises(ModelError, match=r"photos exists and is no model folder: choose another --output"):
        write_folder(photos, network, {})
    assert [path.name for path in photos.iterdir()] == ["cat.jpg"]


def test_a_write_that_fails_leaves_the_old_folder_and_nothing_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr("semsearch.models.folder.MANIFEST", "no/such/folder.json")
    with pytest.raises(ModelError, match=r"cannot be written: No such file|exists and is no model folder"):
        write_folder(folder, PictureGraph("anything", b"new", Framing(SIDE), TEXT), {})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
