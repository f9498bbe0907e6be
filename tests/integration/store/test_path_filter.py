"""The path filter finds exactly the paths that Python's `startswith` finds, whatever characters they have.

A path counts as it is, and in the normal form of text. Two slashes, as behind an archive, count as one.
"""

from __future__ import annotations

import random
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Literal

import pytest

from semsearch.members import plain_address
from semsearch.records import DocumentRecord, Kind, State
from semsearch.store import filters, queries
from semsearch.store.keys import doc_id
from semsearch.store.schema import DOC
from semsearch.store.store import Store
from semsearch.text import normal, readable

ROOT = "/home/ada/My “files” [1]"
_BATCH = 500
# Every character of the planes in which file names usually are, except the two that no name can have.
_CHARACTERS = [chr(code) for code in range(1, 0x3000) if chr(code) != "/"]
_BYTES = [chr(0xDC00 + byte) for byte in range(0x80, 0x100)]
_ALPHABETS = [
    "!\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~",
    [chr(code) for code in (*range(1, 0x20), *range(0x7F, 0xA0))],
    "’‘“”–—…·「」『』、。！？¿¡«»‹›†‡•‰′″※§¶©®°±×÷",
    "😀🎉👩‍👩‍👧🇩🇪❤️🏳️‍🌈\U0010ffff\ufeff\ufffd\uffff",
    "漢字カナ한글नमस्ते",
    "e\u0301a\u0308\u200d\u200b\u2028\u2029\u0600",
    _BYTES,
    "  \t\u00a0\u3000",
    "abcXYZ0189",
    "///",
]


def names(characters: Iterable[str]) -> Iterator[str]:
    """A path for each place where a character can stand in it."""
    for each in characters:
        yield from (
            f"a{each}b.txt",
            f"{each}b.txt",
            f"a{each}",
            f"x/{each}",
            f"{each}/c.txt",
            f"a{each}/c.txt",
        )


def strings(number: int) -> Iterator[str]:
    """Random strings, most of them short, of characters from a few alphabets."""
    chance = random.Random(7)
    for _ in range(number):
        alphabets = chance.choices(_ALPHABETS, k=chance.randint(1, 4))
        length = chance.choice((1, 2, 3, 5, 8, 20, 200))
        yield "".join(chance.choice(chance.choice(alphabets)) for _ in range(length))


def path_of(text: str) -> str:
    """A path that a file can have, with these characters."""
    return "/".join(part for part in text.split("/") if part) or "a"


def put(store: Store, paths: Iterable[str], root: str = ROOT) -> None:
    records = [
        DocumentRecord(doc_id(root, path), root, path, Kind.TEXT, "text/plain", 1, 1, "", "", State.INDEXED)
        for path in sorted(set(paths))
    ]
    store.prepare_index(DOC)
    for start in range(0, len(records), _BATCH):
        store.documents.replace_records(records[start : start + _BATCH])


def found(store: Store, asked: list[str]) -> Iterator[set[str]]:
    """The ids that each of these path filters finds."""
    for start in range(0, len(asked), _BATCH):
        batch = asked[start : start + _BATCH]
        for docs in store.ask([queries.doc_ids(1_000_000, filters.with_place([path])) for path in batch]):
            yield set(docs)


def wrong(store: Store, paths: set[str], asked: list[str]) -> list[str]:
    """The filters that find more or less than the paths that begin with them."""
    forms = {(form, path) for path in paths for form in (readable(path), normal(readable(path)))}
    shown = sorted((plain_address(form), doc_id(ROOT, path)) for form, path in forms)
    bad = []
    for start, docs in zip(asked, found(store, asked), strict=True):
        wanted = plain_address(normal(readable(start))).lstrip("/")
        first = bisect_left(shown, (wanted,))
        right = set()
        for path, doc in shown[first:]:
            if not path.startswith(wanted):
                break
            right.add(doc)
        if docs != right:
            bad.append(start)
    return bad


def starts(paths: Iterable[str]) -> list[str]:
    """What a user may ask for: whole paths, folders, and paths that end inside a name."""
    chance = random.Random(11)
    asked = set()
    for path in paths:
        asked |= {path, path[: chance.randint(1, len(path))], f"{path.partition('/')[0]}/", f"/{path}"}
    return [each for each in sorted(asked) if normal(readable(each)).strip("/")]


def test_common_file_names_can_be_filtered_by(store: Store) -> None:
    paths = set(names("’–…·「」é漢😀\x01\x1b\x1f\x7f\t\n *\\\"'|{}()[]@$%~-_:,;.#&=<>!?^`+\u0301\udcff"))
    put(store, paths)
    asked = starts(paths)
    assert len(asked) > 400
    assert wrong(store, paths, asked) == []


def test_random_strings_can_be_filtered_by(store: Store) -> None:
    texts = list(strings(1000))
    paths = {path_of(text) for text in texts}
    put(store, paths)
    assert wrong(store, paths, starts([*paths, *texts])) == []


@pytest.mark.torture
def test_every_character_and_ten_thousand_strings_can_be_filtered_by(store: Store) -> None:
    texts = list(strings(10_000))
    paths = {*names(_CHARACTERS), *map(path_of, texts)}
    put(store, paths)
    asked = starts([*paths, *texts])
    assert len(asked) > 100_000
    assert wrong(store, paths, asked) == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_are_found_in_either_form(store: Store, form: Literal["NFC", "NFD"]) -> None:
    stored = unicodedata.normalize("NFD", "Fotos/Übergabe/Café.txt")
    composed = unicodedata.normalize("NFC", "Fotos/Ärzte/Brief.txt")
    root = unicodedata.normalize("NFD", "/home/zoë")
    put(store, [stored, composed], root)
    asked = ["Fotos/Übergabe/", "Fotos/Übergabe/Caf", "Fotos/Ärzte/", "/home/zoë/Fotos/Ärzte", "/home/zoë"]
    decomposed, other = doc_id(root, stored), doc_id(root, composed)
    assert list(found(store, [unicodedata.normalize(form, path) for path in asked])) == [
        {decomposed},
        {decomposed},
        {other},
        {other},
        {decomposed, other},
    ]


def test_what_a_folder_holds_is_told_by_its_exact_name(store: Store) -> None:
    composed, decomposed = (unicodedata.normalize(form, "Büro") for form in ("NFC", "NFD"))
    put(store, [f"{composed}/a.txt", f"{decomposed}/a.txt"])
    assert store.lookup.in_folders(ROOT, [composed]) == [doc_id(ROOT, f"{composed}/a.txt")]
    within = filters.with_place([], [f"{ROOT}/{composed}"])
    assert store.ask([queries.doc_ids(9, within)]) == [(doc_id(ROOT, f"{composed}/a.txt"),)]


def test_a_nul_finds_nothing_and_is_no_error(store: Store) -> None:
    put(store, ["a", "ab"])
    assert list(found(store, ["\0", "a\0", "a\0b"])) == [set(), set(), set()]


def test_a_long_path_is_found_by_all_of_it(store: Store) -> None:
    long, longer = "/".join(["漢" * 85] * 15), "/".join(["漢" * 85] * 15 + ["b"])
    put(store, [long, longer])
    assert wrong(store, {long, longer}, [long, f"{long}/", long[:1000], "漢"]) == []


def test_a_path_may_be_absolute(store: Store) -> None:
    other = "/home/ada"
    put(store, ["notes/a.txt", "notes2.txt"])
    put(store, ["notes/a.txt", "My “files” [1]/x.txt"], other)
    ids = {
        (root, path): doc_id(root, path) for root in (ROOT, other) for path in ("notes/a.txt", "notes2.txt")
    }
    in_root, in_other = ids[ROOT, "notes/a.txt"], ids[other, "notes/a.txt"]
    beside = doc_id(other, "My “files” [1]/x.txt")
    second = ids[ROOT, "notes2.txt"]
    asked = [f"{ROOT}/notes/", f"{ROOT}/notes", ROOT, f"{ROOT}/", "/notes", f"{other}/notes/", other, "/home"]
    assert list(found(store, asked)) == [
        {in_root},
        {in_root, second},
        {in_root, second, beside},
        {in_root, second, beside},
        {in_root, second, in_other},
        {in_other},
        {in_other, beside},
        set(),
    ]


def test_a_path_of_many_folders_is_no_error(store: Store) -> None:
    put(store, ["a"])
    assert list(found(store, ["/a" * 500, "/" * 1000 + "a", "a/" * 500])) == [
        set(),
        {doc_id(ROOT, "a")},
        set(),
    ]
