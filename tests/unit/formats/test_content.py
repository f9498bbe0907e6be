"""The format of a file by its content."""

from __future__ import annotations

import io
import zipfile

import pytest

from semsearch.formats.content import HEAD, corrected, format_of, is_text
from semsearch.formats.table import FORMATS
from tests.heic import heic
from tests.pdfs import make_pdf
from tests.unit.pictures.test_decode import encode, gradient
from tests.unit.readers.office.test_powerpoint import pptx, shape
from tests.unit.readers.office.test_spreadsheet import xlsx
from tests.unit.readers.office.test_word import docx
from tests.unit.readers.test_epub import epub
from tests.unit.readers.test_fiction_book import book


def declared(media_type: str) -> bytes:
    """A ZIP archive whose first member says what it is, as OpenDocument and EPUB want it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", media_type)
        archive.writestr("content.xml", "<a/>")
    return file.getvalue()


PARAGRAPH = "<w:p><w:r><w:t>Owls</w:t></w:r></w:p>"
FILES = {
    "a.pdf": make_pdf(["Owls"]),
    "a.docx": docx(PARAGRAPH),
    "a.xlsx": xlsx(Sheet=[["a", "b"]]),
    "a.pptx": pptx(shape("Owls")),
    "a.odt": declared("application/vnd.oasis.opendocument.text"),
    "a.ods": declared("application/vnd.oasis.opendocument.spreadsheet"),
    "a.epub": epub(one="<p>Owls</p>"),
    "a.rtf": b"{\\rtf1 Owls}",
    "a.jpg": encode(gradient(), "JPEG"),
    "a.png": encode(gradient(), "PNG"),
    "a.webp": encode(gradient(), "WEBP"),
    "a.bmp": encode(gradient(), "BMP"),
    "a.tif": encode(gradient(), "TIFF"),
    "a.heic": heic(),
    "a.html": b"\n<!DOCTYPE html><html><body>Owls",
    "a.fb2": book("<body/>").encode(),
    "a.xml": b"<?xml version='1.0'?><owls/>",
    "a.vcf": b"BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD",
    "a.ics": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR",
    "a.eml": b"Return-Path: <a@example.org>\r\nReceived: x\r\n\tby y\r\nSubject: Owls\r\n\r\nOwls",
    "a.mbox": b"From ada@example.org Wed May  1 10:00:00 2024\nFrom: Ada\n\nOwls",
    "a.mht": b"From: <Saved>\r\nSubject: Owls\r\nContent-Type: multipart/related; boundary=b\r\n\r\n",
    "a.sh": b"#!/bin/sh\necho owls\n",
    "a.py": b"#!/usr/bin/env python3\nprint('owls')\n",
    "a.txt": "Käuze jagen Mäuse.\n".encode(),
    "winmail.dat": b"\x78\x9f\x3e\x22\x01\0",
}


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_known_by_its_first_and_last_bytes(path: str) -> None:
    found = format_of(FILES[path][:HEAD], FILES[path][-HEAD:])
    assert found is FORMATS.of_path(path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\1\2\3",
        bytes(range(1, 256)) * 9,
        b"\0\0\1\0" * 9,
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"\0\0\0\x18ftypmp42",
        b"PK\x03\x04" + bytes(26) + b"photos/a.raw",
        b"BM\0\0\0\0",
        b"ELF\x7f text",
        b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n",
        b"PuTTY-User-Key-File-3: ssh-ed25519\n",
    ],
)
def test_what_is_not_read_and_what_is_secret_is_not_recognised(data: bytes) -> None:
    assert format_of(data, data) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_known_in_any_of_these_encodings(encoding: str) -> None:
    assert is_text("Käuze\njagen Mäuse.\n".encode(encoding))


def test_a_character_that_is_cut_off_at_the_end_does_not_matter() -> None:
    assert is_text(("ü" * HEAD).encode()[: HEAD - 1])


@pytest.mark.parametrize(
    ("name", "content", "read_as"),
    [
        ("a.pdf", "a.docx", "a.docx"),
        ("a.docx", "a.rtf", "a.rtf"),
        ("a.txt", "a.pdf", "a.pdf"),
        ("a.odt", "a.docx", "a.docx"),
        ("a.docx", "a.docx", "a.docx"),
        ("a.docx", "a.txt", "a.docx"),
        ("a.txt", "a.html", "a.txt"),
        ("a.xls", "a.html", "a.html"),
        ("a.xls", "a.xml", "a.xml"),
        ("a.xls", "a.txt", "a.csv"),
        ("a.xls", "a.jpg", "a.xls"),
        ("a.pdf", "a.jpg", "a.pdf"),
        ("a.jpg", "a.pdf", "a.jpg"),
    ],
)
def test_a_wrong_name_is_corrected_among_documents_only(name: str, content: str, read_as: str) -> None:
    row = FORMATS.of_path(name)
    assert row is not None
    assert corrected(row, FILES[content]) is FORMATS.of_path(read_as)


def test_a_mail_without_an_end_takes_no_time() -> None:
    assert format_of(b"From: a\r\n" + b"a: b\r\n" * 700) is FORMATS.of_path("a.txt")
