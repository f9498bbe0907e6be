"""Markdown: exact offsets, headings and titles."""

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.markdown import read_markdown


def read(source: str) -> TextDocument:
    return read_markdown(source.encode(), "some_notes.md", "text/markdown")


def headings(source: str) -> list[tuple[int, str]]:
    document = read(source)
    for heading in document.headings:
        assert heading.start == 0 or document.text[heading.start - 1] == "\n"
    return [(heading.level, heading.title) for heading in document.headings]


def test_the_text_is_the_source() -> None:
    source = "# One\n\nText with *marks*.\n"
    assert read(source).text == source
    assert read(source).syntax == "markdown"


def test_both_kinds_of_headings_are_found() -> None:
    assert headings("# One #\n\nTwo\n===\n\n### Three\n\nFour\n---\n\n  ###### Six\n") == [
        (1, "One"), (1, "Two"), (3, "Three"), (2, "Four"), (6, "Six"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [
        "```\n# no\n```\n",
        "~~~sh\n# no\n```\n# no\n~~~\n",
        "````\n```\n# no\n```\n````\n",
        "```\n# an open fence runs to the end\n",
        "    # indented code\n",
        "#hashtag\n",
        "####### seven\n",
        "- item\n---\n",
        "| a |\n|---|\n",
        "text\n\n---\n",
        "#\n",
    ],
)
def test_what_only_looks_like_a_heading_is_none(source: str) -> None:
    assert headings(source) == []


def test_a_heading_is_read_without_its_marks() -> None:
    source = "# The `String` *Type*: [a link](http://x.y) <!-- note --> {#anchor}\n\n## snake_case stays\n"
    assert headings(source) == [(1, "The String Type: a link"), (2, "snake_case stays")]


def test_the_title_is_the_front_matters_or_the_first_heading() -> None:
    document = read('---\nlayout: post\ntitle: "On onions"\n# no heading\n---\n\n# Roots\n')
    assert (document.title, document.title_in_file) == ("On onions", True)
    assert [heading.title for heading in document.headings] == ["Roots"]
    assert read("+++\ntitle = 'T'\n+++\nx").title == "T"
    assert read("intro\n\n## Roots\n").title == "Roots"
    document = read("no heading\n")
    assert (document.title, document.title_in_file) == ("some notes", False)
