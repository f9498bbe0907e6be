"""Narrowing a search in a real browser: choices beside the results, bars of years, the menu of filters."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from semsearch.settings import Settings
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Troubles

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root, library = tmp_path_factory.mktemp("folder"), MemoryLibrary()
    for n, path in enumerate(
        ["letters/a.md", "letters/b.txt", "notes/c.md", "notes/old/d.md", "notes/e.html"]
    ):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Water, the {n}th time.")
        moment = datetime(2016 + 2 * n, 6, 1).timestamp()
        os.utime(file, (moment, moment))
        library.add(root, path)
    with running(create_app(Settings(home=tmp_path_factory.mktemp("home")), library)) as url:
        yield url


def test_what_is_chosen_beside_the_results_stays_and_more_can_be_chosen(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    beside = page.get_by_role("navigation", name="Narrow the results")
    chips = page.get_by_role("list", name="Filters in use").get_by_role("link")
    page.goto(f"{url}/?q=water")
    beside.get_by_role("link", name="Markdown 3").click()
    expect(beside.get_by_role("link", name="Markdown 3")).to_have_attribute("aria-current", "true")
    page.evaluate("window.isSame = true")
    beside.get_by_role("link", name="Web page 1").click()
    expect(beside.locator(".type [aria-current]")).to_have_count(2)
    expect(page.locator("#hits").get_by_role("article")).to_have_count(4)
    beside.get_by_role("link", name="notes 3").click()
    expect(beside.get_by_role("link", name="old 1")).to_be_visible()
    expect(chips).to_have_text(
        [re.compile(said) for said in ("In notes/", "Markdown", "Web page", "Clear all")]
    )
    beside.get_by_role("link", name="Markdown 2").click()
    expect(page.locator("#hits").get_by_role("article")).to_have_count(1)
    expect(beside.get_by_role("link", name="Markdown 2")).to_be_focused()
    sizes = beside.get_by_role("link").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 24
    page.go_back()
    expect(chips).to_have_count(4)
    chips.first.click()
    expect(chips).to_have_count(3)
    expect(chips.first).to_be_focused()
    assert page.evaluate("window.isSame"), "the page was loaded anew"


def test_a_time_is_chosen_by_dragging_over_the_bars(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/?q=water")
    bars = page.locator(".histogram svg")
    box = bars.bounding_box()
    assert box is not None
    each = box["width"] / 9  # 2016 to 2024
    page.mouse.move(box["x"] + 2.5 * each, box["y"] + 20)
    expect(page.locator(".dragged")).to_have_text("2018: 1")
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * each, box["y"] + 20)
    page.mouse.move(box["x"] + 4.5 * each, box["y"] - 30)
    expect(page.locator(".dragged")).to_have_text("2018 – 2020")
    page.mouse.up()
    page.wait_for_url("**/?q=water&when=2018+to+2020")
    expect(page.locator("rect.in")).to_have_count(3)
    expect(page.locator("#hits").get_by_role("article")).to_have_count(2)


def test_a_time_is_chosen_by_keys(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/?q=water&when=2022")
    bars = page.get_by_role("slider", name="Number of hits from 2016 to 2024")
    expect(bars).to_have_accessible_description(re.compile("arrow keys"))
    page.locator(".pick").first.click()
    page.locator(".facets a").first.focus()
    while not bars.evaluate("(bars) => bars === document.activeElement"):
        page.keyboard.press("Tab")
    expect(page.locator(".dragged")).to_have_text("2022: 1")
    page.keyboard.press("ArrowLeft")
    expect(bars).to_have_attribute("aria-valuetext", "2021: 0")
    page.keyboard.press("Shift+Home")
    expect(bars).to_have_attribute("aria-valuetext", "2016 – 2021")
    page.keyboard.press("Escape")
    expect(bars).to_have_attribute("aria-valuetext", "2022: 1")
    expect(page.locator(".pick :checked")).to_have_count(1)  # this key leaves the selection
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=water&when=2022+to+2024")
    expect(page.locator("rect.in")).to_have_count(3)
    expect(bars).to_be_focused()
    expect(bars).to_have_attribute("aria-valuetext", "2022 – 2024")


def test_on_a_phone_the_choices_are_folded_and_stay_open_when_one_is_taken(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{url}/?q=water")
    letters = page.locator(".facets .path").get_by_role("link", name="letters")
    expect(letters).to_be_hidden()
    page.get_by_text("Narrow the results").click()
    letters.click()
    expect(page.locator(".facets [aria-current]")).to_have_count(1)
    expect(letters).to_be_focused()
    bars = page.locator(".histogram svg")
    bars.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**when=*")
    expect(bars).to_be_focused()


def test_on_a_phone_the_choices_stay_folded_when_a_chip_is_taken_off(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{url}/?q=water&path=letters/")
    page.locator(".chips a").first.click()
    page.wait_for_url("**/?q=water")
    expect(page.locator("#fold")).not_to_have_attribute("open", "")
    assert page.evaluate(
        "document.activeElement.checkVisibility() && document.activeElement !== document.body"
    )


def test_the_menu_of_filters_works_by_keyboard(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/?q=water")
    opener, menu = page.locator("#filters > summary"), page.locator(".menu")
    opener.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(menu.get_by_label("Markdown")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(menu.get_by_label("Markdown")).not_to_be_checked()
    menu.get_by_label("Markdown").check()
    menu.get_by_label("Web page").check()
    menu.get_by_role("button", name="Apply").press("Enter")
    page.wait_for_url("**/?q=water&type=text%2Fmarkdown&type=text%2Fhtml")
    expect(menu).to_be_hidden()


def test_filters_are_applied_or_put_back_on_a_phone(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 390, "height": 600})
    page.goto(f"{url}/?q=water")
    opener, tick = page.locator("#filters > summary"), page.get_by_label("Markdown")
    opener.click()
    page.locator(".menu summary", has_text="Type").click()
    expect(page.get_by_role("button", name="Apply")).to_be_in_viewport(ratio=1)
    tick.check()
    page.mouse.click(5, 300)
    opener.click()
    expect(tick).not_to_be_checked()
    tick.check()
    page.locator(".tabs a", has_text="Texts").click()  # sends all fields of the form
    page.wait_for_url("**/?q=water&type=text%2Fmarkdown&kind=text")


def test_an_invalid_filter_has_the_focus_and_the_results_are_there(
    page: Page, url: str, troubles: Troubles
) -> None:
    from playwright.sync_api import expect

    troubles.allow("400")
    page.goto(f"{url}/?q=water&path=notes/")
    page.locator("#filters > summary").click()
    page.locator(".menu summary", has_text="Size").click()
    page.get_by_label("At least").fill("huge")
    page.keyboard.press("Enter")
    field = page.get_by_label("At least")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("it must be a size such as 10MB"))
    expect(page.locator("#hits").get_by_role("article")).to_have_count(3)
    field.fill("1b")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=water&path=notes%2F&min_size=1b")
    expect(page.locator(".menu")).to_be_hidden()


def test_browsing_is_narrowed_in_the_same_way(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    beside = page.get_by_role("navigation", name="Narrow the results")
    page.goto(f"{url}/browse")
    page.evaluate("window.isSame = true")
    beside.get_by_role("link", name="Markdown 3").click()
    page.wait_for_url("**/browse?type=text/markdown")
    expect(beside.get_by_role("link", name="Markdown 3")).to_be_focused()
    expect(page.get_by_role("list", name="Filters in use")).to_contain_text("Markdown")
    assert page.evaluate("window.isSame"), "the page was loaded anew"
