"""A folder whose files change as people and programs change them, also without a trace in size and date."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from PIL import Image

from semsearch.ignored import IGNORE_FILE

_FOLDERS = ("work", "work/deep", "letters", "photos", "archive", "archive/old")
_NAMES = (
    "owls.txt", "Owls.txt", "plan.md", "tool.py", "engine.rs", "people.csv", "page.html", "settings.json",
    "red.png", "red.txt", "red.xmp", "song.mp3", "broken.pdf", "draft.tmp",
    # The same letters in two encodings of Unicode: two files on Linux.
    "Zürich.txt", "Zu\N{COMBINING DIAERESIS}rich.txt",
)  # fmt: skip
# A name that is a folder at one time and a file at another.
_PATHS = (*_NAMES, *(f"{folder}/{name}" for folder in (*_FOLDERS, "plan.md") for name in _NAMES))
_PATTERNS = ("*.txt", "deep/", "work/", "*.p*", "!owls.txt", "red.*\n!red.png", "/plan.md", "[")


def _png(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (24, 16), colour).save(made, "png")
    return made.getvalue()


# Contents of the same kind have the same length, so that size and date tell nothing of an edit.
_KINDS = (
    b"Owls hunt %s at night.",
    b"# Ships\n\n%s\n\nA ship sails by night.",
    b"import harbour\n\n\ndef sail(%s):\n    return harbour.open()\n",
    b"name,town\nAda,London\nKurt,%s\n",
    b"<html><title>Geese</title><p>Geese fly %s.</p></html>",
    b'{"title": "Geese", "text": "They fly %s."}',
    b"%s and geese fly far. " * 60,
    b"\0\1%s\2" * 9,
)
_WORDS = (b"mice", b"rats", b"bats")
_CONTENTS = (
    *(kind.replace(b"%s", word) for kind in _KINDS for word in _WORDS),
    *map(_png, ("red", "blue", "lime")),
    b"",
    b" \n",
)
# What is there at first.
_FIRST = {
    "owls.txt": _CONTENTS[0], "plan.md": _CONTENTS[3], "tool.py": _CONTENTS[6], "copy.txt": _CONTENTS[0],
    "work/people.csv": _CONTENTS[9], "work/deep/page.html": _CONTENTS[12],
    "work/deep/engine.rs": _CONTENTS[7],
    "letters/owls.txt": _CONTENTS[1], "letters/settings.json": _CONTENTS[15],
    "photos/red.png": _png("red"), "photos/red.txt": _CONTENTS[2], "photos/blue.png": _png("blue"),
}  # fmt: skip
# Seconds since 1970. Files often share a date, as they do in an archive that was unpacked.
_DATES = (1_000_000_000, 1_000_000_000, 1_700_000_000)


# No operation touches these two files: a folder that has lost all its files would be taken for a disk that is
# away, and where all pictures are gone, their index stays.
BEACON, _PICTURE = "beacon.md", "beacon.gif"

# A file or folder is chosen by a number, which counts round in what is there.
CHOSEN = st.integers(0, 40)
PATHS, NAMES, FOLDERS = st.sampled_from(_PATHS), st.sampled_from(_NAMES), st.sampled_from(_FOLDERS)
CONTENTS = st.sampled_from(_CONTENTS)


class ChangingFiles(RuleBasedStateMachine):
    """Each rule is one operation. It does nothing when there is no file or folder for it.

    `has_linked` is True once a file has had two names.
    """

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root
        self.has_linked = False
        root.mkdir(parents=True)
        (root / BEACON).write_text("This file stays.")
        Image.new("RGB", (24, 16), "yellow").save(root / _PICTURE)
        for path, content in _FIRST.items():
            self.write(path, content)
            os.utime(root / path, (_DATES[0], _DATES[0]))

    @rule(path=PATHS, content=CONTENTS)
    def write(self, path: str, content: bytes) -> None:
        """Write a file, in place of all that is in its way: a file where a folder must be, or a folder."""
        self._room(path).write_bytes(content)

    @rule(chosen=CHOSEN, content=CONTENTS)
    def edit(self, chosen: int, content: bytes) -> None:
        if file := self._file(chosen):
            file.write_bytes(content)

    @rule(chosen=CHOSEN, other=CHOSEN)
    def edit_and_keep_size_and_date(self, chosen: int, other: int) -> None:
        if file := self._file(chosen):
            before = file.stat()
            file.write_bytes(_like(file, other))
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(chosen=CHOSEN, other=CHOSEN)
    def replace_and_keep_size_and_date(self, chosen: int, other: int) -> None:
        """As `exiftool -P` does: write another file with the date of the first, and rename it."""
        if file := self._file(chosen):
            before, new = file.stat(), file.with_name(f".{file.name}_tmp")
            new.write_bytes(_like(file, other))
            os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
            new.replace(file)

    @rule(chosen=CHOSEN, other=CHOSEN)
    def swap(self, chosen: int, other: int) -> None:
        one, two = self._file(chosen), self._file(other)
        if one and two and one != two:
            aside = one.with_name(".aside")
            one.rename(aside)
            two.rename(one)
            aside.rename(two)

    @rule(chosen=CHOSEN, seconds=st.sampled_from(_DATES))
    def date(self, chosen: int, seconds: int) -> None:
        if file := self._file(chosen):
            os.utime(file, (seconds, seconds))

    @rule(chosen=CHOSEN)
    def change_mode(self, chosen: int) -> None:
        if file := self._file(chosen):
            file.chmod(0o600 if file.stat().st_mode & 0o077 else 0o644)

    @rule(chosen=CHOSEN, path=PATHS)
    def link_hard(self, chosen: int, path: str) -> None:
        if (file := self._file(chosen)) and not (self.root / path).is_relative_to(file):
            self.has_linked = True
            source = self.root / ".aside"
            os.link(file, source)
            source.rename(self._room(path))
            # A rename onto another link of the same file leaves both.
            source.unlink(missing_ok=True)

    @rule(chosen=CHOSEN, path=PATHS)
    def link(self, chosen: int, path: str) -> None:
        if (file := self._file(chosen)) and not (self.root / path).is_relative_to(file):
            target = Path(os.path.relpath(file, (self.root / path).parent))
            if file != self.root / path:
                self._room(path).symlink_to(target)

    @rule(chosen=CHOSEN, path=PATHS)
    def copy(self, chosen: int, path: str) -> None:
        """Copy a file with its date."""
        if file := self._file(chosen):
            content, before = file.read_bytes(), file.stat()
            made = self._room(path)
            made.write_bytes(content)
            os.utime(made, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(chosen=CHOSEN, path=PATHS)
    def move(self, chosen: int, path: str) -> None:
        if file := self._file(chosen):
            aside = self.root / ".aside"
            file.rename(aside)
            aside.rename(self._room(path))

    @rule(chosen=CHOSEN)
    def remove(self, chosen: int) -> None:
        if file := self._file(chosen):
            file.unlink()

    @rule(chosen=CHOSEN, path=FOLDERS)
    def move_folder(self, chosen: int, path: str) -> None:
        if folder := self._folder(chosen):
            aside = self.root / ".aside"
            folder.rename(aside)
            aside.rename(self._room(path))

    @rule(chosen=CHOSEN, other=CHOSEN)
    def swap_folders(self, chosen: int, other: int) -> None:
        one, two = self._folder(chosen), self._folder(other)
        if one and two and not one.is_relative_to(two) and not two.is_relative_to(one):
            aside = self.root / ".aside"
            one.rename(aside)
            two.rename(one)
            aside.rename(two)

    @rule(chosen=CHOSEN)
    def remove_folder(self, chosen: int) -> None:
        if folder := self._folder(chosen):
            shutil.rmtree(folder)

    @rule(chosen=CHOSEN, content=CONTENTS)
    def replace_folder_by_file(self, chosen: int, content: bytes) -> None:
        if folder := self._folder(chosen):
            shutil.rmtree(folder)
            folder.write_bytes(content)

    @rule(chosen=CHOSEN, name=NAMES, content=CONTENTS)
    def replace_file_by_folder(self, chosen: int, name: str, content: bytes) -> None:
        if file := self._file(chosen):
            file.unlink()
            file.mkdir()
            (file / name).write_bytes(content)

    @rule(chosen=CHOSEN, patterns=st.sampled_from(_PATTERNS))
    def ignore(self, chosen: int, patterns: str) -> None:
        """Write an ignore file into the root, or into one of its folders."""
        folder = self._folder(chosen) if chosen % 2 else self.root
        if folder:
            (folder / IGNORE_FILE).write_text(patterns)

    @rule(chosen=CHOSEN)
    def ignore_no_more(self, chosen: int) -> None:
        if file := _chosen(chosen, self.root.rglob(IGNORE_FILE)):
            file.unlink()

    def _file(self, chosen: int) -> Path | None:
        files = (path for path in self.root.rglob("*") if path.is_file() and not path.is_symlink())
        return _chosen(chosen, (path for path in files if not path.name.startswith((".", "beacon"))))

    def _folder(self, chosen: int) -> Path | None:
        return _chosen(
            chosen, (path for path in self.root.rglob("*") if path.is_dir() and not path.is_symlink())
        )

    def _room(self, path: str) -> Path:
        """The path, once nothing is there any more, and all folders above it are."""
        made = self.root / path
        for above in reversed(made.relative_to(self.root).parents[:-1]):
            if (self.root / above).is_symlink() or (self.root / above).is_file():
                (self.root / above).unlink()
        if made.is_dir() and not made.is_symlink():
            shutil.rmtree(made)
        made.unlink(missing_ok=True)
        made.parent.mkdir(parents=True, exist_ok=True)
        return made


def _like(file: Path, number: int) -> bytes:
    """Another content of the same length as that of the file, if there is one."""
    now = file.read_bytes()
    others = [content for content in _CONTENTS if len(content) == len(now) and content != now]
    return others[number % len(others)] if others else now


def _chosen(number: int, paths: Iterable[Path]) -> Path | None:
    """One of these paths; None where there is none."""
    found = sorted(paths)
    return found[number % len(found)] if found else None
