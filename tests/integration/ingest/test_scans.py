"""Scans are read page by page: each page is found as it comes, and none is read twice when a worker dies."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.readers.picture.ocr import Scan
from ingest.retry import Retry
from ingest.run import Options
from ingest.scan_writer import ScanWriter, left_out
from ingest.scans import ScanReader
from ingest.summary import Summary
from ingest.why import why
from semsearch.models.ocr import Reading
from semsearch.query import Query
from semsearch.records import DocumentRecord, Ocr, State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.pages import ReadPages
from semsearch.store.store import Store
from tests import dying
from tests.database import Database, assert_equal, database_of
from tests.redis_client import redis_of

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

LINES = (
    "the orchard is in bloom again",
    "the ferry leaves at half past nine",
    "a glacier crept into the valley",
    "seven violins were sold today",
)


def page(line: str) -> Image.Image:
    image = Image.new("RGB", (480, 80), "white")
    ImageDraw.Draw(image).text((20, 20), line, "black", ImageFont.load_default(24))
    return image


def scan(path: Path, *lines: str) -> None:
    """Write a PDF or a TIFF with a line on each page."""
    first, *others = map(page, lines)
    first.save(path, save_all=True, append_images=others)


def pages_kept(store: Store) -> int:
    """The pages that are kept, also those that could not be read."""
    keys = redis_of(store).scan_iter("semsearch:pages:*")
    names = (name.removeprefix(b"failed:") for key in keys for name in redis_of(store).hkeys(key))
    return sum(name.isdigit() for name in names)


def documents(store: Store) -> Database:
    found = database_of(store)
    return {key: found[key] for key in found if key.startswith(("semsearch:doc", "semsearch:text"))}


def wait(reached: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the pages that are read in this process, in order."""
    numbers: list[int] = []
    page = ScanReader.page

    def noted(reader: ScanReader, number: int) -> Reading:
        numbers.append(number)
        return page(reader, number)

    monkeypatch.setattr(ScanReader, "page", noted)
    return numbers


@pytest.fixture
def crash(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The numbers of the pages that crash their reader."""
    numbers: set[int] = set()
    page = ScanReader.page

    def crashing(reader: ScanReader, number: int) -> Reading:
        if number in numbers:
            reader._sandbox.call(os.abort)
        return page(reader, number)

    monkeypatch.setattr(ScanReader, "page", crashing)
    return numbers


def test_pages_are_found_while_others_are_read(
    folder: Path, settings: Settings, store: Store, searcher: Searcher, records: Records
) -> None:
    scan(folder / "letters.pdf", *LINES, *(f"line {number} of a long letter" for number in range(40)))
    phrase = '"orchard is in bloom"'
    (folder / "note.txt").write_text("Owls hunt mice at night.")
    with dying.started(settings, folder) as worker:
        wait(lambda: store.count_documents() and searcher.search(Query(phrase)).hits)
        (hit,) = searcher.search(Query(phrase)).hits
        record = records()["letters.pdf"]
        assert worker.is_alive()
    assert (hit.path, hit.passages[0].page, record.ocr, record.state) == (
        "letters.pdf", 1, Ocr.DUE, State.INDEXED,
    )  # fmt: skip
    assert record.note == "1 of 44 scanned pages are read so far"
    assert searcher.search(Query("owls mice")).hits[0].path == "note.txt"


@pytest.mark.parametrize("name", ["letters.pdf", "letters.tif"])
def test_a_run_after_a_kill_reads_only_the_other_pages_and_ends_as_if_nothing_had_happened(
    folder: Path, settings: Settings, store: Store, run: Run, read: list[int], name: str
) -> None:
    scan(folder / name, *LINES, *(f"line {number} of a letter" for number in range(2)))
    run()
    whole, count = documents(store), len(read)
    assert (read, pages_kept(store)) == (list(range(6)), 0)
    redis_of(store).flushdb()
    with dying.started(settings, folder) as worker:
        wait(lambda: pages_kept(store) >= 2)
        worker.kill()
        worker.join()
    kept = pages_kept(store)
    del read[:]
    run()
    assert read == list(range(kept, count))
    assert_equal(documents(store), whole)
    assert pages_kept(store) == 0


@pytest.mark.torture
@pytest.mark.parametrize("name", ["letters.pdf", "letters.tif"])
def test_a_kill_at_any_write_loses_no_page(
    folder: Path, settings: Settings, store: Store, run: Run, records: Records, name: str
) -> None:
    scan(folder / name, *LINES)
    run()
    whole = documents(store)
    redis_of(store).flushdb()
    kept, nth = 0, 0
    while dying.run(settings, folder, Options(), "worker", nth := nth + 1):
        before, kept = kept, pages_kept(store)
        assert kept >= before or records()[name].ocr is Ocr.DONE
    assert nth > 10
    assert_equal(documents(store), whole)


def test_a_page_that_crashes_its_reader_costs_that_page_and_is_said(
    folder: Path, run: Run, searcher: Searcher, records: Records, crash: set[int]
) -> None:
    scan(folder / "letters.pdf", *LINES)
    crash |= {1, 2}
    summary = run()
    said = "pages 2 and 3 could not be read: the reader crashed on this file (SIGABRT)"
    record = records()["letters.pdf"]
    assert (record.state, record.ocr, record.note) == (State.INDEXED, Ocr.FAILED, said)
    assert summary.problems == [(str(folder / "letters.pdf"), said)]
    assert (summary.indexed, summary.failed, summary.read) == (1, 0, 1)
    for line, found in zip(LINES, (True, False, False, True), strict=True):
        assert bool(searcher.search(Query(f'"{line}"')).hits) is found


def test_retry_reads_only_the_pages_that_failed(
    folder: Path, run: Run, store: Store, records: Records, crash: set[int], read: list[int]
) -> None:
    scan(folder / "letters.pdf", *LINES)
    crash.add(2)
    run()
    del read[:]
    run()
    assert read == []
    crash.clear()
    assert run(retry=Retry()).problems == []
    assert read == [2]
    record = records()["letters.pdf"]
    assert (record.ocr, record.note, pages_kept(store)) == (Ocr.DONE, "", 0)


def test_a_scan_of_which_no_page_can_be_read_fails_and_says_why(
    folder: Path, run: Run, store: Store, records: Records, crash: set[int]
) -> None:
    scan(folder / "letters.pdf", *LINES[:2])
    crash |= {0, 1}
    assert run().failed == 1
    record = records()["letters.pdf"]
    assert record.reason == "pages 1 and 2 could not be read: the reader crashed on this file (SIGABRT)"
    assert (record.state, pages_kept(store)) == (State.FAILED, 0)
    crash.clear()
    assert run(retry=Retry()).read == 1


def test_the_pages_of_a_file_that_changed_or_went_are_forgotten(
    folder: Path, run: Run, store: Store, crash: set[int]
) -> None:
    scan(folder / "a.pdf", *LINES[:2])
    scan(folder / "b.pdf", *LINES[2:])
    crash.add(1)
    run()
    assert pages_kept(store) == 4
    crash.clear()
    scan(folder / "a.pdf", *LINES[:2][::-1])
    (folder / "b.pdf").unlink()
    run()
    assert pages_kept(store) == 0


def test_a_page_in_an_unknown_script_is_said_and_read_again_with_retry(
    folder: Path,
    run: Run,
    store: Store,
    records: Records,
    read: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page, unread = ScanReader.page, {1: "text in Cyrillic script could not be read: install it"}

    def partly(reader: ScanReader, number: int) -> Reading:
        return replace(page(reader, number), unread=unread.get(number, ""))

    monkeypatch.setattr(ScanReader, "page", partly)
    scan(folder / "letters.pdf", *LINES[:3])
    summary = run()
    record = records()["letters.pdf"]
    said = "page 2: text in Cyrillic script could not be read: install it"
    assert (record.state, record.ocr, record.note) == (State.INDEXED, Ocr.FAILED, said)
    assert (record.readers, summary.problems) == ("rapidocr", [])
    assert summary.notes == [(str(folder / "letters.pdf"), said)]
    unread.clear()
    del read[:]
    run(retry=Retry())
    record = records()["letters.pdf"]
    assert (read, record.ocr, record.note) == ([1], Ocr.DONE, "")
    facts = why(folder / "letters.pdf", [str(folder)], store).facts
    assert facts["text recognition"] == "done, by rapidocr"


def test_a_scan_in_an_unknown_script_is_skipped_and_says_so(
    folder: Path, run: Run, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "text in Cyrillic script could not be read: install it"
    monkeypatch.setattr(ScanReader, "page", lambda *_: Reading(unread=said))
    scan(folder / "letter.pdf", LINES[0])
    scan(folder / "sign.tif", LINES[0])
    run()
    found = records()
    assert (found["letter.pdf"].state, found["letter.pdf"].ocr) == (State.SKIPPED, Ocr.FAILED)
    assert found["letter.pdf"].reason.endswith(f"; {said}")
    assert (found["sign.tif"].state, found["sign.tif"].note) == (State.INDEXED, said)


def test_pages_beyond_the_limit_are_left_out_and_that_is_said() -> None:
    document = Scan(("",) * 12, tuple(range(300)), beyond=12)
    pages = ReadPages(failed={4: "took too long", **dict.fromkeys(range(20, 40), "crashed")})
    assert left_out(document, pages) == (
        "pages 5, 21, 22, 23, 24, 25, 26, 27, 28, 29 and 11 others could not be read: took too long; "
        "12 scanned pages were left out: the first 300 are read"
    )


def test_a_document_is_written_after_its_first_page_and_then_at_intervals(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = ScanWriter.write_part

    def counted(writer: ScanWriter, record: DocumentRecord, scan: Scan, read: ReadPages) -> DocumentRecord:
        written.append(len(read.texts))
        return write(writer, record, scan, read)

    monkeypatch.setattr(ScanWriter, "write_part", counted)
    scan(folder / "a.pdf", *LINES[:3])
    run()
    assert written == [1]
    monkeypatch.setattr("ingest.ocr_pass._INTERVAL", 0.0)
    monkeypatch.setattr("ingest.ocr_pass._SHARE", 1e9)  # however long a write takes
    scan(folder / "a.pdf", *LINES[1:])
    run()
    assert written == [1, 1, 2]
