"""A word that is divided at the end of a line keeps its hyphen if the hyphen belongs to it."""

import pytest

from ingest.readers.pdf.divided_words import DividedWords, completed

# What PDFium puts in place of a hyphen at the end of a line, and a hyphen of the writer's.
MARKS = ("\ufffe\n", "\x02", "-\n")


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("COVID", "19"),
        ("twenty", "three"),
        ("Forty", "second"),
        ("three", "year"),
        ("quatre", "vingts"),
        ("e", "mail"),
        ("X", "ray"),
        ("Franco", "German"),
        ("Jean", "Luc"),
        ("DNA", "bound"),
        ("self", "esteem"),
        ("evidence", "based"),
        ("2019", "2020"),
        ("mother-in", "law"),
        ("day-to", "day"),
        ("data/raw", "files"),
    ],
)
def test_the_hyphen_of_a_compound_stays(left: str, right: str, mark: str) -> None:
    assert DividedWords().joined(f"a {left}{mark}{right}, then") == f"a {left}-{right}, then"


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("under", "stand"),
        ("Ger", "many"),
        ("self", "ish"),
        ("of", "ten"),
        ("inter", "related"),
        ("Haus", "tür"),
        ("INTER", "NATIONAL"),
        ("well-estab", "lished"),
    ],
)
def test_the_hyphen_of_a_divided_word_goes(left: str, right: str, mark: str) -> None:
    assert DividedWords().joined(f"a {left}{mark}{right}, then") == f"a {left}{right}, then"


@pytest.mark.parametrize(
    ("elsewhere", "joined"),
    [
        ("a cold store", "coldstore"),
        ("the cold-store, cold-stores", "cold-store"),
        ("the cold-store and Cold-store, the coldstore", "cold-store"),
        ("the coldstore and coldstore, the cold-store", "coldstore"),
    ],
)
def test_the_document_says_how_a_word_is_written(elsewhere: str, joined: str) -> None:
    assert DividedWords([elsewhere]).joined("in the cold\ufffe\nstore") == f"in the {joined}"


@pytest.mark.parametrize(
    ("elsewhere", "left", "right", "joined"),
    [
        ("der Präsident", "US-Präsi", "dent", "US-Präsident"),
        ("eine Adresse", "E-Mail-Ad", "resse", "E-Mail-Adresse"),
        ("ada@example.org", "alan@exam", "ple.org", "alan@example.org"),
        ("a benefit, the analysis, an analysis", "cost-benefit", "analysis", "cost-benefit-analysis"),
        ("a line of today", "day-to", "day", "day-to-day"),
        ("email, and e-mail", "e", "mail", "e-mail"),
    ],
)
def test_the_document_says_whether_a_part_of_a_compound_is_divided(
    elsewhere: str, left: str, right: str, joined: str
) -> None:
    assert DividedWords([elsewhere]).joined(f"in {left}\ufffe\n{right}") == f"in {joined}"


def test_a_hyphen_that_stands_for_the_rest_of_a_word_stays_apart() -> None:
    assert DividedWords().joined("Haupt-\nund Nebensatz") == "Haupt- und Nebensatz"
    assert DividedWords().joined("two\ufffe\nor three years") == "two- or three years"


def test_a_soft_hyphen_never_stays() -> None:
    assert DividedWords(["twenty-three"]).joined("twenty\u00ad\nthree") == "twentythree"


def test_a_dash_at_the_end_of_a_line_is_left_alone() -> None:
    assert DividedWords().joined("Monday -\nclosed") == "Monday -\nclosed"


def test_a_word_that_is_divided_between_pages_is_completed_on_the_first_one() -> None:
    assert completed(["It was under\ufffe", "", "stand by all.", "The end."]) == [
        "It was under\ufffe\nstand",
        "",
        "by all.",
        "The end.",
    ]
    assert completed(["rivers and lakes", "mountains"]) == ["rivers and lakes", "mountains"]
