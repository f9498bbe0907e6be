"""What is said of a folder that is forgotten."""

import pytest

from semsearch.folders import how_it_stays_forgotten
from semsearch.ignored import Rules, is_ignored


@pytest.mark.parametrize(
    "name",
    [
        "plain",
        "Photos [2020]",
        "what?",
        "a*b",
        "**",
        "back\\slash",
        "end\\",
        "a\\*b",
        "!x",
        "#y",
        "it's [a]/b",
    ],
)
def test_the_line_that_is_advised_leaves_out_this_folder_and_no_other(name: str) -> None:
    said = str(how_it_stays_forgotten(f"/home/{name}", ["/home", f"/home/{name}"]))
    line = said.partition(" has the line ")[2]
    rules = (Rules.read("", f"{line}\n".encode(), pytest.fail),)
    assert is_ignored(f"{name}/", rules)
    assert not is_ignored("Photos 2/", rules)
    assert not is_ignored("a beard b/", rules)
