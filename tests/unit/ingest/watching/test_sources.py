"""What the sources of changes tell, on real files: events, and comparing again and again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from ingest.watching.events import Events
from ingest.watching.polling import Polling
from ingest.watching.root import Root, Source
from tests.users import as_ordinary_user

Watch = Callable[[], Source]


@pytest.fixture(params=["events", "polling"])
def watch(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watch]:
    """Begin to watch a folder, by events or by polling."""
    with ExitStack() as stack:

        def begin() -> Source:
            root = str(tmp_path)
            source: Source = Events(root) if request.param == "events" else Polling(root, seconds=0.1)
            source.changed()
            return stack.enter_context(closing(source))

        yield begin


def told(source: Source, *wanted: Path) -> set[str]:
    """All that the source tells until it has told of the wanted paths."""
    seen: set[str] = set()
    ends = time.monotonic() + 20
    while not {str(path) for path in wanted} <= seen:
        assert time.monotonic() < ends, seen
        time.sleep(0.02)
        seen |= source.changed()
    return seen


def test_files_that_come_change_move_and_go_are_told(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("a")
    (tmp_path / "gone.txt").write_text("a")
    (tmp_path / "still.txt").write_text("a")
    source = watch()
    (tmp_path / "new.txt").write_text("a")
    told(source, tmp_path / "new.txt")
    (tmp_path / "new.txt").write_text("longer")
    told(source, tmp_path / "new.txt")
    (tmp_path / "old.txt").rename(tmp_path / "moved.txt")
    (tmp_path / "gone.txt").unlink()
    seen = told(source, tmp_path / "moved.txt", tmp_path / "old.txt", tmp_path / "gone.txt")
    assert str(tmp_path / "still.txt") not in seen


def test_a_new_folder_is_watched_with_all_that_is_in_it(watch: Watch, tmp_path: Path) -> None:
    source = watch()
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "early.txt").write_text("a")
    told(source, tmp_path / "a")
    (tmp_path / "a" / "b" / "late.txt").write_text("a")
    told(source, tmp_path / "a" / "b" / "late.txt")


def test_a_renamed_folder_is_watched_under_its_new_name(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "old" / "deep").mkdir(parents=True)
    source = watch()
    (tmp_path / "old").rename(tmp_path / "new")
    told(source, tmp_path / "old", tmp_path / "new")
    (tmp_path / "new" / "deep" / "a.txt").write_text("a")
    told(source, tmp_path / "new" / "deep" / "a.txt")


def test_a_folder_that_is_removed_and_made_again_is_watched_again(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    source = watch()
    shutil.rmtree(tmp_path / "a")
    told(source, tmp_path / "a")
    (tmp_path / "a").mkdir()
    told(source, tmp_path / "a")
    (tmp_path / "a" / "b.txt").write_text("a")
    told(source, tmp_path / "a" / "b.txt")


def test_no_link_is_followed_and_no_hidden_folder_is_watched(
    watch: Watch, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root, outside = tmp_path, tmp_path_factory.mktemp("outside")
    (root / "link").symlink_to(outside)
    (root / ".git").mkdir()
    source = watch()
    (outside / "a.txt").write_text("a")
    (root / ".git" / "a.txt").write_text("a")
    (root / "last.txt").write_text("a")
    assert told(source, root / "last.txt") == {str(root / "last.txt")}


def test_a_folder_that_cannot_be_read_stops_no_other() -> None:
    with as_ordinary_user() as root:
        (root / "locked").mkdir(mode=0)
        with closing(Events(str(root))) as source:
            (root / "a.txt").write_text("a")
            told(source, root / "a.txt")
        (root / "locked").chmod(0o700)


def test_many_new_folders_need_few_lists(tmp_path: Path) -> None:
    """Each list is an instance of inotify, and a user may have 128 of them."""
    with closing(Events(str(tmp_path))) as source:
        for number in range(100):
            (tmp_path / str(number)).mkdir()
            told(source, tmp_path / str(number))
        (tmp_path / "99" / "a.txt").write_text("a")
        (tmp_path / "0" / "a.txt").write_text("a")
        told(source, tmp_path / "99" / "a.txt", tmp_path / "0" / "a.txt")
        assert len(source._watched) < 12


def test_the_limit_of_watches_is_named_with_the_cure(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / str(number)).mkdir()
    code = (
        "from ingest.watching.root import Root\n"
        f"root = Root({str(tmp_path)!r}, print)\n"
        "root.changed(0.0)\n"
        "print(type(root._source).__name__)"
    )
    # A limit for this process only: that of a user namespace.
    shell = 'echo 10 > /proc/sys/user/max_inotify_watches && exec "$0" -c "$1"'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", shell, sys.executable, code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    if "unshare" in done.stderr or "Permission denied" in done.stderr:
        pytest.skip("this system has no user namespaces for everybody")
    assert done.returncode == 0, done.stderr
    assert "is looked at every 10 s: the system watches no more folders" in done.stdout
    assert "sysctl fs.inotify.max_user_watches=" in done.stdout
    assert done.stdout.endswith("Polling\n")


def test_a_name_that_is_not_utf8_ends_the_events_and_a_scan_is_due(tmp_path: Path) -> None:
    sentences: list[str] = []
    root = Root(str(tmp_path), sentences.append)
    root.changed(0.0)
    root.scanned(0.0)
    assert not root.is_scan_due(100.0)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_text("a")
    ends = time.monotonic() + 20
    while not root.is_scan_due(100.0):
        assert time.monotonic() < ends
        time.sleep(0.02)
        root.changed(100.0)
    (tmp_path / "a.txt").write_text("a")
    told(_Timed(root), tmp_path / "a.txt")
    assert sentences == []
    # When it happens again soon, the folder is looked at again and again.
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xfe.txt")).write_text("a")
    while not sentences:
        assert time.monotonic() < ends
        time.sleep(0.02)
        root.changed(102.0)
    assert "is looked at every 10 s: Unable to decode path" in sentences[0]
    root.close()


class _Timed:
    """A root as a source."""

    def __init__(self, root: Root) -> None:
        self._root = root

    def changed(self) -> set[str]:
        return self._root.changed(101.0)

    def close(self) -> None:
        pass
