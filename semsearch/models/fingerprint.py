"""Hash the contents of a model's files, quickly enough for every run.

The hash covers a file's size and its bytes. In a file above a megabyte, it covers only blocks that are spread
evenly: retraining changes every large tensor, so any block of it shows the difference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from semsearch.errors import ModelError

_WHOLE = 1 << 20
_BLOCK = 4096
_BLOCKS = 256

# The files that determine a model's vectors: weights, configuration, vocabulary. The hub's cache may get
# other files later (a README, exports for other runtimes), which must not change the hash.
_SUFFIXES = {".safetensors", ".bin", ".json", ".txt", ".model"}
_OTHER_RUNTIMES = {"onnx", "openvino"}


def file_hash(path: Path) -> str:
    """The hash of a file's content: twelve hexadecimal digits. Raises ModelError if it cannot be read."""
    return _hash([(path, "")])


def files_hash(folder: Path, names: Sequence[str]) -> str:
    """The hash of files in a folder, given by name. Raises ModelError if one cannot be read."""
    return _hash([(folder / name, name) for name in names])


def folder_hash(folder: Path) -> str:
    """The hash of a model's folder. Raises ModelError when the folder holds no model."""
    files = [
        (path, path.relative_to(folder).as_posix())
        for path in sorted(folder.rglob("*"))
        if path.suffix in _SUFFIXES
        and not _OTHER_RUNTIMES & set(path.relative_to(folder).parts)
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    # The same weights are often shipped in both formats; libraries prefer safetensors.
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
