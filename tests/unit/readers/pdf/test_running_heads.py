"""Lines that stand on most pages at the same place are kept once."""

import pytest

from ingest.readers.pdf.running_heads import without_running_heads

BODIES = [
    "The boiler is old.",
    "Paint goes to the depot.",
    "Bicycles stand in the shed.",
    "Snow is swept early.",
]


def test_a_letterhead_stays_on_the_first_page_and_a_foot_on_the_last() -> None:
    head = "Alder Lane 9\nHouse rules of the owners, revised"
    pages = [f"{head}\n{body}\nAll rights reserved" for body in BODIES]
    assert without_running_heads(pages) == [
        f"{head}\n{BODIES[0]}",
        *BODIES[1:3],
        f"{BODIES[3]}\nAll rights reserved",
    ]


def test_the_number_of_the_page_is_no_difference() -> None:
    pages = [f"House rules of the owners {n}\n{body}\nPage {n} of 4" for n, body in enumerate(BODIES, 7)]
    assert without_running_heads(pages) == [
        f"House rules of the owners 7\n{BODIES[0]}",
        *BODIES[1:3],
        f"{BODIES[3]}\nPage 10 of 4",
    ]
    assert without_running_heads([f"{body}\n- {n} -" for n, body in enumerate(BODIES, 1)])[:3] == BODIES[:3]


def test_left_and_right_pages_may_have_different_heads() -> None:
    heads = ("Rivers of the north", "A. Amsel")
    pages = [f"{heads[n % 2]}\n{body} {n}" for n, body in enumerate(BODIES * 2)]
    assert without_running_heads(pages)[2:] == [f"{body} {n}" for n, body in enumerate(BODIES * 2)][2:]


def test_other_numbers_make_other_lines() -> None:
    pages = [
        f"{body}\nTotal {amount}.00 euros" for body, amount in zip(BODIES, (120, 45, 1_900, 7), strict=True)
    ]
    assert without_running_heads(pages) == pages


def test_a_title_that_counts_along_with_the_pages_stays() -> None:
    pages = [f"Lesson {n}\n{body}" for n, body in enumerate(BODIES, 1)]
    assert without_running_heads(pages) == pages


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("Invoice {} for your order", 20240311),
        ("Receipt of your order 2024-{}", 311),
        ("The invoice of this order is no. {}", 311),
        ("Confirmation of your order #{}", 3),
        ("Ben's {} rules of the owners", 1),
        ("Accounts of the year {}", 2019),
        ("Day {} in old Lisbon", 1),
        ("{}", 1002),
        ("S-{}", 101),
        ("Entry card of the owners A-{}", 1),
    ],
)
def test_numbers_that_rise_with_the_pages_but_count_other_things_stay(line: str, first: int) -> None:
    pages = [f"{line.format(n)}\n{body}" for n, body in enumerate(BODIES, first)]
    assert without_running_heads(pages) == pages


def test_a_number_alone_is_that_of_the_page_only_at_its_edge() -> None:
    tickets = [
        f"For {name}\n{n}\n{body}" for n, (name, body) in enumerate(zip("abcd", BODIES, strict=True), 12)
    ]
    assert without_running_heads(tickets) == tickets
    assert without_running_heads([f"{n}\n{body}" for n, body in enumerate(BODIES, 12)])[1:] == BODIES[1:]


@pytest.mark.parametrize(
    "foot",
    [
        "Handbook of the owners {}/4",
        "Handbook of the owners {} of 4",
        "{} Handbook of the owners",
        "Alder Lane {} Confidential",
        "Owners, Page No. {}, confidential",
        "July 2008 v1.0 p. {} of 4",
        "{}. Seite",
        "{}/4",
        "-{}-",
        "p.{}",
        "S.{}",
        "Pg.{}",
        "Page-{}",
        "Handbook of the owners p.{}",
    ],
)
def test_the_number_of_a_page_stands_at_an_end_or_beside_the_word(foot: str) -> None:
    pages = [f"{body}\n{foot.format(n)}" for n, body in enumerate(BODIES, 1)]
    assert without_running_heads(pages)[:3] == BODIES[:3]


@pytest.mark.parametrize("other", ["www.alder.example", "Handbook of the owners"])
def test_the_number_of_a_page_may_stand_between_its_text_and_a_running_head(other: str) -> None:
    texts = [f"{body}\nOwners of {at}" for at, body in zip("abcd", BODIES, strict=True)]
    assert (
        without_running_heads([f"{text}\n{n}\n{other}" for n, text in enumerate(texts, 1)])[:3] == texts[:3]
    )
    assert (
        without_running_heads([f"{other}\n{n}\n{text}" for n, text in enumerate(texts, 1)])[1:] == texts[1:]
    )
    tickets = [f"{other}\n{n}\n{text}" for n, text in enumerate(texts, 12)]
    left = without_running_heads(tickets)
    assert left[1:] == [f"{n}\n{text}" for n, text in enumerate(texts[1:], 13)]


def test_lines_in_the_middle_of_long_pages_stay() -> None:
    filling = [[f"line {page} {n} of a long page" for n in range(20)] for page in "abc"]
    pages = ["\n".join([*lines[:10], "the same words", *lines[10:]]) for lines in filling]
    assert without_running_heads(pages) == pages


def test_two_pages_have_heads_of_few_lines() -> None:
    assert without_running_heads(["Alder Lane\none\n1", "Alder Lane\ntwo\n2", ""]) == [
        "Alder Lane\none",
        "two\n2",
        "",
    ]
    table = "\n".join(f"row {n} of the table" for n in "abcdefg")
    pages = [f"one\ntwo\nthree\n{table}\nfour\nfive\nsix", f"1\nand\nthen\n{table}\nso\non\nend"]
    assert without_running_heads(pages) == pages


def test_one_page_has_no_running_heads() -> None:
    assert without_running_heads(["same\nsame"]) == ["same\nsame"]


def test_a_page_with_nothing_else_keeps_its_head() -> None:
    assert without_running_heads(["Page 1", "Page 2", "Page 3"]) == ["Page 1", "Page 2", "Page 3"]
