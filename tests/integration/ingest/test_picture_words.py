"""Pictures are found by their captions and by the text in them, and scanned pages by their text."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from PIL.ExifTags import Base

from ingest.readers.picture.ocr import Scan
from ingest.retry import Retry
from ingest.scans import ScanReader
from ingest.summary import Summary
from semsearch.errors import ModelError
from semsearch.query import Filters, Mode, Query
from semsearch.records import DocumentRecord, Kind, Ocr, Source, State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store import keys
from semsearch.store.store import Store
from tests.fakes import BagOfWords, FakeModels
from tests.redis_client import redis_of

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]


def screenshot(*lines: str) -> Image.Image:
    image = Image.new("RGB", (640, 200), "white")
    for n, line in enumerate(lines):
        ImageDraw.Draw(image).text((20, 30 + 50 * n), line, "black", ImageFont.load_default(24))
    return image


def photo(path: Path, caption: str, colour: str = "red", size: int = 64) -> None:
    exif = Image.Exif()
    exif[Base.ImageDescription] = caption
    Image.new("RGB", (size, size), colour).save(path, exif=exif)


def scan(path: Path, *pages: str) -> None:
    first, *others = map(screenshot, pages)
    first.save(path, "PDF", save_all=True, append_images=others)


def texts(store: Store) -> int:
    return len(list(redis_of(store).scan_iter(match="semsearch:text:*")))


def test_a_picture_is_found_by_its_caption_and_says_so(folder: Path, run: Run, searcher: Searcher) -> None:
    photo(folder / "IMG_1.jpg", "Grandmother at the harbour")
    photo(folder / "IMG_2.jpg", "A bicycle in the snow", "blue")
    assert run().passages == 2
    for mode in (Mode.WORDS, Mode.MEANING):
        hit = searcher.search(Query("grandmother harbour", mode=mode)).hits[0]
        assert (hit.path, hit.kind) == ("IMG_1.jpg", Kind.IMAGE)
        (passage,) = hit.passages
        assert (passage.snippet, passage.source) == ("Grandmother at the harbour", Source.METADATA)


def test_captions_obey_the_filters(folder: Path, run: Run, searcher: Searcher) -> None:
    photo(folder / "IMG_1.jpg", "Grandmother at the harbour")
    (folder / "harbour.md").write_text("The harbour in winter, with grandmother")
    run()
    for kind, path in ((Kind.IMAGE, "IMG_1.jpg"), (Kind.TEXT, "harbour.md")):
        results = searcher.search(Query("grandmother harbour", filters=Filters(kind=kind)))
        assert [hit.path for hit in results.hits] == [path]
        assert results.total == 1


def test_a_picture_without_a_model_is_found_by_its_caption(
    folder: Path, run: Run, searcher: Searcher, models: FakeModels
) -> None:
    models.colours = None
    photo(folder / "IMG_1.jpg", "Grandmother at the harbour")
    summary = run()
    assert (summary.waiting, summary.passages) == (1, 1)
    assert [hit.path for hit in searcher.search(Query("grandmother")).hits] == ["IMG_1.jpg"]


def test_a_new_text_beside_a_picture_is_read_with_it(
    folder: Path, run: Run, searcher: Searcher, records: Records
) -> None:
    photo(folder / "IMG_1.jpg", "Grandmother at the harbour")
    run()
    (folder / "IMG_1.txt").write_text("Taken on the day of the regatta")
    summary = run()
    assert (summary.indexed, records()["IMG_1.jpg"].texts) == (2, 2)
    hit = next(hit for hit in searcher.search(Query("regatta")).hits if hit.kind is Kind.IMAGE)
    assert next(passage.source for passage in hit.passages) is Source.SIDECAR
    (folder / "IMG_1.txt").unlink()
    run()
    assert records()["IMG_1.jpg"].texts == 1
    assert run().unchanged == 1


def test_a_copy_of_a_picture_has_its_captions_and_a_removed_one_leaves_none(
    folder: Path, run: Run, searcher: Searcher, store: Store
) -> None:
    photo(folder / "IMG_1.jpg", "Grandmother at the harbour")
    run()
    (folder / "copy.jpg").write_bytes((folder / "IMG_1.jpg").read_bytes())
    assert run().reused == 1
    assert len(searcher.search(Query("grandmother", mode=Mode.MEANING, copies=True)).hits) == 2
    assert texts(store) == 2
    (folder / "IMG_1.jpg").unlink()
    (folder / "copy.jpg").unlink()
    run(allow_empty=True)
    assert texts(store) == 0


def test_another_text_model_embeds_captions_anew(
    folder: Path, run: Run, searcher: Searcher, models: FakeModels, store: Store
) -> None:
    photo(folder / "IMG_1.jpg", "Grandmother at the harbour")
    run()
    models.words.id = "bag-of-other-words"
    assert models.colours is not None
    models.colours.semantic_space = "bag-of-other-words"
    assert run(rebuild=True).passages == 1
    assert texts(store) == 1
    assert searcher.search(Query("grandmother", mode=Mode.MEANING)).hits[0].path == "IMG_1.jpg"


def test_the_text_in_a_screenshot_and_on_scanned_pages_is_found(
    folder: Path, run: Run, searcher: Searcher, records: Records, models: FakeModels
) -> None:
    screenshot("The ferry leaves at nine", "from the northern pier").save(folder / "Screenshot.png")
    scan(folder / "letter.pdf", "Dear Martha", "the orchard is in bloom")
    summary = run()
    assert (summary.indexed, summary.waiting, summary.read, summary.failed) == (2, 0, 2, 0)
    assert {record.ocr for record in records().values()} == {Ocr.DONE}
    hit = searcher.search(Query("ferry pier")).hits[0]
    assert (hit.path, hit.passages[0].source) == ("Screenshot.png", Source.OCR)
    hit = searcher.search(Query("orchard bloom")).hits[0]
    assert (hit.path, hit.passages[0].page) == ("letter.pdf", 2)
    embedded = len(models.words.embedded)
    assert run().unchanged == 2
    assert len(models.words.embedded) == embedded


def test_captions_come_before_the_text_in_a_picture(folder: Path, run: Run, searcher: Searcher) -> None:
    exif = Image.Exif()
    exif[Base.ImageDescription] = "The new timetable"
    screenshot("The ferry leaves at nine").save(folder / "board.png", exif=exif)
    run()
    (hit,) = searcher.search(Query("ferry timetable")).hits
    assert {passage.n: passage.source for passage in hit.passages} == {0: Source.METADATA, 1: Source.OCR}


def test_switched_off_it_reads_no_picture_and_switched_on_it_catches_up(
    folder: Path, settings: Settings, store: Store, models: FakeModels, run: Run, records: Records
) -> None:
    from ingest.run import ingest
    from semsearch.cli.show_ingest import Silent

    screenshot("The ferry leaves at nine").save(folder / "Screenshot.png")
    scan(folder / "letter.pdf", "the orchard is in bloom")
    off = settings.model_copy(update={"ocr": False})
    summary = ingest([folder], off, store, models, Silent())  # type: ignore[arg-type]
    assert (summary.indexed, summary.waiting, summary.read) == (1, 1, 0)
    assert "SEMSEARCH_OCR" in records()["letter.pdf"].reason
    assert run().read == 2
    assert {record.state for record in records().values()} == {State.INDEXED}


def test_a_run_that_is_stopped_while_it_reads_leaves_the_rest_for_the_next(
    folder: Path, run: Run, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        screenshot(f"The ferry number {n} leaves at nine").save(folder / f"{n}.png")
    read = ScanReader.open

    def stopped(reader: ScanReader, record: DocumentRecord) -> Scan | None:
        if record.path == "1.png":
            raise KeyboardInterrupt
        return read(reader, record)

    monkeypatch.setattr(ScanReader, "open", stopped)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert sorted(record.ocr for record in records().values()) == [Ocr.DONE, Ocr.DUE, Ocr.DUE]
    monkeypatch.undo()
    assert run().read == 2


def test_a_blank_scan_is_skipped_with_a_reason_and_a_blank_picture_is_not(
    folder: Path, run: Run, records: Records
) -> None:
    scan(folder / "blank.pdf", "")
    screenshot("").save(folder / "blank.png")
    summary = run()
    assert (summary.skipped, summary.indexed, summary.problems) == (1, 1, [])
    assert records()["blank.pdf"].state is State.SKIPPED
    assert "none can be made out" in records()["blank.pdf"].reason
    assert (run().skipped, run(retry=Retry()).skipped) == (1, 1)


def test_without_ocr_the_run_goes_on_and_says_what_is_missing(
    folder: Path, run: Run, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OCR needs libraries of the system, which may be missing."""

    def missing(*_: object) -> str:
        raise ModelError("text in pictures cannot be read: libGL.so.1 is missing")

    monkeypatch.setattr(ScanReader, "page", missing)
    screenshot("The ferry leaves at nine").save(folder / "Screenshot.png")
    summary = run()
    assert summary.problems == [("OCR", "text in pictures cannot be read: libGL.so.1 is missing")]
    assert (summary.indexed, records()["Screenshot.png"].ocr) == (1, Ocr.DUE)


def test_a_picture_that_changed_since_it_was_indexed_is_left_to_the_next_run(
    folder: Path, run: Run, records: Records
) -> None:
    screenshot("The ferry leaves at nine").save(folder / "Screenshot.png")
    run()
    (record,) = records().values()
    out = io.BytesIO()
    screenshot("The ferry leaves at ten").save(out, "PNG")
    (folder / "Screenshot.png").write_bytes(out.getvalue())
    with ScanReader() as reader:
        assert reader.open(record) is None


def test_passages_of_pictures_are_readable_in_redis(folder: Path, run: Run, store: Store) -> None:
    photo(folder / "IMG_1.jpg", "Grandmother at the harbour")
    run()
    (record,) = store.ledger
    stored = redis_of(store).hgetall(keys.piece_key("text", record.doc, 0))
    assert (stored[b"content"], stored[b"source"], stored[b"kind"]) == (
        b"Grandmother at the harbour", b"metadata", b"image",
    )  # fmt: skip
    assert len(stored[b"vector"]) == 2 * BagOfWords.dims  # float16


def test_a_blank_scan_is_found_by_its_name_alone(folder: Path, run: Run, searcher: Searcher) -> None:
    scan(folder / "grandmother.pdf", "")
    assert run().skipped == 1
    (hit,) = searcher.search(Query("grandmother", mode=Mode.WORDS)).hits
    assert (hit.path, hit.passages) == ("grandmother.pdf", ())
    assert hit.reason == "no text in this PDF, and none can be made out in the pictures on its pages"


def test_scans_with_the_same_stamp_are_no_copies(folder: Path, run: Run, records: Records) -> None:
    scan(folder / "a.pdf", "the orchard is in bloom")
    scan(folder / "b.pdf", "the ferry leaves at nine")
    run()
    signatures = {record.signature for record in records().values()}
    assert len(signatures) == 2
    assert all(signatures)
