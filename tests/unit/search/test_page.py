"""What is left out of a snippet because it is shown beside it."""

import pytest

from semsearch.records import Passage
from semsearch.search.page import headings_of
from semsearch.search.snippets import excerpt

CONTENT = "7\n\nThe lock was opened with a spare key."


@pytest.mark.parametrize("headings", [(), ("The canal",)], ids=["none", "one"])
def test_the_number_of_a_page_is_no_part_of_a_snippet(headings: tuple[str, ...]) -> None:
    passage = Passage(0, CONTENT, 0, len(CONTENT), title="Locks", headings=headings)
    shown = excerpt(CONTENT, ["key"], headings_of(passage)).snippet
    assert shown == ("7 " if headings else "") + "The lock was opened with a spare key."
