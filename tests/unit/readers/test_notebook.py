"""Jupyter notebooks: text, code and outputs."""

import json
from typing import Any

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.notebook import read_notebook
from semsearch.errors import FileError


def read(*cells: dict[str, Any], **more: Any) -> TextDocument:
    return read_notebook(
        json.dumps({"cells": cells, **more}).encode(), "my_study.ipynb", "application/x-ipynb+json"
    )


def markdown(*lines: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": list(lines)}


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def test_cells_become_one_text_with_headings() -> None:
    document = read(
        markdown("# Onions\n", "\n", "They keep."),
        code("print('x')", {"output_type": "stream", "text": ["x\n"]}),
        markdown("## More"),
        {"cell_type": "raw", "source": "as it is"},
    )
    assert document.text == ("Onions\n\nThey keep.\n\nprint('x')\n\nx\n\nMore\n\nas it is")
    assert [(heading.level, heading.title) for heading in document.headings] == [(1, "Onions"), (2, "More")]
    assert all(document.text.startswith(heading.title, heading.start) for heading in document.headings)
    assert (document.title, document.title_in_file) == ("Onions", True)


def test_a_separator_of_lines_within_a_cell_is_no_end_of_a_string() -> None:
    source = json.dumps({"cells": [markdown("pasted\u2028text")]}, ensure_ascii=False)
    assert read_notebook(source.encode(), "x.ipynb", "application/x-ipynb+json").text.split() == [
        "pasted",
        "text",
    ]


def test_outputs_are_cut_and_pictures_left_out() -> None:
    long = "number 17\n" * 1_000
    picture = {"data": {"image/png": "iVBOR" * 100, "text/plain": "<Figure>"}}
    error = {"ename": "ValueError", "evalue": "\x1b[31mbad\x1b[0m", "traceback": ["long"]}
    document = read(code("run()", {"text": long}, picture, error))
    assert 0 < document.text.count("number 17") <= 100
    assert "<Figure>" in document.text
    assert "ValueError: bad" in document.text
    assert "iVBOR" not in document.text
    pasted = markdown("See ![it](data:image/png;base64," + "QUJD" * 1_000 + ") here.")
    assert read(pasted).text == "See it here."


def test_a_notebook_of_format_3_is_read() -> None:
    cells = [{"cell_type": "heading", "level": 2, "source": "Old"}, {"cell_type": "code", "input": ["1+1"]}]
    document = read(worksheets=[{"cells": cells}])
    assert document.text == "Old\n\n1+1"
    assert [heading.level for heading in document.headings] == [2]


@pytest.mark.parametrize(
    ("source", "reason"),
    [(b"[]", "not a notebook"), (b"{", "not a notebook"), (b'{"cells": []}', "no text in this document")],
)
def test_what_cannot_be_read_says_why(source: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read_notebook(source, "a.ipynb", "application/x-ipynb+json")
