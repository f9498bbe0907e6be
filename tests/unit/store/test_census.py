"""A census of documents, from records and from stored values, without Redis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from semsearch.records import DocumentRecord, Due, Kind, Ocr, State
from semsearch.store.census import Mark, version_of
from semsearch.store.census_builder import CENSUS_FIELDS, CensusBuilder, census_of
from semsearch.store.codec import encode_record
from semsearch.store.keys import doc_id
from semsearch.store.unread import UNREAD


def record(path: str, **changes: object) -> DocumentRecord:
    plain = DocumentRecord(
        doc=doc_id("/root", path),
        root="/root",
        path=path,
        kind=Kind.TEXT,
        media_type="text/plain",
        size=12,
        mtime_ns=1764140000123456789,
        sha256="ab" * 32,
        title="",
        state=State.INDEXED,
        pieces=2,
        indexed_at=1764140000.25,
        inode=7,
        ctime_ns=1764140000123456789,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def stored(record: DocumentRecord, **damage: str) -> list[bytes]:
    """The values of a record as Redis returns them."""
    values = {
        name: str(value).encode("utf-8", "surrogateescape") for name, value in encode_record(record).items()
    }
    values |= {name: value.encode() for name, value in damage.items()}
    return [values[name] for name in CENSUS_FIELDS]


VARIED = [
    record("plain.txt"),
    record("missing.txt", state=State.MISSING, missing_since=1764140000.5),
    record("unread.txt", mtime_ns=UNREAD, sha256="", pieces=0),
    record("photo.png", kind=Kind.IMAGE, pieces=1, texts=3, sidecars="xmp:1:2:3:4", ocr=Ocr.DUE),
    record("sound.mp3", kind=Kind.OTHER, state=State.SKIPPED, sha256="", pieces=0),
    record("long.txt", pieces=999_999, words=40, dated=-3600.0),
    record("caf\udce9.txt", sha256="cd" * 32),
]


def test_stored_values_count_as_their_records_do() -> None:
    builder = CensusBuilder()
    assert builder.add_stored([each.doc for each in VARIED], map(stored, VARIED)) == []
    census = builder.census()
    assert np.array_equal(census.rows, census_of(VARIED).rows)
    assert census.roots == ("/root",)


@pytest.mark.parametrize(
    "damage",
    [
        {"size": "many"},
        {"mtime_ns": "9" * 19},
        {"pieces": "1000001"},
        {"texts": "-1"},
        {"indexed_at": "nan"},
        {"state": "lost"},
        {"titled": "?"},
        {"path": ""},
    ],
)
def test_unusual_values_are_left_to_the_decoder_of_records(damage: dict[str, str]) -> None:
    builder = CensusBuilder()
    odd = record("odd.txt")
    assert builder.add_stored([odd.doc], [stored(odd, **damage)]) == [odd.doc]
    assert len(builder.census()) == 0


def test_a_document_that_is_listed_twice_counts_once() -> None:
    assert len(census_of([VARIED[0], VARIED[1], VARIED[0]])) == 2


def test_the_sums_are_the_hashes_that_each_index_should_cover() -> None:
    # Records, and 40 hashes of words; the pieces of what is missing lie aside.
    assert census_of(VARIED).sums() == {"doc": 7 + 40, "text": 2 + 3 + 999_999 + 2, "image": 1}


def test_a_document_is_settled_only_in_its_own_version_and_when_nothing_is_due() -> None:
    known = [VARIED[0], VARIED[4], record("due.txt", due=Due.VECTORS), VARIED[1]]
    census = census_of(known)
    places = census.find([*(each.doc for each in known), doc_id("/root", "unknown.txt")])
    version = version_of(12, 1764140000123456789, 7, 1764140000123456789, "")
    assert census.states(places, np.full(5, version)) == [State.INDEXED, State.SKIPPED, None, None, None]
    assert census.states(places, np.full(5, version + 1)) == [None] * 5
    assert census_of([]).states(np.array([-1]), np.array([version])) == [None]


def test_contents_are_counted() -> None:
    census = census_of(VARIED)
    counts = [census.count_content(digest * 32) for digest in ("ab", "cd", "ef")]
    assert counts == [4, 1, 0]
    assert census.count_content("") == 0


def test_a_document_that_lost_a_piece_is_unread_and_has_no_pieces() -> None:
    lost = VARIED[3]
    census = census_of(VARIED).losing([lost.doc])
    assert census.lost == {lost.doc}
    assert census.names(census.marked(Mark.UNREAD)) == sorted([lost.doc, VARIED[2].doc])
    assert census.sums()["image"] == 0
    assert lost.doc in census
    assert lost.doc not in census.without([lost.doc])
