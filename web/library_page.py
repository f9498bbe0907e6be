"""The page of the library: what goes on, its folders, the files that are not indexed, and how it is doing."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from flask import render_template, url_for

from semsearch.folders import how_it_stays_forgotten, listed_folders
from semsearch.message import Message, say
from semsearch.overview import FolderState, FolderStatus, Trouble
from semsearch.progress import Activity, Phase
from semsearch.records import State
from semsearch.tasks import TaskKind, Tasks
from semsearch.text import readable
from web.run_chart import chart
from web.services import services

# The files that are named for one reason.
_NAMED = 20

_FOLDER_STATES = {
    FolderState.PAUSED: say("paused"),
    FolderState.OFFLINE: say("offline"),
    FolderState.UNLISTED: say("unlisted"),
}
_STEPS = {
    Phase.PLAN: say("Looking"),
    Phase.NAMES: say("Names"),
    Phase.READ: say("Words"),
    Phase.EMBED: say("Meaning"),
    Phase.CALIBRATE: say("Relevance"),
    Phase.OCR: say("Text in pictures"),
    Phase.EXPLORE: say("Maps and topics"),
}
# What can be searched while a run is in a phase.
_SEARCHABLE = {
    Phase.EMBED: say("All files can be found by their words and names now."),
    Phase.CALIBRATE: say("All files can be searched now."),
    Phase.OCR: say("All files can be searched now. Only the text in pictures is still being read."),
    Phase.EXPLORE: say("All files can be searched now."),
}


_DOING = {
    TaskKind.ADD: say("Add"),
    TaskKind.SCAN: say("Rescan"),
    TaskKind.FORGET: say("Forget"),
    TaskKind.RETRY: say("Try again"),
    TaskKind.LABEL: say("Apply labels"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A group of files that are not indexed, with the command that tries them again."""

    trouble: Trouble
    command: str

    @property
    def more(self) -> int:
        """The number of files that are not named."""
        return self.trouble.files - len(self.trouble.examples[:_NAMED])


@dataclass(frozen=True, slots=True)
class Refused:
    """A folder as it was typed, and why it was not added."""

    folder: str
    problem: str


def shown(activity: Activity | None, refused: Refused | None = None) -> str:
    """The page. `activity` is what goes on."""
    known = services()
    tasks = Tasks(known.settings.home)
    overview = known.library.overview()
    folders = [folder.path for folder in overview.folders]
    return render_template(
        "status.html",
        status=overview.status,
        overview=overview,
        activity=activity,
        states=list(State),
        folder_states=_FOLDER_STATES,
        steps=_STEPS,
        searchable=_SEARCHABLE,
        groups=[Group(trouble, _again(trouble)) for trouble in overview.troubles],
        named=_NAMED,
        models=list(_models(overview.status.text_model, overview.status.image_model)),
        tasks=tasks.all(),
        is_watched=tasks.have_a_watcher,
        doing=_DOING,
        add_below=known.settings.add_below,
        refused=refused,
        next=url_for("pages.status") if refused else None,
        chart=chart(overview.runs),
        latencies=known.metrics.latencies(),
        command=command,
        folder_commands=_folder_commands,
        stays_forgotten=partial(how_it_stays_forgotten, known=folders),
    )


def follows_folders() -> bool:
    """Whether a process watches a folder that is not paused, and so reads what is in it by itself."""
    home = services().settings.home
    return Tasks(home).have_a_watcher and not all(folder.paused for folder in listed_folders(home))


def command(*words: str) -> str:
    """A command of semsearch as it is typed in a shell."""
    return " ".join(["semsearch", *(shlex.quote(readable(word)) for word in words)])


def _folder_commands(folder: FolderStatus) -> list[str]:
    """The commands that change a folder."""
    pause = "resume" if folder.state is FolderState.PAUSED else "pause"
    return [
        command("folders", pause, folder.path),
        command("ingest", folder.path),
        command("folders", "forget", folder.path),
    ]


def _again(trouble: Trouble) -> str:
    """The command that reads the files of a group again. A file that waits needs another run only."""
    if trouble.state is State.WAITING:
        return command("ingest")
    return command("ingest", "--retry", "--reason", trouble.words)


def _models(text: str, image: str) -> Iterator[tuple[Message, str, Message, str]]:
    """What each model is for, its id, what another one would be good for, and the command that takes it."""
    build = "semsearch index build"
    if "e5" in text:
        yield say("Texts"), text, say("English texts only:"), f"SEMSEARCH_TEXT_MODEL=minilm {build}"
    else:
        yield say("Texts"), text, say("Texts in a hundred languages:"), f"SEMSEARCH_TEXT_MODEL=e5 {build}"
    if image:
        yield say("Pictures"), image, say("Trained on your pictures:"), "semsearch train-pictures FOLDER"
    else:
        change = "SEMSEARCH_IMAGE_MODEL=minilook semsearch ingest"
        yield say("Pictures"), image, say("The built-in model:"), change
