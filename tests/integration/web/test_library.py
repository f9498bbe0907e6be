"""The real search and the library in memory behave alike, so tests of the pages may use the latter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from semsearch.errors import FileError, NotFoundError, QueryError
from semsearch.pictures.decode import decode
from semsearch.query import Filters, Mode, Order, Query
from semsearch.records import Kind, State
from semsearch.results import Results
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store
from tests.fakes import FakeModels, fill
from tests.memory_library import MemoryLibrary
from web.library import Library

OWLS = "notes/birds/owls.txt"


@pytest.fixture(params=["the search", "the one in memory"])
def library(
    request: pytest.FixtureRequest, folder: Path, run: Callable[..., object], store: Store, models: FakeModels
) -> Library:
    fill(folder)
    (folder / "notes/birds/owls again.txt").write_text("Owls hunt mice at night.")
    if request.param == "the search":
        run()
        return Searcher(store, models)  # type: ignore[arg-type]
    library = MemoryLibrary()
    for path in sorted(folder.rglob("*.*")):
        library.add(folder, path.relative_to(folder).as_posix())
    return library


def paths(results: Results) -> list[str]:
    return [hit.path for hit in results.hits]


def doc_of(library: Library, path: str) -> str:
    stem = Path(path).stem
    hits = library.search(Query(stem, copies=True, limit=50)).hits
    return next(hit.doc for hit in hits if hit.path == path)


def test_words_find_the_text_with_them_first(library: Library) -> None:
    results = library.search(Query("owls hunt mice"))
    best = results.hits[0]
    assert best.path in (OWLS, "notes/birds/owls again.txt")
    assert (best.kind, best.media_type) == (Kind.TEXT, "text/plain")
    assert best.size == len("Owls hunt mice at night.")
    assert best.legs
    assert results.complete
    assert results.took_ms > 0


def test_a_hit_shows_the_passage_and_marks_the_words_in_it(library: Library) -> None:
    passage = library.search(Query("owls hunt mice")).hits[0].passages[0]
    assert passage.snippet == "Owls hunt mice at night."
    assert [passage.snippet[slice(*span)] for span in passage.highlights] == ["Owls", "hunt", "mice"]
    assert passage.sentence == (0, len(passage.snippet))


def test_copies_are_one_hit_unless_listed_separately(library: Library) -> None:
    hit = library.search(Query("owls hunt mice")).hits[0]
    assert len(hit.copies) == 1
    assert {hit.path, hit.copies[0].path} == {OWLS, "notes/birds/owls again.txt"}
    apart = library.search(Query("owls hunt mice", copies=True))
    assert len([path for path in paths(apart) if "owls" in path]) == 2


def test_pages_of_results_join_to_the_whole_list_and_have_the_same_total(library: Library) -> None:
    whole = library.search(Query("night", limit=50))
    pages = [library.search(Query("night", limit=1, offset=n)) for n in range(len(whole.hits))]
    assert [path for page in pages for path in paths(page)] == paths(whole)
    assert {page.total for page in pages} == {whole.total}
    assert whole.total >= len(whole.hits)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(kind=Kind.TEXT),
        Filters(path=("notes/birds/",)),
        Filters(media_type=("text/plain",)),
        Filters(media_type=("text/*",)),
        Filters(max_size=25),
        Filters(min_size=25),
        Filters(since=datetime(2000, 1, 1)),
        Filters(until=datetime(2000, 1, 1)),
    ],
    ids=repr,
)
def test_every_hit_passes_the_filter(library: Library, filters: Filters) -> None:
    hits = library.search(Query("owls geese night quarter", filters=filters, copies=True, limit=50)).hits
    assert bool(hits) is (filters.until is None)
    for hit in hits:
        assert filters.kind in (None, hit.kind)
        assert hit.path.startswith(filters.path or "")
        assert hit.media_type.startswith(tuple(each.removesuffix("*") for each in filters.media_type) or "")
        assert (filters.min_size or 0) <= hit.size <= (filters.max_size or hit.size)


def test_clear_matches_come_in_the_order_asked_for(library: Library) -> None:
    query = Query("night", filters=Filters(kind=Kind.TEXT), order=Order.NAME, limit=50)
    hits = library.search(query).hits
    names = [Path(hit.path).name for hit in hits if hit.is_clear]
    assert len(names) > 1
    assert names == sorted(names)


def test_facets_are_counted_when_asked_for(library: Library) -> None:
    assert library.search(Query("owls hunt mice")).facets is None
    facets = library.search(Query("owls hunt mice", facets=True)).facets
    assert facets is not None
    assert facets.folder[0].value == "notes/"
    assert facets.folder[0].count > 0
    assert facets.kind[0].value == Kind.TEXT


def test_a_picture_finds_pictures_of_its_colours(library: Library, folder: Path) -> None:
    blue = (folder / "pictures/blue-square.png").read_bytes()
    look = library.look(decode(blue, library.picture_size()).image)
    hits = library.search(Query(look=look)).hits
    assert hits[0].path == "pictures/blue-square.png"
    assert {hit.kind for hit in hits} == {Kind.IMAGE}


def test_a_document_finds_others_like_it_and_not_itself(library: Library) -> None:
    doc = doc_of(library, OWLS)
    similar = library.search(Query(likes=(doc,)))
    assert similar.hits
    assert doc not in {hit.doc for hit in similar.hits}


def test_a_document_comes_with_its_passages(library: Library) -> None:
    view = library.document(doc_of(library, "notes/ships.md"))
    assert view.record.path == "notes/ships.md"
    assert view.record.state is State.INDEXED
    assert "A ship sails by night." in view.passages[-1].content
    assert [passage.n for passage in view.passages] == list(range(len(view.passages)))
    assert library.record(view.record.doc) == view.record
    assert view.modified.tzinfo is not None


def test_a_picture_comes_with_its_size(library: Library) -> None:
    view = library.document(doc_of(library, "pictures/blue-square.png"))
    assert (view.width, view.height) == (60, 40)


def test_a_passage_is_cut_around_the_sentence_with_the_words(library: Library) -> None:
    cut = library.excerpt(doc_of(library, OWLS), 0, "hunt mice")
    assert cut.sentence is not None
    assert cut.snippet[slice(*cut.sentence)] == "Owls hunt mice at night."


def test_an_unknown_document_or_passage_is_not_found(library: Library) -> None:
    for ask in (library.document, library.record, lambda doc: library.search(Query(likes=(doc,)))):
        with pytest.raises(NotFoundError):
            ask("0123456789abcdef")
    with pytest.raises(NotFoundError):
        library.excerpt(doc_of(library, OWLS), 99, "hunt mice")


def test_a_file_that_is_not_a_picture_is_refused(library: Library) -> None:
    with pytest.raises(FileError):
        library.part(partial(decode, b"no picture"), "blue")


def test_an_invalid_query_is_refused(library: Library) -> None:
    for query in (Query(), Query("owls", limit=0), Query("owls", offset=-1), Query("owls " * 1000)):
        with pytest.raises(QueryError):
            library.search(query)


def test_the_status_counts_documents_kinds_and_roots(library: Library) -> None:
    library.ping()
    status = library.status()
    assert status.documents[State.INDEXED] == 8
    assert status.kinds[Kind.IMAGE] == 3
    assert len(status.roots) == 1
    assert status.problems == ()


def test_each_mode_finds_words(library: Library) -> None:
    for mode in Mode:
        assert OWLS in paths(library.search(Query("owls hunt mice", mode=mode, copies=True)))
