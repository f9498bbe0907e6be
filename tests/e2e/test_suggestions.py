"""Suggestions under the box, by keyboard and by pointer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from semsearch.folders import remember_folders
from semsearch.settings import Settings
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root, library = tmp_path_factory.mktemp("folder"), MemoryLibrary()
    for name, text in {"boat": "# Boatyard rules\n\nA boatyard of boatmen.\n", "tree": "Willows.\n"}.items():
        (root / f"{name}.md").write_text(text)
        library.add(root, f"{name}.md")
    home = tmp_path_factory.mktemp("home")
    remember_folders(home, [str(root)])
    with running(create_app(Settings(home=home), library)) as url:
        yield url


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search by meaning")


def open_list(page: Page, text: str) -> Locator:
    box(page).fill(text)
    options_of(page).first.wait_for()
    return options_of(page)


def options_of(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def test_the_arrow_keys_go_through_the_list_while_the_focus_stays_in_the_box(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=willows")
    options = open_list(page, "boat")
    assert options.all_inner_texts() == ["boatmen", "boatyard", "Document\nBoatyard rules"]
    assert box(page).get_attribute("aria-expanded") == "true"
    for n in (0, 1, 2, None, 0):
        page.keyboard.press("ArrowDown")
        active = box(page).get_attribute("aria-activedescendant")
        assert active == (None if n is None else options.nth(n).get_attribute("id"))
        assert page.locator("[aria-selected=true]").count() == (n is not None)
    assert box(page).evaluate("box => box === document.activeElement")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=boatyard")
    assert box(page).input_value() == "boatyard"
    assert not page.locator("#suggestions").is_visible()


def test_escape_closes_the_list_and_leaves_the_text(page: Page, url: str) -> None:
    page.goto(url)
    open_list(page, "boat")
    page.keyboard.press("Escape")
    assert not page.locator("#suggestions").is_visible()
    assert (box(page).input_value(), box(page).get_attribute("aria-expanded")) == ("boat", "false")


def test_a_document_that_is_pressed_is_opened_and_leads_back_to_the_search(page: Page, url: str) -> None:
    page.goto(f"{url}/status")
    open_list(page, "boaty").filter(has_text="Boatyard rules").click()
    page.wait_for_url("**/doc/*?q=boaty")
    page.get_by_role("heading", name="Boatyard rules", level=1).wait_for()
    page.goto(f"{url}/?q=willows&kind=text&order=name")
    open_list(page, "boaty").filter(has_text="Boatyard rules").click()
    page.wait_for_url("**/doc/*?q=boaty&*")
    page.locator("a.back").click()
    page.wait_for_url(f"{url}/?q=boaty&kind=text&order=name#hit-*")


def test_searches_of_before_are_offered_in_the_empty_box_until_they_are_cleared(page: Page, url: str) -> None:
    page.goto(url)
    for text in ("willows", "boatyard", "willows"):
        box(page).fill(text)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/?q={text}")
    page.goto(url)
    box(page).press("ArrowDown")
    options = options_of(page)
    options.first.wait_for()
    texts = [text.split("\n")[-1] for text in options.all_inner_texts()]
    assert texts == ["willows", "boatyard", "Clear recent searches"]
    for control in (page.locator(".tabs a").first, page.locator("#filters > summary")):
        control.click(trial=True)  # the list lies over none of them
    options.last.click()
    page.keyboard.press("ArrowDown")
    assert not page.locator("#suggestions").is_visible()
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_a_filter_in_use_can_be_taken_away_while_the_list_is_open(
    page: Page, url: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{url}/?q=boat&since=2001-01-01&type=text%2Fmarkdown")
    open_list(page, "boaty")
    page.wait_for_url("**/?q=boaty&*")
    options_of(page).first.wait_for()
    chips = page.get_by_role("list", name="Filters in use").get_by_role("link")
    for chip in chips.all():
        chip.click(trial=True)
    assert options_of(page).first.is_visible()
    chips.filter(has_text="2001").click()
    page.wait_for_url(lambda address: "q=boaty" in address and "since" not in address)
    assert not page.locator("#suggestions").is_visible()
