"""A reader that the system ends is tried again alone. A reader that fails in another way is not."""

import itertools
import os
import signal
import time
from pathlib import Path

import pytest

from ingest.extractor import Extractor
from ingest.readers.documents import SourceFile, TextDocument
from semsearch.errors import FileError
from semsearch.formats import table
from semsearch.formats.format import Format, Formats

# A reader cannot write files, but it can make empty ones: they tell what has happened.


@pytest.fixture(autouse=True)
def formats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Formats whose readers are the functions below."""
    rows = [
        Format(f"text/x-{name}", name, (name,), reader=f"{__name__}:read_{name}")
        for name in ("killed", "doomed", "crashing", "greedy", "slow")
    ]
    monkeypatch.setattr(table, "FORMATS", Formats((*table.FORMATS.rows, *rows)))


def tries(folder: Path) -> int:
    return len(list(folder.glob("try-*")))


def begin(data: bytes) -> tuple[Path, int]:
    """Count a try. Returns the folder that the file names, and the number of tries so far."""
    folder = Path(data.decode())
    return folder, next(n for n in itertools.count(1) if makes(folder / f"try-{n}"))


def makes(file: Path) -> bool:
    """Make an empty file. Another reader may do so at the same moment: for one of them it is new."""
    try:
        file.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def read_killed(data: bytes, path: str, media_type: str) -> TextDocument:
    folder, number = begin(data)
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    for _ in range(20):
        if list(folder.glob("busy-*")):
            raise FileError("another file is read at the same time")
        time.sleep(0.01)
    return TextDocument(media_type, path, "read alone")


def read_doomed(data: bytes, _path: str, _media_type: str) -> TextDocument:
    begin(data)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def read_crashing(data: bytes, _path: str, _media_type: str) -> TextDocument:
    begin(data)
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def read_greedy(data: bytes, path: str, media_type: str) -> TextDocument:
    begin(data)
    return TextDocument(media_type, path, str(len(bytes(2**30))))


def read_slow(data: bytes, path: str, media_type: str) -> TextDocument:
    busy = Path(data.decode()) / f"busy-{path}"
    busy.touch()
    time.sleep(0.02)
    busy.unlink()
    return TextDocument(media_type, path, "read")


def put(folder: Path, name: str) -> SourceFile:
    (folder / name).write_text(str(folder))
    return SourceFile(folder, name, size=1, mtime_ns=1)


def test_a_file_whose_reader_was_killed_is_read_again_while_no_other_is(tmp_path: Path) -> None:
    files = [put(tmp_path, f"{n}.slow") for n in range(30)]
    files.insert(3, put(tmp_path, "a.killed"))
    with Extractor(picture_size=None) as extractor:
        documents = [each.result().document for each in [extractor.submit(file) for file in files]]
    assert tries(tmp_path) == 2
    assert [document.text for document in documents if isinstance(document, TextDocument)] == [
        *["read"] * 3, "read alone", *["read"] * 27
    ]  # fmt: skip


def test_a_file_whose_reader_is_killed_twice_fails_with_that_reason(tmp_path: Path) -> None:
    with Extractor(picture_size=None) as extractor:
        first, second = (extractor.submit(put(tmp_path, name)) for name in ("a.doomed", "b.doomed"))
        for future in (first, second):
            with pytest.raises(FileError, match=r"\(SIGKILL\), probably for lack of memory, twice"):
                future.result()
        assert extractor.submit(put(tmp_path, "c.slow")).result().sha256
    assert tries(tmp_path) == 4


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a.crashing", r"crashed on this file \(SIGSEGV\)"), ("a.greedy", "needs more than 1 GB of memory")],
)
def test_a_reader_that_would_fail_again_is_not_tried_again(tmp_path: Path, name: str, reason: str) -> None:
    with Extractor(picture_size=None) as extractor, pytest.raises(FileError, match=reason):
        extractor.submit(put(tmp_path, name)).result()
    assert tries(tmp_path) == 1
