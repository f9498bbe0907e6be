"""Topics and copies by keyboard alone, over real Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from semsearch.explore.copies_found import CopiesView
from semsearch.explore.explorer import Explorer
from semsearch.explore.topics import make_topics
from semsearch.explore.vectors import LibraryVectors
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.e2e.serving import running
from tests.integration.conftest import folder, models, run, searcher, store  # noqa: F401 (fixtures)
from tests.redis_client import as_role
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.e2e

_SUBJECTS = {"boats": "harbour sail anchor", "bread": "flour yeast oven", "birds": "feather nest wing"}


@pytest.fixture
def url(
    settings: Settings,
    folder: Path,  # noqa: F811
    run: Callable[..., object],  # noqa: F811
    store: Store,  # noqa: F811
    searcher: Searcher,  # noqa: F811
) -> Iterator[str]:
    """A library with three topics, and with one text that is there twice."""
    for subject, words in _SUBJECTS.items():
        for n in range(12):
            (folder / f"{subject}{n:02}.txt").write_text(f"{subject} {words} {subject} number{n}")
    (folder / "again.txt").write_bytes((folder / "bread03.txt").read_bytes())
    run()
    make_topics(store, LibraryVectors(store))
    CopiesView(store).find(LibraryVectors(store))
    web = Store.open(as_role(settings, Role.WEB), Role.WEB)
    with running(create_app(settings, searcher, Explorer(web))) as address:
        yield address
    web.close()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus; fails where it cannot be reached."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("name => document.activeElement.innerText.trim().startsWith(name)", name):
            return
    pytest.fail(f"{name!r} cannot be reached by the Tab key")


def test_a_topic_is_opened_and_searched_in_by_keyboard(url: str, page: Page) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/topics")
    tab_to(page, "Search in it")
    page.keyboard.press("Enter")
    page.wait_for_url("**topic=**")
    expect(page.locator(".chips li")).to_have_count(1)
    expect(page.locator("#hits .hit").first).to_be_visible()


def test_copies_are_copied_and_opened_by_keyboard(url: str, page: Page) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/copies")
    tab_to(page, "Copy the path")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    tab_to(page, "bread03")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/*")
    page.goto(f"{url}/copies")
    tab_to(page, "Alike")
    page.keyboard.press("Enter")
    page.wait_for_url("**/copies?alike=1")
    expect(page.get_by_role("link", name="Alike")).to_have_attribute("aria-current", "true")
