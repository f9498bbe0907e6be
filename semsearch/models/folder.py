"""Read and write model folders. SEMSEARCH_IMAGE_MODEL can name such a folder: it holds a picture network.

`model.onnx` is the graph (see PictureGraph), and `semsearch.json` describes it:

    {"format": 1, "name": "minilook", "text_model": "all-MiniLM-L6-v2@ce22eccfe0d7", "side": 128,
     "square": "whole", "made": {"of": "notes on the training, for people"}}

If `square` is "centre", there are also `resize` and `resampling` (see Framing). If `text_model` is empty, no
words find these pictures.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semsearch.errors import ModelError
from semsearch.files import make_folder
from semsearch.models.framing import Framing
from semsearch.models.identity import FORMAT, GRAPH, MANIFEST, model_folder_id, read_manifest
from semsearch.models.network import PictureGraph


def read_folder(folder: Path) -> PictureGraph:
    """Read a model folder. Raises ModelError when it is damaged, with the file and what to do."""
    id = model_folder_id(folder)
    manifest = read_manifest(folder)
    text_model = manifest.get("text_model")
    try:
        if not isinstance(text_model, str):
            raise ValueError(f"`text_model` is {text_model!r}, not the id of a model")
        framing = Framing.of_description(manifest)
    except ValueError as error:
        raise ModelError(f"{folder / MANIFEST} is wrong: {error}.") from error
    try:
        graph = (folder / GRAPH).read_bytes()
    except OSError as error:
        raise ModelError(f"{folder / GRAPH} cannot be read: {error.strerror}.") from error
    return PictureGraph(id, graph, framing, text_model)


def write_folder(output: Path, network: PictureGraph, made: Mapping[str, Any]) -> None:
    """Write a model folder, completely or not at all. Its name becomes the model's; an older one is replaced.

    Raises ModelError when `output` exists and is not a model folder, or cannot be written.
    """
    check_output(output)
    manifest = {
        "format": FORMAT,
        "name": output.name,
        "text_model": network.text_model,
        **network.framing.described(),
        "made": made,
    }
    try:
        make_folder(output.parent)
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=f".{output.name}.") as scratch:
            new = Path(scratch) / "new"
            new.mkdir()
            (new / GRAPH).write_bytes(network.graph)
            (new / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
            if output.exists():
                output.rename(Path(scratch) / "old")
            new.rename(output)
    except OSError as error:
        raise ModelError(f"{output} cannot be written: {error.strerror}.") from error


def check_output(output: Path) -> None:
    """Raise ModelError when `output` exists, and is neither a model folder nor an empty one."""
    if (
        output.exists()
        and not (output / MANIFEST).is_file()
        and (not output.is_dir() or any(output.iterdir()))
    ):
        raise ModelError(f"{output} exists and is no model folder: choose another --output.")
