"""RTF: its paragraphs. Notes, headers and footers, which striprtf leaves out, are put back."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from ingest.readers.assembly import Assembly
from ingest.readers.documents import TextDocument
from ingest.readers.text import own_title
from ingest.readers.zip_archive import mismatch
from semsearch.text import readable

# Pictures and embedded objects are long runs of hexadecimal digits.
_HEX = re.compile(r"(?:[0-9a-f]{32,}\s*){4,}", re.IGNORECASE)
_NOTE_OR_MARGIN = re.compile(r"\{\\(?:(footnote)|header[lrf]?|footer[lrf]?)(?![a-z])")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_TITLE = re.compile(r"\{\\title\s((?:[^{}\\]|\\[^{}])*)\}")
# Private-use characters that mark where a note begins and ends, and where a header or footer does.
_NOTE, _NOTE_END, _MARGIN, _MARGIN_END = "\ue000\ue001\ue002\ue003"
_NOTES = re.compile(f"{_NOTE}(.*?){_NOTE_END}", re.DOTALL)
_MARGINS = re.compile(f"{_MARGIN}(.*?){_MARGIN_END}", re.DOTALL)


def read_rtf(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read the text, notes below their paragraphs. Raises FileError when it is not RTF or has no text."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise mismatch(data, "RTF")
    source = _HEX.sub("", data.decode("cp1252", "replace"))
    text = _plain(_marked(source))
    margins = _MARGINS.findall(text)
    text = _MARGINS.sub("", text)
    notes = iter(_NOTES.findall(text))
    text = _NOTES.sub(_NOTE, text)
    out = Assembly()
    waiting: list[dict[int, str]] = []
    for line in text.split("\n"):
        row = _row(line.replace(_NOTE, ""))
        if len(row) != len(waiting[0] if waiting else {}):
            # Only of rows with equally many cells are the columns known.
            out.table(waiting)
            waiting.clear()
        if row:
            waiting.append(row)
        else:
            out.add(line.replace(_NOTE, ""))
        if _NOTE in line:
            out.table(waiting)
            waiting.clear()
        for _ in range(line.count(_NOTE)):
            out.add(next(notes, ""))
    out.table(waiting)
    for margin in dict.fromkeys(margin.strip() for margin in margins):
        out.add(margin)
    stated = _TITLE.search(source)
    return out.document(media_type, path, own_title(_plain(f"{{\\rtf1 {stated[1]}}}")) if stated else "")


def _row(line: str) -> dict[int, str]:
    """The cells of a row, each of which ends with a bar; none for another line."""
    *cells, rest = line.split("|")
    return {} if rest.strip() else dict(enumerate(cells))


def _plain(source: str) -> str:
    # Characters above U+FFFF are written as two surrogates.
    return readable(rtf_to_text(source, errors="replace"))


def _marked(source: str) -> str:
    """Return the source with its notes, headers and footers as plain groups between marks."""
    parts: list[str] = []
    at = 0
    while found := _NOTE_OR_MARGIN.search(source, at):
        start, end = found.span()
        depth = 1
        for brace in _BRACE.finditer(source, end):
            depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if not depth:
                break
        else:
            break  # the group is never closed: the rest stays as it is
        marks = (_NOTE, _NOTE_END) if found[1] else (_MARGIN, _MARGIN_END)
        parts += [source[at:start], "{", marks[0], source[end : brace.start()], marks[1], "}"]
        at = brace.end()
    return "".join(parts) + source[at:]
