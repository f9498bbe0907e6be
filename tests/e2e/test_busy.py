"""The pages in a real browser while the server has no time for pictures."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from semsearch.folders import remember_folders
from semsearch.settings import Settings
from tests.e2e.serving import running
from tests.memory_library import MemoryLibrary, picture
from web import app as module
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Troubles

pytestmark = pytest.mark.e2e


def test_a_thumbnail_that_was_refused_is_asked_for_again(
    page: Page, troubles: Troubles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles.allow("status of 503")
    monkeypatch.setitem(module._LIMITS, "patience", 0.05)
    (tmp_path / "red.png").write_bytes(picture((200, 20, 20)))
    library = MemoryLibrary()
    library.add(tmp_path, "red.png")
    remember_folders(tmp_path / "home", [str(tmp_path)])
    app = create_app(Settings(home=tmp_path / "home"), library)
    with running(app) as url, ExitStack() as turns:
        for _ in range(2):
            turns.enter_context(app.extensions["semsearch"].stored.turn())
        with page.expect_response(lambda answer: "/thumb/" in answer.url and answer.status == 503):
            page.goto(f"{url}/?q=red&kind=image")
        with page.expect_response(lambda answer: "/thumb/" in answer.url and answer.status == 200):
            turns.close()
        page.locator("img[src*='/thumb/']").evaluate("image => image.decode()")
