"""Model folders: a network of pictures in two files, which SEMSEARCH_IMAGE_MODEL names by their folder.

`semsearch.json` says what `model.onnx` is (see PictureGraph):

    {"format": 1, "name": "minilook", "text_model": "all-MiniLM-L6-v2@ce22eccfe0d7", "side": 128,
     "square": "whole", "made": {"of": "notes on the training, for people"}}

A `square` of "centre" comes with `resize` and `resampling` (see Framing). An empty `text_model` means that
no words find these pictures.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semsearch.errors import ModelError
from semsearch.models.framing import Framing
from semsearch.models.identity import FORMAT, GRAPH, MANIFEST, model_folder_id, read_manifest
from semsearch.models.network import PictureGraph


def read_folder(folder: Path) -> PictureGraph:
    """Raises ModelError, naming the file and the cure, when the folder is damaged."""
    id = model_folder_id(folder)
    manifest = read_manifest(folder)
    text_model = manifest.get("text_model")
    try:
        if not isinstance(text_model, str):
            raise ValueError(f"`text_model` is {text_model!r}, no id of a model")
        framing = Framing.of_description(manifest)
    except ValueError as error:
        raise ModelError(f"{folder / MANIFEST} makes no sense: {error}.") from error
    try:
        graph = (folder / GRAPH).read_bytes()
    except OSError as error:
        raise ModelError(f"{folder / GRAPH} cannot be read: {error.strerror}.") from error
    return PictureGraph(id, graph, framing, text_model)


def write_folder(output: Path, network: PictureGraph, made: Mapping[str, Any]) -> None:
    """Write a model folder, whole or not at all; its name becomes the model's. An older one is replaced.

    Raises ModelError when `output` is something else, or cannot be written.
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
        output.parent.mkdir(parents=True, exist_ok=True)
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
    """Raises ModelError when a model folder may not be put there: what is there is something else."""
    if (
        output.exists()
        and not (output / MANIFEST).is_file()
        and (not output.is_dir() or any(output.iterdir()))
    ):
        raise ModelError(f"{output} exists and is no model folder: choose another --output.")
