"""Formats that are not read. Files of them are found by their names only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Unread:
    """A format that is not read: its media type, its name for people, and the extension that is read instead.

    `cure` is the extension of a format in which such documents can be saved; "" if there is none.
    """

    media_type: str
    name: str
    cure: str = ""

    @property
    def is_key(self) -> bool:
        """Whether such files unlock something. They are not served."""
        return self.name == _KEY


def unread_of(path: str) -> Unread | None:
    """The format that a file has by its name, if it is one of these."""
    return _BY_EXTENSION.get(PurePosixPath(path).suffix.lower().removeprefix("."))


def type_of_unread(path: str) -> str:
    """The media type of a file that is not read."""
    unread = unread_of(path)
    return unread.media_type if unread else _UNKNOWN


def name_of_unread(media_type: str) -> str:
    """What people call files of this type: Video, Archive; "" if the type is none of these."""
    return NAMES.get(media_type, "")


_UNKNOWN = "application/octet-stream"
_DOCUMENT, _SLIDES, _TABLE, _BOOK = "Document", "Slides", "Spreadsheet", "E-book"
_VIDEO, _SOUND, _ARCHIVE, _FONT, _DISK = "Video", "Sound", "Archive", "Font", "Disk image"
_DATABASE, _PROGRAM, _DRAWING, _MODEL, _KEY = "Database", "Program", "Drawing", "3D model", "Key"
_OPEN = "application/vnd.oasis.opendocument"

# A media type, its name, its extensions, and what to save such a document as.
_ROWS = (
    ("application/msword", _DOCUMENT, "doc dot", "docx"),
    ("application/vnd.wordperfect", _DOCUMENT, "wpd", "docx"),
    ("application/vnd.ms-works", _DOCUMENT, "wps", "docx"),
    ("application/vnd.apple.pages", _DOCUMENT, "pages", "docx"),
    ("application/vnd.ms-powerpoint", _SLIDES, "ppt pps pot", "pptx"),
    ("application/vnd.apple.keynote", _SLIDES, "key", "pptx"),
    ("application/vnd.apple.numbers", _TABLE, "numbers", "xlsx"),
    ("application/vnd.sun.xml.writer", _DOCUMENT, "sxw", "odt"),
    ("application/vnd.sun.xml.calc", _TABLE, "sxc", "ods"),
    ("application/vnd.sun.xml.impress", _SLIDES, "sxi", "odp"),
    (f"{_OPEN}.text-flat-xml", _DOCUMENT, "fodt", "odt"),
    (f"{_OPEN}.spreadsheet-flat-xml", _TABLE, "fods", "ods"),
    (f"{_OPEN}.presentation-flat-xml", _SLIDES, "fodp", "odp"),
    ("application/x-mobipocket-ebook", _BOOK, "mobi azw azw3", "epub"),
    ("image/vnd.djvu", _DOCUMENT, "djvu djv", ""),
    ("application/postscript", _DOCUMENT, "ps", "pdf"),
    ("application/oxps", _DOCUMENT, "xps oxps", "pdf"),
    ("application/vnd.ms-publisher", _DOCUMENT, "pub", "pdf"),
    ("application/vnd.ms-onenote", _DOCUMENT, "one onetoc2", "pdf"),
    ("application/vnd.ms-project", _DOCUMENT, "mpp", "pdf"),
    ("application/vnd.visio", _DRAWING, "vsd vsdx", "pdf"),
    ("video/mp4", _VIDEO, "mp4 m4v", ""),
    ("video/quicktime", _VIDEO, "mov qt", ""),
    ("video/x-msvideo", _VIDEO, "avi divx", ""),
    ("video/x-matroska", _VIDEO, "mkv", ""),
    ("video/webm", _VIDEO, "webm", ""),
    ("video/mpeg", _VIDEO, "mpg mpeg mpe vob", ""),
    ("video/mp2t", _VIDEO, "mts m2ts", ""),
    ("video/3gpp", _VIDEO, "3gp 3g2", ""),
    ("video/x-ms-wmv", _VIDEO, "wmv asf", ""),
    ("video/x-flv", _VIDEO, "flv f4v", ""),
    ("video/ogg", _VIDEO, "ogv", ""),
    ("audio/mpeg", _SOUND, "mp3 mp2", ""),
    ("audio/mp4", _SOUND, "m4a m4b", ""),
    ("audio/wav", _SOUND, "wav", ""),
    ("audio/flac", _SOUND, "flac", ""),
    ("audio/ogg", _SOUND, "ogg oga opus", ""),
    ("audio/aac", _SOUND, "aac", ""),
    ("audio/x-ms-wma", _SOUND, "wma", ""),
    ("audio/x-aiff", _SOUND, "aif aiff", ""),
    ("audio/midi", _SOUND, "mid midi", ""),
    ("audio/amr", _SOUND, "amr", ""),
    ("application/zip", _ARCHIVE, "zip", ""),
    ("application/x-tar", _ARCHIVE, "tar", ""),
    ("application/gzip", _ARCHIVE, "gz tgz", ""),
    ("application/x-bzip2", _ARCHIVE, "bz2 tbz tbz2", ""),
    ("application/x-xz", _ARCHIVE, "xz txz lzma", ""),
    ("application/zstd", _ARCHIVE, "zst", ""),
    ("application/x-7z-compressed", _ARCHIVE, "7z", ""),
    ("application/vnd.rar", _ARCHIVE, "rar", ""),
    ("application/vnd.ms-cab-compressed", _ARCHIVE, "cab", ""),
    ("application/java-archive", _ARCHIVE, "jar war", ""),
    ("application/vnd.debian.binary-package", _PROGRAM, "deb", ""),
    ("application/x-rpm", _PROGRAM, "rpm", ""),
    ("application/vnd.android.package-archive", _PROGRAM, "apk", ""),
    ("application/x-msdownload", _PROGRAM, "exe dll", ""),
    ("application/x-msi", _PROGRAM, "msi", ""),
    ("application/x-iso9660-image", _DISK, "iso", ""),
    ("application/x-apple-diskimage", _DISK, "dmg", ""),
    ("application/x-raw-disk-image", _DISK, "img vhd vhdx vmdk vdi qcow2", ""),
    ("font/ttf", _FONT, "ttf ttc", ""),
    ("font/otf", _FONT, "otf", ""),
    ("font/woff", _FONT, "woff", ""),
    ("font/woff2", _FONT, "woff2", ""),
    ("application/vnd.sqlite3", _DATABASE, "sqlite sqlite3 db", ""),
    ("application/vnd.ms-access", _DATABASE, "mdb accdb", ""),
    ("application/vnd.ms-outlook-pst", "Mailbox", "pst ost", "mbox"),
    ("application/illustrator", _DRAWING, "ai", "svg"),
    ("application/x-indesign", _DOCUMENT, "indd", "pdf"),
    ("image/x-xcf", _DRAWING, "xcf", "png"),
    ("application/rdf+xml", "Description of a picture", "xmp aae", ""),
    ("application/x-krita", _DRAWING, "kra", "png"),
    ("application/vnd.sketch", _DRAWING, "sketch", "png"),
    ("image/vnd.dwg", _DRAWING, "dwg", "pdf"),
    ("model/stl", _MODEL, "stl obj mtl ply gcode step stp iges dae", ""),
    ("model/3mf", _MODEL, "3mf", ""),
    ("application/x-blender", _MODEL, "blend", ""),
    # Texts that no person wrote or reads.
    ("application/x-lock-file", "Lock file", "lock", ""),
    ("application/x-source-map", "Source map", "map", ""),
    ("application/x-keepass2", _KEY, "kdbx kdb", ""),
    ("application/x-pkcs12", _KEY, "p12 pfx", ""),
    ("application/x-java-keystore", _KEY, "jks keystore", ""),
    ("application/x-pem-file", _KEY, "pem ppk", ""),
)
_BY_EXTENSION = {
    extension: Unread(media_type, name, cure)
    for media_type, name, extensions, cure in _ROWS
    for extension in extensions.split()
}
NAMES = {media_type: name for media_type, name, _, _ in _ROWS} | {_UNKNOWN: "File"}
