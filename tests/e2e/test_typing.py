"""Results while typing: they come in order, and the box, the history and the focus stay whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from semsearch.errors import RedisError
from semsearch.results import NOTHING_CLEAR
from semsearch.settings import Settings
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    from tests.e2e.conftest import Troubles

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> MemoryLibrary:
    root, library = tmp_path_factory.mktemp("folder"), MemoryLibrary()
    for name in ("boat", "bridge", "lemon"):
        (root / f"{name}.md").write_text(f"# The {name}\n\nA {name} by the water.\n")
        library.add(root, f"{name}.md")
    return library


@pytest.fixture(scope="module")
def url(library: MemoryLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(create_app(Settings(home=tmp_path_factory.mktemp("home")), library)) as url:
        yield url


def box(page: Page) -> Locator:
    return page.get_by_label("Search by meaning")


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("window.same = true")


def shows(page: Page, name: str) -> None:
    """Wait until there is one hit, with this name, and see that the page was never left."""
    page.wait_for_function(
        """name => {
            const hits = [...document.querySelectorAll(".hit")];
            return hits.length === 1 && hits[0].textContent.includes(name);
        }""",
        arg=f"{name}.md",
    )
    assert page.evaluate("window.same")


@pytest.mark.parametrize("start", ["/", "/?q=water"])
def test_results_come_while_one_types_and_the_caret_stays(page: Page, url: str, start: str) -> None:
    open_page(page, url + start)
    box(page).fill("")
    box(page).press_sequentially("x lemon", delay=30)
    page.wait_for_url("**/?q=x+lemon")
    shows(page, "lemon")
    for feed in (page.locator("link[rel=alternate]"), page.locator(".keep a")):
        assert feed.get_attribute("href") == "/feed?q=x+lemon"
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type("big ")
    page.wait_for_url("**/?q=x+big+lemon")
    page.keyboard.press("Delete")
    page.wait_for_url("**/?q=x+big+emon")
    assert box(page).input_value() == "x big emon"
    assert box(page).evaluate("box => box === document.activeElement && box.selectionStart") == 6
    assert page.title().startswith("x big emon")


def test_no_judgement_is_shown_before_the_keys_rest(page: Page, url: str, library: MemoryLibrary) -> None:
    library.judge, library.notes = (lambda _: 0.1), (NOTHING_CLEAR,)
    open_page(page, url)
    box(page).press_sequentially("water typ:m")
    page.wait_for_url("**/?q=water+typ%3Am")
    page.evaluate("document.documentElement.classList.add('typing')")  # however slow the machine is
    count, note = page.locator(".result-count"), page.get_by_text(NOTHING_CLEAR, exact=True)
    odd = page.get_by_text("there is no operator typ:")
    page.locator("#preview").get_by_text("Choose a result to see it.").wait_for()
    assert [each.is_visible() for each in (count, note, odd)] == [False] * 3
    box(page).press("d")
    for each in (count, note, odd):
        each.wait_for(state="visible")


def test_an_answer_that_comes_late_is_never_shown(page: Page, url: str) -> None:
    late: list[Route] = []
    page.route("**/?q=boat&*", lambda route: late.append(route))
    open_page(page, f"{url}/?q=water")
    with page.expect_request("**/?q=boat&*"):
        box(page).fill("boat")
    box(page).fill("lemon")
    shows(page, "lemon")
    late[0].continue_()
    box(page).fill("bridge")
    shows(page, "bridge")


def test_back_and_forward_show_what_was_read_and_not_each_key(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    open_page(page, url)
    box(page).press_sequentially("boat", delay=60)
    page.wait_for_url("**/?q=boat")
    shows(page, "boat")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    box(page).fill("lemon")
    shows(page, "lemon")
    page.go_back()
    shows(page, "boat")
    assert box(page).input_value() == "boat"
    page.go_back()
    page.get_by_role("heading", name="Find it by what it means").wait_for()
    assert box(page).input_value() == ""
    page.go_forward()
    shows(page, "boat")
    page.go_forward()
    shows(page, "lemon")


def test_enter_keeps_the_search_and_takes_the_focus_to_the_results(page: Page, url: str) -> None:
    open_page(page, f"{url}/?q=water")
    box(page).fill("lemon")
    page.keyboard.press("Enter")
    shows(page, "lemon")
    page.wait_for_function("() => document.activeElement.id === 'main'")
    assert page.locator("form[aria-busy]").count() == 0


def test_a_screen_reader_hears_the_count_when_the_keys_rest(page: Page, url: str) -> None:
    open_page(page, url)
    box(page).fill("lemon")
    shows(page, "lemon")
    said = page.locator("#said")
    assert said.inner_text() == ""
    said.filter(has_text="1").wait_for(state="attached")
    assert said.get_attribute("aria-live") == "polite"


def test_a_search_that_fails_leaves_the_results_and_enter_shows_the_error(
    page: Page, url: str, library: MemoryLibrary, troubles: Troubles
) -> None:
    troubles.allow("status of 503")
    open_page(page, f"{url}/?q=lemon")
    library.failure = RedisError("Redis does not answer.")
    with page.expect_response("**/?q=boat&*"):
        box(page).fill("boat")
    shows(page, "lemon")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Redis is not available").wait_for()
    library.failure = None
