"""Sidecars: which files belong to a picture, and how they change its hash and version."""

import hashlib
from pathlib import Path

import pytest

from ingest.discover import discover
from ingest.readers.documents import SourceFile
from ingest.readers.file_bytes import content_hash


def found(folder: Path) -> dict[str, list[str]]:
    """Return the sidecars of each file that is found."""
    return {file.path: [each.path for each in file.sidecars] for file in discover(folder)}


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)


def test_a_text_named_like_a_picture_describes_it_and_is_a_document_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, "harbour.jpg", "harbour.txt", "notes.txt")
    assert found(tmp_path) == {"harbour.jpg": ["harbour.txt"], "harbour.txt": [], "notes.txt": []}


@pytest.mark.parametrize("name", ["harbour.xmp", "harbour.jpg.xmp", "harbour.XMP"])
def test_an_xmp_file_beside_a_picture_is_no_document_of_its_own(tmp_path: Path, name: str) -> None:
    write(tmp_path, "trip/harbour.jpg", f"trip/{name}")
    assert found(tmp_path) == {"trip/harbour.jpg": [f"trip/{name}"]}


def test_a_sidecar_without_a_picture_is_an_ordinary_file(tmp_path: Path) -> None:
    write(tmp_path, "harbour.xmp", "a/harbour.jpg", "harbour.md", "harbour.txt")
    assert found(tmp_path) == {"a/harbour.jpg": [], "harbour.md": [], "harbour.txt": [], "harbour.xmp": []}


def test_two_pictures_may_share_a_sidecar(tmp_path: Path) -> None:
    write(tmp_path, "harbour.jpg", "harbour.png", "harbour.xmp")
    assert found(tmp_path) == {"harbour.jpg": ["harbour.xmp"], "harbour.png": ["harbour.xmp"]}


def test_a_link_beside_a_picture_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "folder/harbour.jpg", "secret")
    (tmp_path / "folder" / "harbour.txt").symlink_to(tmp_path / "secret")
    assert found(tmp_path / "folder") == {"harbour.jpg": []}


def test_a_picture_counts_as_changed_when_its_sidecar_changes(tmp_path: Path) -> None:
    write(tmp_path, "harbour.jpg")
    (alone,) = discover(tmp_path)
    assert content_hash(alone) == hashlib.sha256(b"harbour.jpg").hexdigest()
    prints, versions = {content_hash(alone)}, {alone.sidecar_versions}
    for text in ("Boats", "Barges"):
        (tmp_path / "harbour.txt").write_text(text)
        picture: SourceFile = next(discover(tmp_path))
        prints.add(content_hash(picture))
        versions.add(picture.sidecar_versions)
    assert (len(prints), len(versions)) == (3, 3)
