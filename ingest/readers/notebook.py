"""Jupyter notebooks: Markdown cells with their headings, code cells, and their outputs."""

from __future__ import annotations

import json
from typing import Any

from ingest.readers.assembly import Assembly
from ingest.readers.documents import TextDocument
from ingest.readers.markup.markdown import read_markdown
from ingest.readers.text import clean, decoded_json
from semsearch.errors import FileError
from semsearch.message import say

# The first lines of an output say what it is; the rest is numbers.
_OUTPUT_LENGTH = 1_000

Cell = dict[str, Any]


def read_notebook(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read a notebook of format 3 or 4. Code and outputs are paragraphs.

    Raises FileError when it is not a notebook.
    """
    try:
        notebook = json.loads(decoded_json(data).text)
        cells = _cells(notebook)
        out = Assembly()
        for cell in cells:
            _write(out, cell)
        title = str(notebook.get("metadata", {}).get("title") or "")
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise FileError(say("not a notebook, or damaged: {why}", why=str(error))) from error
    return out.document(media_type, path, title or out.first_heading())


def _cells(notebook: dict[str, Any]) -> list[Cell]:
    sheets = notebook.get("worksheets")  # of format 3
    return [cell for sheet in sheets or [notebook] for cell in sheet.get("cells", [])]


def _write(out: Assembly, cell: Cell) -> None:
    source = _joined(cell.get("source") or cell.get("input"))
    match cell.get("cell_type"):
        case "code":
            out.add(source)
            for output in cell.get("outputs", []):
                out.add(_shown(output))
        case "heading":
            out.heading(source, int(cell.get("level", 1)))
        case "markdown":
            if source.strip():
                out.include(read_markdown(source.encode(), "", "text/markdown"))
        case _:
            out.add(source)


def _shown(output: dict[str, Any]) -> str:
    """Return the beginning of the text of an output; a picture has no text."""
    if "ename" in output:
        text = f"{output['ename']}: {output.get('evalue', '')}"
    else:
        text = _joined(output.get("text") or output.get("data", {}).get("text/plain"))
    text = clean(text)
    if len(text) <= _OUTPUT_LENGTH:
        return text
    return text[:_OUTPUT_LENGTH].rpartition("\n")[0] or text[:_OUTPUT_LENGTH]


def _joined(source: object) -> str:
    """Return a text as one string. Notebooks keep it as a list of lines."""
    return "".join(map(str, source)) if isinstance(source, list) else str(source or "")
