"""What a document is called: its title, and the name of its file without the extension."""

from __future__ import annotations

import pytest

from semsearch.records import DocumentRecord, Kind, State
from semsearch.store.called import called, tags_of_query
from semsearch.store.schema import SEPARATOR


def tags(path: str, title: str = "") -> set[str]:
    record = DocumentRecord("x", "/", path, Kind.TEXT, "text/plain", 1, 1, "", title, State.INDEXED)
    return set(called(record).split(SEPARATOR)) - {""}


@pytest.mark.parametrize(
    "typed", ["Wedding speech", "wedding_speech", "WEDDING-SPEECH.txt", " wedding  speech "]
)
def test_a_query_is_the_name_of_a_file_whatever_separates_its_words(typed: str) -> None:
    assert tags("family/wedding_speech.txt") & set(tags_of_query(typed))


@pytest.mark.parametrize(
    "typed", ["speech", "wedding", "speech wedding", "the wedding speech of Ada", "family"]
)
def test_a_query_that_is_only_a_part_of_a_name_or_has_more_words_is_not_the_name(typed: str) -> None:
    assert not tags("family/wedding_speech.txt") & set(tags_of_query(typed))


def test_a_document_is_called_by_its_title_too_without_accents() -> None:
    both = tags("scan_0412.pdf", "Crème brûlée")
    assert both & set(tags_of_query("creme brulee"))
    assert both & set(tags_of_query("scan 0412"))


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("WeeklyReview.md", "weekly review"),
        ("WeeklyReview.md", "weeklyreview"),
        ("Scan2019.pdf", "scan 2019"),
    ],
)
def test_a_name_written_as_one_word_is_called_by_its_parts(path: str, typed: str) -> None:
    assert tags(path) & set(tags_of_query(typed))


def test_a_title_that_nobody_types_in_full_and_one_without_letters_are_no_tags() -> None:
    assert tags("a.txt", "word " * 40) == tags("a.txt", "***") == tags("a.txt") == {"a"}
    assert tags_of_query("?!") == ()
