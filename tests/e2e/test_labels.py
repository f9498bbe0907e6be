"""A label is begun and taught in a real browser, by keyboard alone and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from semsearch.explore.explorer import Explorer
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.e2e.conftest import Troubles
from tests.e2e.serving import running
from tests.integration.conftest import folder, models, run, searcher, store  # noqa: F401 (fixtures)
from tests.redis_client import as_role
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e


@pytest.fixture
def url(
    settings: Settings,
    folder: Path,  # noqa: F811
    run: Callable[..., object],  # noqa: F811
    searcher: Searcher,  # noqa: F811
) -> Iterator[str]:
    for n in range(6):
        (folder / f"boat{n}.txt").write_text(f"The boat and the boat, boat number {n}.")
        (folder / f"bread{n}.txt").write_text(f"The bread and the bread, bread number {n}.")
    run()
    store = Store.open(as_role(settings, Role.WEB), Role.WEB)  # noqa: F811
    with running(create_app(settings, searcher, Explorer(store))) as address:
        yield address


def test_a_label_is_begun_from_a_selection_and_taught_by_keyboard(
    url: str, page: Page, troubles: Troubles
) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/?q=boat+number+3")
    page.locator("#hits .hit").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("s")
    expect(page.get_by_role("form", name="Selected results")).to_be_visible()
    page.locator("#selection input[name=label]").focus()
    page.keyboard.type("Boats")
    page.keyboard.press("Enter")
    page.wait_for_url("**/labels/Boats")
    expect(page.get_by_role("heading", name="Boats", level=1)).to_be_visible()
    page.evaluate("window.isSame = true")
    card = page.locator("#asked > li").nth(1)
    names = page.locator("#asked h3").all_inner_texts()
    no = card.get_by_role("button", name="Is not")
    no.focus()
    place = no.bounding_box()
    troubles.allow("ERR_FAILED")
    page.route("**/labels/mark", lambda route: route.abort(), times=1)
    page.keyboard.press("Enter")
    page.get_by_text("Not sent").wait_for()
    page.keyboard.press("Enter")
    lead = page.get_by_role("status").first
    expect(lead).to_contain_text("1 marked as it, 1 as not")
    expect(no).to_have_attribute("aria-pressed", "true")
    expect(no).to_be_focused()
    assert page.locator("#asked h3").all_inner_texts() == names
    assert no.bounding_box() == place
    page.keyboard.press("Enter")
    expect(lead).to_contain_text("1 marked as it, 0 as not")
    card.get_by_role("button", name="Is it").click()
    expect(lead).to_contain_text("2 marked as it, 0 as not")
    assert page.locator("#asked h3").all_inner_texts() == names
    page.get_by_role("link", name="Next proposals").press("Enter")
    expect(page.get_by_role("heading", name="Are these it?")).to_be_focused()
    assert names[1] not in page.locator("#asked h3").all_inner_texts()
    assert page.evaluate("window.isSame"), "the page was loaded anew"


def test_a_label_is_taught_without_javascript(browser: Browser, url: str) -> None:
    from playwright.sync_api import expect

    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}/?q=boat+number+3")
    page.locator("#hits .hit").first.get_by_role("checkbox").check()
    page.locator("#selection input[name=label]").fill("Boats")
    page.get_by_role("button", name="Label these").click()
    page.locator("#asked").get_by_role("button", name="Is not").first.click()
    expect(page.locator(".lead")).to_contain_text("1 marked as it, 1 as not")
    page.locator(".marked").get_by_role("button", name="Is not", pressed=True).click()
    expect(page.locator(".lead")).to_contain_text("1 marked as it, 0 as not")
    page.goto(f"{url}/labels")
    expect(page.get_by_role("main").get_by_role("link", name="Boats")).to_be_visible()
    context.close()
