"""The compression of RTF in mails of Outlook. Both packed examples are in its specification, [MS-OXRTFCP]."""

import pytest

from ingest.readers.outlook.compressed_rtf import decompressed
from semsearch.errors import FileError

_FIRST = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
_SECOND = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def test_a_run_may_reach_into_the_window_and_into_what_it_writes_itself() -> None:
    assert decompressed(_FIRST) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompressed(_SECOND) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_rtf_that_is_not_packed_is_taken_as_it_is() -> None:
    assert decompressed(b"\x10\0\0\0\x09\0\0\0MELA\0\0\0\0{\\rtf1 a}rest") == b"{\\rtf1 a}"


def test_a_cut_is_no_error_and_another_kind_is() -> None:
    assert decompressed(_FIRST[:30]).startswith(b"{\\rtf1\\ansi")
    for data in (b"", b"\x10\0\0\0", b"\x10\0\0\0\x09\0\0\0ABCD\0\0\0\0text"):
        with pytest.raises(FileError):
            decompressed(data)
