import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from semsearch.errors import ModelError
from semsearch.models.catalogue import image_model_id, text_model, text_model_id
from semsearch.models.fingerprint import file_hash, folder_hash
from semsearch.models.identity import minilm_folder, minilm_id
from semsearch.settings import Settings
from tests.picture_models import tiny_folder


def test_one_changed_tensor_in_a_large_file_changes_its_hash(tmp_path: Path) -> None:
    weights = np.random.default_rng(0).random(1_000_000, np.float32)
    before, after = tmp_path / "before.bin", tmp_path / "after.bin"
    before.write_bytes(weights.tobytes())
    weights[500_000:520_000] += 1e-3
    after.write_bytes(weights.tobytes())

    assert file_hash(before) != file_hash(after)
    after.write_bytes(before.read_bytes())
    assert file_hash(before) == file_hash(after)


def test_a_folder_keeps_its_hash_when_files_without_a_say_appear(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "config.json").write_text("{}")
    before = folder_hash(tmp_path)

    (tmp_path / "README.md").write_text("words")
    (tmp_path / "pytorch_model.bin").write_bytes(b"the same weights")
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "config.json").write_text("{}")
    assert folder_hash(tmp_path) == before

    (tmp_path / "config.json").write_text('{"pooling": "max"}')
    assert folder_hash(tmp_path) != before


def test_the_built_in_text_model_has_the_same_id_wherever_and_whenever_it_is_installed(
    tmp_path: Path,
) -> None:
    """Model folders name this id as the text model whose words find their pictures."""
    moved = Path(shutil.copytree(minilm_folder(), tmp_path / "elsewhere", copy_function=shutil.copyfile))

    assert minilm_id() == f"all-MiniLM-L6-v2@{folder_hash(moved)}"


def test_a_folder_without_weights_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=rf"{tmp_path} holds no model"):
        folder_hash(tmp_path)


def test_without_a_picture_model_its_id_is_empty(tmp_path: Path) -> None:
    assert image_model_id(Settings(home=tmp_path, image_model="")) == ""


@pytest.mark.parametrize("name", ["/no/such/folder", "~/no-such-folder", "./nothing", "a/b/c"])
def test_a_path_that_leads_nowhere_is_said_without_asking_the_hub(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="There is no folder"):
        text_model_id(Settings(home=tmp_path, text_model=name))


@pytest.mark.parametrize("name", ["torchvision:mobilenet_v2", "minilook"])
def test_a_picture_network_as_text_model_is_refused_with_the_cure(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        ModelError, match="Set SEMSEARCH_IMAGE_MODEL to it, and SEMSEARCH_TEXT_MODEL to 'minilm'"
    ):
        text_model(Settings(home=tmp_path, text_model=name))


@pytest.mark.parametrize("name", ["torchvision:", "torchvision:resnet18=", "torchvision:../x"])
def test_a_torchvision_specification_of_another_form_is_explained(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="write torchvision:<architecture>"):
        image_model_id(Settings(home=tmp_path, image_model=name))


def test_a_missing_weights_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=rf"{tmp_path}/none.pt cannot be read: No such file"):
        image_model_id(Settings(home=tmp_path, image_model=f"torchvision:resnet18={tmp_path}/none.pt"))


def test_ids_are_known_without_importing_what_runs_the_models(tmp_path: Path) -> None:
    weights = tmp_path / "weights.npz"
    weights.write_bytes(b"x")
    folder = tiny_folder(tmp_path / "model", "some text model")
    program = f"""
import sys
from semsearch.models.catalogue import image_model_id, text_model_id
from semsearch.settings import Settings
settings = Settings(image_model="torchvision:resnet18={weights}")
print(text_model_id(settings), image_model_id(settings))
print(image_model_id(Settings(image_model={str(folder)!r})))
heavy = {{"torch", "torchvision", "transformers", "onnx", "onnxruntime", "tokenizers", "PIL"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    environment = {**os.environ, "SEMSEARCH_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("all-MiniLM-L6-v2@")
    assert " torchvision:resnet18@" in done.stdout
    assert "\ntiny@" in done.stdout
