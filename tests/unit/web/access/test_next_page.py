"""The page after the log-in is always one of this site."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest

from web.access.next_page import next_page

OURS = ["/", "/?q=owls&kind=text", "/doc/9f2c#p3", "/status", "/?q=%2F%2Fevil.example", "/?q=a\u00e9"]
HOSTILE = [
    "", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "/\n/evil.example", "/a\r\nSet-Cookie: x=y", " //evil.example", "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)", "data:text/html,x", "evil.example", "@evil.example", "/\x00",
    "/\u2028/evil.example", "/\ud800", "?next=//evil.example", "/login", "/login?next=/login", "/login/",
    "/logout", "/" + "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("address", OURS)
def test_a_path_of_this_site_is_kept(address: str) -> None:
    assert next_page(address) == address


@pytest.mark.parametrize("address", HOSTILE)
def test_anything_else_becomes_the_home_page(address: str) -> None:
    assert next_page(address) == "/"


@pytest.mark.parametrize(
    "address", [*OURS, *HOSTILE, "/./", "/.//evil.example", "/..//evil.example", "/%09/evil.example"]
)
def test_no_address_leads_to_another_site(address: str) -> None:
    assert urlsplit(urljoin("https://ours.example/login", next_page(address))).netloc == "ours.example"
