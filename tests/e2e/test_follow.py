"""Pages follow the library by themselves: the run that goes on, and what it changes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from semsearch.folders import Folder, listed_folders, remember_folders
from semsearch.models.loaded import Models
from semsearch.progress import Phase, RunProgress
from semsearch.records import State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from semsearch.tasks import TaskKind, Tasks
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary, picture
from web import events
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.e2e.conftest import Troubles

pytestmark = pytest.mark.e2e

RUN = RunProgress(Phase.READ, files=1204, found=20_000, seconds_left=170, updated=1.0)
LINE = "Indexing: 1,204 of 20,000 files, about 3 minutes left"
SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => list.getEntries().forEach((each) => (window.shifts += each.value)))
  .observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(12):
        (folder / f"boat{number}.md").write_text(f"A boat on the water, the {number}th.\n" * 4)
    return folder


@pytest.fixture
def library(folder: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    for file in sorted(folder.iterdir()):
        library.add(folder, file.name)
    return library


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server look at the library five times a second."""
    monkeypatch.setattr(events, "_EVERY", 0.2)


@pytest.fixture
def url(context: BrowserContext, folder: Path, library: MemoryLibrary, tmp_path: Path) -> Iterator[str]:
    remember_folders(tmp_path / "home", [str(folder)])
    with running(create_app(Settings(home=tmp_path / "home"), library)) as url:
        yield url
        # Close the pages first: one that follows would be refused by a server that stops.
        context.close()


def write(library: MemoryLibrary, folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    library.add(folder, name)
    library.revision += 1


def show(page: Page, url: str) -> None:
    """Open a page, and wait until it follows."""
    with page.expect_response("**/api/events?language=en"):
        page.goto(url)


def paths(page: Page) -> list[str]:
    return page.locator("#hits article .path").all_inner_texts()


def test_a_run_is_shown_while_it_goes_on_and_nothing_else_moves(
    page: Page, url: str, library: MemoryLibrary
) -> None:
    page.add_init_script(SHIFTS)
    for path in ("/", "/?q=boat", "/status"):
        show(page, url + path)
        line = page.locator("[data-run=line]:visible")
        assert line.count() == 0
        library.run = RUN
        line.filter(has_text=LINE).wait_for()
        library.run = replace(RUN, files=1300, seconds_left=50)
        line.filter(has_text="Indexing: 1,300 of 20,000 files, less than a minute left").wait_for()
        if path != "/status":
            # A card that moves by a line has .001 or more. Chromium sometimes reports .0001 for the line.
            assert page.evaluate("window.shifts") < 5e-4
        library.run = None
        line.wait_for(state="hidden")
        assert page.locator("#run-said").inner_text() == "Indexing has ended."


def test_without_scripts_the_page_says_the_same(browser: Browser, url: str, library: MemoryLibrary) -> None:
    library.run = RUN
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}/?q=boat")
    assert page.locator(".run-line").inner_text() == f"{LINE}\nResults may be missing until then."
    context.close()


def test_results_that_nobody_touches_are_renewed_in_place(
    page: Page, url: str, library: MemoryLibrary, folder: Path
) -> None:
    show(page, f"{url}/?q=boat")
    page.evaluate("window.same = true")
    page.get_by_label("Search by meaning").focus()
    write(library, folder, "a-boat.md", "boat")
    page.locator("#hits article .path", has_text="a-boat.md").wait_for()
    assert page.evaluate("window.same && document.activeElement.id") == "q"
    assert not page.locator("#run-changed").is_visible()


def test_results_in_use_stay_and_a_link_offers_the_new_ones(
    page: Page, url: str, library: MemoryLibrary, folder: Path
) -> None:
    for use in ("scroll", "select", "touch"):
        show(page, f"{url}/?q=boat")
        match use:
            case "scroll":
                page.evaluate("scrollTo(0, 300)")
            case "select":
                page.evaluate("getSelection().selectAllChildren(document.querySelector('article'))")
            case "touch":
                page.locator(".result-count").click()
        before = paths(page)
        write(library, folder, f"a-boat-to-{use}.md", f"boat {use}")
        link = page.get_by_role("link", name="Results have changed. Show them")
        link.wait_for()
        assert paths(page) == before
        link.click()
        page.locator("#hits article .path", has_text=f"a-boat-to-{use}.md").wait_for()


def test_a_write_that_changes_no_result_changes_nothing(
    page: Page, url: str, library: MemoryLibrary, folder: Path
) -> None:
    show(page, f"{url}/?q=boat")
    page.evaluate("document.querySelector('article').dataset.mine = ''")
    with page.expect_response("**/?q=boat"):
        write(library, folder, "lemon.md", "A lemon.")
    library.run = RUN  # once this is shown, the answer has been read
    page.locator("#run-line", has_text=LINE).wait_for()
    assert page.locator("article[data-mine]").count() == 1
    assert not page.locator("#run-changed").is_visible()


def test_the_preview_follows_its_document_and_the_reader_stays_where_he_is(
    page: Page, url: str, library: MemoryLibrary, folder: Path, troubles: Troubles
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    text = "A boat at sea.\n\n" * 200
    write(library, folder, "long.md", text)
    show(page, f"{url}/?q=sea&path=long.md")
    body = page.locator("#preview .preview-body")
    body.evaluate("(body) => { body.scrollTop = 300; }")
    write(library, folder, "long.md", f"{text}It sinks.\n")  # what the list says of it stays the same
    page.locator("#preview", has_text="It sinks.").wait_for()
    assert body.evaluate("(body) => body.scrollTop") == 300
    troubles.allow("status of 503")
    page.route("**/preview*", lambda route: route.fulfill(status=503), times=1)
    with page.expect_response(lambda response: response.status == 503):
        write(library, folder, "long.md", f"{text}It floats.\n")
    write(library, folder, "long.md", f"{text}It rises.\n")
    page.locator("#preview", has_text="It rises.").wait_for()
    assert body.evaluate("(body) => body.scrollTop") == 300


def test_the_counts_of_home_and_status_follow(
    page: Page, url: str, library: MemoryLibrary, folder: Path
) -> None:
    (folder / "lake.png").write_bytes(picture((20, 20, 200)))
    library.add(folder, "lake.png")
    page.clock.install()
    show(page, url)
    assert page.get_by_text("12 texts and 1 picture").is_visible()
    write(library, folder, "lemon.md", "A lemon.")
    page.get_by_text("13 texts and 1 picture").wait_for()
    # A change while a picture is large is shown when it is closed.
    page.locator("#new .tile-picture:has(img)").click()
    page.locator("#viewer .viewer-picture img").wait_for()
    write(library, folder, "lime.md", "A lime.")
    library.run = RUN  # once this is shown, the change is known
    page.locator("#run-line", has_text=LINE).wait_for(state="attached")
    page.clock.fast_forward(5000)
    page.keyboard.press("Escape")
    page.get_by_text("14 texts and 1 picture").wait_for()
    library.run = None
    show(page, f"{url}/status")
    library.add(folder, "lemon.md", state=State.FAILED, reason="rotten")
    library.revision += 1
    page.locator(".group-reason", has_text="rotten").wait_for()


def test_the_page_follows_another_process_that_adds_edits_moves_and_removes_files(
    page: Page, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "harbour.md").write_text("Fishing boats leave the harbour before dawn.\n")
    (folder / "boat.md").write_text("The old boat needs new paint.\n")
    (folder / "raft.md").write_text("A raft drifts between the boats.\n")

    def ingest_elsewhere() -> None:
        command = [sys.executable, "-m", "semsearch", "ingest", str(folder)]
        told = {
            "SEMSEARCH_HOME": str(settings.home),
            "SEMSEARCH_REDIS_URL": settings.redis_url,
            "SEMSEARCH_TEXT_MODEL": "minilm",
        }
        subprocess.run(command, check=True, env=os.environ | told, timeout=120, capture_output=True)

    searcher = Searcher(Store.open(settings, Role.WEB), Models(settings), home=settings.home)
    with running(create_app(settings, searcher)) as url:
        show(page, url)
        assert page.get_by_text("Nothing is indexed yet").is_visible()
        ingest_elsewhere()
        page.get_by_text("3 texts and 0 pictures").wait_for()

        show(page, f"{url}/?q=boats")
        page.evaluate("window.same = true")
        assert sorted(paths(page)) == ["boat.md", "harbour.md", "raft.md"]
        (folder / "ferry.md").write_text("Boats and a ferry cross the bay.\n")
        (folder / "boat.md").rename(folder / "moved.md")
        (folder / "harbour.md").write_text("Boats come back to the harbour at noon.\n")
        (folder / "raft.md").unlink()
        ingest_elsewhere()
        for news in ("at noon", "ferry.md", "moved.md"):
            page.locator("#hits article", has_text=news).wait_for()
        for gone in ("boat.md", "raft.md"):
            page.locator("#hits article .path", has_text=gone).wait_for(state="detached")
        assert sorted(paths(page)) == ["ferry.md", "harbour.md", "moved.md"]
        assert page.evaluate("window.same")  # it was never loaded anew
        page.close()


def test_the_page_of_the_library_follows_the_step_of_the_run_and_keeps_open_what_was_opened(
    page: Page, url: str, library: MemoryLibrary, folder: Path
) -> None:
    library.add(folder, "boat1.md", state=State.FAILED, reason="rotten")
    library.run = replace(RUN, phase=Phase.NAMES)
    show(page, f"{url}/status")
    page.locator(".group-reason", has_text="rotten").click()
    page.get_by_role("link", name="boat1.md").wait_for()
    page.locator(".why > summary").press("Enter")
    page.locator("main").focus()
    library.run = replace(RUN, files=3, found=4, phase=Phase.OCR)
    page.locator("[data-phase=ocr][aria-current=step]").wait_for()
    assert page.locator("[aria-current=step]").count() == 1
    assert page.locator("#run-progress").evaluate("(bar) => bar.value") == 0.75
    assert page.get_by_text("Only the text in pictures is still being read.").is_visible()
    library.add(folder, "boat2.md", state=State.FAILED, reason="rotten")
    library.revision += 1
    page.get_by_role("link", name="boat2.md").wait_for()
    assert page.locator(".why[open] summary").all_text_contents() == ["Why boat1.md"]


def test_a_folder_is_paused_by_keyboard(page: Page, url: str, folder: Path, tmp_path: Path) -> None:
    page.goto(f"{url}/status")
    page.get_by_role("button", name="Pause folder").press("Enter")
    page.wait_for_url(f"{url}/status#folders")
    assert listed_folders(tmp_path / "home") == (Folder(str(folder), paused=True),)


def test_a_task_is_shown_until_it_has_ended_however_long_that_takes(
    page: Page, url: str, folder: Path, tmp_path: Path
) -> None:
    tasks = Tasks(tmp_path / "home")
    tasks.leave(TaskKind.SCAN, str(folder))
    page.clock.install()
    show(page, f"{url}/status")
    task = page.locator("[data-open-task]")
    for _ in range(2):  # it is open still
        with page.expect_response(f"{url}/status"):
            page.clock.run_for(5000)
        assert task.is_visible()
    tasks.drop(*tasks.open())
    page.clock.run_for(9000)
    task.wait_for(state="detached")
