"""Saved searches and hearts by keyboard, over real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.run import ingest
from semsearch.cli.show_ingest import Silent
from semsearch.explore.explorer import Explorer
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.e2e.conftest import Troubles
from tests.e2e.serving import running
from tests.fakes import FakeModels
from tests.passwords import PASSWORD, keep_password
from tests.redis_client import as_role
from web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.e2e

_SUBJECTS = ("boats sail harbour sea", "bread yeast oven flour", "taxes income office form")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"explore": True})


@pytest.fixture
def add(settings: Settings, tmp_path: Path) -> Callable[[str, str], None]:
    """Adds a text to the library, which has some of three subjects, and ingests it."""
    folder = tmp_path / "folder"
    folder.mkdir()
    store, models = Store.open(as_role(settings, Role.WORKER)), FakeModels()

    def ingested() -> None:
        ingest([folder], settings, store, models, Silent())  # type: ignore[arg-type]

    def add(name: str, text: str) -> None:
        (folder / name).write_text(text)
        ingested()

    for n in range(24):
        (folder / f"{_SUBJECTS[n % 3].split()[0]}{n}.txt").write_text(f"{_SUBJECTS[n % 3]} number{n}")
    ingested()
    return add


@pytest.fixture
def url(settings: Settings, add: Callable[[str, str], None]) -> Iterator[str]:  # noqa: ARG001 (the library)
    store = Store.open(as_role(settings, Role.WEB), Role.WEB)
    searcher = Searcher(store, FakeModels(), home=settings.home)  # type: ignore[arg-type]
    with running(create_app(settings, searcher, Explorer(store))) as url:
        yield url


def test_a_search_is_saved_and_tells_what_is_new(
    url: str, page: Page, add: Callable[[str, str], None]
) -> None:
    page.goto(f"{url}/?q=boats")
    page.locator("#save-search > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("At sea")
    page.keyboard.press("Enter")
    page.locator("#save-search[data-saved]").wait_for()
    add("new.txt", "boats sail harbour sea anew")
    page.goto(url)
    saved = page.locator("#saved")
    saved.get_by_role("link", name="1 new").press("Enter")
    page.get_by_role("heading", name="New in At sea").wait_for()
    assert page.locator(".tile-name").all_inner_texts() == ["new"]
    page.goto(url)
    saved.get_by_role("link", name="At sea", exact=True).press("Enter")
    page.locator("#save-search[data-saved]").wait_for()
    page.goto(url)
    assert saved.get_by_role("link", name="new").count() == 0


def test_a_saved_search_is_renamed_and_removed_without_scripts(url: str, page: Page) -> None:
    page.goto(f"{url}/?q=bread")
    page.locator("#save-search > summary").press("Enter")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.goto(f"{url}/saved")
    page.locator(".saved-list summary").press("Enter")
    page.get_by_label("New name").fill("Loaves")
    page.get_by_role("button", name="Rename").press("Enter")
    page.get_by_role("heading", name="Loaves").wait_for()
    page.get_by_role("button", name="Remove").press("Enter")
    page.get_by_text("No search is saved yet").wait_for()


def test_what_a_browser_has_kept_is_taken_over_once(url: str, page: Page, troubles: Troubles) -> None:
    page.goto(url)
    page.evaluate(
        """localStorage.setItem("semsearch.saved", '[{"name": "bread", "address": "/?q=bread&kind=text"}]')"""
    )
    page.reload()
    troubles.allow("ERR_FAILED")
    page.route("**/saved/taken", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="Take over").press("Enter")
    page.get_by_text("Not sent").wait_for()
    page.get_by_role("button", name="Take over").press("Enter")
    page.wait_for_url(f"{url}/saved")
    page.get_by_role("heading", name="bread", exact=True).wait_for()
    page.goto(url)
    page.locator("#saved").get_by_role("link", name="bread").wait_for()
    assert page.locator("#saved-before").is_hidden()


def test_a_browser_keeps_its_searches_when_the_session_has_ended(
    url: str, page: Page, settings: Settings, troubles: Troubles
) -> None:
    troubles.allow("401")  # of the page's look at the library
    page.goto(url)
    page.evaluate(
        """localStorage.setItem("semsearch.saved", '[null, {"name": "bread", "address": "/?q=bread"}]')"""
    )
    page.reload()
    keep_password(settings.home)
    page.get_by_role("button", name="Take over").press("Enter")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Log out").wait_for()
    page.goto(url)
    page.get_by_role("button", name="Take over").press("Enter")
    page.wait_for_url(f"{url}/saved")
    page.get_by_role("heading", name="bread", exact=True).wait_for()


def test_a_heart_that_is_refused_is_sent_once_more_and_the_browser_shows_why(
    url: str, page: Page, troubles: Troubles
) -> None:
    troubles.allow("403")
    page.goto(f"{url}/?q=boats")
    # Until this script is there, the browser itself sends the form.
    page.evaluate("import(document.querySelector('#unsent').dataset.script)")
    sent: list[str] = []

    def refuse(route: Route) -> None:
        sent.append(route.request.resource_type)
        route.fulfill(status=403, content_type="text/html", body="<h1>Not allowed</h1>")

    page.route("**/likes", refuse)
    page.locator(".row .mark").first.press("Enter")
    page.get_by_role("heading", name="Not allowed").wait_for()
    assert sent == ["fetch", "document"]


def test_a_heart_is_not_shown_when_the_session_has_ended(
    url: str, page: Page, settings: Settings, troubles: Troubles
) -> None:
    troubles.allow("401")  # of the page's look at the library
    page.goto(f"{url}/?q=boats")
    keep_password(settings.home)
    page.locator(".row .mark").first.press("Enter")
    page.get_by_label("Password").wait_for()


def test_a_heart_is_set_and_taken_away_in_place(url: str, page: Page, troubles: Troubles) -> None:
    page.goto(f"{url}/?q=boats")
    heart = page.locator(".row .mark").first
    troubles.allow("ERR_FAILED")
    page.route("**/likes", lambda route: route.abort(), times=1)
    heart.press("Enter")
    unsent = page.get_by_text("Not sent")
    unsent.wait_for()
    assert heart.get_attribute("aria-pressed") == "false"
    heart.click()  # beside the list, a click elsewhere in a row shows the hit
    unsent.wait_for(state="detached")
    page.locator(".row .mark[aria-pressed=true]").wait_for()
    assert heart.evaluate("button => button === document.activeElement")
    page.goto(f"{url}/for-you")
    page.get_by_role("heading", name="Because you like").wait_for()
    near = page.locator(".interest .tile-name").all_inner_texts()
    assert near
    assert all(name.startswith("boats") for name in near)
    page.get_by_role("button", name="Less of this").first.press("Enter")
    page.locator(".mark[data-mark=less][aria-pressed=true]").wait_for()
    page.goto(f"{url}/?q=boats")
    page.locator(".row .mark[aria-pressed=true]").press("Enter")
    page.locator(".row .mark[aria-pressed=true]").wait_for(state="detached")


def test_a_heart_works_without_scripts(browser: Browser, url: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{url}/?q=boats")
    page.locator(".row .mark").first.press("Enter")
    page.wait_for_url(f"{url}/?q=boats")
    assert page.locator(".row .mark[aria-pressed=true]").count() == 1
    page.context.close()
