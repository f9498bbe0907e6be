"""Plain text in any encoding: decode its bytes, and find a title."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath

from ingest.readers.documents import Context, TextDocument
from semsearch.errors import NothingToIndexError
from semsearch.formats import table
from semsearch.text import normal, readable

# Byte order marks, the longest first, because that of UTF-32 begins with that of UTF-16. `clean` drops them.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# charset-normalizer reads about 1 MB a second, and 32 kB are enough to tell encodings apart.
_SAMPLE = 32_768
# With fewer bytes above 127 than this, windows-1252 is right more often than any guess.
_TOO_FEW_TO_GUESS = 16
_WESTERN = ("cp1252", "cp1250", "cp1254", "cp1257", "cp437", "cp850", "mac_roman")
_KANA = re.compile("[\u3041-\u30fe]")
_TITLE_LENGTH = 120
_PROGRAM_TITLE = re.compile(
    r"^(?:untitled|microsoft|slide \d|powerpoint|word document$|document\d*$|presentation\d*$|book\d*$|"
    r"title$|no title)|"
    r"\.(?:docx?|pptx?|xlsx?|tex|dvi|pdf|indd|qxd|rtf|odt|odp|ps|eps|fm|p65|cdr|ai)$|^[\W\d_]*$",
    re.IGNORECASE,
)
# What stands for a space in a file's name. "C++" and ".NET" are words.
_GAP = re.compile(r"[_\-]+|(?<!\+)\+(?!\+)|(?<=[^\d\s])\.(?=\D)")
# No text has C0 controls other than tab, newline and form feed. Lone surrogates cannot be stored.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_NEWLINE = re.compile("\r\n?|\u2028|\u0085")


def read_text(data: bytes, path: str, media_type: str, _context: Context | None = None) -> TextDocument:
    """Read plain prose. The first line is the title when it is short and stands alone.

    Raises FileError when the file is empty or binary.
    """
    text = decode(data)
    first, _, rest = text.lstrip().partition("\n")
    alone = len(first) <= _TITLE_LENGTH and rest[:1] == "\n" and not rest.isspace()
    title = first.strip() if alone else ""
    return TextDocument(media_type, title or title_of(path), text, title_in_file=bool(title))


def read_code(data: bytes, path: str, media_type: str, _context: Context | None = None) -> TextDocument:
    """Read source code or a data file. Its title is the file's name, whatever the first line says."""
    return TextDocument(media_type, title_of(path), decode(data))


def decode(data: bytes, declared: str = "") -> str:
    """Decode bytes to clean text with \\n as newline. `declared` is the encoding that the file itself claims.

    Raises FileError when the text is empty or binary.
    """
    text = clean(data.decode(encoding_of(data, declared), "replace"))
    if not text.strip():
        raise NothingToIndexError("empty: white space only")
    return text


def clean(text: str) -> str:
    """Return the text with \\n as newline, without controls, byte order marks and lone surrogates."""
    return _UNWANTED.sub("", _NEWLINE.sub("\n", text)) if not text.isprintable() else text


def own_title(stated: str) -> str:
    """Return the title in a document's properties; "" when a program wrote it and no person."""
    title = " ".join(clean(stated).split())
    return "" if len(title) > 3 * _TITLE_LENGTH or _PROGRAM_TITLE.search(title) else title


def title_of(path: str) -> str:
    """Return a title made from a file's name: "notes/garden_plan-2.md" gives "garden plan 2".

    Source code and data are called by their whole name: "tools/run_all.py" gives "run_all.py".
    """
    row = table.FORMATS.of_path(path)
    if row is not None and row.named:
        return normal(readable(PurePosixPath(path).name))
    stem = normal(readable(PurePosixPath(path).stem))
    return " ".join(_GAP.sub(" ", stem).split()) or stem


def encoding_of(data: bytes, declared: str = "") -> str:
    """Return the encoding of a text. Raises FileError when it is binary."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if b"\0" in data:
        return _wide(data)
    for encoding in ("utf-8", declared):
        try:
            data.decode(encoding)
            return encoding
        except (
            UnicodeDecodeError,
            LookupError,
        ):  # not in this encoding, or the declared one is empty or unknown
            continue
    controls = sum(data[:_SAMPLE].count(byte) for byte in _CONTROLS)
    if controls > len(data[:_SAMPLE]) / 50:
        raise NothingToIndexError("binary data, not text")
    return _detected(data)


_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1b")


def _wide(data: bytes) -> str:
    """Return the encoding of a text that has zero bytes and no byte order mark.

    It is UTF-16 when many of its odd bytes are zero and nearly none of its even bytes, or the reverse.
    """
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    for zeros, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > 0.4 * half and others < 0.02 * half:
            return encoding
    # A stray zero in an otherwise clean text is an accident of a text editor, not a binary format.
    if sample.count(0) <= len(sample) // 1000 + 1 and data.count(0) <= len(data) // 1000 + 1:
        return encoding_of(data.replace(b"\0", b""))
    raise NothingToIndexError("binary data, not text")


def _detected(data: bytes) -> str:
    """Return the most likely encoding of bytes that are not UTF-8."""
    from charset_normalizer import from_bytes

    # Only lines with a byte above 127 tell encodings apart, so the sample is made of them.
    lines = (line[:1000] for line in data[: 64 * _SAMPLE].split(b"\n") if not line.isascii())
    sample = b"\n".join(lines)[:_SAMPLE]
    high = len(sample.translate(None, bytes(range(128))))
    western = high < 0.3 * len(sample)
    if high < min(_TOO_FEW_TO_GUESS, len(sample) / 2):
        return "cp1252"
    if not western:
        for encoding in ("cp932", "euc_jp"):
            # charset-normalizer takes Japanese for Korean. Kana, the syllabic letters of Japanese, decide it.
            if len(_KANA.findall(sample.decode(encoding, "ignore"))) > high / 10:
                return encoding
    best = from_bytes(sample, cp_isolation=list(_WESTERN) if western else None, enable_fallback=False).best()
    # In most of the world such files are windows-1252. "replace" covers its five undefined bytes.
    return "cp1252" if best is None or best.encoding in ("ascii", "utf_8") else best.encoding
