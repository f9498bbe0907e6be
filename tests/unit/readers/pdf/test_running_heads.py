"""Lines that stand on most pages at the same place are kept once."""

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
