"""Runs of ingestion, and what is in Redis after them."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.discover import discover
from ingest.known import Known
from ingest.lenders import Lenders
from ingest.prepare import Twin, Unreadable
from ingest.readers.file_bytes import content_hash
from ingest.retry import Retry
from ingest.summary import Summary
from ingest.write import Writer
from semsearch.errors import FingerprintError, FolderError, ModelError
from semsearch.query import Query
from semsearch.records import DocumentRecord, Kind, State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store import keys
from semsearch.store.census_builder import census_of
from semsearch.store.places import places
from semsearch.store.store import Store
from tests.fakes import FakeModels, fill, picture
from tests.redis_client import redis_of

Records = Callable[[], dict[str, DocumentRecord]]
Run = Callable[..., Summary]


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)


def everything(store: Store) -> dict[bytes, dict[bytes, bytes]]:
    """Return all records and pieces, without the times at which they were written and folders were seen."""
    found = {}
    hashes = redis_of(store).scan_iter(match=f"{keys.PREFIX}*", _type="hash")
    for key in (key for key in hashes if key != keys.SEEN.encode()):
        values = redis_of(store).hgetall(key)
        values.pop(b"indexed_at", None)
        found[key] = values
    return found


def test_every_file_gets_a_record_and_every_passage_a_vector(folder: Path, run: Run, store: Store) -> None:
    write(folder, owls="Owls hunt at night.", long="A word or two. " * 200)
    picture(folder / "red.png", "red")
    summary = run()
    assert (summary.found, summary.indexed, summary.failed, summary.pictures) == (3, 3, 0, 1)
    assert summary.passages > 2
    records = summary.passages, summary.pictures, summary.found
    assert tuple(index.records for index in store.index_status()) == records
    assert all(index.failures == 0 for index in store.index_status())


def test_a_second_run_calls_no_model_and_changes_nothing(
    folder: Path, run: Run, store: Store, models: FakeModels
) -> None:
    write(folder, one="first", two="second")
    picture(folder / "red.png", "red")
    run()
    before, models.loads = everything(store), 0
    summary = run()
    assert (summary.unchanged, summary.indexed, models.loads) == (3, 0, 0)
    assert everything(store) == before


def test_only_what_changed_is_embedded_again(folder: Path, run: Run, models: FakeModels) -> None:
    write(folder, one="first", two="second")
    run()
    models.words.embedded.clear()
    write(folder, two="second, but better")
    summary = run()
    assert (summary.unchanged, summary.indexed) == (1, 1)
    assert models.words.embedded == ["second, but better"]


def test_a_file_that_got_shorter_leaves_no_passage_behind(folder: Path, run: Run, store: Store) -> None:
    write(folder, long="A word or two. " * 200)
    run()
    write(folder, long="short")
    run()
    assert [index.records for index in store.index_status()] == [1, 1]
    assert len(list(redis_of(store).scan_iter(match="semsearch:text:*"))) == 1


def test_a_new_date_alone_costs_no_embedding_but_is_kept(
    folder: Path, run: Run, models: FakeModels, records: Records
) -> None:
    write(folder, one="first")
    run()
    models.loads = 0
    os.utime(folder / "one.txt", (1_000_000_000, 1_000_000_000))
    summary = run()
    assert (summary.reused, models.loads) == (1, 0)
    assert records()["one.txt"].mtime_ns == 1_000_000_000 * 10**9


def test_a_dropped_index_is_made_again_by_the_next_run(
    folder: Path, run: Run, store: Store, searcher: Searcher
) -> None:
    fill(folder)
    run()
    for space in ("text", "image", "doc"):
        redis_of(store).ft(keys.index_alias(space)).dropindex(delete_documents=False)
    assert run().unchanged == 7
    assert [index.records for index in store.index_status()] == [4, 3, 7]
    assert searcher.search(Query("owls hunt mice")).hits[0].path == "notes/birds/owls.txt"


def test_a_renamed_file_keeps_its_vectors_and_loses_its_old_name(
    folder: Path, run: Run, models: FakeModels, records: Records, store: Store
) -> None:
    write(folder, old_name="What was written.")
    picture(folder / "old.png", "red")
    run()
    models.loads, models.words.embedded = 0, []
    (folder / "sub").mkdir()
    (folder / "old_name.txt").rename(folder / "sub" / "new_name.txt")
    (folder / "old.png").rename(folder / "sub" / "new.png")
    summary = run()
    assert (summary.reused, summary.removed) == (2, 2)
    assert models.words.embedded == []
    assert models.colours is not None
    assert models.colours.embedded == 1
    assert set(records()) == {"sub/new_name.txt", "sub/new.png"}
    assert records()["sub/new_name.txt"].title == "new name"
    passage = store.ledger.passages(records()["sub/new_name.txt"])[0]
    assert passage.content == "What was written."
    key = keys.piece_key("text", records()["sub/new_name.txt"].doc, 0)
    assert redis_of(store).hget(key, "place") == places(str(folder), "sub/new_name.txt").encode()


def test_swapped_names_swap_their_contents(folder: Path, run: Run, records: Records, store: Store) -> None:
    write(folder, a="the text of a", b="the text of b")
    run()
    (folder / "a.txt").rename(folder / "c")
    (folder / "b.txt").rename(folder / "a.txt")
    (folder / "c").rename(folder / "b.txt")
    run()
    contents = {path: store.ledger.passages(record)[0].content for path, record in records().items()}
    assert contents == {"a.txt": "the text of b", "b.txt": "the text of a"}


def test_a_name_taken_over_by_new_content_does_not_confuse_the_moved_file(
    folder: Path, run: Run, records: Records, store: Store
) -> None:
    write(folder, a="the first edition")
    run()
    (folder / "a.txt").rename(folder / "z.txt")
    write(folder, a="the second edition")
    run()
    contents = {path: store.ledger.passages(record)[0].content for path, record in records().items()}
    assert contents == {"a.txt": "the second edition", "z.txt": "the first edition"}


def test_ten_copies_are_ten_documents_embedded_once(
    folder: Path, run: Run, models: FakeModels, records: Records
) -> None:
    write(folder, **{f"copy{n}": "The same text." for n in range(10)})
    summary = run()
    assert (summary.indexed, summary.reused) == (1, 9)
    assert len(models.words.embedded) == 1
    assert {record.state for record in records().values()} == {State.INDEXED}


def test_a_copied_picture_has_both_vectors_of_the_original(
    folder: Path, run: Run, records: Records, store: Store
) -> None:
    picture(folder / "red.png", "red")
    run()
    (folder / "copy.png").write_bytes((folder / "red.png").read_bytes())
    assert run().reused == 1
    original, copy = (
        redis_of(store).hmget(keys.piece_key("image", records()[path].doc, 0), "visual", "semantic")
        for path in ("red.png", "copy.png")
    )
    assert copy == original
    assert None not in copy


def test_the_same_bytes_under_another_kind_of_name_are_read_anew(
    folder: Path, run: Run, records: Records
) -> None:
    (folder / "a.md").write_text("# Title\n\nText.")
    run()
    (folder / "a.md").rename(folder / "a.txt")
    run()
    assert records()["a.txt"].media_type == "text/plain"


def test_what_is_gone_is_removed_with_all_its_keys(folder: Path, run: Run, store: Store) -> None:
    write(folder, one="first", two="A word or two. " * 200)
    run()
    (folder / "two.txt").unlink()
    assert run().removed == 1
    assert [index.records for index in store.index_status()] == [1, 1]


def test_a_folder_that_vanished_keeps_its_documents_until_told_otherwise(
    folder: Path, run: Run, store: Store
) -> None:
    write(folder, one="first", two="second")
    run()
    away = folder.rename(folder.with_name("unmounted"))
    with pytest.raises(FolderError, match=r"there is no folder .*2 documents stay"):
        run()
    folder.mkdir()
    with pytest.raises(FolderError, match=r"no files any more, but 2 are indexed.*--allow-empty"):
        run()
    assert store.index_status()[-1].records == 2
    assert run(allow_empty=True).removed == 2
    assert store.index_status()[-1].records == 0
    away.rename(folder.with_name("kept"))


def test_one_missing_folder_changes_nothing_in_the_others(
    folder: Path, tmp_path: Path, run: Run, store: Store
) -> None:
    write(folder, one="first")
    with pytest.raises(FolderError, match="there is no folder"):
        run(folder, tmp_path / "nowhere")
    assert list(store.ledger) == []


def test_one_bad_file_stops_nothing_and_gives_its_reason(folder: Path, run: Run, records: Records) -> None:
    write(folder, good="good", bad="UNEMBEDDABLE")
    (folder / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")
    summary = run()
    assert (summary.indexed, summary.failed) == (1, 2)
    assert records()["good.txt"].state is State.INDEXED
    assert records()["bad.txt"].reason == "a text in this batch cannot be embedded"
    assert {Path(path).name for path, _ in summary.failures} == {"bad.txt", "torn.png"}


@pytest.mark.parametrize("data", [b"", b" \n", bytes(range(256)) * 4], ids=["empty", "blank", "binary"])
def test_a_file_without_anything_to_index_is_skipped_with_its_reason_and_read_once(
    data: bytes, folder: Path, run: Run, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").write_bytes(data)
    (folder / "b.html").write_text("<html><body></body></html>")
    assert run().skipped == 2
    assert {each.state for each in records().values()} == {State.SKIPPED}
    assert "no text in this page" in records()["b.html"].reason
    assert records()["a.txt"].reason.startswith(("empty", "binary"))
    with monkeypatch.context() as patch:
        patch.setattr("ingest.stages.prepare", None)
        assert (run().skipped, run().failed) == (2, 0)
    (folder / "a.txt").write_text("Now there is something.")
    assert (run().indexed, run().skipped) == (1, 1)


def test_only_files_with_the_given_reason_are_tried_again(folder: Path, run: Run, records: Records) -> None:
    write(folder, bad="UNEMBEDDABLE", blank=" ")
    run()
    before = {path: record.indexed_at for path, record in records().items()}
    run(retry=Retry("Cannot be EMBEDDED"))
    again = {path for path, record in records().items() if record.indexed_at != before[path]}
    assert again == {"bad.txt"}
    run(retry=Retry())
    assert all(record.indexed_at != before[path] for path, record in records().items())


def test_a_file_or_a_folder_that_is_named_is_tried_again_and_no_other(
    folder: Path, run: Run, records: Records
) -> None:
    for name in ("one.txt", "two.txt", "below/three.txt"):
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(f"UNEMBEDDABLE {name}")
    run()
    before = records()

    def again(*paths: Path) -> list[str]:
        run(*paths, retry=Retry())
        return sorted(path for path, record in records().items() if record.attempts > before[path].attempts)

    assert again(folder / "one.txt") == ["one.txt"]
    assert again(folder / "below") == ["below/three.txt", "one.txt"]
    assert again(folder / "two.txt", folder / "below") == ["below/three.txt", "one.txt", "two.txt"]


def test_a_file_to_be_tried_again_must_lie_in_a_known_folder(tmp_path: Path, run: Run, store: Store) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.txt").write_text("Owls hunt mice.")
    with pytest.raises(FolderError, match="lies in none of the folders"):
        run(tmp_path / "elsewhere" / "a.txt", retry=Retry())
    with pytest.raises(FolderError, match="is a file"):
        run(tmp_path / "elsewhere" / "a.txt")
    assert store.roots() == ()


def test_a_text_of_nothing_but_signs_costs_no_embedding_and_is_found_by_its_name(
    folder: Path, run: Run, records: Records, store: Store, models: FakeModels
) -> None:
    write(folder, ruler="=-" * 50_000)
    summary = run()
    assert (summary.indexed, summary.passages, models.words.embedded) == (1, 0, [])
    assert records()["ruler.txt"].state is State.INDEXED
    (hit,) = Searcher(store, models).search(Query("ruler")).hits  # type: ignore[arg-type]
    assert (hit.path, hit.passages) == ("ruler.txt", ())


def test_a_failed_file_is_tried_again_when_it_changed_or_when_asked(folder: Path, run: Run) -> None:
    write(folder, bad="UNEMBEDDABLE")
    run()
    assert run().failed == 1
    assert run(retry=Retry()).failed == 1
    write(folder, bad="better now")
    summary = run()
    assert (summary.indexed, summary.failed) == (1, 0)


def test_formats_that_are_not_read_are_on_record(folder: Path, run: Run, records: Records) -> None:
    (folder / "song.mp3").write_bytes(b"ID3")
    assert run().skipped == 1
    assert run().skipped == 1
    record = records()["song.mp3"]
    assert (record.state, record.kind) == (State.SKIPPED, Kind.OTHER)
    assert ".mp3" in record.reason


def test_every_file_found_is_counted_once(folder: Path, run: Run) -> None:
    write(folder, one="first", copy="first", bad="")
    (folder / "song.mp3").write_bytes(b"ID3")
    picture(folder / "red.png", "red")
    first = run()
    write(folder, one="changed")
    second = run()
    for summary in (first, second):
        assert summary.done == summary.found == 5


def test_pictures_wait_for_a_model_and_are_embedded_once_there_is_one(
    folder: Path, run: Run, records: Records, searcher: Searcher
) -> None:
    picture(folder / "red.png", "red")
    without = FakeModels(pictures=False)
    assert run(with_models=without).waiting == 1
    assert (searcher.status().without_model, searcher.status().unread) == (1, 0)
    record = records()["red.png"]
    assert record.state is State.WAITING
    assert "SEMSEARCH_IMAGE_MODEL" in record.reason
    assert run(with_models=without).waiting == 1
    summary = run()
    assert (summary.indexed, summary.waiting) == (1, 0)
    assert records()["red.png"].state is State.INDEXED
    assert searcher.status().without_model == 0


def test_another_model_is_refused_before_anything_is_written(
    folder: Path, run: Run, models: FakeModels, store: Store
) -> None:
    write(folder, one="first")
    run()
    before = everything(store)
    write(folder, two="second")
    models.words.id = "another-model"  # type: ignore[misc]
    with pytest.raises(FingerprintError, match=r"bag-of-words.*another-model.*`semsearch index build`"):
        run()
    assert everything(store) == before


def test_a_rebuild_embeds_all_known_folders_with_the_new_model(
    folder: Path, tmp_path: Path, run: Run, models: FakeModels, store: Store
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write(folder, one="first")
    write(other, two="second")
    run(folder, other)
    models.words.id = "another-model"  # type: ignore[misc]
    assert run(folder, rebuild=True).indexed == 2
    assert store.index_status()[0].model == "another-model"


def test_a_rebuild_is_refused_while_a_known_folder_is_missing(
    folder: Path, tmp_path: Path, run: Run, store: Store
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write(folder, one="first")
    write(other, two="second")
    run(folder, other)
    other.rename(tmp_path / "away")
    with pytest.raises(FolderError, match="there is no folder"):
        run(folder, rebuild=True)
    assert store.index_status()[0].records == 2


def test_a_folder_inside_a_known_one_is_a_part_of_it(folder: Path, run: Run, records: Records) -> None:
    (folder / "sub").mkdir()
    write(folder, one="first")
    write(folder / "sub", two="second")
    run()
    write(folder / "sub", three="third")
    summary = run(folder / "sub")
    assert (summary.found, summary.indexed, summary.removed) == (2, 1, 0)
    assert set(records()) == {"one.txt", "sub/two.txt", "sub/three.txt"}


def test_a_folder_around_a_known_one_leaves_its_files_their_names(
    folder: Path, run: Run, store: Store
) -> None:
    (folder / "sub").mkdir()
    write(folder, one="first")
    write(folder / "sub", two="second")
    run(folder / "sub")
    summary = run(folder)
    assert (summary.found, summary.unchanged, summary.indexed) == (2, 1, 1)
    assert {(Path(record.root).name, record.path) for record in store.ledger} == {
        ("folder", "one.txt"),
        ("sub", "two.txt"),
    }


def test_names_that_are_no_text_come_back_as_they_are(folder: Path, run: Run, store: Store) -> None:
    names = [b"caf\xe9.txt", b"a|b{c}.txt", b"new\nline.txt", "naïve,“quoted”.txt".encode()]
    for name in names:
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_text(f"of {name!r}")  # noqa: PTH118
    assert run().indexed == 4
    assert {os.fsencode(record.path) for record in store.ledger} == set(names)
    assert run().unchanged == 4


def test_two_runs_at_once_come_to_the_same_end(folder: Path, run: Run, store: Store) -> None:
    write(folder, **{f"file{n}": f"text number {n}" for n in range(50)})
    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [index.records for index in store.index_status()] == [50, 50]


def test_each_run_leaves_its_counts_in_the_log(folder: Path, run: Run, store: Store) -> None:
    write(folder, one="first")
    run()
    assert store.runs.last()["indexed"] == "1"
    run()
    assert store.runs.last()["unchanged"] == "1"


def test_a_rebuild_with_a_model_that_cannot_be_loaded_drops_nothing(
    folder: Path, run: Run, models: FakeModels, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, one="first")
    run()
    before = everything(store)

    def broken() -> None:
        raise ModelError("no such model")

    monkeypatch.setattr(models, "text", broken)
    with pytest.raises(ModelError):
        run(folder, rebuild=True)
    assert everything(store) == before


def test_the_next_run_finishes_a_rebuild_that_was_killed(folder: Path, run: Run, store: Store) -> None:
    write(folder, one="first", two="second")
    run()
    store.start_over(store.ledger)
    assert run(folder).indexed == 2
    assert [index.records for index in store.index_status()] == [2, 2]


def test_twins_of_a_file_that_vanished_in_the_meantime_are_read_themselves(
    folder: Path, store: Store, models: FakeModels
) -> None:
    write(folder, a="the same", b="the same", c="the same")
    files = list(discover(folder))
    summary = Summary(found=3)
    known = Known(store, census_of([]))
    writer = Writer(store, models, known, Lenders(known, files), summary)  # type: ignore[arg-type]
    store.prepare_index("doc")
    sha256 = content_hash(files[0])
    writer.take(Unreadable(files[0], "", "cannot be read: No such file or directory"))
    writer.take(Twin(files[1], sha256))
    assert writer.settle() == [files[1]]


def test_an_inner_folder_that_is_hidden_or_away_keeps_its_documents(
    folder: Path, run: Run, records: Records
) -> None:
    for name in (".hidden", "disk"):
        (folder / name).mkdir()
        write(folder / name, **{f"in_{name.strip('.')}": f"inside {name}"})
        run(folder / name)
    write(folder, top="first")
    (folder / "disk").rename(folder.with_name("away"))
    summary = run(folder)
    assert summary.removed == 0
    assert [Path(where).name for where, _ in summary.problems] == ["disk"]
    assert set(records()) == {"in_hidden.txt", "in_disk.txt", "top.txt"}


def test_nobody_else_can_enter_a_new_home_or_lock_a_run(folder: Path, run: Run, settings: Settings) -> None:
    write(folder, owls="Owls hunt at night.")
    run()
    lock = settings.home / "ingest.lock"
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    lock.chmod(0o644)
    run()
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600
