"""Groups of documents that are there more than once, and the best one of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from semsearch.explore.best import Quality, freed, spare_files, unchanged_files
from semsearch.explore.copies import Group, Same, Why, candidates, grouped, joined, the_same
from semsearch.explore.wording import Wording, wording
from semsearch.records import DocumentRecord, Kind, Ocr, Passage, Source, State, Titled
from semsearch.search.copies import of_picture, of_terms
from tests.unit.explore.documents import document

WORDS = [f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200)]
TEXTS = {
    "plain.txt": " ".join(WORDS),
    "same.md": "\n".join(WORDS),
    "mended.md": " ".join([*WORDS[:90], "typo", *WORDS[91:]]),
    "pages.pdf": " ".join([*WORDS[:100], "\n1\n", *WORDS[100:], "\n- 2 -\n"]),
    "invoice 1.txt": " ".join(["4711", "2024", *WORDS]),
    "invoice 2.txt": " ".join(["4712", "2024", *WORDS]),
}


def signed(path: str, text: str = "", **values: object) -> DocumentRecord:
    if text:
        TEXTS[path] = text
    return document(path, **{"signature": of_terms(TEXTS[path].split())} | values)


def wordings(records: Sequence[DocumentRecord]) -> Iterator[Wording]:
    for each in records:
        text, source = TEXTS.get(each.path, ""), Source.OCR if each.kind is Kind.IMAGE else Source.CONTENT
        yield wording(each, [Passage(0, text, 0, len(text), source=source)])


def same(*records: DocumentRecord, sizes: dict[str, tuple[int, int]] | None = None) -> Same:
    return the_same(candidates(records), Quality(records), wordings, sizes or {})


def found(*records: DocumentRecord, sizes: dict[str, tuple[int, int]] | None = None) -> list[Group]:
    return same(*records, sizes=sizes).groups


def test_equal_files_are_a_group_whatever_their_format() -> None:
    one, other = (
        document(path, "a film", kind=Kind.OTHER, state=State.SKIPPED) for path in ("b.mov", "a.mov")
    )
    assert found(one, other, document("c.mov")) == [Group(Why.BYTES, (other.doc, one.doc))]


def test_a_text_in_another_format_is_the_same() -> None:
    records = [signed("plain.txt"), signed("same.md"), signed("pages.pdf", size=900)]
    (group,) = found(*records)
    assert group.why is Why.CONTENT
    assert group.docs == (records[2].doc, *group.docs[1:])
    assert set(group.docs) == {each.doc for each in records}


@pytest.mark.parametrize("other", ["mended.md", "invoice 1.txt"])
def test_a_text_with_another_word_or_number_is_not_the_same_but_a_version(other: str) -> None:
    first, second = signed("plain.txt", size=900), signed(other)
    assert same(first, second).groups == []
    assert same(first, second).forms == [(first.doc, second.doc)]


def test_pages_that_repeat_the_same_paragraphs_more_or_less_often_are_versions() -> None:
    """Their signatures are near: the shares of all trigrams are the same."""
    text = TEXTS["plain.txt"]
    pages = [signed(f"{often}.html", " ".join([text] * often)) for often in (2, 3)]
    assert same(*pages).groups == []
    assert len(same(*pages).forms) == 1


def test_texts_of_the_same_words_below_other_titles_are_versions() -> None:
    def page(title: str, **values: object) -> DocumentRecord:
        text = TEXTS["plain.txt"]
        return signed(f"{title}.html", text, title=title, titled=Titled.CONTENT, **values)

    best, other, again = page("RTL Test", size=900), page("Title Element"), page("RTL test")
    assert found(best, other, again) == []
    untitled = signed("plain.txt", title="plain", titled=Titled.NAME)
    said = signed("same.md", title=" ".join(WORDS[:3]), titled=Titled.CONTENT)
    (group,) = found(best, other, untitled, said)
    assert group.docs[0] == best.doc
    assert set(group.docs) == {best.doc, untitled.doc, said.doc}


def test_the_untitled_text_does_not_stand_for_one_with_a_title() -> None:
    best = signed("plain.txt", size=900)
    titled = signed("same.md", title="A speech", titled=Titled.CONTENT)
    assert found(best, titled) == []


def test_ten_thousand_invoices_of_one_form_are_told_apart_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compared with each other one by one, they would take minutes."""
    signature = of_terms(WORDS)
    records = []
    for n in range(10_000):
        path = f"invoice {n}.txt"
        monkeypatch.setitem(TEXTS, path, f"{100_000 + n} {7 * n % 900} 19 of the same form")
        records.append(document(path, signature=signature))
    told = same(*records)
    assert len(told.forms) == 9_999
    assert told.groups == []


def photo(seed: int = 1) -> Image.Image:
    noise = np.random.default_rng(seed).integers(20, 220, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((300, 224), Image.Resampling.BICUBIC)


def shown(path: str, picture: Image.Image, **values: object) -> DocumentRecord:
    return document(path, kind=Kind.IMAGE, signature=of_picture(picture), **values)


def test_pictures_are_the_same_in_other_sizes_but_not_in_other_proportions() -> None:
    records = [shown(f"{n}.png", photo(), size=900 - n) for n in range(4)]
    sizes = dict(
        zip([each.doc for each in records], [(1200, 897), (300, 224), (30, 22), (300, 280)], strict=True)
    )
    (group,) = found(*records, sizes=sizes)
    assert group.docs == tuple(each.doc for each in records[:3])
    assert same(*records, sizes=sizes).forms == []


@pytest.mark.parametrize(
    "plain", [Image.new("RGB", (300, 224), "#fefefe"), Image.linear_gradient("L").convert("RGB")]
)
def test_flat_pictures_and_gradients_are_only_the_same_as_equal_files(plain: Image.Image) -> None:
    one, other = (shown(path, plain) for path in ("one.png", "other.png"))
    assert found(one, other) == []
    assert len(found(one, replace(one, doc="copy", path="copy.png"))) == 1


def test_pictures_in_which_other_words_were_read_are_not_the_same() -> None:
    records = [shown(f"screen {n}.png", photo(), texts=1) for n in range(3)]
    for record, amount in zip(records, ("12.50", "19.50", "12.50"), strict=True):
        TEXTS[record.path] = f"Your account will be charged with {amount} on the first day of each month"
    told = same(*records)
    assert [set(group.docs) for group in told.groups] == [{records[0].doc, records[2].doc}]
    assert told.forms == [(records[0].doc, records[1].doc)]
    TEXTS.update(zip([each.path for each in records], ("STOP", "STOP", "ST0P"), strict=True))
    assert len(found(*records)[0].docs) == 3


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
    if values.get("kind") is Kind.IMAGE:
        values = values | {"signature": of_picture(photo())}
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
