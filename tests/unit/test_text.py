"""Sizes as people write them."""

import pytest

from semsearch.text import read_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1024", 1024),
        ("10MB", 10_000_000),
        ("500 kB", 500_000),
        ("2.5M", 2_500_000),
        ("2.5 mib", 2_621_440),
        ("4GiB", 4 * 1024**3),
        ("1t", 10**12),
        ("0.0005 kB", 0),
        ("7 bytes", 7),
        ("7b", 7),
    ],
)
def test_a_size_is_read_with_its_unit(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "big", "-1", "1,5 MB", "1e9", "5iB", "10 MBit", "1.2.3", "MB", "inf", "9" * 20, "٣", "[0 1]"]
)
def test_what_is_no_size_is_none(text: str) -> None:
    assert read_size(text) is None
