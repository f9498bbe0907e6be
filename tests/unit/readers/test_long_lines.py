"""A line of many thousand equal marks takes time that grows with its length, not with its square."""

import time
from collections.abc import Callable

import pytest

from ingest.readers.registry import parse
from semsearch.formats.table import FORMATS
from semsearch.language.sentences import sentences

LENGTH = 160_000
# On a slow processor linear code takes a second at most, and quadratic code 15 s or more.
MOST_SECONDS = 5.0

HEAD = "From: ann@example.org\nSubject: Onions\nContent-Type: text/{}; charset=utf-8\n\n{}"
AROUND = {
    "a.md": "{}",
    "a.txt": "{}",
    "a.py": "{}",
    "a.html": "<p>{}</p><pre>{}</pre>",
    "a.eml": HEAD.format("plain", "{}"),
    "b.eml": HEAD.format("html", "<p>{}</p>"),
    "a.org": "{}",
    "a.adoc": "{}",
    "a.rst": "{}",
    "a.tex": "{}",
}
MARKS = (
    *" \t*_`[](){}<>!|-#&=~\\.+7a\u00a0",
    "* ", "*_", "[(", "![", "](", "<!", "> ", "- ", "1. ", ". ", '."', "|-",
)  # fmt: skip
# Lines of Markdown: `{}` is where the mark is repeated.
LINES = (
    ("# word{}word", " "),
    ("# word{}word", " #"),
    ("{}word |", " "),
    ("---{}word |", " "),
    ("---\nword{}word\n---\nword", " "),
    ("{{ {}word", " "),
    ("[word]({}word word", " "),
    ("[word](word{}word word", " "),
    ("(word:: {}word", " "),
    ("<h1>{}word", " "),
    ("<img {}word", 'alt="" '),
    ("word {}word", "<h1>"),
    ("word {}word", "<script>"),
    ("word {}word", "[^"),
    ("word {}word -->", "<!--"),
    ("word ` {}word", "<!--"),
    ("{}word", "> "),
    ("- {}word", "- "),
)


def seconds(work: Callable[[], object]) -> float:
    """The time of the processor that it takes: other processes do not count."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def read(name: str, text: str) -> str:
    row = FORMATS.of_path(name)
    assert row is not None
    return parse(AROUND[name].replace("{}", text).encode(), name, row, None).text  # type: ignore[union-attr]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("name", AROUND)
def test_a_line_of_equal_marks_is_read_in_time(name: str, mark: str) -> None:
    text = f"word {mark * (LENGTH // len(mark))}$ word"
    assert "word" in read(name, "word")
    assert seconds(lambda: read(name, text)) < MOST_SECONDS


@pytest.mark.parametrize(("line", "mark"), LINES)
def test_a_line_of_markdown_with_equal_marks_is_read_in_time(line: str, mark: str) -> None:
    text = line.replace("{}", mark * (LENGTH // len(mark)))
    assert seconds(lambda: read("a.md", text)) < MOST_SECONDS


@pytest.mark.parametrize(
    "line", ["* word{}word", "= word{}word", "|{}word", "`word{}word", r"\item word{}word & word"]
)
@pytest.mark.parametrize("name", ["a.org", "a.adoc", "a.rst", "a.tex"])
def test_a_line_of_other_markup_with_many_spaces_is_read_in_time(name: str, line: str) -> None:
    text = line.replace("{}", " " * LENGTH)
    assert seconds(lambda: read(name, text)) < MOST_SECONDS


@pytest.mark.parametrize("mark", MARKS)
def test_a_line_of_equal_marks_is_split_into_sentences_in_time(mark: str) -> None:
    text = f"word {mark * (LENGTH // len(mark))}$ word"
    assert seconds(lambda: sentences(text, 1_000)) < MOST_SECONDS
