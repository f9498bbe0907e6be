"""What people do on the page of the library: add, pause, rescan and forget folders, and try files again.

The list of folders lies in the home, so this process can pause a folder. All else writes to Redis or is a run
of ingestion: it is left as a task for the process that watches folders.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from semsearch.errors import ForbiddenError, QueryError
from semsearch.folders import known_folders, pause_folder
from semsearch.ignored import is_ignored
from semsearch.message import say
from semsearch.tasks import TaskKind, Tasks
from semsearch.text import readable
from web.access.caller import check_may_change
from web.access.gate import client_address, log
from web.library_page import Refused, shown
from web.pages import activity_now
from web.services import services

library_actions = Blueprint("library", __name__)

_MOST_CHARACTERS = 4000
# By the value of the button.
_TASKS = {"scan": TaskKind.SCAN, "forget": TaskKind.FORGET}
_PAUSES = {"pause": True, "resume": False}


@library_actions.post("/library/folder")
def change_folder() -> BaseResponse:
    """Pause, resume, rescan or forget a folder that is known."""
    check_may_change()
    action, home = request.form.get("do", ""), services().settings.home
    folder = _known(_text("folder"), {*known_folders(home), *services().library.status().roots})
    if action in _PAUSES:
        pause_folder(home, folder, paused=_PAUSES[action])
    elif action in _TASKS:
        Tasks(home).leave(_TASKS[action], folder)
    else:
        raise QueryError(say("{action!r} cannot be done with a folder.", action=action))
    log.info("%s %s by %s", action, readable(folder), client_address())
    return redirect(url_for("pages.status", _anchor="folders"), 303)


@library_actions.post("/library/folders")
def add_folder() -> BaseResponse | tuple[str, int]:
    """Add a folder that lies below one of those that the settings allow. A problem is told at the field."""
    check_may_change()
    settings = services().settings
    try:
        folder = addable(_text("folder"), settings.add_below, settings.home)
    except (QueryError, ForbiddenError) as error:
        if not settings.add_below:
            raise
        refused = Refused(request.form.get("folder", ""), error.message)
        return shown(activity_now(), refused), 403 if isinstance(error, ForbiddenError) else 400
    Tasks(settings.home).leave(TaskKind.ADD, folder)
    log.info("add %s by %s", readable(folder), client_address())
    return redirect(url_for("pages.status", _anchor="folders"), 303)


@library_actions.get("/library/folders")
def folders() -> BaseResponse:
    """The page of the library, for a browser that reloads, or follows, the page with a problem."""
    return redirect(url_for("pages.status", _anchor="folders"))


@library_actions.post("/library/retry")
def retry() -> BaseResponse:
    """Read the files again that failed for a reason with these words."""
    check_may_change()
    words = _text("words")
    Tasks(services().settings.home).leave(TaskKind.RETRY, words=words)
    log.info("retry %s by %s", readable(words), client_address())
    return redirect(url_for("pages.status", _anchor="not-indexed"), 303)


@library_actions.post("/library/dismiss")
def dismiss() -> BaseResponse:
    """Forget a task that is open or failed."""
    check_may_change()
    tasks = Tasks(services().settings.home)
    for task in tasks.all():
        if task.id == request.form.get("task"):
            tasks.drop(task)
    return redirect(url_for("pages.status", _anchor="now"), 303)


def addable(text: str, below: Iterable[Path], home: Path) -> str:
    """The absolute path of a folder, without links, that may be added.

    Raises ForbiddenError when it lies in none of the folders `below`, is hidden there, or lies in the home;
    QueryError when it is no folder. What may not be added is not looked at, so the answer does not tell what
    is there.
    """
    try:
        path = Path(text).expanduser()
        folder = path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, the home of an unknown user, a zero byte
        raise QueryError(say("{folder} is no folder of this machine.", folder=text)) from None
    allowed = [each.resolve() for each in below]
    around = [each for each in allowed if folder.is_relative_to(each) and not _is_hidden(folder, each)]
    if not path.is_absolute() or not around or folder.is_relative_to(home.resolve()):
        raise ForbiddenError(
            say(
                "{folder} cannot be added here, only folders in: {allowed}. Others are added by "
                "`semsearch folders add FOLDER`.",
                folder=text,
                allowed=", ".join(map(str, allowed)) or "–",
            )
        )
    if not folder.is_dir():
        raise QueryError(say("There is no folder {folder}.", folder=text))
    return str(folder)


def _is_hidden(folder: Path, below: Path) -> bool:
    """Whether a run would leave out the folder on its way down from `below`."""
    return any(is_ignored(f"{step}/", ()) for step in folder.relative_to(below).parts)


def _text(name: str) -> str:
    """A field of the form. Raises QueryError when it is missing, empty or too long."""
    text = request.form.get(name, "").strip()
    if not text or len(text) > _MOST_CHARACTERS:
        raise QueryError(say("{name} is missing or too long.", name=name))
    return text


def _known(text: str, known: Iterable[str]) -> str:
    """The known folder with this path, whose bytes that are not UTF-8 the page cannot show."""
    for folder in known:
        if readable(folder) == text:
            return folder
    raise QueryError(say("{folder} is no known folder any more.", folder=text))
