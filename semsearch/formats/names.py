"""Media types: what people call them, and groups of them: image/* is any picture."""

from __future__ import annotations

import re

# One type, or a group; in lower case.
TYPE_OR_GROUP = re.compile(r"[a-z0-9][\w.+-]*/(?:\*|[a-z0-9][\w.+-]*)", re.ASCII)

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

# Those that many people have, first.
COMMON = {
    "text/plain": "Plain text",
    "text/markdown": "Markdown",
    "text/html": "Web page",
    "application/pdf": "PDF",
    f"{_OFFICE}.wordprocessingml.document": "Word",
    f"{_OFFICE}.spreadsheetml.sheet": "Excel",
    f"{_OFFICE}.presentationml.presentation": "PowerPoint",
    "application/epub+zip": "E-book",
    "message/rfc822": "E-mail",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "image/tiff": "TIFF",
    "image/heic": "HEIC",
}
_OTHERS = {
    "application/xhtml+xml": "Web page (XHTML)",
    "application/msword": "Word (old)",
    "application/vnd.ms-excel": "Excel (old)",
    "application/vnd.ms-powerpoint": "PowerPoint (old)",
    f"{_OPEN}.text": "OpenDocument text",
    f"{_OPEN}.spreadsheet": "OpenDocument table",
    f"{_OPEN}.presentation": "OpenDocument slides",
    "application/rtf": "RTF",
    "application/mbox": "Mailbox",
    "application/json": "JSON",
    "application/jsonl": "JSON Lines",
    "application/geo+json": "GeoJSON",
    "application/x-ipynb+json": "Notebook",
    "image/heif": "HEIF",
    "image/avif": "AVIF",
    "image/bmp": "BMP",
    "image/svg+xml": "SVG",
    "image/jp2": "JPEG 2000",
    "image/vnd.adobe.photoshop": "Photoshop",
    "text/tab-separated-values": "TSV",
    "text/javascript": "JavaScript",
    "text/x-typescript": "TypeScript",
    "text/x-csharp": "C#",
    "text/x-php": "PHP",
    "text/x-rst": "reStructuredText",
    "text/x-tex": "TeX",
    "text/x-bibtex": "BibTeX",
    "text/x-ini": "Settings",
    "text/x-shellscript": "Shell script",
    **{f"text/{name}": name.upper() for name in ("css", "csv", "xml", "yaml", "vtt")},
    **{f"text/x-{name}": name.upper() for name in ("sql", "toml")},
}
_NAMES = COMMON | _OTHERS


def name_of(media_type: str) -> str:
    """What people call files of this type: PDF, Word, Python."""
    if media_type in _NAMES or media_type.endswith("/*"):
        return _NAMES.get(media_type, media_type)
    if media_type.startswith("text/"):
        return media_type.removeprefix("text/").removeprefix("x-").capitalize()
    return media_type
