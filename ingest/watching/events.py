"""The paths that change in a folder, as the system tells them: inotify on Linux, FSEvents on macOS."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable

from watchfiles import Change, watch

from ingest.watching.folders import folders_below
from semsearch.errors import FolderError

# What watchfiles says when there are too many watches, and when there are too many programs that watch.
_LIMITS = ("OS file watch limit reached", "Too many open files")
_CURE = (
    "the system watches no more folders; a larger limit helps: "
    "sudo sysctl fs.inotify.max_user_watches=1048576 fs.inotify.max_user_instances=1024"
)
_NO_TEXT = "the name of a folder in it is not UTF-8, and so the system cannot be asked what changes there"
_ATTEMPTS = 5
# FSEvents watches a folder with all that is in it, and follows no link.
_WHOLE_TREES = sys.platform == "darwin"


class Events:
    """Native events of everything in a folder except what is hidden or made by programs.

    On Linux, watchfiles would follow links out of the folder, and watch hidden folders too. So it gets a list
    of folders in place of a tree, and a new folder is added when it is seen. Links are not followed.
    """

    def __init__(self, root: str) -> None:
        """Start to watch. Raises FolderError, with the reason, when the system cannot."""
        self._watched: list[_Watched] = []
        self._former: list[_Watched] = []
        self._seen: set[str] = set()
        if _WHOLE_TREES:
            self._add({root})
        else:
            self._follow({root})

    def changed(self) -> set[str]:
        """The paths that changed since the last call: of files, and of folders that are new or gone.

        Raises FolderError, with the reason, when changes were lost. Then the watching has ended.
        """
        former, self._former = self._former, []
        changes = [change for watched in (*self._watched, *former) for change in watched.changed()]
        _close(former)
        if not _WHOLE_TREES:
            self._follow({path for change, path in changes if change is not Change.modified})
        paths, self._seen = self._seen.union(path for _, path in changes), set()
        return paths

    def close(self) -> None:
        _close([*self._watched, *self._former])

    def _follow(self, paths: set[str]) -> None:
        """Watch new folders. Also those of a known name: another folder may have taken its place."""
        known: set[str] = set()
        # Once more, because a folder may be made in a new folder before that one is watched.
        while new := {folder for path in paths for folder in folders_below(path)} - known:
            known |= new
            self._add(new)
        # A file that was made before its folder was watched causes no event.
        self._seen |= paths & known

    def _add(self, folders: set[str]) -> None:
        # Each list of folders costs one of the few instances of inotify that a user may have. With lists of
        # doubling length, there are few lists, and a folder is seldom added again.
        # A list that was merged is asked once more by the next call: the system may be late with its events.
        while self._watched and self._watched[-1].size <= 2 * len(folders):
            self._former.append(self._watched.pop())
            folders = folders | self._former[-1].folders
        self._watched.append(_Watched(folders))


class _Watched:
    """A list of folders, watched without the folders in them."""

    def __init__(self, folders: Iterable[str]) -> None:
        for _ in range(_ATTEMPTS):
            self.folders = {each for each in folders if os.access(each, os.R_OK)}
            self._changes = self._watch()
            try:
                next(self._changes)  # a generator: only now the watching begins
                return
            except FileNotFoundError:
                continue  # one of the folders was removed a moment ago
            except UnicodeEncodeError as error:  # watchfiles takes no other names
                raise FolderError(_NO_TEXT) from error
            except (OSError, RuntimeError) as error:
                raise FolderError(_reason(error)) from error
        raise FolderError("its folders come and go too fast")

    @property
    def size(self) -> int:
        return len(self.folders)

    def _watch(self) -> Generator[set[tuple[Change, str]], None, None]:
        # The waits are as short as possible: a thread of watchfiles collects the changes meanwhile.
        return watch(
            *self.folders,
            watch_filter=None,
            debounce=1,
            step=1,
            rust_timeout=1,
            yield_on_timeout=True,
            force_polling=False,
            recursive=_WHOLE_TREES,
            # It would ignore the limit of watches too.
            ignore_permission_denied=False,
        )

    def changed(self) -> set[tuple[Change, str]]:
        try:
            return next(self._changes)
        except (OSError, RuntimeError) as error:
            raise FolderError(_reason(error)) from error

    def close(self) -> None:
        self._changes.close()


def _close(lists: Iterable[_Watched]) -> None:
    for watched in lists:
        watched.close()


def _reason(error: Exception) -> str:
    return _CURE if any(limit in str(error) for limit in _LIMITS) else str(error)
