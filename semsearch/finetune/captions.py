"""Read pictures and their captions from a folder, for training."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from semsearch.errors import FolderError
from semsearch.formats import table
from semsearch.records import Kind

LISTING = "captions.jsonl"


@dataclass(frozen=True, slots=True)
class Captioned:
    """A picture file and its captions: at least one, none empty, none twice."""

    path: Path
    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A picture or a line that was left out, and the reason."""

    what: str
    why: str


def read_captions(folder: Path) -> tuple[list[Captioned], list[Problem]]:
    """The captioned pictures of a folder, and the problems with others.

    Captions are read from `captions.jsonl` and from text files beside pictures. A line of `captions.jsonl` is
    {"image": "relative/path.jpg", "captions": ["...", ...]}, or has one "caption". `photo.txt` beside
    `photo.jpg` holds one caption a line. Raises FolderError when there is no such folder, or a file in it
    cannot be read.
    """
    if not folder.is_dir():
        raise FolderError(f"there is no folder {folder}")
    captions: dict[Path, list[str]] = {}
    problems: list[Problem] = []
    found = []
    try:
        _read_listing(folder, captions, problems)
        _read_sidecars(folder, captions)
        for path, lines in sorted(captions.items()):
            kept = tuple(dict.fromkeys(text for line in lines if (text := " ".join(line.split()))))
            if not path.is_file():
                problems.append(Problem(str(path), f"has captions in {LISTING}, but there is no such file"))
            elif not kept:
                problems.append(Problem(str(path), "its captions are empty"))
            else:
                found.append(Captioned(path, kept))
    except OSError as error:
        raise FolderError(f"{error.filename or folder} cannot be read: {error.strerror}") from error
    return found, problems


def _read_listing(folder: Path, captions: dict[Path, list[str]], problems: list[Problem]) -> None:
    path = folder / LISTING
    if not path.exists():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8-sig", errors="replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except ValueError as error:
            problems.append(Problem(f"{LISTING} line {number}", f"is not JSON: {error}"))
            continue
        entry = entry if isinstance(entry, dict) else {}
        image, texts = entry.get("image"), entry.get("captions", [entry.get("caption")])
        if not (
            isinstance(image, str) and isinstance(texts, list) and all(isinstance(t, str) for t in texts)
        ):
            problems.append(
                Problem(
                    f"{LISTING} line {number}", 'is not {"image": "relative/path.jpg", "captions": ["..."]}'
                )
            )
            continue
        captions.setdefault(folder / image, []).extend(texts)


def _read_sidecars(folder: Path, captions: dict[Path, list[str]]) -> None:
    for path in sorted(folder.rglob("*")):
        row = table.FORMATS.of_path(path.name)
        text = path.with_suffix(".txt")
        if row and row.kind is Kind.IMAGE and path.is_file() and text.is_file():
            captions.setdefault(path, []).extend(
                text.read_text(encoding="utf-8-sig", errors="replace").splitlines()
            )
