"""Models of sentence-transformers: any of texts, and those like CLIP of pictures."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import tokenizers
from PIL.Image import Image

from semsearch.errors import ModelError
from semsearch.models.identity import hub_repository, sentences_folder, sentences_id
from semsearch.models.protocol import Looks
from semsearch.models.torchvision_compat import mend_torchvision
from semsearch.models.vectors import kind_of, unit_rows
from semsearch.records import Kind, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Stands for "no limit": models without attention read on for ever, but a passage should still be
# about one thing.
_UNLIMITED = 512
_BATCH = 32
_HUB_SECONDS = 10


class SentenceModel:
    """What texts and pictures have in common. Loading takes seconds: it imports torch."""

    def __init__(self, name: str) -> None:
        """Load `name`: a folder, or a name of the hub, which is asked only for what is not cached.

        Raises ModelError, naming `name`.
        """
        self._model = _load(name)
        id = sentences_id(name)
        if id is None:
            raise ModelError(f"{name} was fetched, but is not to be found in the hub's cache afterwards.")
        self.id = id
        # Fast tokenizers refuse to be used by two threads at once.
        self._lock = threading.Lock()
        self.accepts = frozenset(kind for kind in Kind if kind.value in self._model.modalities)
        self.dims = (
            self._model.get_embedding_dimension() or self._encode(["dimensions"], query=False).shape[1]
        )

    def embed(self, batch: Sequence[str] | Sequence[Image], *, query: bool = False) -> Vectors:
        """Embed texts or pictures, with the prompts that the model keeps for questions and documents."""
        kind_of(batch, self.accepts, self.id)
        if not batch:
            return unit_rows([], 0, self.dims, self.id)
        return unit_rows(self._encode(batch, query=query), len(batch), self.dims, self.id)

    def _encode(self, batch: Sequence[str] | Sequence[Image], *, query: bool) -> Vectors:
        encode = self._model.encode_query if query else self._model.encode_document
        try:
            with self._lock:
                vectors: Vectors = encode(
                    list(batch), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
                )
        except Exception as error:  # the model's own code: anything can come out of it
            raise ModelError(f"{self.id} failed on a batch of {len(batch)}: {error}") from error
        return vectors


class SentenceText(SentenceModel):
    """A text model with its tokenizer."""

    def __init__(self, name: str) -> None:
        """Load it. Raises ModelError when it reads no texts, or has no fast tokenizer."""
        super().__init__(name)
        if Kind.TEXT not in self.accepts:
            raise ModelError(f"{name} embeds no texts. Set SEMSEARCH_TEXT_MODEL to a model that does.")
        limit = self._model.max_seq_length
        self.max_tokens = _UNLIMITED if limit is None or math.isinf(limit) else int(limit)
        slow = self._model.tokenizer
        fast = slow if isinstance(slow, tokenizers.Tokenizer) else getattr(slow, "backend_tokenizer", None)
        if not isinstance(fast, tokenizers.Tokenizer):
            raise ModelError(
                f"{name} has the slow tokenizer {type(slow).__name__}, which cannot say where its tokens "
                "stand in a text. Set SEMSEARCH_TEXT_MODEL to a model with a tokenizer.json."
            )
        self.tokenizer = tokenizers.Tokenizer.from_str(fast.to_str())
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()


class SentencePictures(SentenceModel):
    """A model like CLIP: pictures and the words for them in one space, which is its own."""

    semantic_space = ""
    semantic_dims = 0

    def __init__(self, name: str) -> None:
        """Load it. Raises ModelError when it embeds no pictures."""
        super().__init__(name)
        if Kind.IMAGE not in self.accepts:
            raise ModelError(
                f"{name} embeds no pictures. Set SEMSEARCH_IMAGE_MODEL to a model like clip-ViT-B-32, "
                "or to torchvision:<architecture>."
            )
        processor = getattr(self._model.processor, "image_processor", self._model.processor)
        size = dict(getattr(processor, "size", None) or {})
        self.input_size = int(size.get("shortest_edge") or size.get("height") or 224)

    def look(self, pictures: Sequence[Image]) -> Looks:
        """The visual vectors only: words are embedded by this model and compared with these."""
        return Looks(self.embed(pictures), None)


def _load(name: str) -> SentenceTransformer:
    folder = sentences_folder(name)
    mend_torchvision()
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise ModelError(
            f"{name} needs sentence-transformers ({error}): pip install sentence-transformers"
        ) from error
    logging.disable_progress_bar()  # loading is too short for one, and the terminal is not ours alone
    if folder is None:
        _ask_hub(name)
    try:
        source = str(folder or hub_repository(name))
        model: SentenceTransformer = SentenceTransformer(source, local_files_only=folder is not None)
    except Exception as error:  # configuration, weights and code of others: anything can come out
        raise ModelError(f"{name} cannot be loaded from {folder or 'the hub'}: {error}") from error
    return model


def _ask_hub(name: str) -> None:
    """Find out in one request what loading would find out in minutes of them, one file after the other."""
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(hub_repository(name), timeout=_HUB_SECONDS)
    except Exception as error:  # from the hub's client or the HTTP client under it: no common base
        raise ModelError(
            f"{hub_repository(name)} cannot be fetched from the hub ({error}). "
            "Check the name and the connection, or give a local folder that holds the model."
        ) from error
