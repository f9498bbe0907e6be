"""What Redis has lost is said: in answers, in the status and on the command line."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from semsearch.query import Query
from semsearch.search.health import Health
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.indexes import name_behind
from semsearch.store.store import Store
from tests.integration.conftest import Run
from tests.redis_client import redis_of


def drop(store: Store, space: str) -> None:
    redis_of(store).ft(f"semsearch:{space}").dropindex(delete_documents=False)


def lose_a_document(store: Store) -> None:
    redis_of(store).delete(sorted(redis_of(store).scan_iter(match="semsearch:doc:*"))[0])


@pytest.mark.usefixtures("library")
def test_a_whole_library_misses_nothing(searcher: Searcher) -> None:
    results = searcher.search(Query("owls"))
    assert (results.complete, results.notes) == (True, ())
    assert searcher.status().missing == ()


def test_a_library_that_never_held_anything_misses_nothing(searcher: Searcher) -> None:
    results = searcher.search(Query("owls"))
    assert (results.complete, results.notes, results.hits) == (True, (), ())
    assert searcher.status().missing == ()


def test_a_folder_without_files_is_no_loss(run: Run, searcher: Searcher) -> None:
    run()
    assert searcher.search(Query("owls")).complete
    assert searcher.status().missing == ()


@pytest.mark.parametrize(
    ("space", "noun"), [("text", "passages"), ("image", "picture views"), ("doc", "document parts")]
)
def test_the_next_answer_after_an_index_is_dropped_is_incomplete_and_names_it(
    library: Path, store: Store, searcher: Searcher, space: str, noun: str
) -> None:
    assert searcher.search(Query("owls")).complete
    drop(store, space)
    results = searcher.search(Query("owls"))
    assert not results.complete
    (note, *_) = results.notes
    assert note.startswith(f"Redis has lost the index semsearch:{space} of ")
    assert f"{noun}. Run `semsearch ingest {library}`" in note
    assert searcher.status().missing == (note,)


@pytest.mark.usefixtures("library")
def test_an_index_that_is_still_being_built_is_said(store: Store, searcher: Searcher) -> None:
    client, copies = redis_of(store), 20_000
    wanted, name = store.fingerprints()["text"], name_behind(client, "semsearch:text")
    passage = client.hgetall(next(client.scan_iter(match="semsearch:text:*")))
    drop(store, "text")
    pipeline = client.pipeline(transaction=False)
    for n in range(copies):
        pipeline.hset(f"semsearch:text:{{0123456789abcdef}}:{n}", mapping=passage)
    pipeline.hincrby("semsearch:meta:text", "hashes", copies)
    pipeline.execute()
    with ThreadPoolExecutor() as threads:
        built = threads.submit(store.prepare_index, "text", wanted)
        while name.encode() not in client.execute_command("FT._LIST"):
            assert not built.done()
        # As after a restart of a server that fills its indexes later.
        client.ft(name).aliasupdate("semsearch:text")
        results = searcher.search(Query("owls"))
    assert not results.complete
    assert "Redis is still building the index semsearch:text: it has " in results.notes[0]
    assert searcher.search(Query("owls")).complete


@pytest.mark.usefixtures("library")
def test_passages_that_were_deleted_are_counted(store: Store, searcher: Searcher) -> None:
    some = sorted(redis_of(store).scan_iter(match="semsearch:text:*"))[:2]
    redis_of(store).delete(*some)
    results = searcher.search(Query("owls"))
    assert not results.complete
    assert results.notes[0].startswith("Redis has lost 2 of ")


def test_a_flushed_redis_is_told_from_a_new_one_by_the_folders_in_the_home(
    library: Path, store: Store, searcher: Searcher
) -> None:
    redis_of(store).flushall()
    results = searcher.search(Query("owls"))
    assert not results.complete
    (note,) = results.notes
    assert note.startswith(
        f"The index is empty, though these folders were ingested here: {library}. Redis lost"
    )
    assert f"Run `semsearch ingest {library}`" in note
    assert searcher.status().missing == (note,)


def test_a_folder_that_was_lost_is_named_though_another_was_ingested_since(
    library: Path, store: Store, searcher: Searcher, run: Run, tmp_path: Path
) -> None:
    redis_of(store).flushall()
    other = tmp_path / "other"
    other.mkdir()
    (other / "bats.txt").write_text("Bats sleep by day.")
    run(other)
    (note,) = searcher.status().missing
    assert note.startswith(
        f"The index knows nothing of these folders, though they were ingested here: {library}."
    )
    run()
    assert searcher.status().missing == ()


@pytest.mark.usefixtures("library")
def test_a_document_that_was_lost_is_read_again_by_a_run_over_another_folder(
    store: Store, searcher: Searcher, run: Run, tmp_path: Path
) -> None:
    whole = searcher.status().documents
    lose_a_document(store)
    assert "lost 1 of " in searcher.status().missing[0]
    other = tmp_path / "other"
    other.mkdir()
    run(other)
    assert searcher.status().documents == whole
    assert searcher.status().missing == ()


def test_a_lost_document_is_named_until_its_folder_can_be_reached(
    library: Path, store: Store, searcher: Searcher, run: Run, tmp_path: Path
) -> None:
    whole = searcher.status().documents
    lose_a_document(store)
    away, other = library.rename(tmp_path / "away"), tmp_path / "other"
    other.mkdir()
    for _ in range(2):
        run(other)
        (note,) = searcher.status().missing
        assert note.startswith(f"Redis has lost documents, which may lie in these folders: {library}.")
        assert not searcher.search(Query("owls")).complete
    away.rename(library)
    run(other)
    assert searcher.status().documents == whole
    assert searcher.status().missing == ()


@pytest.mark.usefixtures("library")
def test_records_that_an_index_refused_hide_no_later_losses(
    store: Store, searcher: Searcher, run: Run
) -> None:
    passages = sorted(redis_of(store).scan_iter(match="semsearch:text:*"))[:3]
    for _ in range(3):  # Redis counts these failures for ever
        redis_of(store).hset(passages[0], "size", "bad")
        redis_of(store).hset(passages[0], "size", "1")
    redis_of(store).delete(*passages)
    assert searcher.status().missing[0].startswith("Redis has lost 3 of ")
    run()
    assert searcher.status().missing == ()


@pytest.mark.usefixtures("library")
def test_records_that_an_index_refuses_are_counted_until_they_are_mended(
    store: Store, searcher: Searcher, run: Run
) -> None:
    key = sorted(redis_of(store).scan_iter(match="semsearch:text:*"))[0]
    vector = redis_of(store).hget(key, "vector")
    redis_of(store).hset(key, "vector", "too short")
    for _ in range(2):
        assert ("semsearch:text", "1 records were refused by this index") in run().problems
        assert searcher.status().missing == ()
    redis_of(store).hset(key, "vector", vector)
    assert run().problems == []
    assert sum(index.failures for index in searcher.status().indexes) == 0


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("spaces", [["text"], ["image"], ["doc"], ["text", "image", "doc"]])
def test_an_index_of_which_redis_forgot_what_it_knew_is_a_loss(
    store: Store, searcher: Searcher, run: Run, spaces: list[str]
) -> None:
    redis_of(store).delete(*(f"semsearch:meta:{space}" for space in spaces))
    results = searcher.search(Query("owls"))
    assert not results.complete
    for space in spaces:
        if spaces == ["doc"] or space != "doc":
            sentence = f"Redis has lost what it knew about the index semsearch:{space}. Run `semsearch ingest"
            assert any(note.startswith(sentence) for note in results.notes)
    run()
    assert searcher.status().missing == ()


@pytest.mark.usefixtures("library")
def test_a_list_of_folders_that_cannot_be_read_is_not_named_to_a_limited_caller(
    store: Store, settings: Settings
) -> None:
    (settings.home / "folders.json").write_text("{")
    health = Health(store, settings.home)
    assert str(settings.home) in health.missing()[0]
    (sentence,) = health.missing(limited=True)
    assert str(settings.home) not in sentence


@pytest.mark.usefixtures("library")
def test_a_library_of_an_older_semsearch_which_has_no_counts_misses_nothing(
    store: Store, searcher: Searcher, settings: Settings
) -> None:
    for space in ("doc", "text", "image"):
        redis_of(store).hdel(f"semsearch:meta:{space}", "hashes")
    redis_of(store).delete("semsearch:folders", "semsearch:run")
    (settings.home / "folders.json").unlink()
    assert searcher.search(Query("owls")).complete


@pytest.mark.usefixtures("library")
def test_counts_stay_true_while_documents_come_and_go(
    run: Run, store: Store, folder: Path, searcher: Searcher
) -> None:
    for change in _changes(folder):
        change()
        run(allow_empty=True)
        for space in ("doc", "text", "image"):
            hashes = sum(1 for _ in redis_of(store).scan_iter(match=f"semsearch:{space}:{{*}}*"))
            assert int(redis_of(store).hget(f"semsearch:meta:{space}", "hashes") or 0) == hashes
        assert searcher.status().missing == ()


def _changes(folder: Path) -> list[Callable[[], object]]:
    first, *others = sorted(folder.rglob("*.*"))
    return [
        lambda: (folder / "new.txt").write_text("A new text."),
        lambda: (folder / "copy.txt").write_text("A new text."),
        lambda: (folder / "copy.txt").rename(folder / "moved.txt"),
        first.unlink,
        lambda: [path.unlink() for path in others],
    ]
