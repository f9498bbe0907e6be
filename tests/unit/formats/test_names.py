"""What people call the types of files."""

import pytest

from semsearch.formats.names import COMMON, TYPE_OR_GROUP, name_of
from semsearch.formats.table import CODE_TYPES


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("application/pdf", "PDF"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
        ("image/jpeg", "JPEG"),
        ("text/markdown", "Markdown"),
        ("text/x-python", "Python"),
        ("text/x-c++", "C++"),
        ("image/*", "image/*"),
        ("application/x-unheard-of", "application/x-unheard-of"),
    ],
)
def test_types_have_names_that_people_know(media_type: str, name: str) -> None:
    assert name_of(media_type) == name


def test_no_two_types_that_are_read_share_a_name() -> None:
    names = [name_of(media_type) for media_type in {*COMMON, *CODE_TYPES}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("text", ["pdf", "*/*", "image/**", "image/j*", "a/b|c", "*", "image/", "a b/c"])
def test_nothing_else_is_a_type_or_a_group(text: str) -> None:
    assert not TYPE_OR_GROUP.fullmatch(text)
