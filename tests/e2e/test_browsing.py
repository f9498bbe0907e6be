"""Documents without a query in a real browser: typing, keys, selecting, pictures large, and the way back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from semsearch.folders import remember_folders
from semsearch.settings import Settings
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary, picture
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Troubles

pytestmark = pytest.mark.e2e

# Of the three pictures and the three notes, by name.
MONTHS_AND_DAYS = ((6, 1), (6, 2), (6, 3), (4, 1), (4, 2), (5, 1))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root, library = tmp_path_factory.mktemp("folder"), MemoryLibrary()
    for n in range(3):
        (root / f"lake{n}.png").write_bytes(picture((n, 20, 200)))
        (root / f"note{n}.md").write_text(f"# Note {n}\n\nBy the lake, for the {n}th time.\n")
    for n, file in enumerate(sorted(root.iterdir())):
        moment = datetime(2025, *MONTHS_AND_DAYS[n]).timestamp()
        os.utime(file, (moment, moment))
        library.add(root, file.name)
    home = tmp_path_factory.mktemp("home")
    remember_folders(home, [str(root)])
    with running(create_app(Settings(home=home), library)) as url:
        yield url


def test_who_types_while_browsing_gets_the_preview_and_the_picture_viewer(
    page: Page, url: str, troubles: Troubles
) -> None:
    troubles.allow("503")  # a busy machine refuses a thumbnail, and the page asks again
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{url}/browse")
    page.evaluate("window.isSame = true")
    assert page.locator(".top-links [aria-current]").inner_text() == "Browse"
    page.locator("#q").press_sequentially("lake png")
    page.wait_for_url("**/?q=lake+png")  # until then: the documents, or the results of fewer keys
    page.locator("#preview .preview-document").wait_for()
    assert page.locator(".top-links [aria-current]").count() == 0
    picture = page.locator(".hit", has_text="lake1").locator(".hit-thumb")
    picture.click()
    page.locator("#viewer .viewer-picture img").wait_for()
    page.keyboard.press("Escape")
    page.locator("#viewer").wait_for(state="hidden")
    assert page.locator(".skip").inner_text() == "Skip to results"
    assert page.evaluate("window.isSame"), "the page was loaded anew"


def test_documents_are_browsed_selected_and_read_by_keys_alone(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{url}/browse?order=name")
    chosen, pane = page.locator("#hits [aria-current]"), page.locator("#preview")
    expect(chosen).to_contain_text("lake0.png")
    for key in "jjj":
        page.keyboard.press(key)
    expect(chosen).to_contain_text("Note 0")
    pane.get_by_text("By the lake, for the 0th time.").wait_for()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("X")
    expect(page.locator("#selection output")).to_have_text("2 selected")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/**")
    assert page.locator("#neighbours span").inner_text() == "Document 5"
    page.keyboard.press("j")
    page.get_by_role("heading", level=1, name="Note 2").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_url("**/browse?order=name#hit-*")
    expect(chosen).to_contain_text("Note 2")


def test_pictures_are_shown_large_wherever_they_are_listed(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/browse?order=name")
    lake = page.locator(".hit", has_text="lake1").locator(".hit-thumb").get_attribute("href")
    viewer = page.locator("#viewer")
    for address in ("/browse?order=name", "/browse?order=name&view=grid", "/", lake):
        page.goto(f"{url}{address}")
        page.locator("li:has-text('lake2')").locator(".hit-thumb, .tile-picture").click()
        viewer.locator(".viewer-picture img").wait_for()
        assert viewer.locator(".viewer-name").inner_text() == "lake2.png"
        page.keyboard.press("Escape")
        expect(viewer).to_be_hidden()
        expect(page).to_have_url(f"{url}{address}")
        assert "lake2" in page.evaluate("document.activeElement.closest('li').textContent")


def test_arrows_go_by_rows_from_month_to_month(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 1000, "height": 900})
    page.goto(f"{url}/browse?view=grid")
    expect(page.locator(".month")).to_have_count(3)
    chosen = page.locator("#hits [aria-current] .tile-name")
    for key, name in (
        ("j", "lake2.png"),
        ("ArrowRight", "lake1.png"),
        ("ArrowDown", "Note 2"),
        ("ArrowDown", "Note 1"),
        ("ArrowDown", "Note 1"),
        ("ArrowRight", "Note 0"),
        ("ArrowUp", "Note 2"),
    ):
        page.keyboard.press(key)
        expect(chosen).to_have_text(name)
