"""Groups of documents that are there more than once, and the best one of each."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from semsearch.explore.best import Quality, freed, spare_files, unchanged_files
from semsearch.explore.copies import (
    Group,
    Why,
    _by_numbers,
    _Numbers,
    candidates,
    grouped,
    joined,
    the_same,
)
from semsearch.records import DocumentRecord, Kind, Ocr, State
from semsearch.search.copies import leaders, of_terms
from tests.unit.explore.documents import document

WORDS = [f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200)]
# The terms of texts that differ in a few of 200 words.
TEXTS = {
    "plain.txt": WORDS,
    "same.md": [*WORDS[:90], "typo", *WORDS[91:]],
    "pages.pdf": [*WORDS, "1", "2"],
    "invoice 1.txt": ["4711", "2024", *WORDS],
    "invoice 2.txt": ["4712", "2024", *WORDS],
}


def signed(path: str, **values: object) -> DocumentRecord:
    return document(path, signature=of_terms(TEXTS[path]), **values)


def found(*records: DocumentRecord, pixels: dict[str, int] | None = None) -> list[Group]:
    return the_same(candidates(records), Quality(records, pixels), terms).groups


def terms(records: Sequence[DocumentRecord]) -> Iterator[Sequence[str]]:
    yield from ([" ".join(TEXTS[each.path])] for each in records)


def test_equal_files_are_a_group_whatever_their_format() -> None:
    one, other = (
        document(path, "a film", kind=Kind.OTHER, state=State.SKIPPED) for path in ("b.mov", "a.mov")
    )
    assert found(one, other, document("c.mov")) == [Group(Why.BYTES, (other.doc, one.doc))]


def test_a_text_in_another_format_or_with_a_mended_word_is_the_same() -> None:
    records = [signed("plain.txt"), signed("same.md"), signed("pages.pdf", size=900)]
    (group,) = found(*records)
    assert group.why is Why.CONTENT
    assert group.docs == (records[2].doc, *group.docs[1:])
    assert set(group.docs) == {each.doc for each in records}


def test_two_invoices_with_other_numbers_are_not_the_same_but_forms() -> None:
    first, second = signed("invoice 1.txt"), signed("invoice 2.txt")
    same = the_same([first, second], Quality([first, second]), terms)
    assert same.groups == []
    assert same.forms == [(first.doc, second.doc)]


def test_ten_thousand_invoices_of_one_form_are_told_apart_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compared with each other one by one, they would take minutes."""
    signature = of_terms(TEXTS["plain.txt"])
    records = []
    for n in range(10_000):
        path = f"invoice {n}.txt"
        amounts = [f"{7 * n % 900}", f"{n % 31}", "19", "1910001"]
        monkeypatch.setitem(TEXTS, path, [f"{100_000 + n // 2}", "2024", *amounts, *WORDS])
        records.append(document(path, signature=signature))
    same = the_same(records, Quality(records), terms)
    assert len(same.forms) == 9_999
    assert same.groups == []


def test_parts_are_those_of_comparing_every_text_with_the_first_of_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = random.Random(5)
    records = []
    for n in range(400):
        some = [str(drawn.choice((1, 2, 3, 7, 12, 40, 123, 4071))) for _ in range(drawn.randrange(5))]
        monkeypatch.setitem(TEXTS, path := f"{n}.txt", [*some, *map("".join, pairwise(some)), *WORDS])
        records.append(document(path, signature=of_terms(WORDS), size=1000 - n))
    parts: list[tuple[_Numbers, list[str]]] = []
    for record, passages in zip(records, terms(records), strict=True):
        numbers = _Numbers.of(passages)
        fitting = next((docs for own, docs in parts if own.agree(numbers)), None)
        if fitting is None:
            parts.append((numbers, fitting := []))
        fitting.append(record.doc)
    assert [[each.doc for each in part] for part in _by_numbers(records, terms)] == [
        docs for _, docs in parts
    ]
    assert 10 < len(parts) < 390


def test_a_text_without_the_number_of_an_invoice_is_not_the_invoice() -> None:
    assert found(signed("plain.txt"), signed("invoice 1.txt")) == []


def test_numbers_that_are_joined_in_one_of_two_texts_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TEXTS, "joined.txt", ["1977", "2007", *WORDS, "19772007", "than1977"])
    monkeypatch.setitem(TEXTS, "apart.txt", ["1977", "2007", *WORDS])
    assert len(found(signed("joined.txt"), signed("apart.txt"))) == 1


def test_texts_that_are_the_same_as_a_third_one_with_other_numbers_are_compared_with_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed = {"first.txt": range(5, 11), "second.txt": range(100, 106)}
    for path, places in changed.items():
        words = [word.replace("word", "other") if n in places else word for n, word in enumerate(WORDS)]
        monkeypatch.setitem(TEXTS, path, ["4712", "2024", *words])
    records = [signed("invoice 1.txt", size=999), signed("first.txt"), signed("second.txt")]
    assert leaders([each.signature for each in records]) == [0, 0, 0]
    assert leaders([each.signature for each in records[1:]]) == [0, 1]
    assert found(*records) == []


@pytest.mark.parametrize(
    ("values", "is_same"),
    [
        ({"note": "only its first 2 MB were read"}, False),
        ({"ocr": Ocr.DUE}, False),
        ({"ocr": Ocr.FAILED}, False),
        ({"ocr": Ocr.DONE}, True),
        ({"kind": Kind.IMAGE, "pieces": 3}, False),
        ({"kind": Kind.IMAGE, "ocr": Ocr.DUE, "texts": 2}, True),
    ],
)
def test_what_is_known_in_part_is_only_the_same_as_equal_files(
    values: dict[str, object], is_same: bool
) -> None:
    one, other = signed("plain.txt", **values), signed("same.md", **values)
    assert (len(found(one, other)) == 1) is is_same
    (group,) = found(other, replace(other, doc="copy", path="copy.md"))
    assert group.why is Why.BYTES


def test_equal_files_of_one_invoice_stay_together_beside_another_invoice() -> None:
    first, second = signed("invoice 1.txt"), signed("invoice 2.txt")
    copy = document("copy/invoice 2.txt", "invoice 2.txt", signature=second.signature)
    assert [set(group.docs) for group in found(first, second, copy)] == [{second.doc, copy.doc}]


def test_what_is_empty_missing_or_one_file_under_two_names_is_no_copy() -> None:
    empty = [document(f"{n}.txt", "empty", size=0) for n in range(2)]
    gone = [document("gone.txt", "x", state=State.MISSING), document("there.txt", "x")]
    linked = [document(f"{n}.md", "linked", inode=7) for n in range(2)]
    assert found(*empty, *gone, *linked) == []


def test_files_of_one_archive_may_be_copies_of_each_other() -> None:
    members = [document(f"all.zip//{n}.md", "content", inode=7) for n in range(2)]
    assert len(found(*members)) == 1


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"path": "z.txt", "size": 1}, {"path": "a.zip//a.txt", "size": 9}),
        ({"path": "z.txt", "size": 9}, {"path": "a.txt", "size": 1}),
        ({"path": "z.txt", "dated": 1e9}, {"path": "a.txt", "dated": 1.5e9}),
        ({"path": "full/z.txt"}, {"path": "a/a.txt"}),
        ({"path": "a.txt"}, {"path": "a (1).txt"}),
    ],
)
def test_the_best_one_is_on_the_disk_large_old_in_a_full_folder_and_has_a_short_name(
    better: dict[str, object], worse: dict[str, object]
) -> None:
    records = [document(content="x", **each) for each in (worse, better)]  # type: ignore[arg-type]
    quality = Quality([*records, document("full/other.txt"), document("full/third.txt")])
    assert [each.path for each in quality.ordered(records)] == [better["path"], worse["path"]]


def test_pixels_count_more_than_bytes() -> None:
    large, small = document("large.png", size=10), document("small.png", size=20)
    quality = Quality([], {large.doc: 4_000_000, small.doc: 1_000_000})
    assert quality.ordered([small, large]) == [large, small]


def test_what_is_freed_are_the_files_but_the_best_outside_of_archives() -> None:
    group = [document("a", size=5), document("b", size=3), document("c.zip//c", size=7)]
    assert freed(group) == 3


def test_pairs_are_joined_into_groups() -> None:
    groups = joined([("a", "b"), ("c", "d"), ("b", "c"), ("x", "y")])
    assert sorted(map(sorted, groups)) == [["a", "b", "c", "d"], ["x", "y"]]


def test_a_long_chain_of_pairs_becomes_several_groups() -> None:
    shots = [document(f"{n}.jpg", kind=Kind.IMAGE) for n in range(9)]
    pairs = [(one.doc, other.doc) for one, other in pairwise(shots)]
    found = grouped(pairs, {each.doc: each for each in shots}, Quality([]))
    assert max(len(group.docs) for group in found) == 3
    assert sum(len(group.docs) for group in found) >= 6


def test_groups_of_what_is_alike_say_what_they_are() -> None:
    texts = [document("a.txt", size=1), document("b.txt", size=2)]
    shots = [document(f"{n}.jpg", kind=Kind.IMAGE, size=n) for n in (1, 2)]
    known = {each.doc: each for each in (*texts, *shots)}
    pairs = [(texts[0].doc, texts[1].doc), (shots[0].doc, shots[1].doc)]
    assert grouped(pairs, known, Quality([])) == [
        Group(Why.VERSIONS, (texts[1].doc, texts[0].doc)),
        Group(Why.SERIES, (shots[1].doc, shots[0].doc)),
    ]


def test_files_that_have_changed_or_are_gone_or_in_archives_are_not_offered(tmp_path: Path) -> None:
    records = []
    for name in ("best", "changed", "gone", "link", "a.zip//x", "left"):
        file = tmp_path / name.partition("//")[0]
        file.write_text("content")
        found = file.stat()
        records.append(
            document(name, "c", root=str(tmp_path), size=found.st_size, mtime_ns=found.st_mtime_ns)
        )
    (tmp_path / "changed").write_text("more content")
    (tmp_path / "gone").unlink()
    (tmp_path / "link").unlink()
    (tmp_path / "link").hardlink_to(tmp_path / "best")
    assert unchanged_files(records) == [tmp_path / "best", tmp_path / "left"]


def on_disk(folder: Path, name: str, content: str = "content") -> DocumentRecord:
    file = folder / name
    file.write_text(content)
    status = file.stat()
    times = {"mtime_ns": status.st_mtime_ns, "ctime_ns": status.st_ctime_ns}
    return document(name, content, root=str(folder), size=status.st_size, **times)


def test_a_file_that_was_written_anew_with_its_old_time_is_not_offered(tmp_path: Path) -> None:
    best, other = on_disk(tmp_path, "best"), on_disk(tmp_path, "other")
    (tmp_path / "other").write_text("CONTENT")
    os.utime(tmp_path / "other", ns=(other.mtime_ns, other.mtime_ns))
    assert unchanged_files([best, other]) == [tmp_path / "best"]


def test_only_files_with_equal_bytes_are_spare(tmp_path: Path) -> None:
    group = [
        on_disk(tmp_path, name, content)
        for name, content in (
            ("a", "Dear Alice"),
            ("b", "Dear Bobby"),
            ("c", "Dear Alice"),
            ("d", "Dear Carol"),
        )
    ]
    assert spare_files(group) == [tmp_path / "c"]


def test_a_file_with_other_bytes_than_its_record_says_is_not_spare(tmp_path: Path) -> None:
    group = [on_disk(tmp_path, name) for name in "abc"]
    (tmp_path / "b").write_text("CONTENT")
    changed = (tmp_path / "b").stat()
    group[1] = replace(group[1], mtime_ns=changed.st_mtime_ns, ctime_ns=changed.st_ctime_ns)
    assert spare_files(group) == [tmp_path / "c"]
