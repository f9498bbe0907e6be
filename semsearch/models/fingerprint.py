"""A short name for the contents of a model's files, cheap enough to take on every run.

A file counts with its size and, above a megabyte, with blocks spread evenly over it instead of all
of its bytes: retraining moves every large tensor, so that any block of one tells the two apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from semsearch.errors import ModelError

_WHOLE = 1 << 20
_BLOCK = 4096
_BLOCKS = 256

# What decides a model's vectors: weights, configuration, vocabulary. A cache of the hub may gain
# other files later (a README, exports for other runtimes), which must not change the name.
_SUFFIXES = {".safetensors", ".bin", ".json", ".txt", ".model"}
_OTHER_RUNTIMES = {"onnx", "openvino"}


def file_hash(path: Path) -> str:
    """Twelve hexadecimal digits that stand for the content of a file. Raises ModelError if unreadable."""
    return _hash([(path, "")])


def files_hash(folder: Path, names: Sequence[str]) -> str:
    """The like for files of a folder, by their names. Raises ModelError if one is unreadable."""
    return _hash([(folder / name, name) for name in names])


def folder_hash(folder: Path) -> str:
    """Twelve hexadecimal digits that stand for a model's folder. Raises ModelError when it holds none."""
    files = [
        (path, path.relative_to(folder).as_posix())
        for path in sorted(folder.rglob("*"))
        if path.suffix in _SUFFIXES
        and not _OTHER_RUNTIMES & set(path.relative_to(folder).parts)
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    # The same weights are often shipped twice; what reads them prefers safetensors.
    if any(path.suffix == ".safetensors" for path, _ in files):
        files = [(path, name) for path, name in files if path.suffix != ".bin"]
    if not any(path.suffix in {".safetensors", ".bin"} for path, _ in files):
        raise ModelError(f"{folder} holds no model: neither *.safetensors nor *.bin in it.")
    return _hash(files)


def _hash(files: list[tuple[Path, str]]) -> str:
    digest = hashlib.sha256()
    for path, name in files:
        try:
            size = path.stat().st_size
            digest.update(f"{name}\0{size}\0".encode(errors="surrogateescape"))
            with path.open("rb") as file:
                if size <= _WHOLE:
                    digest.update(file.read())
                    continue
                for block in range(_BLOCKS):
                    file.seek((size - _BLOCK) * block // (_BLOCKS - 1))
                    digest.update(file.read(_BLOCK))
        except OSError as error:
            raise ModelError(f"The weights file {path} cannot be read: {error.strerror}.") from error
    return digest.hexdigest()[:12]
