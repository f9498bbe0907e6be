"""Pages of a list: what is on one, and where those around it begin."""

from __future__ import annotations

import pytest

from web.paging import Page


@pytest.mark.parametrize(
    ("page", "before", "after"),
    [
        (Page(0, 10, 0), None, None),
        (Page(0, 10, 10), None, None),
        (Page(0, 10, 11), None, 10),
        (Page(10, 10, 11), 0, None),
        (Page(4, 10, 30), 0, 14),
        (Page(50, 10, 30), 40, None),
        (Page(90, 10, 200, last=100), 80, 100),
        (Page(100, 10, 200, last=100), 90, None),
    ],
)
def test_the_pages_around_a_page_begin_where_it_begins_and_ends(
    page: Page, before: int | None, after: int | None
) -> None:
    assert (page.before, page.after) == (before, after)


def test_a_page_has_its_part_of_the_list() -> None:
    every = list(range(25))
    assert [Page(start, 10, 25).of(every) for start in (0, 20, 30)] == [every[:10], every[20:], []]
