"""Columns that a program has drawn row by row are read one after the other; tables are read across."""

from itertools import chain

from ingest.readers.pdf.pdf import read_pdf
from tests.pdfs import Placed, placed_pdf

LEFT = [
    "The potter had opened the kiln a day too",
    "early, and the glaze of every bowl had torn",
    "like thin ice. She put the shards into a",
    "crate and wrote the date upon the lid of it.",
]
RIGHT = [
    "In the same week the miller found that his",
    "stones were dull. He sent for the man with",
    "the hammers, who came on foot across the",
    "moor and stayed until the feast was over.",
]
THIRD = [
    "Nobody could say later who had seen the",
    "comet first. The children claimed that it",
    "was they, while the priest had it in his",
    "diary two nights before anybody else did.",
]


def text_of(*pages: list[Placed]) -> str:
    return read_pdf(placed_pdf(*pages), "columns.pdf", "application/pdf").text


def across(*columns: list[str], top: float = 700, width: float = 250, shift: float = 0) -> list[Placed]:
    """The lines of columns, drawn row by row; each column `shift` points lower than the one before."""
    rows = zip(*columns, strict=True)
    return [
        (40 + width * column, top - 14 * row - shift * column, words)
        for row, line in enumerate(rows)
        for column, words in enumerate(line)
    ]


def test_two_columns_drawn_row_by_row_are_read_one_after_the_other() -> None:
    assert text_of(across(LEFT, RIGHT)) == f"{' '.join(LEFT)} {' '.join(RIGHT)}"


def test_so_are_columns_whose_lines_do_not_stand_at_the_same_height() -> None:
    text = text_of(across(LEFT, RIGHT, shift=3))
    assert f"{' '.join(LEFT)} {' '.join(RIGHT)}" == text


def test_three_columns_are_read_one_after_the_other() -> None:
    page = [(x * 0.8, y, words[:30]) for x, y, words in across(LEFT, RIGHT, THIRD)]
    text = " ".join(text_of(page).split())
    assert text == " ".join(words[:30].strip() for words in chain(LEFT, RIGHT, THIRD))


def test_what_stands_above_and_below_columns_is_read_before_and_after_them() -> None:
    head = (
        40.0,
        740.0,
        "News of the village, as far as it was known at the beginning of the autumn of that year",
    )
    foot = (
        40.0,
        600.0,
        "Printed by the brothers Amsel at the old bridge, who are sorry for all the mistakes in it",
    )
    text = " ".join(text_of([head, *across(LEFT, RIGHT), foot]).split())
    assert text == " ".join([head[2], *LEFT, *RIGHT, foot[2]])


def test_columns_drawn_one_after_the_other_stay_as_they_are() -> None:
    page = [(40.0, 700.0 - 14 * row, words) for row, words in enumerate(LEFT)]
    page += [(290.0, 700.0 - 14 * row, words) for row, words in enumerate(RIGHT)]
    assert text_of(page) == f"{' '.join(LEFT)} {' '.join(RIGHT)}"


def test_the_rows_of_a_table_are_read_across() -> None:
    names = ["Turnips from the lower field", "Apples", "Walnuts in their shells", "Beeswax candles"]
    prices = ["Sold to the inn", "Kept", "Sold at a fair in town", "Given to the church"]
    amounts = ["120", "45", "80", "12"]
    text = text_of(across(names, prices, amounts, width=190))
    assert text.split() == " ".join(chain.from_iterable(zip(names, prices, amounts, strict=True))).split()


def test_pairs_of_sentences_are_read_across() -> None:
    """Each line of a list of phrases ends its sentence; none goes on in the next line."""
    english = [
        "Where is the station?",
        "I have lost my hat and my umbrella.",
        "Two tickets.",
        "The soup is cold.",
    ]
    french = [
        "Où est la gare?",
        "J'ai perdu mon chapeau et mon parapluie.",
        "Deux billets.",
        "La soupe est froide.",
    ]
    text = text_of(across(english, french))
    assert text.index(french[0][3:]) < text.index(english[1])


def test_the_cells_of_a_row_are_words_of_their_own() -> None:
    shelves = [("kettle of copper", "14", "B7"), ("jug", "22", "C3"), ("lantern of brass", "5", "D9")]
    cells = chain.from_iterable(
        zip((60, 200, 320), [700 - 16 * at] * 3, row, strict=True) for at, row in enumerate(shelves)
    )
    assert text_of(list(cells)).split() == " ".join(map(" ".join, shelves)).split()
