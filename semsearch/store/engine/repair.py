"""Mend damaged data of the embedded engine, after a copy: `semsearch redis repair`.

A lost manifest, the list of the data files, is made anew from the files that are there. What cannot be mended
is set aside, and the engine starts empty. All data were made from files, so the next
run of ingestion brings them back.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from semsearch.errors import DamagedDataError, EngineError
from semsearch.files import write_whole
from semsearch.settings import Settings
from semsearch.store.engine import binaries, engine, launch, lock, paths


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did. `copy` is the folder with the data as they were; None if they were not damaged.

    `unlocked` counts the files that could not be read before. `cut_off` is the number of bytes cut off at the
    damage. `listed_anew` says that the manifest was made anew. `is_empty` says that nothing could be mended,
    so that the engine holds nothing.
    """

    copy: Path | None
    unlocked: int = 0
    cut_off: int = 0
    listed_anew: bool = False
    is_empty: bool = False


def repair(settings: Settings) -> Repaired:
    """Mend the data of a stopped engine, and start it. Raises EngineError, also when the engine runs."""
    if engine.info(settings).running:
        raise EngineError(
            "the embedded engine is running, so it could read its data: there is nothing to repair. To check "
            "them again, run `semsearch redis stop` first"
        )
    try:
        with lock.held(settings) as file:
            if file is None:
                raise EngineError("another process is starting the embedded engine: run the command again")
            return _repair(settings, file)
    except OSError as error:
        raise launch.unwritable(error) from error


def _repair(settings: Settings, held: int) -> Repaired:
    unlocked = _unlock(paths.data_files(settings))
    if _starts(settings, held):
        return Repaired(None, unlocked)
    copy = _copy(settings)
    cut_off = sum(_cut_off(path) for path in _newest(paths.data_files(settings)))
    if _starts(settings, held):
        return Repaired(copy, unlocked, cut_off)
    if _list_anew(paths.data_files(settings)) and _starts(settings, held):
        return Repaired(copy, unlocked, cut_off, listed_anew=True)
    _remove(paths.data_files(settings))
    launch.start_server(settings, held)
    return Repaired(copy, unlocked, is_empty=True)


def _starts(settings: Settings, held: int) -> bool:
    """Start the engine. Returns False when its data are damaged."""
    try:
        launch.start_server(settings, held)
    except DamagedDataError:
        return False
    return True


def _unlock(path: Path) -> int:
    """Make a file, or a folder with its files, readable and writable. Returns how many were not.

    Raises EngineError when one belongs to another user.
    """
    if not path.exists():
        return 0
    mode = stat.S_IMODE(path.stat().st_mode)
    needed = mode | (0o700 if path.is_dir() else 0o600)
    if mode != needed:
        try:
            path.chmod(needed)
        except PermissionError as error:
            raise EngineError(
                f"{path} cannot be read and belongs to another user. Give it to yourself, with: "
                f"sudo chown -R {os.geteuid()} {path}"
            ) from error
    inside = sum(map(_unlock, sorted(path.iterdir()))) if path.is_dir() else 0
    return inside + (mode != needed)


def _copy(settings: Settings) -> Path:
    data = paths.data_files(settings)
    copy = data.with_name(f"damaged-{datetime.now():%Y%m%d-%H%M%S-%f}")
    if data.is_dir():
        shutil.copytree(data, copy, symlinks=True)
    else:
        shutil.copy(data, copy)
    return copy


def _newest(folder: Path) -> list[Path]:
    """The file with the newest writes, which is the only one that may be cut off."""
    return _in_order(folder, "incr")[-1:]


def _in_order(folder: Path, kind: str) -> list[Path]:
    """The data files of a kind, in the order in which they were begun."""
    return sorted(folder.glob(f"appendonly.aof.*.{kind}.*"), key=_number)


def _number(path: Path) -> int:
    """The number in a name such as appendonly.aof.12.incr.aof; 0 if there is none."""
    number = path.name.split(".")[2]
    return int(number) if number.isdecimal() else 0


def _list_anew(folder: Path) -> bool:
    """Make the manifest from the newest snapshot and all later writes. Raises OSError.

    Returns False when that changes nothing, or when there is no snapshot: writes alone are no whole
    documents.
    """
    bases = _in_order(folder, "base")[-1:]
    if not bases:
        return False
    listed = [*((path, "b") for path in bases), *((path, "i") for path in _in_order(folder, "incr"))]
    lines = [f"file {path.name} seq {_number(path)} type {kind}\n" for path, kind in listed]
    manifest, made = folder / "appendonly.aof.manifest", "".join(lines).encode()
    if manifest.exists() and manifest.read_bytes() == made:
        return False
    write_whole(manifest, made)
    return True


def _cut_off(path: Path) -> int:
    """Cut off a file at its damage. Returns the number of bytes that are gone. Raises OSError."""
    before = path.stat().st_size
    # A server program that is called by this name checks files. It asks before it changes one.
    subprocess.run(
        ["redis-check-aof", "--fix", str(path)],
        executable=binaries.find_servers()[0].path,
        input=b"y\n",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return before - path.stat().st_size


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
