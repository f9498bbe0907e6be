"""The upgrade of a library that was built by an older semsearch or by an older version of a model.

With schema 1, a picture had one vector.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.errors import FingerprintError, FolderError
from semsearch.query import Filters, Mode, Query, Surroundings
from semsearch.records import Kind, State
from semsearch.search.searcher import Searcher
from semsearch.store import keys
from semsearch.store.indexes import index_name
from semsearch.store.schema import DOC, IMAGE, SCHEMA
from semsearch.store.store import Store
from tests.fakes import FakeModels, picture
from tests.redis_client import redis_of

Run = Callable[..., Summary]

OLD_INDEX = "semsearch:image:v1"


@pytest.fixture
def old_library(folder: Path, run: Run, store: Store, models: FakeModels) -> Path:
    """A text and two pictures, with an image index of schema 1."""
    (folder / "owls.txt").write_text("Owls hunt at night.")
    picture(folder / "one.png", "red")
    picture(folder / "two.png", "blue")
    run()
    redis = redis_of(store)
    redis.ft(index_name(IMAGE)).dropindex(delete_documents=False)
    for key in redis.scan_iter(match="semsearch:image:*"):
        redis.hdel(key, "semantic")
    tags = [part for name in ("doc", "path", "folders", "media_type") for part in (name, "TAG")]
    vector = ("VECTOR", "FLAT", "6", "TYPE", "FLOAT32", "DIM", "4", "DISTANCE_METRIC", "COSINE")
    schema = ("SCHEMA", *tags, "modified", "NUMERIC", "visual", *vector)
    redis.execute_command("FT.CREATE", OLD_INDEX, "PREFIX", "1", "semsearch:image:", *schema)
    redis.ft(OLD_INDEX).aliasadd("semsearch:image")
    redis.delete(keys.meta_key("image"))
    meta = {"model": "colours", "dims": 4, "metric": "cosine", "schema": 1}
    redis.hset(keys.meta_key("image"), mapping=meta)
    models.words.embedded, models.loads = [], 0
    return folder


def found(searcher: Searcher, words: str) -> list[str]:
    query = Query(words, filters=Filters(kind=Kind.IMAGE), mode=Mode.MEANING)
    return [hit.path for hit in searcher.search(query).hits]


@pytest.mark.parametrize("options", [{}, {"rebuild": True}], ids=["plain", "rebuild"])
@pytest.mark.usefixtures("old_library")
def test_the_next_run_gives_pictures_their_second_vector(
    run: Run, searcher: Searcher, store: Store, options: dict[str, bool]
) -> None:
    summary = run(**options)
    assert (summary.pictures, summary.failed) == (2, 0)
    assert found(searcher, "blue") == ["two.png", "one.png"]
    indexes = {name.decode() for name in redis_of(store).execute_command("FT._LIST")}
    assert indexes == {index_name(space) for space in SCHEMA}
    assert run().unchanged == 3


@pytest.mark.usefixtures("old_library")
def test_texts_are_not_embedded_again(run: Run, models: FakeModels) -> None:
    summary = run()
    assert (summary.indexed, summary.unchanged) == (2, 1)
    assert models.words.embedded == []


@pytest.mark.usefixtures("old_library")
def test_before_the_upgrade_a_search_says_what_to_run(searcher: Searcher) -> None:
    notes = searcher.search(Query("blue")).notes
    assert any(
        re.search(r"schema 1\), of another version than.*`semsearch ingest` on", each) for each in notes
    )
    assert searcher.search(Query("owls", filters=Filters(kind=Kind.TEXT))).hits


@pytest.mark.usefixtures("old_library")
def test_a_run_on_another_folder_upgrades_the_pictures_of_all_folders(
    tmp_path: Path, run: Run, searcher: Searcher
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "geese.txt").write_text("Geese fly south.")
    assert run(other).pictures == 2
    assert found(searcher, "red") == ["one.png", "two.png"]


def test_nothing_is_dropped_while_a_known_folder_is_missing(
    old_library: Path, tmp_path: Path, run: Run, store: Store
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "geese.txt").write_text("Geese fly south.")
    old_library.rename(tmp_path / "unmounted")
    with pytest.raises(FolderError, match="everything known must be read anew, but there is no folder"):
        run(other)
    assert {record.state for record in store.ledger} == {State.INDEXED}
    assert redis_of(store).hget(keys.meta_key("image"), "schema") == b"1"


@pytest.mark.usefixtures("old_library")
def test_without_a_picture_model_pictures_stay_as_they_are(run: Run, store: Store) -> None:
    assert run(with_models=FakeModels(pictures=False)).unchanged == 3
    assert redis_of(store).hget(keys.meta_key("image"), "schema") == b"1"


@pytest.mark.usefixtures("old_library")
def test_the_next_run_continues_an_upgrade_that_was_killed(
    run: Run, store: Store, searcher: Searcher
) -> None:
    store.start_over(store.ledger, store.outdated(FakeModels().text_id, FakeModels().image_id))
    assert run().pictures == 2
    assert found(searcher, "blue") == ["two.png", "one.png"]


@pytest.fixture
def models_changed(folder: Path, run: Run, models: FakeModels) -> FakeModels:
    """Models with a new version of the picture model; the old version has embedded a picture."""
    assert models.colours is not None
    (folder / "owls.txt").write_text("Owls hunt at night.")
    picture(folder / "one.png", "red")
    models.colours.id = "colours@1"
    run()
    models.words.embedded, models.colours.embedded = [], 0
    models.colours.id = "colours@2"
    return models


def test_a_newer_version_of_a_model_embeds_its_own_files_again(
    run: Run, searcher: Searcher, models_changed: FakeModels
) -> None:
    assert models_changed.colours is not None
    assert (run().indexed, run().unchanged) == (0, 2)
    assert (models_changed.words.embedded, models_changed.colours.embedded) == ([], 1)
    assert found(searcher, "red") == ["one.png"]


@pytest.mark.usefixtures("models_changed")
def test_before_that_run_a_search_says_what_to_run(searcher: Searcher) -> None:
    (note,) = searcher.search(Query("red", filters=Filters(kind=Kind.IMAGE))).notes
    assert re.search(r"colours@1.*another version than colours@2.*`semsearch ingest`", note)


@pytest.fixture
def old_fields(folder: Path, run: Run, store: Store, models: FakeModels) -> Path:
    """A library whose hashes and indexes have the fields for filters of an older semsearch."""
    (folder / "notes").mkdir()
    (folder / "notes" / "owls.txt").write_text("Owls hunt at night.")
    picture(folder / "one.png", "red")
    run()
    redis = redis_of(store)
    for space in SCHEMA:
        for key in redis.scan_iter(match=f"semsearch:{space}:*"):
            redis.hdel(key, "place", "called")
            redis.hset(
                key, mapping={"folders": "notes"} | ({} if space == DOC else {"path": "notes/owls.txt"})
            )
        redis.ft(index_name(space)).dropindex(delete_documents=False)
        name = f"semsearch:{space}:v{SCHEMA[space]}"
        tags = [part for tag in ("doc", "path", "folders", "kind", "state") for part in (tag, "TAG")]
        vector = (
            "vector",
            "VECTOR",
            "FLAT",
            "6",
            "TYPE",
            "FLOAT32",
            "DIM",
            "256",
            "DISTANCE_METRIC",
            "COSINE",
        )
        schema = ("SCHEMA", *tags, "terms", "TEXT", "name", "TEXT", "n", "NUMERIC", *vector)
        redis.execute_command("FT.CREATE", name, "PREFIX", "1", f"semsearch:{space}:", *schema)
        redis.ft(name).aliasadd(f"semsearch:{space}")
    models.words.embedded = []
    return folder


@pytest.mark.usefixtures("old_fields")
def test_the_next_run_renews_the_filters_and_reads_no_file(
    run: Run, searcher: Searcher, store: Store, models: FakeModels
) -> None:
    summary = run()
    assert (summary.indexed, summary.unchanged, models.words.embedded) == (0, 2, [])
    query = Query("owls", filters=Filters(path=("notes/",)))
    assert [hit.path for hit in searcher.search(query).hits] == ["notes/owls.txt"]
    indexes = {name.decode() for name in redis_of(store).execute_command("FT._LIST")}
    assert indexes == {index_name(space) for space in SCHEMA}
    fields = {
        key: set(redis_of(store).hkeys(key)) for key in redis_of(store).scan_iter(match="semsearch:[dti]*:{*")
    }
    assert len(fields) == 4
    assert all(b"place" in names and b"folders" not in names for names in fields.values())
    assert all(b"path" in names for names in fields.values())
    assert sum(b"called" in names for names in fields.values()) == 2
    assert searcher.search(Query("one")).hits[0].path == "one.png"


@pytest.mark.parametrize(
    "filters",
    [
        Filters(path=("notes/",)),
        Filters(camera=("Canon",)),
        Filters(location=("Lisbon",)),
        Filters(near=Surroundings(38.7, -9.1, 5)),
    ],
)
@pytest.mark.usefixtures("old_fields")
def test_before_that_run_a_filter_says_what_to_run(searcher: Searcher, filters: Filters) -> None:
    with pytest.raises(FingerprintError, match="lack a field by which to filter: run `semsearch ingest`"):
        searcher.search(Query("owls", filters=filters, mode=Mode.WORDS))


@pytest.fixture
def one_hash(folder: Path, run: Run, store: Store, models: FakeModels) -> Path:
    """A library in which all terms of a long text are in its record, as an older semsearch wrote them."""
    words = [f"w{n}" for n in range(10_000)]
    (folder / "long.txt").write_text(" ".join(words))
    (folder / "owls.txt").write_text("Owls hunt at night.")
    run()
    redis = redis_of(store)
    (record,) = (record for record in store.ledger if record.words)
    terms = " | ".join(["long", *store.ledger.all_terms(record)])
    key = keys.doc_key(record.doc)
    redis.delete(*(keys.terms_key(record.doc, n) for n in range(1, record.words + 1)))
    redis.hset(key, mapping={"terms": terms})
    redis.hdel(key, "words", "long")
    redis.hset(keys.meta_key(DOC), "hashes", 2)
    redis.ft(index_name(DOC)).dropindex(delete_documents=False)
    old = "semsearch:doc:v3.1"
    redis.execute_command(
        *("FT.CREATE", old, "PREFIX", 1, "semsearch:doc:", "SCHEMA", "doc", "TAG", "terms", "TEXT")
    )
    redis.ft(old).aliasadd("semsearch:doc")
    models.words.embedded = []
    return folder


@pytest.mark.usefixtures("one_hash")
def test_the_next_run_cuts_the_terms_of_a_long_text_into_parts_and_reads_no_file(
    run: Run, searcher: Searcher, store: Store, models: FakeModels
) -> None:
    summary = run()
    assert (summary.indexed, summary.unchanged, models.words.embedded) == (0, 2, [])
    (record,) = (record for record in store.ledger if record.words)
    assert record.words == 1
    assert " ".join(store.ledger.all_terms(record)).split() == [f"w{n}" for n in range(10_000)]
    for word in ("w0", "w9999"):
        results = searcher.search(Query(word, mode=Mode.WORDS))
        assert [hit.path for hit in results.hits] == ["long.txt"]
        assert word in results.hits[0].passages[0].snippet
    assert searcher.status().missing == ()
    assert run().unchanged == 2
