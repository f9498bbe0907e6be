"""The data of the embedded engine survive kills, and are read by the server that wrote them. Real servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from semsearch.errors import EngineError
from semsearch.settings import Settings
from semsearch.store.engine import binaries, engine, process
from tests.engines import kill, start_without_users
from tests.redis_client import owner_of


def test_documents_and_index_survive_sigkill(home: Settings) -> None:
    with owner_of(home) as client:
        client.execute_command(
            *("FT.CREATE", "i", "PREFIX", "1", "d:", "SCHEMA", "v", "VECTOR", "FLAT", "6"),
            *("TYPE", "FLOAT32", "DIM", "2", "DISTANCE_METRIC", "COSINE"),
        )
        client.execute_command("FT.ALIASADD", "alias", "i")
        with client.pipeline(transaction=False) as pipe:
            for number in range(2000):
                pipe.hset(f"d:{number}", "v", b"\0\0\x80?\0\0\0\0")
            pipe.execute()
        assert client.execute_command("WAITAOF", "1", "0", "5000")[0] == 1
    kill(home)
    assert not engine.info(home).running
    with owner_of(home) as client:
        assert client.dbsize() == 2000
        assert client.execute_command("FT.SEARCH", "alias", "*", "LIMIT", "0", "0") == [2000]


def test_an_index_survives_a_rewrite_of_the_append_only_file(home: Settings) -> None:
    start_without_users(home)
    with owner_of(home) as client:
        client.execute_command("FT.CREATE", "i", "PREFIX", "1", "d:", "SCHEMA", "t", "TEXT")
        client.hset("d:1", "t", "word")
        client.bgrewriteaof()
        waiting = process.Waiting()
        while client.info("persistence")["aof_rewrite_in_progress"]:
            assert waiting.goes_on()
    kill(home)
    with owner_of(home) as client:
        assert client.execute_command("FT.SEARCH", "i", "word", "NOCONTENT") == [1, "d:1"]


def dying_server(folder: Path, words: str) -> Path:
    path = folder / "redis-server"
    path.write_text(
        "#!/bin/sh\n[ $1 = --version ] && echo 'Redis server v=8.0.0' && exit\n"
        f'echo "1:M 01 Jan 2026 00:00:00.000 # {words}"; exit 1\n'
    )
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    "words",
    [
        "Can't load module from redisearch.so: server aborting",
        "Can't handle RDB format version 80",
        "Bad file format reading the append only file appendonly.aof.1.base.rdb: make a backup",
    ],
)
def test_the_next_server_is_tried_when_one_cannot_load_the_module_or_the_data(
    words: str, home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = [dying_server(tmp_path, words), *binaries.server_candidates()]
    monkeypatch.setattr(binaries, "server_candidates", lambda: candidates)
    found = engine.start(home)
    assert Path(found.server) in candidates[1:]
    assert words in found.log.read_text(encoding="utf-8")


def test_data_written_by_the_old_server_of_the_stack_are_served_by_it_again(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = binaries.server_candidates()
    stack = candidates[-1]
    monkeypatch.setattr(binaries, "server_candidates", lambda: [stack])
    try:
        written_by = engine.start(home)
    except EngineError as error:
        pytest.skip(str(error))
    with owner_of(home) as client:
        client.execute_command("FT.CREATE", "i", "PREFIX", "1", "d:", "SCHEMA", "t", "TEXT")
        client.hset("d:1", "t", "word")
    engine.stop(home)
    monkeypatch.setattr(binaries, "server_candidates", lambda: candidates)
    found = engine.start(home)
    assert (found.server, found.version) == (written_by.server, written_by.version)
    with owner_of(home) as client:
        assert client.execute_command("FT.SEARCH", "i", "word", "NOCONTENT") == [1, "d:1"]


def test_data_of_a_server_that_no_longer_runs_here_are_reported(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = dying_server(tmp_path, "Can't handle RDB format version 80")
    monkeypatch.setattr(binaries, "server_candidates", lambda: [gone])
    with pytest.raises(EngineError, match=r"Redis 8.0.0 cannot read the data in .*/home/redis.*redis repair"):
        engine.ensure_running(home)


def test_the_message_about_a_server_that_ends_quotes_its_log_and_names_it(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = [dying_server(tmp_path, "bind: it is Sunday"), *binaries.server_candidates()]
    monkeypatch.setattr(binaries, "server_candidates", lambda: candidates)
    with pytest.raises(EngineError) as caught:
        engine.ensure_running(home)
    for part in ("Redis 8.0.0", "bind: it is Sunday", str(engine.info(home).log)):
        assert part in str(caught.value)
    assert "damaged" not in str(caught.value)
