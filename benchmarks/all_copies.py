"""How many re-encodings in a library of 20,000 documents are found, how many pairs are wrong, and how long?

    python -m benchmarks.all_copies DATA VECTORS [--documents 20000]

DATA has `text/scifact`, `text/cisi` and `text/time` in BEIR layout, and `images/caltech101_half.tar` and
`images/flickr8k_dev.tar`; VECTORS is the folder that benchmarks/explored_vectors.py has filled. The library
has all of these documents and re-encodings of some of them, drawn by chance: photos with another quality or
size, as PNG and as WebP; texts as HTML and with other white space. It also has what is alike and not the
same: shots (another part of a photo, some seconds later) and versions of texts of 100 terms or more (one word
in 200 changed, or one in 20). The documents are written to Redis with their signatures and vectors, and then
the step of ingestion is timed that looks for copies.
"""

from __future__ import annotations

import argparse
import io
import random
import tarfile
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.explored_vectors import read
from benchmarks.running import installation
from ingest.embed import signature_of
from ingest.readers.html.page import read_html
from semsearch.evaluation.datasets import load
from semsearch.explore.copies import Group
from semsearch.explore.copies_found import CopiesView
from semsearch.explore.odd_found import OddView
from semsearch.explore.vectors import LibraryVectors
from semsearch.language.terms import terms
from semsearch.models.loaded import Models
from semsearch.pictures.decode import decode
from semsearch.records import DateSource, DocumentRecord, Kind, Passage, State, Vector
from semsearch.search.copies import of_picture
from semsearch.settings import Settings
from semsearch.store.codec import passage_piece, picture_piece
from semsearch.store.entries import Entry
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.keys import doc_id
from semsearch.store.schema import DOC, IMAGE, TEXT
from semsearch.store.store import Store
from semsearch.store.terms import passage_terms

_SIZE = 224
_SHOTS, _VERSIONS = 200, 100
_FEWEST_TERMS, _BATCH = 100, 200
_ROOT = "/library"


@dataclass(frozen=True, eq=False)
class Made:
    """A document of the library: of which original, and how it was made of it; "" for the original."""

    entry: Entry
    origin: str
    how: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--documents", type=int, default=20_000)
    options = parser.parse_args()
    chance = random.Random(0)
    photos = list(_photos(options.data / "images", options.vectors))
    texts = list(_texts(options.data / "text", options.vectors))
    more = max(0, options.documents - len(photos) - len(texts) - _SHOTS - _VERSIONS)
    of_photos = more * 3 // 5
    made = [_photo(path, data, "", vector) for path, data, vector in photos]
    made += [_text(path, text, "", vector) for path, text, vector in texts]
    made += [
        _photo(*_reencoded(path, data, how), how, _moved(vector, chance))
        for path, data, vector in chance.sample(photos, min(of_photos, len(photos)))
        for how in [chance.choice(list(_PICTURES))]
    ]
    made += [
        _text(path, _WRITTEN[how](text, chance), how, _moved(vector, chance))
        for path, text, vector in chance.sample(texts, min(more - of_photos, len(texts)))
        for how in [chance.choice(list(_WRITTEN) if len(terms(text)) >= _FEWEST_TERMS else _ANY_LENGTH)]
    ]
    made += _alike(photos, texts, chance)
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        _measure(Path(temporary), made)


_PICTURES: dict[str, Callable[[Image.Image], tuple[Image.Image, str, int]]] = {
    "JPEG of quality 40": lambda each: (each, "JPEG", 40),
    "half the size": lambda each: (each.resize((each.width // 2, each.height // 2)), "JPEG", 85),
    "three quarters of the size": lambda each: (
        each.resize((each.width * 3 // 4, each.height * 3 // 4), Image.Resampling.LANCZOS),
        "JPEG",
        70,
    ),
    "PNG": lambda each: (each, "PNG", 0),
    "WebP": lambda each: (each, "WEBP", 60),
}


def _html(text: str, _: random.Random) -> str:
    page = f"<!doctype html><html><body><p>{escape(text)}</p></body></html>"
    return read_html(page.encode(), "page.html", "text/html").text


def _spaced(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    return "".join(f"{word}{chance.choice([' ', '  ', chr(10)])}" for word in words)


def _edited(text: str, chance: random.Random, every: int = 200) -> str:
    words = text.split()
    for at in range(chance.randrange(min(every, len(words))), len(words), every):
        others = [word for word in words if word.strip("0123456789") not in ("", words[at])]
        words[at] = chance.choice(others).strip("0123456789")
    return " ".join(words)


_MENDED = "a text with one word in 200 changed"
_WRITTEN: dict[str, Callable[[str, random.Random], str]] = {
    "HTML": _html,
    "other white space": _spaced,
    _MENDED: _edited,
}
_ANY_LENGTH = ["HTML", "other white space"]


def _photos(folder: Path, vectors: Path) -> Iterator[tuple[str, bytes, Vector]]:
    for name, archive in (("caltech", "caltech101_half.tar"), ("flickr", "flickr8k_dev.tar")):
        known = read(vectors, f"{name}.looks")
        rows = {str(path): row for row, path in enumerate(known.ids)}
        with tarfile.open(folder / archive) as tar:
            for member in tar:
                file = tar.extractfile(member)
                if file is not None and member.name in rows:
                    yield f"{name}/{member.name}", file.read(), known.vectors[rows[member.name]]


def _texts(folder: Path, vectors: Path) -> Iterator[tuple[str, str, Vector]]:
    for name in ("scifact", "cisi", "time"):
        known = read(vectors, name)
        rows = {Path(str(path)).stem: row for row, path in enumerate(known.ids)}
        for doc, (title, text) in load(folder / name).corpus.items():
            if doc in rows:
                yield f"{name}/{doc}.txt", f"{title}\n{text}", known.vectors[rows[doc]]


def _reencoded(path: str, data: bytes, how: str) -> tuple[str, bytes]:
    picture, form, quality = _PICTURES[how](Image.open(io.BytesIO(data)).convert("RGB"))
    return path, _saved(picture, form, quality)


def _saved(picture: Image.Image, form: str = "JPEG", quality: int = 90) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, quality=quality)
    return file.getvalue()


def _moved(vector: Vector, chance: random.Random) -> Vector:
    """A vector with a cosine of about .98: that of a re-encoding."""
    noise = np.random.default_rng(chance.randrange(1 << 30)).normal(size=len(vector)).astype(np.float32)
    moved = vector + 0.2 * noise / np.linalg.norm(noise)
    found: Vector = (moved / np.linalg.norm(moved)).astype(np.float32)
    return found


def _alike(
    photos: Sequence[tuple[str, bytes, Vector]],
    texts: Sequence[tuple[str, str, Vector]],
    chance: random.Random,
) -> list[Made]:
    """Shots and versions, with the vectors that the built-in models make of them."""
    models = Models(Settings())
    looks, words = models.image(), models.text()
    found = []
    if looks is not None:
        for path, data, _ in chance.sample(photos, _SHOTS):
            picture = Image.open(io.BytesIO(data)).convert("RGB")
            across, down = picture.width // 12, picture.height // 12
            shot = _saved(picture.crop((across, down, picture.width, picture.height)))
            vector = looks.look([decode(shot, looks.input_size).image]).visual[0]
            found.append(_photo(path, shot, "a shot", vector))
    long = [each for each in texts if len(terms(each[1])) >= _FEWEST_TERMS and each[0].startswith("scifact")]
    for path, text, _ in chance.sample(long, _VERSIONS):
        version = _edited(text, chance, 20)
        found.append(_text(path, version, "a version", words.embed([version[:1200]])[0]))
    return found


def _photo(path: str, data: bytes, how: str, vector: Vector) -> Made:
    image = Image.open(io.BytesIO(data))
    # All photos are of different days, but shots.
    number = int(sha256(path.encode()).hexdigest()[:6], 16)
    dated = 1e9 + 200.0 * number + (30 if how == "a shot" else 0)
    record = _record(_named(path, how), data, Kind.IMAGE, of_picture(decode(data, _SIZE).image), dated)
    return Made(Entry(record, (picture_piece(*image.size, vector, None),)), path, how)


def _text(path: str, text: str, how: str, vector: Vector) -> Made:
    passage = Passage(0, text, 0, len(text))
    each = passage_terms([passage])
    record = _record(_named(path, how), text.encode(), Kind.TEXT, signature_of(each), 0.0)
    return Made(Entry(record, (passage_piece(passage, vector),), each), path, how)


def _named(path: str, how: str) -> str:
    """The path of a copy is another one; that of a version has the same name in a folder of its own."""
    if how == "a version":
        return f"versions/{Path(path).stem} v2.txt"
    return f"copies/{sha256(f'{path} {how}'.encode()).hexdigest()[:12]}" if how else path


def _record(path: str, data: bytes, kind: Kind, signature: str, dated: float) -> DocumentRecord:
    return DocumentRecord(
        doc=doc_id(_ROOT, path),
        root=_ROOT,
        path=path,
        kind=kind,
        media_type="image/jpeg" if kind is Kind.IMAGE else "text/plain",
        size=len(data),
        mtime_ns=1,
        sha256=sha256(data).hexdigest(),
        title="",
        state=State.INDEXED,
        signature=signature,
        dated=dated,
        date_source=DateSource.EXIF,
    )


def _measure(folder: Path, made: Sequence[Made]) -> None:
    with installation(folder) as installed:
        installed.run("redis", "start")
        store = Store.open(installed.settings)
        dims = {kind: _dims(made, kind) for kind in (Kind.TEXT, Kind.IMAGE)}
        store.prepare_index(DOC)
        store.prepare_index(TEXT, Fingerprint.of_texts("made-up", dims[Kind.TEXT]))
        store.prepare_index(IMAGE, Fingerprint.of_pictures("made-up", dims[Kind.IMAGE], 0))
        for start in range(0, len(made), _BATCH):
            store.documents.replace([each.entry for each in made[start : start + _BATCH]], {})
        vectors = LibraryVectors(store)
        copies = CopiesView(store)
        for name, view in (("copies", copies), ("what does not fit", OddView(store))):
            started, worked = time.perf_counter(), time.process_time()
            view.find(vectors)
            print(
                f"{len(made):,} documents, {name}: {time.perf_counter() - started:.1f} s, "
                f"{time.process_time() - worked:.1f} s of processor time"
            )
        found = copies.known()
        _report({each.entry.record.doc: each for each in made}, found.same, found.alike)
        store.close()


def _dims(made: Sequence[Made], kind: Kind) -> int:
    return next(
        len(next(iter(each.entry.pieces[0].vectors.values())))
        for each in made
        if each.entry.record.kind is kind
    )


def _report(made: dict[str, Made], same: Sequence[Group], alike: Sequence[Group]) -> None:
    group_of = {doc: n for n, group in enumerate(same) for doc in group.docs}
    originals = {each.origin: doc for doc, each in made.items() if not each.how}
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    for doc, each in made.items():
        if each.how and not each.how.startswith("a "):
            hits[each.how].append(doc in group_of and group_of[doc] == group_of.get(originals[each.origin]))
    for how, found in hits.items():
        print(f"  {how:30} {sum(found):5,} of {len(found):5,} found: {sum(found) / len(found):.3f}")
    every = [hit for found in hits.values() for hit in found]
    print(f"  {'re-encodings together':30} {sum(every):5,} of {len(every):5,} found: {np.mean(every):.3f}")
    kinds: Counter[str] = Counter()
    for group in same:
        for one, other in combinations((made[doc] for doc in group.docs), 2):
            if one.origin != other.origin:
                kinds["wrong"] += 1
            else:
                is_alike = any(each.how.startswith("a ") for each in (one, other))
                kinds["alike" if is_alike else "right"] += 1
    total = max(1, kinds.total())
    print(f"  the same: {total:,} pairs, of different documents {kinds['wrong'] / total:.2%}, ", end="")
    print(f"of shots and versions {kinds['alike'] / total:.2%}")
    together = Counter(
        made[doc].how
        for group in (*same, *alike)
        for doc in group.docs
        if made[doc].how.startswith("a ")
        and any(made[other].origin == made[doc].origin for other in group.docs if other != doc)
    )
    for how, count in Counter(each.how for each in made.values() if each.how.startswith("a ")).items():
        print(f"  {how}: {together[how]} of {count} beside what it is like")
    pairs = [pair for group in alike for pair in combinations((made[doc] for doc in group.docs), 2)]
    strange = sum(one.origin != other.origin for one, other in pairs)
    print(f"  alike: {len(alike):,} groups, {len(pairs):,} pairs, {strange:,} of different originals")


if __name__ == "__main__":
    main()
