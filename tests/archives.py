"""Documents that are ZIP archives, such as Office files, made from the XML of a test."""

import io
import zipfile

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{name}"'
    for prefix, name in {
        "w": "wordprocessingml/2006/main",
        "m": "officeDocument/2006/math",
        "mc": "markup-compatibility/2006",
        "p": "presentationml/2006/main",
        "a": "drawingml/2006/main",
        "c": "drawingml/2006/chart",
        "dgm": "drawingml/2006/diagram",
        "r": "officeDocument/2006/relationships",
    }.items()
)


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A ZIP archive of these members, given by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def links(*targets: tuple[str, str]) -> str:
    """A relationships part with a `(kind, member)` for each target; the ids are r1, r2, ..."""
    entries = (
        f'<Relationship Id="r{n}" Type="{_CORE if kind == "core" else _OFFICE + kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="urn:relationships">{"".join(entries)}</Relationships>'


def element(name: str, inner: str) -> str:
    """The root element of a part of an Office file, with all namespaces declared."""
    return f"<{name} {_NAMESPACES}>{inner}</{name}>"


def package(main: str) -> bytes:
    """An Office file with only a main part."""
    return zipped({"_rels/.rels": links(("officeDocument", "x.xml")), "x.xml": main})


def properties(title: str) -> str:
    """The core properties of an Office file, with a title."""
    return f'<cp:p xmlns:cp="urn:cp" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></cp:p>'
