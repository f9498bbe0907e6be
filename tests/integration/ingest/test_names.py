"""Copied and moved files: every field of theirs is as if they had been ingested under their new name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.formats.format import Format
from semsearch.formats.table import FORMATS
from semsearch.records import DocumentRecord, Kind, State, Titled
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.integration.ingest.test_ingest import everything
from tests.pdfs import make_pdf
from tests.redis_client import redis_of
from tests.unit.readers.office.test_opendocument import odf
from tests.unit.readers.office.test_powerpoint import pptx, shape
from tests.unit.readers.office.test_spreadsheet import xlsx
from tests.unit.readers.office.test_word import docx
from tests.unit.readers.outlook.test_tnef import attribute, tnef
from tests.unit.readers.test_epub import epub
from tests.unit.readers.test_fiction_book import book

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

_FORMATS = [row for row in FORMATS.rows if row.kind is Kind.TEXT]
# The old name of a file, without its extension. Some contents have it as a title or heading.
_OLD = "Owls"


def contents(row: Format, words: str) -> Iterator[bytes]:
    """Files of this format that have `words`: without a title, and with the old name as title or heading."""
    match row.reader.rpartition(":")[2]:
        case "read_html":
            yield f"<html><body><p>{words}</p></body></html>".encode()
            yield f"<html><title>{_OLD}</title><body><p>{words}</p></body></html>".encode()
            heading = f"<h2>{_OLD}</h2><h3>Part</h3>"
            yield f"<html><body><p>Birds.</p>{heading}<p>{words}</p></body></html>".encode()
        case "read_markdown":
            yield words.encode()
            yield f"# {_OLD}\n\n{words}".encode()
            yield f"Birds.\n\n## {_OLD}\n\n### Part\n\n{words}".encode()
        case "read_rtf":
            yield b"{\\rtf1 " + words.encode() + b"}"
            yield b"{\\rtf1 {\\info {\\title Owls}}" + words.encode() + b"}"
        case "read_json":
            yield json.dumps({"bird": words}).encode()
            yield json.dumps([{"bird": words}]).encode()
        case "read_notebook":
            cells = [{"cell_type": "markdown", "source": [words]}]
            titled = [{"cell_type": "markdown", "source": [f"# {_OLD}\n\n{words}"]}]
            yield from (json.dumps({"cells": each}).encode() for each in (cells, titled))
        case "read_text" | "read_code" | "read_csv":
            yield words.encode()
            yield f"{_OLD}\n\n{words}".encode()
        case "read_mail" | "read_mailbox" | "read_outlook" | "read_contacts" | "read_calendar" as reader:
            yield from personal_contents(reader, words)
        case reader:
            yield from office_contents(reader, row, words)


def personal_contents(reader: str, words: str) -> Iterator[bytes]:
    """Files of mail, contacts and dates."""
    match reader:
        case "read_mail":
            yield f"From: a@example.org\n\n{words}".encode()
            yield f"From: a@example.org\nSubject: {_OLD}\n\n{words}".encode()
        case "read_mailbox":
            yield f"From a Mon Jan  1 00:00:00 2024\nSubject: {_OLD}\n\n{words}\n".encode()
        case "read_contacts":
            yield f"BEGIN:VCARD\nNOTE:{words}\nEND:VCARD\n".encode()
            yield f"BEGIN:VCARD\nFN:{_OLD}\nNOTE:{words}\nEND:VCARD\n".encode()
        case "read_calendar":
            for line in ("", f"SUMMARY:{_OLD}\n"):
                entry = f"BEGIN:VEVENT\n{line}DESCRIPTION:{words}\nEND:VEVENT\n"
                yield f"BEGIN:VCALENDAR\n{entry}END:VCALENDAR\n".encode()
        case "read_outlook":
            yield tnef(attribute(0x800C, words.encode()))
            yield tnef(attribute(0x800C, words.encode()), attribute(0x8004, _OLD.encode()))


def office_contents(reader: str, row: Format, words: str) -> Iterator[bytes]:
    """Files of a format that is not text itself."""
    match reader:
        case "read_pdf":
            yield make_pdf([words])
            yield make_pdf([words], title=_OLD)
        case "read_word":
            yield docx(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")
            yield docx(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>", title=_OLD)
        case "read_slides":
            yield pptx(shape(words))
            yield pptx(shape(words), title=_OLD)
        case "read_spreadsheet":
            yield xlsx(Sheet=[["bird", words]])
            yield xlsx(Owls=[["bird", words]])
        case "read_opendocument":
            kind = row.media_type.rpartition(".")[2]
            body = f"<text:p>{words}</text:p>"
            body = (
                f"<draw:page><draw:frame>{body}</draw:frame></draw:page>" if kind == "presentation" else body
            )
            yield odf(body, kind=kind)
            yield odf(body, title=_OLD, kind=kind)
        case "read_fiction_book":
            yield book(f"<body><section><p>{words}</p></section></body>", "").encode()
            yield book(
                f"<body><section><p>{words}</p></section></body>", f"<book-title>{_OLD}</book-title>"
            ).encode()
        case "read_web_archive":
            yield f"Content-Type: text/html\n\n<p>{words}</p>".encode()
            yield f"Content-Type: text/html\n\n<title>{_OLD}</title><p>{words}</p>".encode()
        case "read_epub":
            yield epub(one=f"<p>{words}</p>", title="")
            yield epub(one=f"<p>{words}</p>", title=_OLD)


def fill(folder: Path) -> list[Path]:
    """Write files of every text format and every extension, each with its own words."""
    files: list[Path] = []
    for row in _FORMATS:
        for ending in (*(f".{each}" for each in row.extensions), *row.file_names):
            for number, data in enumerate(contents(row, f"Geese fly south, number {len(files)}.")):
                name = f"{_OLD}{ending}" if ending.startswith(".") else ending
                file = folder / f"{len(files)}-{number}" / name
                file.parent.mkdir()
                file.write_bytes(data)
                files.append(file)
    return files


@pytest.mark.parametrize("copy", [False, True], ids=["moved", "copied"])
def test_a_file_under_a_new_name_equals_one_that_is_ingested_under_it(
    copy: bool, folder: Path, run: Run, store: Store, models: FakeModels, records: Records
) -> None:
    files = fill(folder)
    run()
    assert {path: each.reason for path, each in records().items() if each.state is not State.INDEXED} == {}
    models.words.embedded.clear()
    for file in files:
        (file.parent / "sub").mkdir()
        new = (
            file.parent / "sub" / f"garden_plan-2{file.suffix}"
            if file.name.startswith(_OLD)
            else file.parent / "sub" / file.name
        )
        if copy:
            new.write_bytes(file.read_bytes())
        else:
            file.rename(new)
    summary = run()
    assert (summary.reused, models.words.embedded) == (len(files), [])
    under_new_names = everything(store)
    redis_of(store).flushdb()
    run()
    fresh = everything(store)
    assert under_new_names.keys() == fresh.keys()
    for key, values in fresh.items():
        if b"{" in key:  # that of a document
            assert under_new_names[key] == values


@pytest.mark.parametrize(
    ("name", "text", "title"), [("Owls.md", "Text.", "geese"), ("owls.py", "owls = 1", "geese.py")]
)
def test_a_record_of_an_older_version_tells_by_its_title_that_the_name_made_it(
    name: str, text: str, title: str, folder: Path, run: Run, store: Store, records: Records
) -> None:
    (folder / name).write_text(text)
    run()
    assert records()[name].titled is Titled.NAME
    redis_of(store).hdel(f"semsearch:doc:{{{records()[name].doc}}}", "titled")
    (folder / name).rename(folder / f"geese{Path(name).suffix}")
    run()
    assert records()[f"geese{Path(name).suffix}"].title == title
