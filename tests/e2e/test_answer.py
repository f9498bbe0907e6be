"""An answer of a language model, in a real browser."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from semsearch.settings import Settings
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary
from tests.model_servers import small_model
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.e2e


def test_an_answer_stands_above_the_results_and_leads_to_its_source(page: Page, tmp_path: Path) -> None:
    (tmp_path / "scarf.md").write_text("The red scarf was knitted in 1970.")
    library = MemoryLibrary()
    library.add(tmp_path, "scarf.md")
    gate = threading.Event()
    with small_model(lambda _: "It was knitted in 1970 [1]. I can help you with that.") as model:
        model.before = lambda word: word < 8 or gate.wait(5)
        app = create_app(Settings(home=tmp_path / "home", ask_url=model.url), library)
        with running(app) as url:
            page.goto(f"{url}/?q=red scarf")
            page.locator("a.ask").focus()
            page.keyboard.press("Enter")
            page.get_by_text("It was knitted in 1970.").wait_for()
            page.get_by_text("I can", exact=True).wait_for()  # the model still writes
            assert page.locator(".reply[aria-busy]").count() == 1
            gate.set()
            page.get_by_text("A sentence that names no source is left out.").wait_for()
            assert page.get_by_text("I can").count() == 0
            assert page.locator(".reply[aria-busy]").count() == 0
            assert page.url.endswith("/?q=red%20scarf")  # the results stay
            assert page.locator(".hit").count() == 1
            assert page.evaluate("document.activeElement.classList.contains('reply')")
            page.locator(".reply sup a").click()
            assert page.url.endswith("#source-1")
            page.locator("#source-1 a").click()
            page.wait_for_url("**/doc/**#p0")
