"""What is kept of a saved search."""

from __future__ import annotations

import pytest

from semsearch.errors import QueryError
from semsearch.explore.saved import checked_name, checked_search, query_of, with_new
from semsearch.query import Mode
from semsearch.records import Kind


def test_a_search_is_kept_without_what_says_nothing_about_it() -> None:
    kept = checked_search("?q=rye+bread&kind=text&offset=20&limit=60&view=grid&mode=words")
    assert kept == "kind=text&mode=words&q=rye+bread"
    query = query_of(kept)
    assert (query.text, query.filters.kind, query.mode) == ("rye bread", Kind.TEXT, Mode.WORDS)


def test_the_order_of_parameters_makes_no_other_search() -> None:
    assert checked_search("q=a&kind=text&path=x/&path=y/") == checked_search("path=x/&path=y/&kind=text&q=a")


@pytest.mark.parametrize(
    ("search", "says"),
    [
        ("", "no query and no filter"),
        ("q=", "no query and no filter"),
        ("q=a&picture=0123456789abcdef", "kept for a day"),
        ("q=a&kind=film", "kind"),
        (f"q={'a' * 3000}", "q "),
    ],
)
def test_what_is_no_search_is_refused_with_the_reason(search: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        checked_search(search)


def test_a_name_has_no_spaces_around_it_and_some_letters() -> None:
    assert checked_name("  rye \n bread ") == "rye bread"
    for name in ("", " ", "a" * 201):
        with pytest.raises(QueryError, match="1 to 200"):
            checked_name(name)


def test_a_name_has_no_control_characters_and_may_have_joiners() -> None:
    with pytest.raises(QueryError, match="control characters"):
        checked_name("rye\x1b[31m")
    assert checked_name("a\ud800") == "a\ufffd"
    assert checked_name("\u0645\u06cc\u200c\u062e") == "\u0645\u06cc\u200c\u062e"


def test_new_documents_are_kept_until_they_are_seen() -> None:
    kept = with_new("", {"a": 10.0, "b": 20.0}, seen=5.0)
    assert kept == "a:10.000 b:20.000"
    assert with_new(kept, {"c": 30.0}, seen=15.0) == "b:20.000 c:30.000"


def test_only_the_latest_documents_are_kept() -> None:
    kept = with_new("", {f"d{n}": float(n) for n in range(1500)}, seen=-1.0)
    assert len(kept.split()) == 1000
    assert kept.startswith("d500:")
