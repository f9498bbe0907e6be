"""Sidecars: which files belong to a picture, and how they change its hash and version."""

import hashlib
from pathlib import Path

import pytest

from ingest.discover import discover
from ingest.readers.documents import SourceFile
from ingest.readers.file_bytes import content_hash
from ingest.sidecars import picture_of

TAKEOUT = '{"title": "harbour.jpg", "photoTakenTime": {"timestamp": "1308000000"}}'


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


@pytest.mark.parametrize(
    ("picture", "json"),
    [
        ("harbour.jpg", "harbour.jpg.json"),
        ("harbour.jpg", "harbour.json"),
        ("harbour.jpg", "harbour.jpg.supplemental-metadata.json"),
        ("harbour.jpg", "harbour.jpg.supplemental-me.json"),
        ("harbour.jpg", "harbour.jpg..json"),
        ("harbour(1).jpg", "harbour.jpg(1).json"),
        ("harbour(1).jpg", "harbour(1).jpg.json"),
        ("harbour(2).jpg", "harbour.jpg.supplemental-metadata(2).json"),
        ("harbour-edited.jpg", "harbour.jpg.supplemental-metadata.json"),
        ("harbour-edited(1).jpg", "harbour.jpg(1).json"),
        (f"{'h' * 60}.jpg", f"{'h' * 46}.json"),
    ],
)
def test_the_json_of_takeout_beside_a_picture_is_no_document_of_its_own(
    tmp_path: Path, picture: str, json: str
) -> None:
    write(tmp_path, f"trip/{picture}")
    (tmp_path / "trip" / json).write_text(TAKEOUT)
    assert found(tmp_path) == {f"trip/{picture}": [f"trip/{json}"]}
    assert picture_of(json, tmp_path / "trip") == picture


def test_an_edited_picture_shares_the_json_of_its_original(tmp_path: Path) -> None:
    write(tmp_path, "harbour.jpg", "harbour-edited.jpg")
    (tmp_path / "harbour.jpg.json").write_text(TAKEOUT)
    pictures = ("harbour-edited.jpg", "harbour.jpg")
    assert found(tmp_path) == {name: ["harbour.jpg.json"] for name in pictures}


def test_other_json_beside_a_picture_and_takeout_without_one_are_documents(tmp_path: Path) -> None:
    write(tmp_path, "harbour.jpg", "pier.jpg")
    (tmp_path / "harbour.jpg.json").write_text('{"labels": ["boat", "crane"]}')
    (tmp_path / "harbour.json").write_text("[")
    (tmp_path / "bridge.jpg.json").write_text(TAKEOUT)
    (tmp_path / "harbour.jpg(1).json").write_text(TAKEOUT)
    names = ["bridge.jpg.json", "harbour.jpg", "harbour.jpg(1).json", "harbour.jpg.json", "harbour.json"]
    assert found(tmp_path) == {name: [] for name in [*names, "pier.jpg"]}
    assert [picture_of(name, tmp_path) for name in names] == [""] * 5
