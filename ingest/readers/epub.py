"""EPUB: the chapters of a book in reading order, each below its heading."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from xml.etree.ElementTree import Element

from ingest.readers.assembly import Assembly
from ingest.readers.documents import Heading, TextDocument
from ingest.readers.html.page import read_whole
from ingest.readers.text import own_title
from ingest.readers.zip_archive import Archive, attribute, every, local, resolve
from semsearch.errors import FileError
from semsearch.formats.xhtml import XHTML
from semsearch.message import say

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"


def read_epub(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read the chapters of the spine. A chapter without headings is titled from the table of contents.

    Raises FileError when the file is not an EPUB book, is damaged, protected, too long or without text.
    """
    archive = Archive(data, say("an EPUB book"))
    if _CONTAINER not in archive:
        raise archive.mismatch()
    package_name = next(
        (attribute(root, "full-path") for root in every(archive.xml(_CONTAINER), "rootfile")), ""
    )
    package = archive.xml(package_name)
    # Maps an id to the name of the member and its entry in the manifest.
    manifest = {
        item.get("id", ""): (resolve(package_name, item.get("href", "")), item)
        for item in every(package, "item")
    }
    spine = [
        manifest[key] for item in every(package, "itemref") if (key := item.get("idref", "")) in manifest
    ]
    chapters = [name for name, item in spine if name in archive and not _is_contents(item)]
    if _encrypted(archive) & set(chapters):
        raise FileError(say("protected against copying (DRM): semsearch cannot read it"))
    titles = _titles(archive, [name for name, item in manifest.values() if _is_contents(item)])
    out = Assembly()
    out.add("; ".join(_line(creator) for creator in every(package, "creator")))
    for name in chapters:
        with suppress(FileError):  # a cover or a plate, without any text
            out.include(_chapter(archive, name, titles.get(name, "")))
    title = next((_line(title) for title in every(package, "title")), "")
    return out.document(media_type, path, own_title(title) or out.first_heading())


def _chapter(archive: Archive, name: str, title: str) -> TextDocument:
    """Read a chapter. If it has no heading, the title from the table of contents is put above it."""
    chapter = read_whole(archive.read(name), name, XHTML)
    if chapter.headings or not title:
        return chapter
    text = chapter.text if " ".join(chapter.text.split()).startswith(title) else f"{title}\n\n{chapter.text}"
    return replace(chapter, text=text, headings=(Heading(0, 1, title),))


def _titles(archive: Archive, contents: list[str]) -> dict[str, str]:
    """Return the title of each member: its first entry in the tables of contents, of EPUB 2 or 3."""
    titles: dict[str, str] = {}
    for table in contents:
        with suppress(FileError):  # a book can be read without its table of contents
            root = archive.xml(table)
            links = [(link.get("href", ""), link) for link in every(root, "a")]
            for point in every(root, "navPoint"):
                links += [
                    (content.get("src", ""), point[0]) for content in point if local(content) == "content"
                ]
            for target, label in links:
                titles.setdefault(resolve(table, target.partition("#")[0]), _line(label))
    return titles


def _is_contents(item: Element) -> bool:
    return "nav" in item.get("properties", "").split() or item.get("media-type") == "application/x-dtbncx+xml"


def _encrypted(archive: Archive) -> set[str]:
    """Return the members that are encrypted, including scrambled fonts."""
    if _ENCRYPTION not in archive:
        return set()
    return {
        resolve("", attribute(found, "URI")) for found in every(archive.xml(_ENCRYPTION), "CipherReference")
    }


def _line(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
