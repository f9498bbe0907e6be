"""The page of the library: what goes on, its folders, what is not indexed, and what people can do there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from semsearch.folders import Folder, listed_folders, pause_folder, remember_folders
from semsearch.message import say
from semsearch.overview import FolderState, FolderStatus, OtherIndex, PastRun
from semsearch.progress import Phase, RunProgress
from semsearch.records import State
from semsearch.settings import Settings
from semsearch.tasks import TaskKind, Tasks
from tests.memory_library import MemoryLibrary
from web.access.password import Password
from web.access.tokens import Tokens
from web.app import create_app

PASSWORD = "correct horse"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "my notes"
    folder.mkdir()
    for name in ("boat.md", "rotten.md", "spoilt.md"):
        (folder / name).write_text(f"The {name} is here.")
    return folder.resolve()


@pytest.fixture
def library(notes: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    library.add(notes, "boat.md")
    return library


@pytest.fixture
def settings(tmp_path: Path, notes: Path) -> Settings:
    remember_folders(tmp_path / "home", [str(notes)])
    return Settings(home=tmp_path / "home", add_below=(tmp_path,))


@pytest.fixture
def app(library: MemoryLibrary, settings: Settings) -> Flask:
    return create_app(settings, library)


@pytest.fixture
def watcher(settings: Settings) -> Iterator[Tasks]:
    """A process that carries out tasks."""
    tasks = Tasks(settings.home)
    assert tasks.take_on()
    yield tasks
    tasks.leave_off()


def left(settings: Settings) -> list[tuple[TaskKind, str, str]]:
    return [(task.kind, task.folder, task.words) for task in Tasks(settings.home).open()]


class TestWhatIsShown:
    def test_files_that_failed_are_grouped_by_reason_with_the_command_that_tries_them_again(
        self, client: FlaskClient, library: MemoryLibrary, notes: Path
    ) -> None:
        for name in ("rotten.md", "spoilt.md"):
            library.add(notes, name, state=State.FAILED, reason="it smells", attempts=3)
        page = client.get("/status").text
        assert page.count('<span class="group-reason">it smells<') == 1
        assert "2 files" in page
        assert "semsearch ingest --retry --reason &#39;it smells&#39;" in page
        assert page.index("rotten.md") < page.index("spoilt.md")

    def test_each_file_that_is_not_indexed_says_why(
        self, client: FlaskClient, library: MemoryLibrary, notes: Path
    ) -> None:
        end = "damaged: it has no end"
        doc = library.add(notes, "rotten.md", state=State.FAILED, reason=end, attempts=3, worker="ada:7")
        library.add(notes, "spoilt.md", state=State.SKIPPED, reason="nothing in it", indexed_at=0.0)
        page = client.get("/status").text
        first = page.partition(f'id="why-{doc}"')[2].partition("</details>")[0]
        facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", first))
        assert (facts["Reason"], facts["State"], facts["Attempts"]) == (end, "failed", "3")
        assert "ada:7" in facts["Recorded"]
        assert (facts["Type"], facts["Size"], facts["Folder"]) == ("Markdown", "22 bytes", str(notes))
        other = page.partition('<summary>Why<span class="sr-only"> spoilt.md')[2].partition("</details>")[0]
        assert "Recorded" not in other
        assert "Attempts" not in other

    def test_a_run_shows_its_step_its_share_and_what_can_be_searched_already(
        self, client: FlaskClient, library: MemoryLibrary
    ) -> None:
        library.run = RunProgress(Phase.OCR, files=3, found=4, started=1.0, updated=1.0, worker="box:1")
        page = client.get("/status").text
        assert 'value="0.75"' in page
        assert re.search(r'data-phase="ocr" aria-current="step"', page)
        assert page.count('aria-current="step"') == 1
        assert re.search(r'data-searchable="ocr">All files can be searched now\. Only the text', page)
        assert re.search(r'data-searchable="embed" hidden', page)

    def test_past_runs_are_a_chart_and_a_table(self, client: FlaskClient, library: MemoryLibrary) -> None:
        library.runs = (
            PastRun(1_700_000_000.0, {"indexed": 3, "seconds": 1.5}),
            PastRun(1_600_000_000.0, {"indexed": 1200, "failed": 2}),
        )
        page = client.get("/status").text
        assert page.count('class="runs-changed"') == 2
        assert page.count('class="runs-failed"') == 1
        assert "1,200 files changed, 2 failed" in page
        assert page.count('<th scope="row">14 Nov 2023') == 1

    @pytest.mark.usefixtures("watcher")
    @pytest.mark.parametrize("address", ["/", "/status", "/browse", "/?q=owls"])
    def test_a_library_whose_folders_are_watched_is_not_called_empty(
        self, settings: Settings, address: str
    ) -> None:
        library = MemoryLibrary(last_run={})
        client = create_app(settings, library).test_client()

        def shown() -> str:
            page = client.get(address).text
            said = (
                "Nothing is indexed yet",
                "The folders are about to be read.",
                "There are no files in the folders yet.",
                "Looking for files",
            )
            (found,) = (each for each in said if each in page.partition("</main>")[0])
            return found

        assert shown() == "The folders are about to be read."
        library.run = RunProgress(Phase.PLAN, started=1.0)
        assert shown() == "Looking for files"
        library.run, library.last_run = None, {"files": "0"}
        assert shown() == "There are no files in the folders yet."
        for folder in listed_folders(settings.home):
            pause_folder(settings.home, folder.path, paused=True)
        assert shown() == "Nothing is indexed yet"

    @pytest.mark.usefixtures("watcher")
    def test_changes_are_not_said_to_be_taken_up_in_paused_folders(
        self, client: FlaskClient, library: MemoryLibrary
    ) -> None:
        watched, paused = (
            FolderStatus("/notes", FolderState.WATCHED),
            FolderStatus("/photos", FolderState.PAUSED),
        )
        library.folders = (watched,)
        page = client.get("/status").text
        assert "Changes in the folders are taken up within seconds." in page
        assert "paused" not in page
        library.folders = (watched, paused)
        page = client.get("/status").text
        assert "taken up within seconds. Those in paused folders are not." in page
        library.folders = (paused,)
        page = client.get("/status").text
        assert "The folder is paused: changes in it are not taken up." in page
        assert "within seconds" not in page

    @pytest.mark.parametrize(
        ("state", "said"),
        [
            (FolderState.PAUSED, 'value="resume"'),
            (FolderState.OFFLINE, "It cannot be reached now. Its documents stay."),
            (FolderState.WATCHED, 'value="pause"'),
        ],
    )
    def test_a_folder_tells_its_state_and_offers_what_fits(
        self, settings: Settings, state: FolderState, said: str
    ) -> None:
        library = MemoryLibrary(folders=(FolderStatus("/notes", state, seen=1.0),))
        assert said in create_app(settings, library).test_client().get("/status").text

    def test_an_index_of_another_model_shows_how_far_it_is(
        self, client: FlaskClient, library: MemoryLibrary
    ) -> None:
        library.others = (OtherIndex(say("It is paused."), "semsearch index build", 0.25),)
        page = client.get("/status").text
        assert '<progress aria-label="It is paused." max="1" value="0.25">' in page
        assert "<code>semsearch index build</code>" in page

    def test_the_speed_of_searches_is_that_since_the_server_began(self, client: FlaskClient) -> None:
        assert "Nothing has been searched since the server began." in client.get("/status").text

    def test_commands_are_quoted_for_the_shell(self, client: FlaskClient, notes: Path) -> None:
        page = client.get("/status").text
        for words in ("folders pause", "ingest", "folders forget"):
            assert f"semsearch {words} &#39;{notes}&#39;" in page


class TestWhatCanBeDone:
    def test_a_folder_is_paused_and_resumed_without_any_watcher(
        self, client: FlaskClient, settings: Settings, notes: Path
    ) -> None:
        answer = client.post("/library/folder", data={"folder": str(notes), "do": "pause"})
        assert (answer.status_code, answer.location) == (303, "/status#folders")
        assert Folder(str(notes), paused=True) in listed_folders(settings.home)
        client.post("/library/folder", data={"folder": str(notes), "do": "resume"})
        assert Folder(str(notes), paused=False) in listed_folders(settings.home)
        assert left(settings) == []

    @pytest.mark.usefixtures("watcher")
    def test_what_needs_a_run_is_left_to_the_process_that_watches(
        self, client: FlaskClient, settings: Settings, notes: Path
    ) -> None:
        for action in ("scan", "forget"):
            assert (
                client.post("/library/folder", data={"folder": str(notes), "do": action}).status_code == 303
            )
        assert client.post("/library/retry", data={"words": "it smells"}).status_code == 303
        assert left(settings) == [
            (TaskKind.SCAN, str(notes), ""),
            (TaskKind.FORGET, str(notes), ""),
            (TaskKind.RETRY, "", "it smells"),
        ]
        page = client.get("/status").text
        assert page.count("data-open-task") == 3
        assert "is being done" in page

    @pytest.mark.usefixtures("watcher")
    def test_how_a_folder_in_another_one_stays_forgotten_is_told_before(
        self, settings: Settings, notes: Path
    ) -> None:
        folders = [FolderStatus(str(path), FolderState.WATCHED) for path in (notes, notes / "in")]
        page = create_app(settings, MemoryLibrary(folders=tuple(folders))).test_client().get("/status")
        hint = f"It lies in {notes}, with which it is indexed again, unless {notes}/.semsearchignore has the"
        assert page.text.count(hint) == page.text.count(f"{hint} line /in/") == 1

    def test_without_a_watcher_the_page_has_commands_in_place_of_buttons(
        self, client: FlaskClient, settings: Settings
    ) -> None:
        page = client.get("/status").text
        assert 'value="scan"' not in page
        assert 'value="forget"' not in page
        assert "No process watches the folders" in page
        assert "semsearch folders add FOLDER" in page
        Tasks(settings.home).leave(TaskKind.SCAN, "/notes")
        assert "waits until <code>semsearch up</code> runs" in client.get("/status").text

    @pytest.mark.usefixtures("watcher")
    def test_a_folder_below_an_allowed_one_is_added(
        self, client: FlaskClient, settings: Settings, tmp_path: Path
    ) -> None:
        (tmp_path / "photos").mkdir()
        assert 'name="folder" required' in client.get("/status").text
        answer = client.post("/library/folders", data={"folder": f"{tmp_path}/my notes/../photos/"})
        assert answer.status_code == 303
        assert left(settings) == [(TaskKind.ADD, str(tmp_path.resolve() / "photos"), "")]

    @pytest.mark.parametrize(
        "folder", ["/", "/etc", "..", "my notes", "{home}", "{here}/.ssh", "{here}/link"]
    )
    def test_no_other_folder_is_added(
        self, client: FlaskClient, settings: Settings, tmp_path: Path, folder: str
    ) -> None:
        (tmp_path / ".ssh").mkdir()
        (tmp_path / "link").symlink_to("/etc")
        path = folder.format(home=settings.home, here=tmp_path)
        answer = client.post("/library/folders", data={"folder": path})
        assert answer.status_code == 403
        assert "semsearch folders add" in answer.text
        assert left(settings) == []

    def test_a_folder_that_is_not_there_is_not_added(
        self, client: FlaskClient, settings: Settings, tmp_path: Path
    ) -> None:
        for name in ("nowhere", "my notes/boat.md", "a\0b"):
            assert client.post("/library/folders", data={"folder": f"{tmp_path}/{name}"}).status_code == 400
        assert left(settings) == []

    @pytest.mark.usefixtures("watcher")
    def test_a_folder_that_is_not_added_is_told_at_its_field_which_keeps_what_was_typed(
        self, client: FlaskClient, tmp_path: Path
    ) -> None:
        typed = f"{tmp_path}/nowhere"
        page = client.post("/library/folders", data={"folder": typed}).text
        (field,) = re.findall(r"<input id=\"add-folder\"[^>]+>", page)
        assert f'value="{typed}" aria-invalid="true" aria-describedby="add-folder-problem' in field
        assert f'id="add-folder-problem">There is no folder {typed}.</p>' in page
        assert client.get("/library/folders").location == "/status#folders"

    @pytest.mark.parametrize(
        ("path", "data"),
        [
            ("/library/folder", {"folder": "/nowhere", "do": "pause"}),
            ("/library/folders", {"folder": "/"}),
        ],
    )
    def test_what_cannot_be_done_is_no_matter_of_a_search_and_leads_back(
        self, library: MemoryLibrary, tmp_path: Path, path: str, data: dict[str, str]
    ) -> None:
        client = create_app(Settings(home=tmp_path / "home"), library).test_client()
        page = client.post(path, data=data).text
        assert "<h1>This cannot be done</h1>" in page
        assert '<a class="button" href="/status">Back to the library</a>' in page
        assert "search is not valid" not in page

    def test_by_default_no_folder_can_be_added(
        self, library: MemoryLibrary, tmp_path: Path, notes: Path
    ) -> None:
        client = create_app(Settings(home=tmp_path / "home"), library).test_client()
        answer = client.post("/library/folders", data={"folder": str(notes)})
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        ("path", "data"),
        [
            ("/library/folder", {"folder": "/nowhere", "do": "pause"}),
            ("/library/folder", {"do": "pause"}),
            ("/library/folder", {"folder": "{notes}", "do": "polish"}),
            ("/library/retry", {}),
        ],
    )
    def test_nonsense_is_refused(
        self, client: FlaskClient, settings: Settings, notes: Path, path: str, data: dict[str, str]
    ) -> None:
        filled = {name: value.format(notes=notes) for name, value in data.items()}
        assert client.post(path, data=filled).status_code == 400
        assert left(settings) == []

    def test_a_task_can_be_cancelled_and_a_failed_one_dismissed(
        self, client: FlaskClient, settings: Settings, watcher: Tasks
    ) -> None:
        watcher.leave(TaskKind.ADD, "/photos")
        watcher.leave(TaskKind.SCAN, "/notes")
        add, scan = watcher.open()
        watcher.fail(add, "there is no folder /photos any more")
        assert "there is no folder /photos any more" in client.get("/status").text
        for task in (add, scan):
            assert client.post("/library/dismiss", data={"task": task.id}).status_code == 303
        assert Tasks(settings.home).all() == ()


FORMS = [
    ("/library/folder", {"folder": "{notes}", "do": "forget"}),
    ("/library/folders", {"folder": "{notes}"}),
    ("/library/retry", {"words": "it smells"}),
    ("/library/dismiss", {"task": "1"}),
]


def filled(data: dict[str, str], notes: Path) -> dict[str, str]:
    return {name: value.format(notes=notes) for name, value in data.items()}


def nothing_changed(settings: Settings, notes: Path) -> bool:
    return left(settings) == [] and Folder(str(notes)) in listed_folders(settings.home)


@pytest.mark.parametrize(("path", "data"), FORMS)
class TestWhoMayDoIt:
    def test_a_page_of_another_site_may_not(
        self, client: FlaskClient, settings: Settings, notes: Path, path: str, data: dict[str, str]
    ) -> None:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = client.post(path, data=filled(data, notes), headers=headers)
            assert answer.status_code == 403
        assert client.get(path).status_code == (302 if path == "/library/folders" else 405)
        assert nothing_changed(settings, notes)

    def test_a_page_that_may_use_the_api_may_not_either(
        self, library: MemoryLibrary, settings: Settings, notes: Path, path: str, data: dict[str, str]
    ) -> None:
        origin = "https://notes.example.org"
        client = create_app(settings.model_copy(update={"origins": (origin,)}), library).test_client()
        assert client.post(path, data=filled(data, notes), headers={"Origin": origin}).status_code == 403
        assert nothing_changed(settings, notes)

    def test_a_client_of_a_proxy_may_not_without_a_password(
        self, library: MemoryLibrary, settings: Settings, notes: Path, path: str, data: dict[str, str]
    ) -> None:
        behind = settings.model_copy(update={"proxies": (ip_network("127.0.0.1"),)})
        client = create_app(behind, library).test_client()
        answer = client.post(path, data=filled(data, notes), headers={"X-Forwarded-For": "203.0.113.9"})
        assert answer.status_code == 403
        assert nothing_changed(settings, notes)

    def test_a_token_may_not_and_who_has_logged_in_may(
        self, client: FlaskClient, settings: Settings, notes: Path, path: str, data: dict[str, str]
    ) -> None:
        Password(settings.home).change(PASSWORD)
        token = Tokens(settings.home).add("all")
        refused = client.post(path, data=filled(data, notes), headers={"Authorization": f"Bearer {token}"})
        assert refused.status_code == 403
        assert client.post(path, data=filled(data, notes)).location.startswith("/login")
        assert nothing_changed(settings, notes)
        client.post("/login", data={"password": PASSWORD})
        assert client.post(path, data=filled(data, notes)).location.startswith("/status")


def test_a_token_sees_the_page_without_buttons(
    client: FlaskClient, settings: Settings, watcher: Tasks
) -> None:
    Password(settings.home).change(PASSWORD)
    token = Tokens(settings.home).add("all")
    watcher.leave(TaskKind.SCAN, "/notes")
    page = client.get("/status", headers={"Authorization": f"Bearer {token}"}).text
    assert "my notes" in page
    assert "/library/" not in page
