"""A real browser. A test fails on errors that a user would not see, too.

These are script errors, violations of the content security policy, and requests to other machines.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # No host name is resolved, whatever a page requests.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
TIMEOUT_MS = 20_000


@dataclass
class Troubles:
    """The errors in the browser. A test that expects one calls `allow` with a part of its message."""

    seen: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, part: str) -> None:
        self.allowed.append(part)

    def left(self) -> list[str]:
        return [each for each in self.seen if not any(part in each for part in self.allowed)]

    def watch(self, context: BrowserContext) -> None:
        context.on(
            "console",
            lambda message: self.seen.append(f"console: {message.text}") if message.type == "error" else None,
        )
        context.on("weberror", lambda error: self.seen.append(f"script: {error.error}"))
        context.on("request", lambda request: self._request(request.url))

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("blob", "data") and parts.hostname != "127.0.0.1":
            self.seen.append(f"request to another machine: {url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The installed Chromium, or the browser that SEMSEARCH_CHROMIUM names."""
    named = os.environ.get("SEMSEARCH_CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        _missing(
            f"no Chromium: {named or ', '.join(NAMES)} is not there; install it or set SEMSEARCH_CHROMIUM"
        )
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        _missing("playwright is not installed: pip install 'semsearch[dev]'")
    # The sandbox of Chromium does not run as root.
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


def _missing(why: str) -> None:
    if os.environ.get("SEMSEARCH_REQUIRE_BROWSER") == "1":
        pytest.fail(f"SEMSEARCH_REQUIRE_BROWSER=1, but {why}")
    pytest.skip(why)


@pytest.fixture
def troubles() -> Iterator[Troubles]:
    troubles = Troubles()
    yield troubles
    assert not troubles.left()


@pytest.fixture
def context(browser: Browser, troubles: Troubles) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(TIMEOUT_MS)
    troubles.watch(context)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page. Name the server before it: then the page is closed first, and asks no server that stops."""
    return context.new_page()
