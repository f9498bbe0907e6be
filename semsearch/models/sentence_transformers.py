"""Models of sentence-transformers: any text model, and picture models like CLIP."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
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

# The limit for models that have none. Those without attention read texts of any length, but a passage should
# still have one subject.
_UNLIMITED = 512
_BATCH = 32
_HUB_SECONDS = 10


class SentenceModel:
    """The part that is common to texts and pictures. Loading takes seconds: it imports torch."""

    def __init__(self, name: str) -> None:
        """Load `name`: a folder, or a name on the hub. The hub is used only if the model is not cached.

        Raises ModelError, with `name` in the message.
        """
        self._model = _load(name)
        id = sentences_id(name)
        if id is None:
            raise ModelError(f"{name} was fetched, but the hub's cache does not have it.")
        self.id = id
        # A fast tokenizer fails when two threads use it at once.
        self._lock = threading.Lock()
        self.accepts = frozenset(kind for kind in Kind if kind.value in self._model.modalities)
        self.dims = (
            self._model.get_embedding_dimension() or self._encode(["dimensions"], query=False).shape[1]
        )

    def embed(self, batch: Sequence[str] | Sequence[Image], *, query: bool = False) -> Vectors:
        """Embed texts or pictures, with the prompts that the model has for queries and documents."""
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
        except Exception as error:  # the model's own code can raise anything
            raise ModelError(f"{self.id} failed on a batch of {len(batch)}: {error}") from error
        return vectors


class SentenceText(SentenceModel):
    """A text model with its tokenizer."""

    def __init__(self, name: str) -> None:
        """Load it. Raises ModelError when it does not embed texts, or has no fast tokenizer."""
        super().__init__(name)
        if Kind.TEXT not in self.accepts:
            raise ModelError(f"{name} embeds no texts. Set SEMSEARCH_TEXT_MODEL to a model that does.")
        limit = self._model.max_seq_length
        self.max_tokens = _UNLIMITED if limit is None or math.isinf(limit) else int(limit)
        slow = self._model.tokenizer
        fast = slow if isinstance(slow, tokenizers.Tokenizer) else getattr(slow, "backend_tokenizer", None)
        if not isinstance(fast, tokenizers.Tokenizer):
            raise ModelError(
                f"{name} has the slow tokenizer {type(slow).__name__}, which does not tell the positions of "
                "its tokens. Set SEMSEARCH_TEXT_MODEL to a model with a tokenizer.json."
            )
        self.tokenizer = tokenizers.Tokenizer.from_str(fast.to_str())
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.common = np.empty((0, self.dims), np.float32)


class SentencePictures(SentenceModel):
    """A model like CLIP, with pictures and texts in one space of its own."""

    semantic_space = ""
    semantic_dims = 0

    def __init__(self, name: str) -> None:
        """Load it. Raises ModelError when it does not embed pictures."""
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
        """The visual vectors only: this model embeds texts as well, to be compared with these."""
        return Looks(self.embed(pictures), None)

    def cells(self, picture: Image) -> None:
        """None: these models are transformers, whose patches have no vectors in the space of pictures."""

    @property
    def plain(self) -> SentencePictures:
        return self

    def asked(self, queries: Vectors) -> Vectors:
        """The queries as they are: this model makes no `semantic` to compare them with."""
        return queries


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
    logging.disable_progress_bar()  # loading is short, and others use the terminal too
    if folder is None:
        _ask_hub(name)
    try:
        source = str(folder or hub_repository(name))
        model: SentenceTransformer = SentenceTransformer(source, local_files_only=folder is not None)
    except Exception as error:  # others' configuration, weights and code can raise anything
        raise ModelError(f"{name} cannot be loaded from {folder or 'the hub'}: {error}") from error
    return model


def _ask_hub(name: str) -> None:
    """Check in one request that the hub has the model: loading would try each file for minutes."""
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(hub_repository(name), timeout=_HUB_SECONDS)
    except Exception as error:  # the hub's client and its HTTP client have no common base
        raise ModelError(
            f"{hub_repository(name)} cannot be fetched from the hub ({error}). "
            "Check the name and the connection, or give a local folder that holds the model."
        ) from error
