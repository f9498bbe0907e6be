"""Documents without a query in a real browser: typing, keys, selecting, pictures large, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from semsearch.folders import remember_folders
from semsearch.settings import Settings
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary, picture
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root, library = tmp_path_factory.mktemp("folder"), MemoryLibrary()
    for n in range(3):
        (root / f"lake{n}.png").write_bytes(picture((n, 20, 200)))
        (root / f"note{n}.md").write_text(f"# Note {n}\n\nBy the lake, for the {n}th time.\n")
    for file in sorted(root.iterdir()):
        library.add(root, file.name)
    home = tmp_path_factory.mktemp("home")
    remember_folders(home, [str(root)])
    with running(create_app(Settings(home=home), library)) as url:
        yield url


def test_who_types_while_browsing_gets_the_preview_and_the_picture_viewer(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{url}/browse")
    page.evaluate("window.isSame = true")
    page.locator("#q").press_sequentially("lake png")
    page.locator("#preview .preview-document").wait_for()
    picture = page.locator(".hit", has_text="lake1").locator(".hit-thumb")
    picture.click()
    page.locator("#viewer .viewer-picture img").wait_for()
    page.keyboard.press("Escape")
    page.locator("#viewer").wait_for(state="hidden")
    assert page.evaluate("window.isSame"), "the page was loaded anew"
