"""Behind Sentinel, all goes on with the replica that takes over."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest.run import Options, ingest
from semsearch.cli.show_ingest import Silent
from semsearch.errors import RedisError
from semsearch.settings import Settings
from semsearch.store import keys
from semsearch.store.access import Role
from semsearch.store.schema import TEXT
from semsearch.store.store import Store
from tests.clusters import sentinel, wait
from tests.fakes import FakeModels, fill
from tests.integration.store.documents import SHORT, known, text


def test_behind_sentinel_a_worker_goes_on_with_the_replica_when_the_primary_dies(tmp_path: Path) -> None:
    with sentinel(tmp_path, "library") as (primary, replica, guard):
        url = f"redis+sentinel://127.0.0.1:1,127.0.0.1:{guard.port}/library"
        with closing(Store.open(Settings(home=tmp_path, redis_url=url))) as store:
            told: list[str] = []
            store.tell_waits(told.append)
            mark, _ = store.inventory.begin_run()
            assert not store.inventory.was_restarted(mark)
            entries = [text(f"{n}.txt", "new", SHORT) for n in range(60)]
            for n, entry in enumerate(entries):
                if n == 30:
                    primary.kill()
                store.documents.replace([entry], {})
            assert told[-1] == ""
            assert any(told)
            assert replica.client.info("replication")["role"] == "master"
            assert store.inventory.was_restarted(mark)
            # A replica may lack the last writes of a primary that died. So the run begins again.
            missing = {entry.record.doc for entry in entries} - set(known(store))
            assert not missing & {entry.record.doc for entry in entries[30:]}
            store.documents.replace([each for each in entries if each.record.doc in missing], known(store))
            assert len(known(store)) == 60
            assert int(replica.client.hget(keys.meta_key(TEXT), "hashes") or 0) == 60 * SHORT


def test_behind_sentinel_a_page_answers_again_when_the_replica_has_taken_over(tmp_path: Path) -> None:
    with sentinel(tmp_path, "library") as (primary, replica, guard):
        settings = Settings(home=tmp_path, redis_url=f"redis+sentinel://127.0.0.1:{guard.port}/library")
        record = text("a.txt", "new", SHORT).counted
        with (
            closing(Store.open(settings)) as writer,
            closing(Store.open(settings, Role.WEB)) as reader,
        ):
            writer.documents.replace([text("a.txt", "new", SHORT)], {})
            assert reader.ledger.get(record.doc).path == "a.txt"
            wait(lambda: bool(replica.client.exists(keys.doc_key(record.doc))))
            primary.kill()
            with pytest.raises(RedisError, match=r"library \(of Sentinel\) (cannot be reached|closed)"):
                reader.ledger.get(record.doc)
            wait(lambda: answers(reader, record.doc))


def answers(reader: Store, doc: str) -> bool:
    try:
        return reader.ledger.get(doc).doc == doc
    except RedisError:
        return False


def test_a_run_of_ingestion_begins_again_after_a_failover(
    tmp_path: Path, folder: Path, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder)
    with sentinel(tmp_path, "library") as (primary, _, guard):
        settings = Settings(home=tmp_path, redis_url=f"redis+sentinel://127.0.0.1:{guard.port}/library")
        with closing(Store.open(settings)) as store:
            replaced, calls = store.documents.replace, []

            def replace_once(*arguments: Any) -> None:
                calls.append(arguments)
                if len(calls) == 2:
                    primary.kill()
                replaced(*arguments)

            monkeypatch.setattr(store.documents, "replace", replace_once)
            summary = ingest([folder], settings, store, models, Silent(), Options())  # type: ignore[arg-type]
            assert summary.problems == []
            assert len(known(store)) == summary.found == 7
            assert store.inventory.shortages() == []
            assert store.inventory.has_ended_well()
