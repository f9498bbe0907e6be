"""Damaged data: the message names the cure, and the cure keeps a copy and works. Real servers and files."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from semsearch.errors import DamagedDataError, EngineError
from semsearch.settings import Settings
from semsearch.store.engine import engine, process, repair
from tests import command_line
from tests.engines import at, kill, start_without_users
from tests.redis_client import owner_of
from tests.users import run_as_nobody

Damage = Callable[[Path, Path, Path], object]
BEFORE = {f"old{number}" for number in range(5)}
AFTER = {f"new{number}" for number in range(10)}


def write(settings: Settings) -> None:
    """Write keys, of which BEFORE are in the snapshot and AFTER in the writes after it, and stop."""
    start_without_users(settings)
    with owner_of(settings) as client:
        client.execute_command("FT.CREATE", "i", "PREFIX", "1", "d:", "SCHEMA", "t", "TEXT")
        for key in sorted(BEFORE):
            client.set(key, "value")
        client.bgrewriteaof()
        waiting = process.Waiting()
        while client.info("persistence")["aof_rewrite_in_progress"]:
            assert waiting.goes_on()
        for key in sorted(AFTER):
            client.set(key, "value")
    engine.stop(settings)


def parts(settings: Settings) -> tuple[Path, Path, Path]:
    """The snapshot, the file of later writes, and the manifest."""
    folder = settings.home / "redis/appendonlydir"
    (base,), (later,) = folder.glob("*.base.rdb"), folder.glob("*.incr.aof")
    return base, later, folder / "appendonly.aof.manifest"


def keys(settings: Settings) -> set[str]:
    with owner_of(settings) as client:
        return set(client.keys("*"))


def put(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


def semsearch(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "SEMSEARCH_HOME": str(settings.home),
        "SEMSEARCH_REDIS_PORT": str(settings.redis_port),
        "COLUMNS": "400",
    }
    return command_line.run(*arguments, environment=environment)


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def in_the_middle(_: Path, later: Path, __: Path) -> None:
    content = later.read_bytes()
    later.write_bytes(content.replace(b"*3\r\n$3\r\nSET\r\n$4\r\nnew5", b"?3\r\n$3\r\nSET\r\n$4\r\nnew5"))


def at_the_end(_: Path, later: Path, __: Path) -> None:
    later.write_bytes(later.read_bytes() + b"garbage")


MENDED: dict[str, tuple[Damage, set[str]]] = {
    "writes, in the middle": (in_the_middle, BEFORE | {f"new{number}" for number in range(5)}),
    "writes, garbage at the end": (at_the_end, BEFORE | AFTER),
}
LISTED: dict[str, tuple[Damage, set[str]]] = {
    "manifest, missing": (lambda _, __, manifest: manifest.unlink(), BEFORE | AFTER),
    "manifest, empty": (lambda _, __, manifest: manifest.write_bytes(b""), BEFORE | AFTER),
    "manifest, garbage": (lambda _, __, manifest: manifest.write_bytes(b"garbage\n"), BEFORE | AFTER),
    "manifest, cut short": (
        lambda _, __, manifest: manifest.write_bytes(manifest.read_bytes()[:30]),
        BEFORE | AFTER,
    ),
    "writes, missing": (lambda _, later, __: later.unlink(), BEFORE),
}
LOST: dict[str, Damage] = {
    "snapshot, bytes changed": lambda base, *_: put(base, 60, b"XXXX"),
    "snapshot, header changed": lambda base, *_: put(base, 0, b"XXXXXXXXX"),
    "snapshot, checksum changed": lambda base, *_: put(base, base.stat().st_size - 4, b"XX"),
    "snapshot, cut short": lambda base, *_: base.write_bytes(base.read_bytes()[:60]),
    "snapshot, missing": lambda base, *_: base.unlink(),
    "writes, an unknown command": lambda _, later, __: later.write_bytes(b"*1\r\n$4\r\nNONE\r\n"),
    "both, empty manifest and no snapshot": lambda base, _, manifest: (
        base.unlink(),
        manifest.write_bytes(b""),
    ),
}


@pytest.mark.parametrize("name", MENDED)
def test_damaged_writes_are_cut_off_and_all_before_them_stays(name: str, home: Settings) -> None:
    damage, left = MENDED[name]
    write(home)
    damage(*parts(home))
    damaged = content_of(home.home / "redis/appendonlydir")
    with pytest.raises(
        DamagedDataError, match=r"(?s)Its log says.*redis\.log.*damaged.*`semsearch redis repair`"
    ):
        engine.ensure_running(home)
    done = repair.repair(home)
    assert done.copy is not None
    assert content_of(done.copy) == damaged
    assert done.cut_off > 0
    assert not done.is_empty
    assert keys(home) == left


@pytest.mark.parametrize("name", LISTED)
def test_a_lost_list_of_the_data_files_is_made_anew_and_all_files_stay(name: str, home: Settings) -> None:
    damage, left = LISTED[name]
    write(home)
    damage(*parts(home))
    damaged = content_of(home.home / "redis/appendonlydir")
    with pytest.raises(DamagedDataError, match=r"semsearch redis repair"):
        engine.ensure_running(home)
    done = repair.repair(home)
    assert done.copy is not None
    assert done == repair.Repaired(done.copy, listed_anew=True)
    assert content_of(done.copy) == damaged
    assert keys(home) == left
    with owner_of(home) as client:
        assert client.execute_command("FT._LIST") == ["i"]
        client.set("later", "value")
    engine.stop(home)
    assert keys(home) == left | {"later"}


def test_later_writes_are_listed_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    names = ["2.base.rdb", "10.base.rdb", "9.incr.aof", "10.incr.aof", "11.incr.aof"]
    for name in names:
        (tmp_path / f"appendonly.aof.{name}").touch()
    assert repair._list_anew(tmp_path)
    assert (tmp_path / "appendonly.aof.manifest").read_text().splitlines() == [
        "file appendonly.aof.10.base.rdb seq 10 type b",
        "file appendonly.aof.9.incr.aof seq 9 type i",
        "file appendonly.aof.10.incr.aof seq 10 type i",
        "file appendonly.aof.11.incr.aof seq 11 type i",
    ]


@pytest.mark.parametrize("name", LOST)
def test_data_that_cannot_be_mended_are_set_aside_and_the_engine_starts_empty(
    name: str, home: Settings
) -> None:
    write(home)
    LOST[name](*parts(home))
    damaged = content_of(home.home / "redis/appendonlydir")
    with pytest.raises(DamagedDataError, match=r"`?semsearch redis repair`"):
        engine.ensure_running(home)
    assert content_of(home.home / "redis/appendonlydir") == damaged  # trying to start changes nothing
    done = repair.repair(home)
    assert done.copy is not None
    assert content_of(done.copy) == damaged
    assert done.is_empty
    assert keys(home) == set()
    engine.stop(home)
    assert engine.start(home).running


@pytest.mark.parametrize("which", [0, 1])
def test_an_empty_file_stops_nothing(which: int, home: Settings) -> None:
    write(home)
    parts(home)[which].write_bytes(b"")
    assert engine.start(home).running
    assert keys(home) == (AFTER, BEFORE)[which]


def test_a_torn_tail_is_cut_off_without_a_repair(home: Settings) -> None:
    write(home)
    _, later, _ = parts(home)
    later.write_bytes(later.read_bytes()[:-3])
    assert keys(home) == BEFORE | AFTER - {"new9"}


def test_a_file_in_place_of_the_folder_is_set_aside(home: Settings) -> None:
    (home.home / "redis").mkdir(parents=True)
    (home.home / "redis/appendonlydir").write_text("a file")
    with pytest.raises(DamagedDataError, match="semsearch redis repair"):
        engine.ensure_running(home)
    done = repair.repair(home)
    assert done.copy is not None
    assert done.copy.read_text() == "a file"
    assert keys(home) == set()


def test_whole_data_are_left_alone(home: Settings) -> None:
    write(home)
    assert repair.repair(home) == repair.Repaired(None)
    assert keys(home) == BEFORE | AFTER
    assert list((home.home / "redis").glob("damaged-*")) == []


def test_a_running_engine_is_not_repaired(home: Settings) -> None:
    engine.ensure_running(home)
    with pytest.raises(EngineError, match=r"is running.*semsearch redis stop"):
        repair.repair(home)
    assert engine.info(home).running


def test_a_killed_engine_is_not_taken_for_a_running_one(home: Settings) -> None:
    write(home)
    engine.ensure_running(home)
    kill(home)
    assert repair.repair(home).copy is None


def unlocked(which: str) -> tuple[str, repair.Repaired, set[str]]:
    """Take away the rights to a part of the data: what starting says, what a repair does, the keys then."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        settings = at(Path(folder) / "home")
        try:
            write(settings)
            base, later, manifest = parts(settings)
            {"base": base, "later": later, "manifest": manifest, "folder": base.parent}[which].chmod(0)
            try:
                engine.ensure_running(settings)
            except DamagedDataError as error:
                return str(error), repair.repair(settings), keys(settings)
            return "it started", repair.Repaired(None), set()
        finally:
            engine.stop(settings)


@pytest.mark.parametrize("which", ["base", "later", "manifest", "folder"])
def test_files_that_cannot_be_read_are_given_their_rights_back(which: str) -> None:
    # Root can read everything.
    found = run_as_nobody(lambda: unlocked(which)) if os.geteuid() == 0 else unlocked(which)
    assert isinstance(found, tuple), found
    said, done, left = found
    assert "semsearch redis repair" in said
    assert done == repair.Repaired(None, unlocked=1)
    assert left == BEFORE | AFTER


def test_a_disk_without_room_for_the_copy_is_named_and_nothing_is_changed(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home)
    at_the_end(*parts(home))
    damaged = content_of(home.home / "redis/appendonlydir")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "copy")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(EngineError, match="No space left on device"):
        repair.repair(home)
    assert content_of(home.home / "redis/appendonlydir") == damaged


def test_after_a_cut_the_status_names_the_folders_until_they_are_walked_again(
    home: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}.txt").write_text(f"Note {number} about geese.")
    assert semsearch(home, "ingest", str(folder)).returncode == 0
    engine.stop(home)
    _, later, _ = parts(home)
    content = later.read_bytes()
    put(later, content.index(b"$4\r\nHSET\r\n", len(content) // 2), b"?")
    assert "semsearch redis repair" in semsearch(home, "status").stderr
    assert semsearch(home, "redis", "repair").returncode == 0
    told = semsearch(home, "status")
    assert told.returncode == 1
    assert f"`semsearch ingest {folder}`" in " ".join(told.stdout.split())
    assert semsearch(home, "ingest", str(folder)).returncode == 0
    assert semsearch(home, "status").returncode == 0
