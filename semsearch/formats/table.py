"""The table of formats, a row each: a format is described here and nowhere else.

Callers reach FORMATS through this module, so that a test can put another table in its place.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import PurePosixPath

from semsearch.formats.format import Cut, Format, Formats, Shown
from semsearch.formats.unread import name_of_unread, unread_of
from semsearch.message import say
from semsearch.records import Kind
from semsearch.text import readable

# One media type, or a group: image/* is any picture. In lower case.
TYPE_OR_GROUP = re.compile(r"[a-z0-9][\w.+-]*/(?:\*|[a-z0-9][\w.+-]*)", re.ASCII)


def kind_of(path: str) -> tuple[Kind, str] | None:
    """What a file is by its name: its kind and media type; None for a format that is not read."""
    row = FORMATS.of_path(path)
    return None if row is None else (row.kind, row.media_type)


def skip_reason(path: str) -> str:
    """Why a file for which `kind_of` is None was left out."""
    extension = readable(PurePosixPath(path).suffix.lower())
    unread = unread_of(path)
    if unread is None:
        if not extension:
            return say("semsearch does not read files without an extension yet")
        return say("semsearch does not read {extension} yet", extension=extension)
    if unread.cure:
        return say(
            "semsearch does not read {extension}: save it as .{cure}", extension=extension, cure=unread.cure
        )
    return say("semsearch does not read {extension} ({name})", extension=extension, name=unread.name.lower())


def name_of(media_type: str) -> str:
    """What people call files of this type: PDF, Word, Python."""
    row = FORMATS.of_type(media_type)
    return row.name if row else name_of_unread(media_type) or media_type


def _row(
    media_type: str,
    name: str,
    extensions: str,
    reader: str,
    shown: Shown = Shown.DOWNLOAD,
    *,
    file_names: str = "",
    kind: Kind = Kind.TEXT,
    pillow: str = "",
    starts: tuple[bytes, ...] = (),
    common: bool = False,
    named: bool = False,
    cut: Cut | None = None,
) -> Format:
    return Format(
        media_type,
        name,
        tuple(extensions.split()),
        tuple(file_names.split()),
        kind,
        reader,
        shown,
        tuple(pillow.split()),
        starts,
        common,
        named,
        cut,
    )


def _code(
    subtype: str, extensions: str, name: str = "", shown: Shown = Shown.AS_TEXT, *, file_names: str = ""
) -> Format:
    """A text whose first line is no title. Without a name, it is called what its subtype says."""
    name = name or subtype.removeprefix("x-").capitalize()
    return _lines(
        f"text/{subtype}", name, extensions, ".text:read_code", shown, file_names=file_names, named=True
    )


def _picture(
    subtype: str,
    name: str,
    extensions: str,
    pillow: str,
    shown: Shown = Shown.DOWNLOAD,
    *,
    starts: tuple[bytes, ...] = (),
    common: bool = False,
) -> Format:
    return _row(
        f"image/{subtype}",
        name,
        extensions,
        ".picture.picture:read_picture",
        shown,
        kind=Kind.IMAGE,
        pillow=pillow,
        starts=starts,
        common=common,
    )


_common = partial(_row, common=True)
_lines = partial(_row, cut=Cut.AT_LINES)
_records = partial(_row, cut=Cut.AT_RECORDS)
_AS_IS, _AS_TEXT = Shown.AS_IS, Shown.AS_TEXT
_OPENXML = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_PLAIN, _MARKDOWN, _JSON = ".text:read_text", ".markup.markdown:read_markdown", ".json_records:read_json"
_SUBTITLES = ".subtitles:read_subtitles"
_SHEETS = ".office.spreadsheet:read_spreadsheet"
# Names that carry no extension by custom.
_PROSE = "readme license licence copying authors contributors changelog changes news notice todo install"

# The search form offers the common formats in the order in which they stand here.
_TEXT = (
    _lines("text/plain", "Plain text", "txt text asc me", _PLAIN, _AS_TEXT, file_names=_PROSE, common=True),
    _lines("text/markdown", "Markdown", "md markdown mdown mkd mdx", _MARKDOWN, _AS_TEXT, common=True),
    _common("text/html", "Web page", "html htm", ".html.page:read_html"),
    _row("application/xhtml+xml", "Web page (XHTML)", "xhtml", ".html.page:read_html"),
    _row("text/x-rst", "reStructuredText", "rst", ".markup.restructured:read_restructured", _AS_TEXT),
    _row("text/org", "Org", "org", ".markup.org:read_org", _AS_TEXT),
    _row("text/asciidoc", "Asciidoc", "adoc asciidoc", ".markup.asciidoc:read_asciidoc", _AS_TEXT),
    _row("text/x-tex", "TeX", "tex ltx", ".markup.tex:read_tex", _AS_TEXT),
    _row("application/x-subrip", "Subtitles (SubRip)", "srt sub", _SUBTITLES, _AS_TEXT),
    _row("text/vtt", "Subtitles (WebVTT)", "vtt", _SUBTITLES, _AS_TEXT),
    _row("text/x-ssa", "Subtitles (SubStation Alpha)", "ass ssa", _SUBTITLES, _AS_TEXT),
    _row("text/x-lrc", "Lyrics", "lrc", _SUBTITLES, _AS_TEXT),
)

# Office programs give documents, templates and what has macros a type each; they are read alike.
_DOCUMENTS = (
    _common("application/pdf", "PDF", "pdf", ".pdf.pdf:read_pdf", starts=(b"%PDF",)),
    _common(f"{_OPENXML}.wordprocessingml.document", "Word", "docx docm dotx dotm", ".office.word:read_word"),
    _common(f"{_OPENXML}.spreadsheetml.sheet", "Excel", "xlsx xlsm xltx xltm", _SHEETS),
    _common(
        f"{_OPENXML}.presentationml.presentation",
        "PowerPoint",
        "pptx pptm ppsx potx",
        ".office.powerpoint:read_slides",
    ),
    _row("application/vnd.ms-excel", "Excel (old)", "xls xlsb", _SHEETS),
    _row(f"{_OPEN}.text", "OpenDocument text", "odt ott", ".office.opendocument:read_opendocument"),
    _row(f"{_OPEN}.spreadsheet", "OpenDocument table", "ods ots", _SHEETS),
    _row(f"{_OPEN}.presentation", "OpenDocument slides", "odp otp", ".office.opendocument:read_opendocument"),
    _row("application/rtf", "RTF", "rtf", ".rtf:read_rtf", starts=(b"{\\rtf",)),
    _common("application/epub+zip", "E-book", "epub", ".epub:read_epub"),
    _common("message/rfc822", "E-mail", "eml", ".mail:read_mail"),
    _row("application/mbox", "Mailbox", "mbox", ".mail:read_mailbox"),
    _row("application/vnd.ms-outlook", "Outlook message", "msg", ".mail:read_outlook"),
    _row(
        "application/vnd.ms-tnef",
        "Outlook attachment",
        "tnef",
        ".mail:read_outlook",
        file_names="winmail.dat",
        starts=(b"\x78\x9f\x3e\x22",),
    ),
    _row("text/vcard", "Contacts", "vcf vcard", ".contacts:read_contacts"),
    _row("text/calendar", "Calendar", "ics ical icalendar", ".calendar:read_calendar"),
    _row("application/x-fictionbook+xml", "E-book (FB2)", "fb2", ".fiction_book:read_fiction_book"),
    _row("multipart/related", "Web archive", "mht mhtml", ".web_archive:read_web_archive"),
)

_DATA = (
    _records("text/csv", "CSV", "csv", ".office.spreadsheet:read_csv", _AS_TEXT),
    _records("text/tab-separated-values", "TSV", "tsv", ".office.spreadsheet:read_csv", _AS_TEXT),
    _row("application/json", "JSON", "json", _JSON, _AS_TEXT, named=True),
    _lines("application/jsonl", "JSON Lines", "jsonl ndjson", _JSON, _AS_TEXT, named=True),
    _row("application/geo+json", "GeoJSON", "geojson", _JSON, _AS_TEXT, named=True),
    _row("application/x-ipynb+json", "Notebook", "ipynb", ".notebook:read_notebook"),
)

_CODE = (
    _code("x-python", "py pyi"),
    _code("javascript", "js mjs cjs jsx", "JavaScript"),
    _code("x-typescript", "ts tsx", "TypeScript"),
    _code("x-vue", "vue"),
    _code("x-svelte", "svelte"),
    _code("x-rust", "rs"),
    _code("x-go", "go"),
    _code("x-c", "c h"),
    _code("x-c++", "cc cpp cxx hh hpp"),
    _code("x-objective-c", "m"),
    _code("x-csharp", "cs", "C#"),
    _code("x-fsharp", "fs"),
    _code("x-java", "java"),
    _code("x-kotlin", "kt kts"),
    _code("x-scala", "scala"),
    _code("x-swift", "swift"),
    _code("x-ruby", "rb", file_names="gemfile rakefile vagrantfile"),
    _code("x-php", "php", "PHP"),
    _code("x-perl", "pl pm"),
    _code("x-lua", "lua"),
    _code("x-r", "r"),
    _code("x-julia", "jl"),
    _code("x-haskell", "hs"),
    _code("x-ocaml", "ml"),
    _code("x-elixir", "ex exs"),
    _code("x-erlang", "erl"),
    _code("x-clojure", "clj"),
    _code("x-lisp", "lisp el"),
    _code("x-scheme", "scm"),
    _code("x-zig", "zig"),
    _code("x-nim", "nim"),
    _code("x-dart", "dart"),
    _code("x-fortran", "f90"),
    _code("x-asm", "asm s"),
    _code("x-shellscript", "sh bash zsh fish", "Shell script"),
    _code("x-powershell", "ps1"),
    _code("x-batch", "bat"),
    _code("x-sql", "sql", "SQL"),
    _code("css", "css", "CSS"),
    _code("x-scss", "scss"),
    _code("x-less", "less"),
    _code("x-toml", "toml", "TOML"),
    _code("yaml", "yaml yml", "YAML"),
    _code("xml", "xml xsd xsl", "XML", Shown.DOWNLOAD),
    _code("x-ini", "ini cfg conf properties env", "Settings"),
    _code("x-log", "log"),
    _row("text/x-bibtex", "BibTeX", "bib", ".markup.tex:read_bibtex", _AS_TEXT, named=True),
    _code("x-protobuf", "proto"),
    _code("x-graphql", "graphql"),
    _code("x-terraform", "tf"),
    _code("x-cmake", "cmake"),
    _code("x-makefile", "mk", file_names="makefile"),
    _code("x-diff", "diff patch"),
    _code("x-dockerfile", "", file_names="dockerfile"),
    _code("x-groovy", "", file_names="jenkinsfile"),
)

# Pillow tries the readers of these and no others: of its thirty more, some run programs (EPS) or are unkempt.
_PICTURES = (
    # An MPO is a JPEG with further views behind the first.
    _picture(
        "jpeg", "JPEG", "jpg jpeg jpe jfif mpo", "JPEG MPO", _AS_IS, starts=(b"\xff\xd8\xff",), common=True
    ),
    _picture("png", "PNG", "png apng", "PNG", _AS_IS, starts=(b"\x89PNG\r\n",), common=True),
    _picture("webp", "WebP", "webp", "WEBP", _AS_IS, starts=(b"RIFF",), common=True),
    _picture("gif", "GIF", "gif", "GIF", _AS_IS, starts=(b"GIF8",), common=True),
    _picture("bmp", "BMP", "bmp", "BMP", _AS_IS, starts=(b"BM",)),
    _picture("x-ms-dib", "Bitmap without header", "dib", "DIB"),
    _picture(
        "tiff", "TIFF", "tif tiff", "TIFF", starts=(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), common=True
    ),
    _picture("heic", "HEIC", "heic heif hif", "HEIF", common=True),
    _picture("avif", "AVIF", "avif avifs", "AVIF", _AS_IS),
    _picture(
        "jp2",
        "JPEG 2000",
        "jp2 j2k jpf jpx",
        "JPEG2000",
        starts=(b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"),
    ),
    _picture("vnd.adobe.photoshop", "Photoshop", "psd", "PSD", starts=(b"8BPS",)),
    _picture("x-portable-anymap", "Netpbm", "ppm pgm pbm pnm pfm", "PPM"),
    _picture("x-icon", "Icon", "ico", "ICO", starts=(b"\0\0\1\0",)),
    _picture("icns", "Icon of macOS", "icns", "ICNS", starts=(b"icns",)),
    _picture("vnd.ms-dds", "DDS", "dds", "DDS", starts=(b"DDS ",)),
    _picture("qoi", "QOI", "qoi", "QOI", starts=(b"qoif",)),
    _picture("x-pcx", "PCX", "pcx", "PCX"),
    # Its reader knows a file by a few zeros only, so it comes last.
    _picture("x-tga", "TGA", "tga", "TGA"),
    _picture("x-eps", "EPS", "eps epsf epsi", "", starts=(b"%!PS-Adobe", b"\xc5\xd0\xd3\xc6")),
    _picture(
        "x-raw",
        "Raw photo",
        "cr2 cr3 nef nrw arw sr2 srf dng orf rw2 raf pef srw 3fr erf kdc dcr mrw rwl iiq x3f",
        "",
    ),
    _picture("svg+xml", "SVG", "svg svgz", ""),
)

FORMATS = Formats((*_TEXT, *_DOCUMENTS, *_DATA, *_CODE, *_PICTURES))
