"""Shots of a series and versions of a text are told by their vectors with their time or name."""

from __future__ import annotations

import numpy as np
import pytest

from semsearch.explore.alike import SHOTS, belong_together, pairs, plain_name
from semsearch.explore.vectors import DocumentVectors
from semsearch.records import DateSource, Kind
from tests.unit.explore.documents import document


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("letters/Thanks.docx", "drafts/thanks v2.docx"),
        ("report 2024-01-05.md", "report_final.md"),
        ("Rede (Kopie).txt", "Rede - Entwurf 3.txt"),
        ("IMG_0041.jpg", "IMG_0043.jpg"),
        ("a/notes.md", "b/notes.md"),
        ("a/2024-05-01.md", "b/2024-05-01_v2.md"),
        ("2024-05-01.md", "2024-05-01 (1).md"),
    ],
)
def test_names_of_versions_and_of_shots_in_a_row_belong_together(one: str, other: str) -> None:
    assert belong_together(document(one), document(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thanks.md", "invitation.md"),
        ("IMG_0041.jpg", "IMG_0141.jpg"),
        ("a/IMG_0041.jpg", "b/IMG_0042.jpg"),
        ("scan 1.pdf", "page 1.pdf"),
        ("a/2024-05-01.md", "b/2024-05-02.md"),
    ],
)
def test_other_names_do_not(one: str, other: str) -> None:
    assert not belong_together(document(one), document(other))


def test_what_was_taken_within_two_minutes_belongs_together() -> None:
    shots = [
        document(f"{name}.jpg", kind=Kind.IMAGE, dated=1.6e9 + second, date_source=DateSource.EXIF)
        for name, second in (("sea", 0), ("waves", 90), ("evening", 500))
    ]
    assert belong_together(shots[0], shots[1])
    assert not belong_together(shots[1], shots[2])


def test_the_date_of_a_file_says_nothing() -> None:
    assert not belong_together(document("sea.jpg"), document("waves.jpg"))


def test_plain_names_have_no_numbers_dates_and_versions() -> None:
    assert plain_name("Rede_2024-03-01 final (2)") == "rede"
    assert plain_name("finalists") == "finalists"


def test_near_documents_are_pairs_if_they_belong_together_or_are_very_near_in_a_folder() -> None:
    angles = {"IMG_1.jpg": 0.0, "IMG_2.jpg": 0.5, "sea.jpg": 0.6, "far/IMG_3.jpg": 0.62, "IMG_4.jpg": 2.0}
    records = {each.doc: each for each in (document(path, kind=Kind.IMAGE) for path in angles)}
    vectors = np.array([(np.cos(angle), np.sin(angle)) for angle in angles.values()], np.float32)
    found = pairs(DocumentVectors((*records,), vectors), records, SHOTS)
    names = {frozenset(records[doc].path for doc in pair) for pair in found}
    assert names == {frozenset({"IMG_1.jpg", "IMG_2.jpg"}), frozenset({"IMG_2.jpg", "sea.jpg"})}
