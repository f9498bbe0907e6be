"""The folders and files below a folder that a watcher looks at."""

from __future__ import annotations

import os
from collections.abc import Iterator

from semsearch.ignored import IGNORE_FILE, is_ignored


def is_watched(path: str) -> bool:
    """Whether a change of `path` can matter. It is relative to the root; "" is the root itself.

    What is hidden, or made by programs for themselves, does not matter, and nothing below it does. An ignore
    file does.
    """
    *above, name = path.split("/")
    if any(is_ignored(f"{step}/", ()) for step in above):
        return False
    return name in ("", IGNORE_FILE) or not is_ignored(name, ())


def folders_below(folder: str) -> Iterator[str]:
    """Yield `folder` and the folders in it, at any depth, but no links, and nothing that never matters.

    Yields nothing when it is no folder, or is a link.
    """
    if os.path.islink(folder):  # noqa: PTH114 (speed)
        return
    for here, names, _ in os.walk(folder):
        names[:] = filter(is_watched, names)
        yield here
