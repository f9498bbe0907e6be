"""Which documents lend to the files of a batch, while other workers change documents."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.readers.documents import SourceFile
from ingest.record import record_of
from ingest.workers.carry import is_as_recorded
from semsearch.records import State


def test_a_document_lends_only_while_its_file_is_the_one_that_was_read(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("owls")
    record = record_of(SourceFile.of(tmp_path, "a.txt", file.stat()), "1", State.INDEXED)
    assert is_as_recorded(record)
    os.utime(file, (1, 1))
    assert not is_as_recorded(record)
    file.unlink()
    assert is_as_recorded(record)  # it has moved: its old document lends to it
