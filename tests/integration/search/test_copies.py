"""Copies among real files are folded into one hit."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ingest.summary import Summary
from semsearch.pictures.decode import decode
from semsearch.query import Filters, Mode, Query
from semsearch.records import DocumentRecord
from semsearch.results import FacetCount, Hit, Results
from semsearch.search.searcher import Searcher
from tests.fakes import picture

Run = Callable[..., Summary]


@pytest.fixture
def copies(folder: Path, run: Run) -> Path:
    """A long note in three versions, a photo in three files, and other notes and pictures."""
    chance = random.Random(0)
    words = [f"thing{n}" for n in range(800)]
    note = " ".join(["Geese fly south.", *chance.choices(words, k=200)])
    (folder / "notes").mkdir()
    (folder / "notes/geese.md").write_text(note)
    (folder / "notes/geese (copy).md").write_text(note)
    (folder / "geese.html").write_text(f"<p>Draft of Monday.</p><p>{note.replace(' ', chr(10))}</p>")
    (folder / "other geese.md").write_text(" ".join(["Geese fly south.", *chance.choices(words, k=200)]))
    for n in range(4):
        (folder / f"short {n}.txt").write_text(f"Geese fly south in {n} days.")
    noise = np.random.default_rng(1).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    photo = Image.fromarray(noise).resize((400, 300), Image.Resampling.BICUBIC)
    photo.save(folder / "photo.png")
    photo.resize((200, 150)).save(folder / "small.jpg", quality=60)
    shutil.copy(folder / "small.jpg", folder / "again.jpg")
    Image.fromarray(noise[::-1]).resize((400, 300), Image.Resampling.BICUBIC).save(folder / "mirror.png")
    picture(folder / "red.png", "red")
    picture(folder / "blue.png", "blue")
    run()
    return folder


def of(results: Results, name: str) -> Hit:
    """The hit that stands for a file."""
    hits = [hit for hit in results.hits if name in (hit.path, *(copy.path for copy in hit.copies))]
    assert len(hits) == 1
    return hits[0]


def family(hit: Hit) -> set[str]:
    return {hit.path, *(copy.path for copy in hit.copies)}


NOTES = {"notes/geese.md", "notes/geese (copy).md", "geese.html"}
PHOTOS = {"photo.png", "small.jpg", "again.jpg"}


@pytest.mark.usefixtures("copies")
@pytest.mark.parametrize("mode", list(Mode))
def test_versions_of_a_text_are_one_hit_and_other_texts_have_no_copies(
    searcher: Searcher, mode: Mode
) -> None:
    results = searcher.search(Query("geese fly south", mode=mode, limit=50))
    assert family(of(results, "geese.html")) == NOTES
    for name in ("other geese.md", *(f"short {n}.txt" for n in range(4))):
        assert of(results, name).copies == ()


@pytest.mark.usefixtures("copies")
def test_a_picture_finds_its_copies_as_one(searcher: Searcher, copies: Path) -> None:
    photo = decode((copies / "photo.png").read_bytes(), searcher.picture_size()).image
    results = searcher.search(Query(look=searcher.look(photo)))
    assert family(of(results, "photo.png")) == PHOTOS
    assert {"mirror.png", "red.png", "blue.png"} <= {hit.path for hit in results.hits}
    assert results.total == len(results.hits) == 4


@pytest.mark.usefixtures("copies")
def test_hits_similar_to_a_document_are_folded_too(searcher: Searcher) -> None:
    whole = searcher.search(Query("geese fly south", limit=50))
    docs = {each.path: each.doc for hit in whole.hits for each in (hit, *hit.copies)}
    results = searcher.search(Query(likes=(docs["other geese.md"],)))
    assert family(of(results, "geese.html")) == NOTES


@pytest.mark.usefixtures("copies")
def test_copies_can_be_shown_as_hits_of_their_own(searcher: Searcher) -> None:
    query = Query("geese fly south", limit=50)
    folded, apart = searcher.search(query), searcher.search(replace(query, copies=True))
    assert all(hit.copies == () for hit in apart.hits)
    assert apart.total == len(apart.hits) == 14
    assert folded.total == len(folded.hits) == 10
    assert {path for hit in folded.hits for path in family(hit)} == {hit.path for hit in apart.hits}


@pytest.mark.usefixtures("copies")
def test_pages_of_folded_hits_follow_each_other_without_gap_or_repetition(searcher: Searcher) -> None:
    query = Query("geese fly south", limit=50)
    whole = searcher.search(query)
    pages = [searcher.search(replace(query, limit=3, offset=offset)) for offset in range(0, 12, 3)]
    assert [hit.doc for page in pages for hit in page.hits] == [hit.doc for hit in whole.hits]
    assert {page.total for page in pages} == {10}


@pytest.mark.usefixtures("copies")
def test_a_filter_that_leaves_out_the_best_copy_shows_another(searcher: Searcher) -> None:
    results = searcher.search(Query("geese fly south", filters=Filters(media_type=("text/html",))))
    assert [(hit.path, hit.copies) for hit in results.hits] == [("geese.html", ())]


@pytest.mark.usefixtures("copies")
def test_a_facet_counts_hits_with_any_copy_of_that_value(searcher: Searcher) -> None:
    facets = searcher.search(Query("geese fly south", facets=True)).facets
    assert facets is not None
    assert FacetCount("text/html", 1) in facets.type
    assert FacetCount("text/markdown", 2) in facets.type
    assert FacetCount("notes/", 1) in facets.folder


def test_a_renamed_file_keeps_its_signature(
    copies: Path, run: Run, records: Callable[[], dict[str, DocumentRecord]]
) -> None:
    before = records()["notes/geese.md"].signature
    assert before
    (copies / "notes/geese.md").rename(copies / "renamed.md")
    run()
    assert records()["renamed.md"].signature == before
