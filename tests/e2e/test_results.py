"""The list of hits in a real browser: which is chosen, keys, selecting, what is in sight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from semsearch.folders import remember_folders
from semsearch.settings import Settings
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary, picture
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Troubles

pytestmark = pytest.mark.e2e

CHOSEN = "#hits [aria-current]"
TEXT = "A boat number {n} lies on the water and waits for its crew, who are late again, as always. " * 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("folder")
    for number in range(12):
        text = f"# Boat {number}\n\n{TEXT.format(n=number)}\n\nThe water.\n"
        (root / f"boat{number:02}.md").write_text(text)
    for number in range(4):
        (root / f"lake{number}.png").write_bytes(picture((number, 20, 200)))
    return root


@pytest.fixture(scope="module")
def library(folder: Path) -> MemoryLibrary:
    library = MemoryLibrary()
    for file in sorted(folder.iterdir()):
        library.add(folder, file.name)
    return library


@pytest.fixture(scope="module")
def url(library: MemoryLibrary, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    remember_folders(home, [str(folder)])
    with running(create_app(Settings(home=home), library)) as url:
        yield url


@pytest.fixture
def wide(page: Page, url: str) -> Page:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{url}/?q=boat+water&limit=5")
    page.locator(CHOSEN).wait_for()
    return page


def chosen(page: Page) -> str:
    return page.locator(f"{CHOSEN} h2").inner_text()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.innerText")


def test_the_list_works_by_keys_alone(wide: Page) -> None:
    first, second, third = wide.locator(".hit h2").all_inner_texts()[:3]
    assert chosen(wide) == first
    wide.keyboard.press("j")
    assert (chosen(wide), focused(wide)) == (second, second)
    wide.keyboard.press("ArrowDown")
    assert (chosen(wide), focused(wide)) == (third, third)
    wide.keyboard.press("k")
    wide.locator("#preview h2", has_text=second).wait_for()
    wide.keyboard.press("ArrowRight")
    assert wide.evaluate("document.activeElement.className") == "preview-body"
    for back in ("ArrowLeft", "Escape"):
        wide.keyboard.press(back)
        assert focused(wide) == second
        wide.keyboard.press("ArrowRight")
    wide.keyboard.press("Escape")
    wide.keyboard.press("Escape")
    assert wide.evaluate("document.activeElement.id") == "q"
    wide.keyboard.press("Tab")
    button = focused(wide)
    wide.keyboard.press("?")
    assert wide.get_by_role("dialog", name="Help").is_visible()
    wide.keyboard.press("Escape")
    assert not wide.get_by_role("dialog", name="Help").is_visible()
    assert focused(wide) == button
    wide.keyboard.press("]")
    wide.wait_for_url("**offset=5")
    wide.keyboard.press("[")
    wide.wait_for_url(re.compile("limit=5$"))
    wide.keyboard.press("j")
    wide.keyboard.press("Enter")
    wide.wait_for_url("**/doc/*")
    wide.go_back()
    assert chosen(wide) == second


def test_hits_are_selected_by_keys_and_the_focus_is_never_lost(wide: Page) -> None:
    from playwright.sync_api import expect

    said = wide.locator("#selection output")
    names = wide.locator(".hit h2").all_inner_texts()
    wide.keyboard.press("j")
    wide.keyboard.press("x")
    expect(said).to_have_text("1 selected")
    wide.keyboard.press("j")
    wide.keyboard.press("j")
    wide.keyboard.press("X")
    expect(said).to_have_text("3 selected")
    wide.keyboard.press("Escape")
    expect(wide.locator("#selection")).to_be_hidden()
    assert focused(wide) == names[3]
    wide.keyboard.press("x")
    wide.keyboard.press("s")
    expect(wide.get_by_role("button", name="Copy paths")).to_be_focused()
    wide.keyboard.press("x")
    expect(wide.locator("#selection")).to_be_hidden()
    assert focused(wide) == names[3]
    wide.keyboard.press("x")
    wide.keyboard.press("s")
    clear = wide.get_by_role("button", name="Clear selection")
    while not clear.evaluate("(button) => button === document.activeElement"):
        wide.keyboard.press("Tab")
    wide.keyboard.press("Enter")
    expect(wide.locator("#selection")).to_be_hidden()
    assert focused(wide) == names[3]


def test_the_way_back_from_a_document_leaves_the_list_where_it_was(wide: Page) -> None:
    for n, top in ((1, 0), (4, 60)):
        wide.evaluate("top => scrollTo(0, top)", top)
        assert wide.evaluate("scrollY") == top
        wide.locator(".hit h2 a").nth(n).press("Enter")
        wide.get_by_role("link", name="Back to the results").click()
        wide.wait_for_url("**/?q=boat*#hit-*", wait_until="load")
        assert wide.evaluate("scrollY") == top


def test_escape_in_the_menu_of_filters_closes_the_menu_alone(wide: Page) -> None:
    from playwright.sync_api import expect

    opener, menu = wide.locator("#filters > summary"), wide.locator(".menu")
    wide.locator(".pick").first.click()
    opener.press("Enter")
    expect(menu).to_be_visible()
    wide.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(opener).to_be_focused()
    expect(wide.locator("#selection output")).to_have_text("1 selected")
    wide.locator(".hit h2 a").first.press("Enter")
    wide.wait_for_url("**/doc/*")
    wide.wait_for_load_state("load")  # its scripts close the menu
    opener.press("Enter")
    menu.locator("summary").first.focus()
    wide.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    assert "/doc/" in wide.url
    wide.keyboard.press("Escape")
    wide.wait_for_url("**/?q=boat*")


def test_what_changes_the_list_changes_it_in_place_and_keeps_the_focus(wide: Page) -> None:
    from playwright.sync_api import expect

    wide.evaluate("window.isSame = true")
    order = wide.get_by_role("link", name="Newest")
    order.press("Enter")
    wide.wait_for_url(re.compile("order=date"))
    expect(order).to_be_focused()
    expect(order).to_have_attribute("aria-current", "true")
    more = wide.locator(".more summary").first
    more.press("Enter")
    expect(wide.locator(".more .snippet").first).to_be_visible()
    less = wide.locator(".hit").nth(1).get_by_role("link", name="Less like this")
    less.focus()
    wide.evaluate("scrollTo(0, document.body.scrollHeight)")  # at once, which the key End does not
    assert wide.evaluate("scrollY") > 0
    wide.keyboard.press("Enter")
    examples = wide.get_by_role("list", name="Examples").get_by_role("listitem")
    expect(examples).to_have_count(1)
    expect(wide.locator("main")).to_be_focused()
    assert wide.evaluate("scrollY") == 0
    wide.go_back()
    expect(examples).to_have_count(0)
    assert wide.evaluate("scrollY") > 0, "the place in the list is lost"
    wide.go_forward()
    expect(examples).to_have_count(1)
    examples.locator(".example-off").press("Enter")
    expect(examples).to_have_count(0)
    expect(wide.locator("main")).to_be_focused()
    wide.keyboard.press("j")
    expect(wide.locator(CHOSEN).get_by_role("heading").get_by_role("link")).to_be_focused()
    assert wide.evaluate("window.isSame"), "the page was loaded anew"


def test_letters_are_no_keys_for_whoever_switches_them_off(wide: Page) -> None:
    first = chosen(wide)
    wide.keyboard.press("?")
    wide.get_by_label("Single letters and signs are keys").uncheck()
    wide.keyboard.press("Escape")
    wide.reload()
    wide.keyboard.press("j")
    assert chosen(wide) == first
    wide.keyboard.press("ArrowDown")
    assert chosen(wide) != first


def test_the_first_hit_is_the_first_stop_after_the_skip_link(wide: Page) -> None:
    wide.keyboard.press("Tab")
    assert focused(wide) == "Skip to results"
    wide.keyboard.press("Enter")
    wide.keyboard.press("Tab")
    assert focused(wide) == wide.locator(".hit h2").first.inner_text()


def test_a_click_chooses_and_another_one_opens(wide: Page) -> None:
    third = wide.locator(".hit").nth(2)
    third.locator("h2 a").click()
    assert chosen(wide) == third.locator("h2").inner_text()
    assert "/?q=" in wide.url
    third.locator("summary").click()
    third.locator(".more .snippet").click()
    assert "passage=2" in (third.get_attribute("data-preview") or "")
    third.locator("h2 a").click()
    wide.wait_for_url("**/doc/*")


def test_a_browser_that_keeps_nothing_for_the_page_shows_it_whole(page: Page, url: str) -> None:
    page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"]) {
            Object.defineProperty(window, name, {get() { throw new DOMException("", "SecurityError"); }});
        }"""
    )
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{url}/?q=boat+water")
    page.keyboard.press("j")
    third = page.locator(".hit").nth(2)
    third.locator("h2 a").click()
    page.locator("#preview h2", has_text=third.locator("h2").inner_text()).wait_for()
    page.evaluate("document.dispatchEvent(new Event('semsearch:renewed'))")
    assert chosen(page) == third.locator("h2").inner_text()
    third.locator("h2 a").click()
    page.wait_for_url("**/doc/*")


def test_the_pane_shows_no_weaker_hit_as_if_it_answered(
    page: Page, url: str, library: MemoryLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    monkeypatch.setattr(library, "judge", lambda _: 0.2)
    page.goto(f"{url}/?q=boat")
    page.locator("#preview", has_text="Choose a result to see it.").wait_for()
    assert page.locator(CHOSEN).count() == 0
    page.keyboard.press("j")
    page.locator("#preview .preview-document", has_text=chosen(page)).wait_for()
    page.get_by_label("Search by meaning").fill("boat water")
    page.locator("#preview", has_text="Choose a result to see it.").wait_for()


def test_on_a_narrow_window_a_click_opens(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 1000, "height": 800})
    page.goto(f"{url}/?q=boat")
    page.locator(".hit h2 a").nth(2).click()
    page.wait_for_url("**/doc/*")


def test_a_renewed_list_keeps_the_chosen_hit_the_selection_and_the_focus(wide: Page) -> None:
    wide.keyboard.press("j")
    wide.keyboard.press("x")
    before = chosen(wide)
    wide.evaluate(
        """() => {
            const main = document.querySelector("main");
            main.innerHTML = main.innerHTML.replace(/ aria-current="true"/g, "");
            document.dispatchEvent(new Event("semsearch:renewed"));
        }"""
    )
    assert (chosen(wide), focused(wide)) == (before, before)
    assert wide.locator(".pick input").nth(1).is_checked()


def test_results_that_come_while_one_types_have_their_first_hit_chosen(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(url)
    page.locator("#q").press_sequentially("boat")
    expect(page.locator(".hit").first).to_have_attribute("aria-current", "true")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".hit").nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("/")
    page.keyboard.type("number water")
    page.wait_for_url("**q=number+water")
    expect(page.locator(".hit").first).to_have_attribute("aria-current", "true")
    assert page.locator(CHOSEN).count() == 1


def test_selected_hits_give_their_paths_and_a_table(wide: Page, folder: Path) -> None:
    from playwright.sync_api import expect

    wide.context.grant_permissions(["clipboard-read", "clipboard-write"])
    wide.locator(".pick").nth(1).click()
    wide.locator(".hit-head time").nth(3).click(modifiers=["Shift"])
    expect(wide.locator(".pick input:checked")).to_have_count(3)
    # What can be done with them is over no button of the pane.
    inside = """(button) => {
      const {left, top, width, height} = button.getBoundingClientRect();
      return button.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }"""
    buttons = wide.locator("#preview .preview-actions a")
    buttons.first.wait_for()
    assert all(button.evaluate(inside) for button in buttons.all())
    copy, told = wide.get_by_role("button", name="Copy paths"), wide.locator("#selection [role=status]")
    copy.click()
    expect(told).to_have_text("Copied")
    expect(wide.locator("#selection output")).to_have_text("3 selected")
    paths = wide.evaluate("navigator.clipboard.readText()").split("\n")
    assert len(paths) == 3
    assert all(Path(path).parent == folder and Path(path).exists() for path in paths)
    # Where the clipboard is forbidden, or there is none, the command of old is used.
    wide.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden')); }")
    wide.locator(".pick").nth(1).click()
    copy.press("Enter")
    expect(told).to_have_text("Copied")
    expect(copy).to_be_focused()
    assert wide.evaluate("navigator.clipboard.readText()").split("\n") == paths[1:]
    wide.evaluate("() => { document.execCommand = () => false; }")
    copy.press("Enter")
    expect(told).to_have_text("Not copied")
    expect(copy).to_be_focused()
    expect(told).to_be_empty()
    wide.locator(".pick").nth(1).click()
    with wide.expect_download() as waiting:
        wide.get_by_role("button", name="CSV").click()
    assert waiting.value.path().read_text("utf-8-sig").count("\n") == 4
    wide.get_by_role("button", name="Clear selection").click()
    assert wide.locator(".pick input:checked").count() == 0


def test_hits_can_be_selected_without_scripts(browser: Browser, url: str, troubles: Troubles) -> None:
    context = browser.new_context(java_script_enabled=False)
    troubles.watch(context)
    page = context.new_page()
    page.goto(f"{url}/?q=boat")
    assert not page.get_by_role("button", name="CSV").is_visible()
    page.locator(".pick").nth(1).click()
    assert not page.get_by_role("button", name="Copy paths").is_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="ZIP").click()
    assert waiting.value.suggested_filename == "semsearch.zip"
    context.close()


def test_five_hits_are_whole_on_a_laptop_and_nothing_shifts(page: Page, url: str) -> None:
    page.add_init_script(
        """window.shifts = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((each) => (window.shifts += each.value)))
          .observe({type: "layout-shift", buffered: true});"""
    )
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{url}/?q=boat+water")
    page.wait_for_load_state("networkidle")
    bottoms = "[...document.querySelectorAll('.hit')].map((hit) => hit.getBoundingClientRect().bottom)"
    assert sum(bottom <= 900 for bottom in page.evaluate(bottoms)) >= 5
    assert page.locator("#preview").is_visible()
    assert page.evaluate("window.shifts") < 0.05


def test_pictures_are_chosen_by_arrows_in_all_four_directions(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 800, "height": 900})
    page.goto(f"{url}/?q=png&kind=image")
    names = page.locator(".tile-name").all_inner_texts()
    across = page.evaluate(
        """[...document.querySelectorAll(".tile")]
            .filter((each, _, [first]) => each.offsetTop === first.offsetTop).length"""
    )
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.locator(f"{CHOSEN} .tile-name").inner_text() == names[across]
    page.keyboard.press("ArrowUp")
    assert page.locator(f"{CHOSEN} .tile-name").inner_text() == names[0]
    page.keyboard.press("ArrowRight")
    assert page.locator(f"{CHOSEN} .tile-name").inner_text() == names[1]


def test_on_a_phone_a_picture_can_be_an_example(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{url}/?q=png&kind=image")
    for name in ("More like this", "Less like this"):
        link = page.locator(".tile").first.get_by_role("link", name=name)
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
    link.click()
    page.wait_for_url("**/?q=png&unlike=*&kind=image")
