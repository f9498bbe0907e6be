"""Pictures with captions, as a folder holds them for training."""

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
    """A picture file and what people say of it: at least one caption, none empty, none twice."""

    path: Path
    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left out, and why."""

    what: str
    why: str


def read_captions(folder: Path) -> tuple[list[Captioned], list[Problem]]:
    """Captions out of `captions.jsonl` and out of text files beside pictures, and what is wrong with them.

    A line of the former is {"image": "relative/path.jpg", "captions": ["...", ...]}, or has one "caption";
    `photo.txt` beside `photo.jpg` holds one caption per line. Raises FolderError when there is no folder,
    or something in it cannot be read.
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
            problems.append(Problem(f"{LISTING} line {number}", f"is no JSON: {error}"))
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
