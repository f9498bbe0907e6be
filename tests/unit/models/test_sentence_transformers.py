import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tokenizers
from PIL import Image

from semsearch.errors import ModelError
from semsearch.models.catalogue import image_model, image_model_id, text_model, text_model_id
from semsearch.models.torchvision_compat import mend_torchvision
from semsearch.records import Kind, Vectors
from semsearch.settings import Settings

LETTERS = "abcdefghijklmnopqrstuvwxyz"
MAX_TOKENS = 24


@pytest.fixture(scope="module")
def text_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers with random weights. Its tokens are letters, and it has two prompts."""
    mend_torchvision()
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast  # type: ignore[attr-defined]

    folder = tmp_path_factory.mktemp("text")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    (folder / "vocab.txt").write_text("\n".join(words))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    vocabulary = {word: place for place, word in enumerate(words)}
    BertTokenizerFast(vocab=vocabulary).save_pretrained(folder / "bert")
    module = Transformer(str(folder / "bert"), max_seq_length=MAX_TOKENS)
    model = SentenceTransformer(
        modules=[module, Pooling(32)], device="cpu", prompts={"query": "ask ", "document": "tell "}
    )
    model.save(str(folder / "tiny-bert"))
    return folder / "tiny-bert"


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP of two layers on each side with random weights, for pictures of 32 pixels."""
    mend_torchvision()
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Transformer
    from transformers import (  # type: ignore[attr-defined]
        CLIPConfig,
        CLIPImageProcessor,
        CLIPModel,
        CLIPProcessor,
        CLIPTokenizerFast,
    )

    folder = tmp_path_factory.mktemp("clip")
    tower = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    words = ["<|startoftext|>", "<|endoftext|>", *LETTERS, *(f"{letter}</w>" for letter in LETTERS)]
    torch.manual_seed(0)
    config = CLIPConfig(
        text_config={
            **tower,
            "vocab_size": len(words),
            "max_position_embeddings": 20,
            "bos_token_id": 0,
            "eos_token_id": 1,
        },
        vision_config={**tower, "image_size": 32, "patch_size": 8},
        projection_dim=12,
    )
    CLIPModel(config).save_pretrained(folder / "clip")
    vocabulary = {word: place for place, word in enumerate(words)}
    CLIPProcessor(
        CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}),
        CLIPTokenizerFast(vocab=vocabulary, merges=[], model_max_length=20),
    ).save_pretrained(folder / "clip")
    model = SentenceTransformer(modules=[Transformer(str(folder / "clip"))], device="cpu")
    model.save(str(folder / "tiny-clip"))
    return folder / "tiny-clip"


def directly(folder: Path, texts: list[str]) -> Vectors:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    vectors: Vectors = model.encode(texts, normalize_embeddings=True)
    return vectors


def test_a_folder_is_a_text_model(text_folder: Path) -> None:
    settings = Settings(text_model=str(text_folder))
    model = text_model(settings)

    assert model.id.startswith("tiny-bert@")
    assert model.id == text_model_id(settings)
    assert (model.dims, model.max_tokens, set(model.accepts)) == (32, MAX_TOKENS, {Kind.TEXT})
    assert isinstance(model.tokenizer, tokenizers.Tokenizer)
    assert len(model.tokenizer.encode("a" * 50).ids) == 52
    assert model.embed([]).shape == (0, 32)


def test_the_prompts_of_the_model_are_put_before_questions_and_documents(text_folder: Path) -> None:
    model = text_model(Settings(text_model=str(text_folder)))
    texts = ["one", "a longer text", "b"]

    documents, questions = model.embed(texts), model.embed(texts, query=True)

    np.testing.assert_allclose(
        documents, directly(text_folder, [f"tell {text}" for text in texts]), atol=1e-5
    )
    np.testing.assert_allclose(questions, directly(text_folder, [f"ask {text}" for text in texts]), atol=1e-5)
    assert not np.allclose(documents, questions, atol=1e-3)


def test_other_weights_make_another_id(text_folder: Path, tmp_path: Path) -> None:
    changed = shutil.copytree(text_folder, tmp_path / text_folder.name)
    weights = changed / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)

    assert text_model_id(Settings(text_model=str(changed))) != text_model_id(
        Settings(text_model=str(text_folder))
    )


def test_a_model_in_the_cache_of_the_hub_is_loaded_from_there(
    text_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path))
    entry = tmp_path / "models--sentence-transformers--tiny"
    shutil.copytree(text_folder, entry / "snapshots" / "0123abc")
    (entry / "refs").mkdir()
    (entry / "refs" / "main").write_text("0123abc")
    settings = Settings(text_model="tiny")

    model = text_model(settings)

    assert model.id == text_model_id(settings)
    assert model.id.startswith("tiny@")


def test_pictures_and_words_for_them_share_a_space(clip_folder: Path) -> None:
    settings = Settings(image_model=str(clip_folder))
    model = image_model(settings)
    assert model is not None
    pictures = [Image.new("RGB", (50, 40), colour) for colour in ("red", "green")]

    vectors = model.embed(pictures)

    assert model.id == image_model_id(settings)
    assert model.accepts == {Kind.TEXT, Kind.IMAGE}
    assert (model.dims, model.input_size) == (12, 32)
    assert model.embed(["red", "green", "blue"], query=True).shape == (3, 12)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(vectors[1], model.embed(pictures[1:])[0], atol=1e-5)
    assert vectors[0] @ vectors[1] < 0.9999
    looks = model.look(pictures)
    np.testing.assert_allclose(looks.visual, vectors, atol=1e-6)
    assert looks.semantic is None
    assert (model.semantic_space, model.semantic_dims) == ("", 0)


def test_a_text_model_for_pictures_is_refused(text_folder: Path) -> None:
    with pytest.raises(ModelError, match=r"embeds no pictures. Set SEMSEARCH_IMAGE_MODEL"):
        image_model(Settings(image_model=str(text_folder)))


def test_a_tokenizer_that_is_not_fast_is_named(tmp_path: Path) -> None:
    mend_torchvision()
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import BoW

    SentenceTransformer(modules=[BoW(vocab=list(LETTERS))], device="cpu").save(str(tmp_path / "bag"))
    (tmp_path / "bag" / "model.safetensors").touch()

    with pytest.raises(ModelError, match="slow tokenizer WhitespaceTokenizer"):
        text_model(Settings(text_model=str(tmp_path / "bag")))


def test_damaged_weights_are_an_error_that_names_the_folder(text_folder: Path, tmp_path: Path) -> None:
    damaged = shutil.copytree(text_folder, tmp_path / "damaged")
    (damaged / "model.safetensors").write_bytes(b"not weights")

    with pytest.raises(ModelError, match=r"damaged cannot be loaded from .*damaged"):
        text_model(Settings(text_model=str(damaged)))


def test_an_unreachable_hub_is_said_at_once_with_the_cure(tmp_path: Path) -> None:
    program = """
from semsearch.models.catalogue import text_model
from semsearch.settings import Settings
text_model(Settings(text_model="nobody/nothing"))
"""
    environment = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_CACHE": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)

    assert "nobody/nothing cannot be fetched from the hub" in done.stderr
    assert "give a local folder that holds the model" in done.stderr
