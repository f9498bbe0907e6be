"""Passages end where pages do, so that a hit names the page on which its sentence stands."""

from ingest.chunk import chunk
from ingest.readers.documents import TextDocument
from tests.unit.ingest.test_chunk import minilm


def passages(*pages: str, gap: str = "\n\n") -> list[tuple[int | None, str]]:
    """The page and the content of each passage of these pages, with `gap` between them."""
    starts = [sum(len(page) + len(gap) for page in pages[:n]) for n in range(len(pages))]
    document = TextDocument("application/pdf", "pages", gap.join(pages), pages=tuple(starts))
    chunks = chunk(document, minilm(), 256)
    assert [made.passage.n for made in chunks] == list(range(len(chunks)))
    return [(made.passage.page, made.passage.content) for made in chunks]


def test_short_pages_have_passages_of_their_own() -> None:
    slides = ("Onions keep well in a loft.", "Carrots want sand.", "Beets want neither.")
    assert passages(*slides) == list(enumerate(slides, 1))


def test_a_sentence_that_runs_on_stays_whole_on_the_page_where_it_begins() -> None:
    found = passages("The loft is dry, and onions", "keep well in it. Carrots want sand.", gap=" ")
    assert found == [(1, "The loft is dry, and onions keep well in it."), (2, "Carrots want sand.")]


def test_a_page_within_one_sentence_has_no_passage_of_its_own() -> None:
    pages = (
        "The loft is dry, and",
        "onions keep well there, and",
        "so do nuts of the year before. The end.",
    )
    found = passages(*pages, gap=" ")
    assert found == [
        (1, "The loft is dry, and onions keep well there, and so do nuts of the year before."),
        (3, "The end."),
    ]


def test_a_page_without_words_belongs_to_the_page_before() -> None:
    assert passages("Onions keep well.", "2", "Carrots do not.") == [
        (1, "Onions keep well.\n\n2"),
        (3, "Carrots do not."),
    ]


def test_each_passage_of_long_pages_names_its_page() -> None:
    pages = [" ".join(f"Sentence {n} of page {page} says a little." for n in range(60)) for page in (1, 2, 3)]
    for page, content in passages(*pages):
        assert f"of page {page} " in content
        assert not any(f"of page {other} " in content for other in {1, 2, 3} - {page})
