"""Which files semsearch reads, told by their names."""

from __future__ import annotations

from pathlib import PurePosixPath

from semsearch.records import Kind
from semsearch.text import readable

_PICTURES = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "jpe": "image/jpeg", "jfif": "image/jpeg", "mpo": "image/jpeg",
    "png": "image/png", "apng": "image/png", "webp": "image/webp", "gif": "image/gif", "bmp": "image/bmp",
    "dib": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff", "heic": "image/heic", "heif": "image/heic",
    "hif": "image/heic", "avif": "image/avif", "avifs": "image/avif", "jp2": "image/jp2", "j2k": "image/jp2",
    "jpf": "image/jp2", "jpx": "image/jp2", "psd": "image/vnd.adobe.photoshop",
    "svg": "image/svg+xml", "svgz": "image/svg+xml",
}  # fmt: skip

_DOCUMENTS = {
    "txt": "text/plain", "text": "text/plain", "asc": "text/plain", "me": "text/plain", "rst": "text/x-rst",
    "org": "text/org", "adoc": "text/asciidoc", "asciidoc": "text/asciidoc", "tex": "text/x-tex",
    "srt": "text/plain", "vtt": "text/vtt", "md": "text/markdown", "markdown": "text/markdown",
    "mdown": "text/markdown", "mkd": "text/markdown", "mdx": "text/markdown", "html": "text/html",
    "htm": "text/html", "xhtml": "application/xhtml+xml", "pdf": "application/pdf",
    "csv": "text/csv", "tsv": "text/tab-separated-values", "json": "application/json",
    "geojson": "application/geo+json", "jsonl": "application/jsonl", "ndjson": "application/jsonl",
    "ipynb": "application/x-ipynb+json", "rtf": "application/rtf", "epub": "application/epub+zip",
    "eml": "message/rfc822", "mbox": "application/mbox",
}  # fmt: skip

# Office programs give documents, templates and what has macros a type each; they are read alike.
_OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx docm dotx dotm",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx pptm ppsx potx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx xlsm xltx xltm",
    "application/vnd.ms-excel": "xls xlsb",
    "application/vnd.oasis.opendocument.text": "odt ott",
    "application/vnd.oasis.opendocument.presentation": "odp otp",
    "application/vnd.oasis.opendocument.spreadsheet": "ods ots",
}
_DOCUMENTS |= {name: media_type for media_type, names in _OFFICE.items() for name in names.split()}

# What to save a document as that semsearch does not read.
_CURES = {
    "doc": "docx", "dot": "docx", "wpd": "docx", "wps": "docx", "pages": "docx", "ppt": "pptx", "pps": "pptx",
    "key": "pptx", "numbers": "xlsx", "sxw": "odt", "sxc": "ods", "sxi": "odp", "fodt": "odt", "fods": "ods",
    "fodp": "odp", "mobi": "epub", "azw": "epub", "azw3": "epub", "msg": "eml",
}  # fmt: skip

_CODE = {
    "py": "x-python", "pyi": "x-python", "js": "javascript", "mjs": "javascript", "cjs": "javascript",
    "jsx": "javascript", "ts": "x-typescript", "tsx": "x-typescript", "vue": "x-vue", "svelte": "x-svelte",
    "rs": "x-rust", "go": "x-go", "c": "x-c", "h": "x-c", "cc": "x-c++", "cpp": "x-c++", "cxx": "x-c++",
    "hh": "x-c++", "hpp": "x-c++", "m": "x-objective-c", "cs": "x-csharp", "fs": "x-fsharp", "java": "x-java",
    "kt": "x-kotlin", "kts": "x-kotlin", "scala": "x-scala", "swift": "x-swift", "rb": "x-ruby",
    "php": "x-php", "pl": "x-perl", "pm": "x-perl", "lua": "x-lua", "r": "x-r", "jl": "x-julia",
    "hs": "x-haskell",
    "ml": "x-ocaml", "ex": "x-elixir", "exs": "x-elixir", "erl": "x-erlang", "clj": "x-clojure",
    "lisp": "x-lisp", "el": "x-lisp", "scm": "x-scheme", "zig": "x-zig", "nim": "x-nim", "dart": "x-dart",
    "f90": "x-fortran", "asm": "x-asm", "s": "x-asm", "sh": "x-shellscript", "bash": "x-shellscript",
    "zsh": "x-shellscript", "fish": "x-shellscript", "ps1": "x-powershell", "bat": "x-batch", "sql": "x-sql",
    "css": "css", "scss": "x-scss", "less": "x-less", "toml": "x-toml", "yaml": "yaml", "yml": "yaml",
    "xml": "xml", "xsd": "xml", "xsl": "xml", "ini": "x-ini", "cfg": "x-ini",
    "conf": "x-ini", "properties": "x-ini", "env": "x-ini",
    "log": "x-log", "bib": "x-bibtex", "proto": "x-protobuf", "graphql": "x-graphql", "tf": "x-terraform",
    "cmake": "x-cmake", "mk": "x-makefile", "diff": "x-diff", "patch": "x-diff",
}  # fmt: skip

# Names that carry no extension by custom.
_NAMES = {
    "readme": "text/plain", "license": "text/plain", "licence": "text/plain", "copying": "text/plain",
    "authors": "text/plain", "contributors": "text/plain", "changelog": "text/plain", "changes": "text/plain",
    "news": "text/plain", "notice": "text/plain", "todo": "text/plain", "install": "text/plain",
    "makefile": "text/x-makefile", "dockerfile": "text/x-dockerfile", "jenkinsfile": "text/x-groovy",
    "gemfile": "text/x-ruby", "rakefile": "text/x-ruby", "vagrantfile": "text/x-ruby",
}  # fmt: skip

# Texts whose first line is no title.
CODE_TYPES = frozenset(f"text/{name}" for name in _CODE.values()) | {
    media_type for media_type in _NAMES.values() if media_type != "text/plain"
}


def kind_of(path: str) -> tuple[Kind, str] | None:
    """What a file is by its name: its kind and media type; None for a format that is not read."""
    name = path.rpartition("/")[2].lower()
    stem, _, extension = name.rpartition(".")
    extension = extension if stem else ""
    if extension in _PICTURES:
        return Kind.IMAGE, _PICTURES[extension]
    if extension in _DOCUMENTS:
        return Kind.TEXT, _DOCUMENTS[extension]
    if extension in _CODE:
        return Kind.TEXT, f"text/{_CODE[extension]}"
    if name in _NAMES:
        return Kind.TEXT, _NAMES[name]
    return None


def skip_reason(path: str) -> str:
    """Why a file for which `kind_of` is None was left out."""
    extension = readable(PurePosixPath(path).suffix.lower())
    cure = _CURES.get(extension.removeprefix("."))
    if cure:
        return f"semsearch does not read {extension}: save it as .{cure}"
    return f"semsearch does not read {extension or 'files without an extension'} yet"
