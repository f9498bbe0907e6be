"""Saved searches on real Redis: what a run finds for them is what the page would show as matches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from ingest.summary import Summary
from semsearch.errors import NotFoundError, QueryError
from semsearch.explore import news
from semsearch.explore.news import ask_saved_searches
from semsearch.explore.saved import SavedSearches, query_of
from semsearch.records import DocumentRecord
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.redis_client import as_role

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

_SUBJECTS = ("boats", "bread", "music", "taxes", "gardens", "physics", "horses", "winter")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"explore": True})


@pytest.fixture
def saved(settings: Settings) -> SavedSearches:
    """Saved searches with the rights of the web server and no others."""
    return SavedSearches(Store.open(as_role(settings, Role.WEB), Role.WEB))


@pytest.fixture
def old(folder: Path, run: Run) -> None:
    """A library of texts on several subjects, and pictures."""
    for n in range(40):
        subject = _SUBJECTS[n % len(_SUBJECTS)]
        (folder / f"old{n}.txt").write_text(f"About {subject}, text number {n}. Nothing else is in it.")
    for n, colour in enumerate(("green", "blue", "white")):
        Image.new("RGB", (32, 32), colour).save(folder / f"square{n}.png")
    run()


def new_of(saved: SavedSearches, store: Store, name: str) -> set[str]:
    """The paths of what is new in a search."""
    return {record.path for record in store.ledger.get_many(saved.get(name).new)}


def found_by(searcher: Searcher, search: str, paths: set[str]) -> set[str]:
    """Those of the paths that a search shows as clear matches."""
    hits = searcher.search(replace(query_of(search), limit=100, copies=True)).hits
    return {hit.path for hit in hits if hit.is_clear} & paths


@pytest.mark.usefixtures("old")
def test_what_is_new_is_what_a_search_shows_as_a_match(
    saved: SavedSearches, folder: Path, run: Run, store: Store, searcher: Searcher
) -> None:
    searches = {
        "meaning": "q=boats+in+the+harbour&mode=meaning",
        "both": "q=boats+in+the+harbour",
        "words": "q=quarterly+zebra&mode=words",
        "phrase": 'q="sourdough+bread"',
        "phrase of words": 'q="sourdough+bread"&mode=words',
        "without": "q=boats+-engine",
        "either": "q=boats+OR+taxes",
        "code": "q=SN-4471",
        "name": "q=ledger_2031",
        "kind": "q=boats&kind=text",
        "path": "q=boats&path=port/",
        "other path": "q=boats&path=elsewhere/",
        "picture": "q=red",
        "pictures": "q=red&kind=image",
        "operators": "q=boats+path:port/",
        "nothing": "q=volcano",
        "mistyped": "q=quarterly+zebrra&mode=words",
    }
    for name, search in searches.items():
        saved.add(name, search)
    (folder / "port").mkdir()
    texts = {
        "port/a.txt": "Boats in the harbour, and boats at sea.",
        "b.txt": "Boats with an engine.",
        "c.txt": "How to bake sourdough bread. Much work.",
        "d.txt": "Sourdough is one thing, bread another.",
        "e.txt": "The quarterly zebra.",
        "f.txt": "Pump SN-4471 was repaired.",
        "ledger_2031.txt": "Numbers and nothing else.",
        "h.txt": "Taxes are due.",
    }
    for path, text in texts.items():
        (folder / path).write_text(text)
    Image.new("RGB", (32, 32), "red").save(folder / "red.png")
    run()
    new = {*texts, "red.png"}
    found = {name: new_of(saved, store, name) for name in searches}
    assert found == {name: found_by(searcher, search, new) for name, search in searches.items()}
    assert found["words"] == {"e.txt"} == found["mistyped"]
    assert found["phrase of words"] == {"c.txt"}
    assert found["code"] == {"f.txt"}
    assert found["name"] == {"ledger_2031.txt"}
    assert found["path"] == {"port/a.txt"} == found["operators"]
    assert "red.png" in found["picture"]
    assert found["other path"] == set() == found["nothing"]
    assert "b.txt" not in found["without"]


def test_a_library_without_pictures_gets_all_its_news_and_not_only_those_of_the_first_page(
    saved: SavedSearches, folder: Path, run: Run, store: Store, searcher: Searcher
) -> None:
    for n in range(40):
        (folder / f"old{n}.txt").write_text(f"About {_SUBJECTS[n % len(_SUBJECTS)]}, text number {n}.")
    run()
    saved.add("boats", "q=boats")
    new = {f"new{n}.txt" for n in range(30)}
    for path in new:
        (folder / path).write_text(f"Boats and boats, those of {path}.")
    run()
    assert new_of(saved, store, "boats") == found_by(searcher, "q=boats", new) == new


@pytest.mark.usefixtures("old")
def test_what_was_there_before_is_not_new(saved: SavedSearches, folder: Path, run: Run, store: Store) -> None:
    saved.add("boats", "q=boats")
    run()
    assert new_of(saved, store, "boats") == set()
    (folder / "c.txt").write_text("Boats and more boats.")
    run()
    assert new_of(saved, store, "boats") == {"c.txt"}
    (folder / "d.txt").write_text("Boats on a lake.")
    run()
    assert new_of(saved, store, "boats") == {"c.txt", "d.txt"}


@pytest.mark.usefixtures("old")
def test_opening_a_search_ends_what_is_new_in_it_and_in_no_other(
    saved: SavedSearches, folder: Path, run: Run, store: Store
) -> None:
    saved.add("boats", "q=boats")
    saved.add("boats too", "q=boats")
    (folder / "c.txt").write_text("Boats and more boats.")
    run()
    saved.see("boats")
    assert new_of(saved, store, "boats") == set()
    (folder / "d.txt").write_text("Boats on a lake.")
    run()
    assert new_of(saved, store, "boats") == {"d.txt"}
    assert new_of(saved, store, "boats too") == {"c.txt", "d.txt"}


@pytest.mark.usefixtures("old")
def test_a_moved_file_a_copy_and_a_rebuild_are_no_news(
    saved: SavedSearches, folder: Path, run: Run, store: Store
) -> None:
    saved.add("boats", "q=boats")
    (folder / "c.txt").write_text("Boats and more boats.")
    run()
    saved.see("boats")
    (folder / "c.txt").rename(folder / "moved.txt")
    (folder / "copy.txt").write_text("Boats and more boats.")
    run()
    assert new_of(saved, store, "boats") == set()
    run(rebuild=True)
    assert new_of(saved, store, "boats") == set()


@pytest.mark.usefixtures("old")
def test_a_text_that_changes_is_new_again(saved: SavedSearches, folder: Path, run: Run, store: Store) -> None:
    saved.add("boats", "q=boats")
    (folder / "old1.txt").write_text("Now it is about boats.")
    run()
    assert new_of(saved, store, "boats") == {"old1.txt"}


@pytest.mark.usefixtures("old")
def test_words_deep_in_a_long_text_are_found(
    saved: SavedSearches, folder: Path, run: Run, store: Store
) -> None:
    saved.add("words", "q=word8999&mode=words")
    saved.add("phrase", 'q="word8999+is+one"')
    words = "".join(f"Word{n} is one of very many words of cities.\n\n" for n in range(9000))
    (folder / "long.txt").write_text(words)
    run()
    assert new_of(saved, store, "words") == {"long.txt"} == new_of(saved, store, "phrase")


@pytest.mark.usefixtures("old")
def test_a_search_by_filters_alone_has_all_that_pass(
    saved: SavedSearches, folder: Path, run: Run, store: Store, records: Records
) -> None:
    saved.add("texts", "kind=text&path=port/")
    saved.add("unlike it", f"path=port/&unlike={records()['old0.txt'].doc}")
    (folder / "port").mkdir()
    (folder / "port" / "a.txt").write_text("Something.")
    (folder / "port" / "broken.docx").write_bytes(b"not a document")
    (folder / "b.txt").write_text("Something else.")
    run()
    assert new_of(saved, store, "texts") == {"port/a.txt", "port/broken.docx"}
    assert new_of(saved, store, "unlike it") == {"port/a.txt", "port/broken.docx"}


@pytest.mark.usefixtures("old")
def test_a_search_by_example_has_what_is_on_its_first_page(
    saved: SavedSearches, folder: Path, run: Run, store: Store, records: Records
) -> None:
    saved.add("like it", f"like={records()['old0.txt'].doc}")
    saved.add("gone", "like=0123456789abcdef")
    (folder / "c.txt").write_text("About boats, text number 99. Nothing else is in it.")
    (folder / "d.txt").write_text("Zebras eat grass.")
    run()
    assert new_of(saved, store, "like it") == {"c.txt"}
    assert new_of(saved, store, "gone") == set()


@pytest.mark.usefixtures("old")
def test_a_text_is_embedded_once(saved: SavedSearches, folder: Path, run: Run, models: FakeModels) -> None:
    saved.add("boats", "q=boats+at+night")
    for name in "ab":
        (folder / f"{name}.txt").write_text(f"Boats {name}.")
        run()
    assert models.words.asked.count("boats at night") == 1


def test_news_that_come_while_a_search_is_renamed_are_kept(
    saved: SavedSearches, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved.add("boats", "q=boats")
    store.mine.put("saved_new", {"boats": "a:1.000"})
    put = store.mine.put

    def meanwhile(name: str, values: dict[str, str]) -> None:
        put(name, values)
        if name == "saved_new" and values == {"ships": "a:1.000"}:
            put(name, {"boats": "a:1.000 b:2.000"})

    monkeypatch.setattr(saved._mine, "put", meanwhile)
    saved.rename("boats", "ships")
    assert store.mine.get("saved_new") == {"ships": "a:1.000 b:2.000"}


@pytest.mark.usefixtures("old")
def test_searches_are_renamed_and_removed(saved: SavedSearches, folder: Path, run: Run, store: Store) -> None:
    saved.add("boats", "q=boats")
    saved.add("bread", "q=bread")
    (folder / "c.txt").write_text("Boats and more boats.")
    run()
    saved.rename("boats", "ships")
    assert [(each.name, len(each.new)) for each in saved.all()] == [("bread", 0), ("ships", 1)]
    with pytest.raises(QueryError, match="already"):
        saved.rename("ships", "bread")
    with pytest.raises(NotFoundError, match="boats"):
        saved.remove("boats")
    saved.remove("ships")
    assert [each.name for each in saved.all()] == ["bread"]
    (folder / "d.txt").write_text("Boats once more.")
    run()
    assert store.mine.get("saved_new").keys() <= {"bread"}


@pytest.mark.usefixtures("old")
def test_a_run_that_changes_nothing_asks_nothing(saved: SavedSearches, run: Run, models: FakeModels) -> None:
    saved.add("boats", "q=boats")
    run()
    models.words.asked.clear()
    run()
    assert models.words.asked == []


@pytest.mark.usefixtures("old")
def test_a_search_that_is_opened_during_a_run_gets_the_news_of_it(
    saved: SavedSearches, folder: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved.add("boats", "q=boats")
    run()

    def opened_first(*given: object) -> None:
        saved.see("boats")
        ask_saved_searches(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("semsearch.explore.steps.ask_saved_searches", opened_first)
    (folder / "c.txt").write_text("Boats and more boats.")
    run()
    assert new_of(saved, store, "boats") == {"c.txt"}


@pytest.mark.usefixtures("old")
def test_what_came_while_no_search_was_saved_is_no_news(
    saved: SavedSearches, folder: Path, run: Run, store: Store
) -> None:
    saved.add("boats", "q=boats")
    run()
    saved.remove("boats")
    (folder / "c.txt").write_text("Boats and more boats.")
    run()
    saved.add("boats", "q=boats")
    (folder / "d.txt").write_text("Boats on a lake.")
    run()
    assert new_of(saved, store, "boats") == {"d.txt"}


@pytest.mark.usefixtures("old")
def test_news_follow_a_move_and_a_deleted_file_is_none(
    saved: SavedSearches, folder: Path, run: Run, store: Store
) -> None:
    saved.add("boats", "q=boats")
    (folder / "c.txt").write_text("Boats and more boats.")
    (folder / "d.txt").write_text("Boats on a lake.")
    run()
    (folder / "c.txt").rename(folder / "moved.txt")
    (folder / "d.txt").unlink()
    run()
    assert new_of(saved, store, "boats") == {"moved.txt"}
    assert len(saved.get("boats").new) == 1
    run(rebuild=True)
    assert new_of(saved, store, "boats") == {"moved.txt"}


@pytest.mark.usefixtures("old")
def test_a_search_that_is_renamed_or_removed_during_a_run_keeps_its_news_or_loses_them(
    saved: SavedSearches, folder: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("boats", "gone"):
        saved.add(name, f"q=boats&path={name[0]}")
    saved.add("ship", "q=boats")
    (folder / "c.txt").write_text("Boats and more boats.")
    run()
    look = news.look

    def renamed_first(*given: object) -> object:
        saved.rename("ship", "ships")
        saved.remove("gone")
        return look(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(news, "look", renamed_first)
    (folder / "d.txt").write_text("Boats on a lake.")
    run()
    assert new_of(saved, store, "ships") == {"c.txt", "d.txt"}
    assert store.mine.get("saved_new").keys() <= {"boats", "ships"}


@pytest.mark.usefixtures("old")
def test_long_and_many_documents_are_asked_in_batches(
    saved: SavedSearches, folder: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "_PIECES", 2)
    saved.add("boats", "q=boats")
    for name in "abcde":
        (folder / f"{name}.txt").write_text(f"Boats and more boats, number {name}.")
    run()
    assert new_of(saved, store, "boats") == {f"{name}.txt" for name in "abcde"}


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize("damaged", [b"", b"no archive", b"PK\x03\x04"])
def test_kept_data_that_is_damaged_stops_no_run(
    saved: SavedSearches, folder: Path, run: Run, store: Store, damaged: bytes
) -> None:
    saved.add("boats", "q=boats+at+night")
    run()
    for name in ("saved_known", "saved_vectors"):
        store.kept.put(name, damaged)
    (folder / "c.txt").write_text("Boats at night and more boats.")
    run()
    assert new_of(saved, store, "boats") == {"c.txt"}


@pytest.mark.usefixtures("old")
def test_the_first_page_has_searches_with_news_first(saved: SavedSearches, folder: Path, run: Run) -> None:
    for name, search in (("a", "q=volcano"), ("b", "q=boats"), ("c", "q=glacier")):
        saved.add(name, search)
    (folder / "c.txt").write_text("Boats and more boats.")
    run()
    assert [(each.name, len(each.new)) for each in saved.first(2)] == [("b", 1), ("a", 0)]
