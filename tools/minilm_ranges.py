"""Find the ranges of the activations in the built-in text model, which its 8 bit version needs.

    python -m tools.minilm_ranges FILE...

Cuts the files into passages, embeds these and the probes of `semsearch/search/probes.txt`, and writes the
least and the greatest value of each activation that is multiplied, over all tokens, to
`semsearch/models/minilm_ranges.json`. That file was made from samples/library/*/*.md and *.txt, README.md and
CHANGELOG.md.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto, helper
from safetensors.numpy import load_file

from semsearch.models.bert import BertGraph
from semsearch.models.catalogue import text_model
from semsearch.models.identity import minilm_folder
from semsearch.models.minilm import RANGES, bert_config
from semsearch.models.session import Array
from semsearch.settings import Settings

_PROBES = Path(__file__).parents[1] / "semsearch" / "search" / "probes.txt"
_CHARACTERS = 1_000


class _Watched(BertGraph):
    """BERT whose outputs are the activations that are multiplied."""

    def __init__(self, folder: Path) -> None:
        super().__init__(bert_config(folder), load_file(folder / "model.safetensors"))
        self.activations: list[str] = []

    def _attention(self, prefix: str, x: str, weight: Array, bias: str) -> str:
        self.activations.append(x)
        return super()._attention(prefix, x, weight, bias)

    def _matmul(self, name: str, x: str) -> str:
        self.activations.append(x)
        return super()._matmul(name, x)

    def _serialize(self) -> bytes:
        model = ModelProto.FromString(super()._serialize())
        outputs = [helper.make_tensor_value_info(x, TensorProto.FLOAT, None) for x in self.activations]
        model.graph.output.extend(outputs)
        content: bytes = model.SerializeToString()
        return content


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", type=Path, nargs="+")
    texts = _PROBES.read_text(encoding="utf-8").splitlines()
    for file in parser.parse_args().files:
        content = file.read_text(encoding="utf-8")
        texts += [content[start : start + _CHARACTERS] for start in range(0, len(content), _CHARACTERS)]
    model = text_model(Settings())
    watched = _Watched(minilm_folder())
    session = watched.session("ranges")
    ranges = {name: (np.inf, -np.inf) for name in watched.activations}
    for text in texts:
        ids = np.array([model.tokenizer.encode(text).ids[: model.max_tokens]], np.int64)
        found = session.run({"ids": ids, "mask": np.ones(ids.shape, np.int32)}, *ranges)
        for (name, (low, high)), values in zip(list(ranges.items()), found, strict=True):
            ranges[name] = min(low, float(values.min())), max(high, float(values.max()))
    rounded = {name: [round(low, 3), round(high, 3)] for name, (low, high) in ranges.items()}
    RANGES.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
