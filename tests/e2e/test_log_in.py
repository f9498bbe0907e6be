"""The log-in in a real browser: with the keyboard, without JavaScript, on all widths, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from semsearch.folders import remember_folders
from semsearch.settings import Settings
from tests.e2e.conftest import TIMEOUT_MS
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary, picture
from tests.passwords import PASSWORD, keep_password
from web.access.password import Password
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.e2e.conftest import Troubles

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    keep_password(home)
    return home


@pytest.fixture(autouse=True)
def _busy(troubles: Troubles) -> None:
    troubles.allow("503")  # a busy machine refuses a thumbnail, and the page asks again


@pytest.fixture(scope="module")
def url(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("folder")
    (root / "trees.md").write_text("# Trees\n\nRoots drink water.\n")
    (root / "red.png").write_bytes(picture((210, 20, 20)))
    remember_folders(home, [str(root)])
    library = MemoryLibrary()
    library.add(root, "trees.md")
    library.add(root, "red.png")
    with running(create_app(Settings(home=home), library)) as url:
        yield url


@pytest.fixture
def plain(browser: Browser, troubles: Troubles) -> Iterator[BrowserContext]:
    """A browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(TIMEOUT_MS)
    troubles.watch(context)
    yield context
    context.close()


def expect(page: Page, text: str) -> None:
    page.get_by_text(text).first.wait_for()


def test_the_keyboard_is_enough_to_log_in_see_the_page_and_log_out(
    plain: BrowserContext, url: str, troubles: Troubles
) -> None:
    troubles.allow("401")  # the answer to the wrong password
    page = plain.new_page()
    page.goto(f"{url}/?q=roots+drink")
    assert page.url.startswith(f"{url}/login?next=")
    assert page.title() == "Log in · semsearch"
    # The field has the focus already.
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "This is not the password." in alert.inner_text()
    field = page.get_by_label("Password")
    assert field.input_value() == ""
    assert field.get_attribute("aria-describedby") == alert.get_attribute("id")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page, "Roots drink water.")
    assert page.url == f"{url}/?q=roots+drink"
    assert [cookie["httpOnly"] for cookie in plain.cookies()] == [True]
    page.get_by_role("button", name="Log out").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/login")
    page.goto(f"{url}/status")
    assert page.url == f"{url}/login?next=/status"


def test_the_tab_key_reaches_the_field_and_then_the_button(plain: BrowserContext, url: str) -> None:
    page = plain.new_page()
    page.goto(f"{url}/login")
    field, button = page.get_by_label("Password"), page.get_by_role("button", name="Log in")
    page.locator("input:focus").wait_for()
    page.keyboard.type(PASSWORD)
    assert field.input_value() == PASSWORD
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Log out").wait_for()
    assert button.count() == 0


def test_with_scripts_the_page_works_too_and_the_search_goes_on(page: Page, url: str) -> None:
    page.goto(f"{url}/status")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Library", exact=True).wait_for()
    page.get_by_label("Search by meaning").fill("roots")
    page.keyboard.press("Enter")
    expect(page, "Roots drink water.")


def test_a_new_password_leads_back_to_the_log_in(page: Page, url: str, home: Path) -> None:
    page.goto(url)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Log out").wait_for()
    Password(home).change("another one")
    page.reload()
    page.get_by_label("Password").wait_for()
    keep_password(home)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_the_window_and_its_error_can_be_read(
    browser: Browser, url: str, troubles: Troubles, scheme: Literal["light", "dark"]
) -> None:
    troubles.allow("401")
    context = browser.new_context(color_scheme=scheme)
    troubles.watch(context)
    page = context.new_page()
    page.goto(f"{url}/login?next=/status")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    for width in (320, 390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for part in (page.get_by_label("Password"), page.get_by_role("button", name="Log in")):
            box = part.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["height"] >= 40
    context.close()
