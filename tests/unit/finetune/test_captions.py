import json
from pathlib import Path

import pytest

from semsearch.errors import FolderError
from semsearch.finetune.captions import Captioned, read_captions


def listing(folder: Path, *entries: object) -> None:
    (folder / "captions.jsonl").write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))


def test_captions_come_from_a_listing(tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    for name in ("a.jpg", "maps/b.png"):
        (tmp_path / name).touch()
    listing(
        tmp_path,
        {"image": "a.jpg", "caption": "a river"},
        {"image": "maps/b.png", "captions": ["a  town\n", "", "houses", "a town"]},
        {"image": "./a.jpg", "captions": ["water"]},
    )
    assert read_captions(tmp_path) == (
        [
            Captioned(tmp_path / "a.jpg", ("a river", "water")),
            Captioned(tmp_path / "maps/b.png", ("a town", "houses")),
        ],
        [],
    )


def test_captions_come_from_text_files_beside_pictures(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("deep/a.JPG", "b.webp", "without.png", "README.md"):
        (tmp_path / name).touch()
    (tmp_path / "deep/a.txt").write_bytes(b"\xef\xbb\xbfa river\r\n\r\nwater\xff\n")
    (tmp_path / "b.txt").write_text("a town")
    (tmp_path / "notes.txt").write_text("of no picture")
    listing(tmp_path, {"image": "b.webp", "caption": "houses"})
    assert read_captions(tmp_path) == (
        [
            Captioned(tmp_path / "b.webp", ("houses", "a town")),
            Captioned(tmp_path / "deep/a.JPG", ("a river", "water\N{REPLACEMENT CHARACTER}")),
        ],
        [],
    )


@pytest.mark.parametrize("name", ["a.jp2", "a.psd", "a.svg", "a.jfif", "a.MPO", "a.heic", "a.tif"])
def test_a_picture_of_any_format_that_is_read_may_have_a_text_beside_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    (tmp_path / "a.txt").write_text("a river")
    assert read_captions(tmp_path) == ([Captioned(tmp_path / name, ("a river",))], [])


def test_what_cannot_be_used_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    (tmp_path / "b.jpg").touch()
    (tmp_path / "b.txt").write_text(" \n\n")
    listing(
        tmp_path,
        {"image": "a.jpg", "captions": ["", "  "]},
        {"image": "gone.jpg", "caption": "a river"},
        {"image": "a.jpg"},
        {"caption": "a river"},
        {"image": "a.jpg", "captions": "a river"},
        {"image": "a.jpg", "captions": [1]},
        ["a.jpg", "a river"],
    )
    with (tmp_path / "captions.jsonl").open("a") as file:
        file.write("\n{not json\n")

    found, problems = read_captions(tmp_path)

    assert found == []
    malformed = [f"captions.jsonl line {number}" for number in range(3, 8)]
    assert [problem.what for problem in problems if problem.why.startswith('is not {"image"')] == malformed
    others = {Path(problem.what).name: problem.why for problem in problems if problem.what not in malformed}
    assert others.pop("captions.jsonl line 9").startswith("is not JSON")
    assert others == {
        "a.jpg": "its captions are empty",
        "b.jpg": "its captions are empty",
        "gone.jpg": "has captions in captions.jsonl, but there is no such file",
    }


def test_a_listing_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "captions.jsonl").mkdir()
    with pytest.raises(FolderError, match=r"captions.jsonl cannot be read: Is a directory"):
        read_captions(tmp_path)
