"""Explain a path: what ingestion made of a file or a folder, and why."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.discover import with_ignore_file
from ingest.sidecars import picture_of
from ingest.zip_files import is_archive
from semsearch.errors import NotFoundError
from semsearch.ignored import Rules, why_ignored
from semsearch.language.document_date import IN_WORDS, document_date
from semsearch.language.names import name_of_language
from semsearch.members import SEPARATOR, split_address
from semsearch.records import DocumentRecord, Kind, State, Titled
from semsearch.store import filters
from semsearch.store.keys import doc_id
from semsearch.store.store import Store

IGNORED, UNKNOWN, FOLDER = "ignored", "unknown", "folder"
# What is said of a file or folder that is not there begins with this.
_GONE = "there is no"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a path.

    `state` is that of its record; "ignored" if runs leave it out, "unknown" if no run has seen it, and
    "folder" for a folder. `facts` are by name; those of a folder are numbers of files by state and reason.
    """

    path: str
    state: str
    reason: str = ""
    facts: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def why(path: Path, folders: Iterable[str], store: Store) -> Explanation:
    """Explain a path. `folders` are those that were ingested. Raises NotFoundError if it lies in none."""
    # The last name may be a link, of which the walk takes another view than of its target.
    path = path.expanduser().absolute()
    path = path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()
    around = [folder for folder in folders if path.is_relative_to(folder)]
    if not around:
        raise NotFoundError(
            f"{path} lies in none of the folders that were ingested. Run `semsearch ingest` on its folder"
        )
    root = Path(max(around, key=len))
    below = _address(root, path.relative_to(root).as_posix())
    left_out = "" if path == root else why_left_out(root, split_address(below)[0])
    record = next(iter(store.ledger.get_many([doc_id(str(root), below)])), None)
    if record is not None:
        reason = _changing(record, left_out) or record.reason or record.note
        return Explanation(str(path), record.state, reason, _facts(record))
    if left_out:
        return Explanation(str(path), IGNORED if os.path.lexists(path) else UNKNOWN, left_out)
    if path.is_dir():
        inside = filters.with_place([], [str(path)])
        counts = {
            f"{state}: {reason}" if reason else state: f"{number:,}"
            for (state, reason), number in sorted(store.groups("@state", "@reason", where=inside))
            if state  # a part of a long text has none
        }
        return Explanation(str(path), FOLDER, facts=counts)
    return Explanation(str(path), UNKNOWN, f"no run has seen it yet: run `semsearch ingest {root}`")


def _changing(record: DocumentRecord, left_out: str) -> str:
    """What the next run changes in a record; "" if its file is where it was."""
    if record.state is State.MISSING:
        return left_out or f"its file is there again: run `semsearch ingest {record.root}`"
    if not left_out:
        return ""
    kept = ", or keeps it as missing if its disk is away" if left_out.startswith(_GONE) else ""
    return f"{left_out}. The next run removes it from the index{kept}"


def _address(root: Path, path: str) -> str:
    """The path of a file; its address where one of the folders on the way is an archive."""
    parts = path.split("/")
    for depth in range(1, len(parts)):
        file = "/".join(parts[:depth])
        if is_archive(file) and (root / file).is_file():
            return f"{file}{SEPARATOR}{'/'.join(parts[depth:])}"
    return path


def why_left_out(root: Path, path: str) -> str:
    """Why runs leave out the file or folder at `path` below `root`; "" if they do not."""
    rules: tuple[Rules, ...] = ()
    prefix = ""
    *folders, name = path.split("/")
    for folder in folders:
        rules = with_ignore_file(root, prefix, rules, lambda _path, _reason: None)
        if not os.path.lexists(root / prefix / folder):
            return f"{_GONE} folder {prefix}{folder}"
        if reason := _why_here(root, prefix, folder, rules):
            return f"the folder {prefix}{folder} is left out: {reason}"
        prefix += f"{folder}/"
    rules = with_ignore_file(root, prefix, rules, lambda _path, _reason: None)
    return _why_here(root, prefix, name, rules)


def _why_here(root: Path, prefix: str, name: str, rules: tuple[Rules, ...]) -> str:
    try:
        mode = os.lstat(root / prefix / name).st_mode
    except FileNotFoundError:
        return f"{_GONE} such file"
    except OSError as error:
        return f"it cannot be reached: {error.strerror}"
    slash = "/" if stat.S_ISDIR(mode) else ""
    if reason := why_ignored(f"{prefix}{name}{slash}", rules):
        return reason
    if stat.S_ISLNK(mode):
        return "it is a link, and links are not followed"
    if slash:
        return ""
    if not stat.S_ISREG(mode):
        return "it is neither a file nor a folder"
    if picture := picture_of(name, root / prefix):
        return f"it is a part of the picture {picture}, which it describes"
    return ""


def _facts(record: DocumentRecord) -> dict[str, str]:
    date = document_date(record)
    noun = "views" if record.kind is Kind.IMAGE else "passages"
    facts = {
        "folder": record.root,
        "type": record.media_type,
        "size": f"{record.size:,} bytes",
        "date": f"{date.moment:%Y-%m-%d %H:%M} ({IN_WORDS[date.source]})",
        "title": f"{record.title} ({'its name' if record.titled is Titled.NAME else 'from its content'})",
        "encoding": record.encoding,
        "language": name_of_language(record.language),
        "camera": record.camera,
        "place": ", ".join(filter(None, (*record.place_names, _degrees(record)))),
        "model": record.models,
        noun: f"{record.pieces:,}",
        "texts about it": f"{record.texts:,}" if record.kind is Kind.IMAGE else "",
        "text recognition": f"{record.ocr}{f', by {record.readers}' if record.readers else ''}",
        "due": record.due,
        "note": record.note,
        "attempts": str(record.attempts or ""),
        "recorded": f"{_time(record.indexed_at)}{f' by {record.worker}' if record.worker else ''}",
        "missing since": _time(record.missing_since) if record.missing_since else "",
    }
    return {name: value for name, value in facts.items() if value}


def _degrees(record: DocumentRecord) -> str:
    place = record.coordinates
    return "{:.5f} north, {:.5f} east".format(*place) if place else ""


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")
