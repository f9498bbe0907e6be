"""Which files are served, whatever Redis says.

The tests write records into Redis as an attacker would who can write to it. None of them may make the server
read a file that ingestion on this machine would not have taken.
"""

from __future__ import annotations

import io
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from semsearch.folders import remember_folders
from semsearch.lock import one_at_a_time
from semsearch.records import DocumentRecord, Kind, State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.integration.library import png
from tests.mounts import mounted
from tests.redis_client import redis_of
from web.app import create_app

SECRET = b"the content that nobody may see"

Plant = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An ingested folder, beside others that were not ingested."""
    folder = tmp_path / "ingested"
    folder.mkdir()
    (folder / "fine.txt").write_text("a text that may be seen")
    (folder / "fine.png").write_bytes(png("red"))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_bytes(SECRET)
    (outside / "secret.png").write_bytes(png("blue"))
    return folder


@pytest.fixture
def settings(settings: Settings, folder: Path) -> Settings:
    remember_folders(settings.home, [str(folder)])
    return settings


@pytest.fixture
def client(settings: Settings, searcher: Searcher) -> FlaskClient:
    return create_app(settings, searcher).test_client()


@pytest.fixture
def plant(store: Store) -> Plant:
    """Write a record into Redis; returns its id."""

    def plant(root: str | Path, path: str, /, **changes: object) -> str:
        picture = path.endswith(".png")
        record = DocumentRecord(
            doc="planted",
            root=str(root),
            path=path,
            kind=Kind.IMAGE if picture else Kind.TEXT,
            media_type="image/png" if picture else "text/plain",
            size=1,
            mtime_ns=1,
            sha256="",
            title="",
            state=State.INDEXED,
        )
        store.documents.replace_records([replace(record, **changes)])  # type: ignore[arg-type]
        return record.doc

    return plant


def assert_nothing_is_served(client: FlaskClient, doc: str, secret: bytes = SECRET) -> str:
    """Ask for everything that could come from the file. Returns the reason that /file gives."""
    answers = {
        address: client.get(address)
        for address in (
            f"/file/{doc}",
            f"/thumb/{doc}",
            f"/thumb/{doc}?size=640&v=1",
            f"/api/items/{doc}/part?q=blue",
            f"/api/items/{doc}",
            f"/doc/{doc}?q=blue",
        )
    }
    try:
        for address, answer in answers.items():
            assert secret not in answer.data, address
            if not address.startswith(("/api/items/planted", "/doc")) or "part" in address:
                assert answer.status_code == 404, address
        return answers[f"/file/{doc}"].text
    finally:
        for answer in answers.values():
            answer.close()


def test_a_file_of_an_ingested_folder_is_served(client: FlaskClient, plant: Plant, folder: Path) -> None:
    with client.get(f"/file/{plant(folder, 'fine.txt')}") as answer:
        assert answer.data == b"a text that may be seen"
    with client.get(f"/thumb/{plant(folder, 'fine.png')}") as answer:
        assert Image.open(io.BytesIO(answer.data)).format == "WEBP"
    with client.get(f"/api/items/{plant(folder, 'fine.png')}/part?q=blue") as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("name", ["secret.txt", "secret.png"])
@pytest.mark.parametrize(
    ("root", "path"),
    [
        ("/", "{parent}/outside/{name}"),
        ("", "{parent}/outside/{name}"),
        ("{parent}", "outside/{name}"),
        ("{parent}/outside", "{name}"),
        ("{parent}/ingested", "../outside/{name}"),
        ("{parent}/ingested", "x/../../outside/{name}"),
        ("{parent}/ingested", "/{parent}/outside/{name}"),
        ("{parent}/ingested", "./{name}"),
        ("{parent}/ingested/../outside", "{name}"),
        ("{parent}/ingested/./../outside", "{name}"),
        ("{parent}/ingested\0", "{name}"),
        ("{parent}/ingested", "{name}\0.txt"),
        ("{parent}/ingest", "ed/{name}"),
        ("ingested", "{name}"),
        ("{parent}/ingested", "link.txt"),
        ("{parent}/ingested", "link.png"),
        ("{parent}/ingested", "out/{name}"),
        ("{parent}/ingested/out", "{name}"),
        ("{parent}/also", "{name}"),
        ("{parent}/\udcff", "{name}"),
    ],
)
def test_a_file_outside_of_the_ingested_folders_is_not_served(
    client: FlaskClient, plant: Plant, folder: Path, tmp_path: Path, root: str, path: str, name: str
) -> None:
    (folder / "x").mkdir()
    (folder / "out").symlink_to(tmp_path / "outside")
    (tmp_path / "also").symlink_to(tmp_path / "outside")
    for end in ("txt", "png"):
        (folder / f"link.{end}").symlink_to(tmp_path / "outside" / f"secret.{end}")
    (tmp_path / "\udcff").mkdir()
    secret = (tmp_path / "outside" / name).read_bytes()
    (tmp_path / "\udcff" / name).write_bytes(secret)
    doc = plant(root.format(parent=tmp_path), path.format(parent=str(tmp_path).lstrip("/"), name=name))
    assert_nothing_is_served(client, doc, secret)


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".ssh/config.txt",
        ".git/notes.txt",
        "node_modules/readme.txt",
        "~$letter.txt",
        "letter.txt~",
        "private/diary.txt",
        "kept/secret.log",
        "a.tmp",
    ],
)
def test_a_file_that_ingestion_leaves_out_is_not_served(
    client: FlaskClient, plant: Plant, folder: Path, path: str
) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(SECRET)
    (folder / ".semsearchignore").write_text("private/\n*.log\n")
    (folder / "kept").mkdir(exist_ok=True)
    (folder / "kept" / ".semsearchignore").write_text("!fine.log\n")
    (folder / "kept" / "fine.log").write_text("fine")
    assert_nothing_is_served(client, plant(folder, path))
    if "/" in path:  # a root below the ingested folder does not hide what lies above it
        above, _, name = path.rpartition("/")
        assert_nothing_is_served(client, plant(folder / above, name))
    with client.get(f"/file/{plant(folder, 'kept/fine.log')}") as answer:
        assert answer.data == b"fine"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_that_an_ignore_file_from_windows_names_is_not_served(
    client: FlaskClient, plant: Plant, folder: Path, encoding: str
) -> None:
    (folder / "private.txt").write_bytes(SECRET)
    (folder / ".semsearchignore").write_text("private.txt\n", encoding=encoding)
    assert_nothing_is_served(client, plant(folder, "private.txt"))


def test_a_home_inside_an_ingested_folder_is_not_served(
    client: FlaskClient, plant: Plant, settings: Settings
) -> None:
    around = settings.home.parent
    remember_folders(settings.home, [str(around)])
    (settings.home / "redis").mkdir(exist_ok=True)
    (settings.home / "redis" / "password").write_bytes(SECRET)
    with one_at_a_time(settings.home):  # as a run of ingestion
        pass
    assert_nothing_is_served(client, plant(around, f"{settings.home.name}/redis/password"))


def test_a_file_with_a_date_beyond_all_calendars_is_served(
    client: FlaskClient, plant: Plant, folder: Path
) -> None:
    with mounted("tmpfs", folder):
        (folder / "far.txt").write_text("far")
        os.utime(folder / "far.txt", (568_971_820_800, 568_971_820_800))  # the year 20000
        doc = plant(folder, "far.txt")
        with client.get(f"/file/{doc}") as answer:
            assert (answer.data, answer.last_modified.year) == (b"far", 9999)  # type: ignore[union-attr]
        assert client.get(f"/doc/{doc}").status_code == 200


def test_an_ignore_file_that_is_a_link_is_not_read(client: FlaskClient, plant: Plant, folder: Path) -> None:
    (folder.parent / "patterns").write_text("*\n")
    (folder / ".semsearchignore").symlink_to(folder.parent / "patterns")
    with client.get(f"/file/{plant(folder, 'fine.txt')}") as answer:
        assert answer.status_code == 200


def test_a_link_inside_the_folder_is_not_served(client: FlaskClient, plant: Plant, folder: Path) -> None:
    (folder / ".hidden.txt").write_bytes(SECRET)
    (folder / "link.txt").symlink_to(folder / ".hidden.txt")
    (folder / "deep").mkdir()
    (folder / "deep/fine.txt").write_bytes(SECRET)
    (folder / "linked").symlink_to(folder / "deep")
    for path in ("link.txt", "linked/fine.txt"):
        assert "cannot be opened" in assert_nothing_is_served(client, plant(folder, path))


@pytest.mark.parametrize("path", ["keys.kdbx", "id_rsa", "server.pem", "store.p12", "a.unheard"])
@pytest.mark.parametrize("state", [State.INDEXED, State.FAILED])
def test_a_key_or_a_file_of_an_unknown_format_is_not_served(
    client: FlaskClient, plant: Plant, folder: Path, path: str, state: State
) -> None:
    begin = {"id_rsa": b"-----BEGIN OPENSSH PRIVATE KEY-----\n", "a.unheard": b"\0"}
    (folder / path).write_bytes(begin.get(path, b"") + SECRET)
    doc = plant(folder, path, kind=Kind.TEXT, media_type="text/plain", state=state)
    assert "semsearch does not read" in assert_nothing_is_served(client, doc)


def test_a_failed_file_of_a_format_that_is_read_can_be_downloaded(
    client: FlaskClient, plant: Plant, folder: Path
) -> None:
    (folder / "damaged.docx").write_bytes(b"PK")
    with client.get(f"/file/{plant(folder, 'damaged.docx', state=State.FAILED)}") as answer:
        assert answer.data == b"PK"


def test_a_hard_link_is_served_only_if_the_setting_says_so(
    client: FlaskClient, plant: Plant, folder: Path, settings: Settings, searcher: Searcher
) -> None:
    (folder / "hard.txt").hardlink_to(folder.parent / "outside" / "secret.txt")
    doc = plant(folder, "hard.txt")
    reason = assert_nothing_is_served(client, doc)
    assert "2 names (hard links)" in reason
    assert "SEMSEARCH_HARD_LINKS=on" in reason
    page = client.get(f"/doc/{doc}").text
    assert "SEMSEARCH_HARD_LINKS=on" in page
    assert f"/file/{doc}" not in page
    willing = create_app(settings.model_copy(update={"hard_links": True}), searcher).test_client()
    with willing.get(f"/file/{doc}") as answer:
        assert answer.data == SECRET


def pipe(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)  # the whole path may be too long for a socket


@pytest.mark.parametrize("make", [pipe, unix_socket, Path.mkdir], ids=["pipe", "socket", "folder"])
def test_what_is_no_regular_file_is_not_served_and_does_not_block(
    client: FlaskClient,
    plant: Plant,
    folder: Path,
    make: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(folder)
    make(folder / "odd.txt")
    assert_nothing_is_served(client, plant(folder, "odd.txt"))


@pytest.mark.parametrize("root", ["/dev", "/proc/self"])
def test_devices_and_processes_are_not_served(client: FlaskClient, plant: Plant, root: str) -> None:
    for path in ("zero", "environ", "mem", "fd/0.txt", "zero.txt"):
        assert_nothing_is_served(client, plant(root, path))


@pytest.mark.parametrize(
    ("path", "media_type", "sent", "disposition"),
    [
        ("fine.txt", "text/html", "application/octet-stream", "attachment"),
        ("fine.txt", "text/plain", "text/plain; charset=utf-8", "inline"),
        ("fine.txt", "text/markdown", "text/plain; charset=utf-8", "inline"),
        ("fine.png", "image/svg+xml", "application/octet-stream", "attachment"),
        ("fine.png", "image/gif", "image/png", "inline"),
        ("page.html", "text/plain", "application/octet-stream", "attachment"),
        ("page.svg", "image/png", "application/octet-stream", "attachment"),
        ("page.pdf", "application/pdf", "application/octet-stream", "attachment"),
        ("page.pdf", "text/plain", "application/octet-stream", "attachment"),
        ("page.xml", "text/plain", "application/octet-stream", "attachment"),
        ("fine.txt", "text/plain\r\nX-Evil: 1", "application/octet-stream", "attachment"),
    ],
)
def test_redis_does_not_say_how_a_file_is_shown(
    client: FlaskClient, plant: Plant, folder: Path, path: str, media_type: str, sent: str, disposition: str
) -> None:
    for name in ("page.html", "page.svg", "page.pdf", "page.xml"):
        (folder / name).write_text("<script>alert(1)</script>")
    with client.get(f"/file/{plant(folder, path, media_type=media_type)}") as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == sent
        assert answer.headers["Content-Disposition"].startswith(disposition)
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "X-Evil" not in answer.headers


def test_a_name_that_is_not_utf8_is_served(client: FlaskClient, plant: Plant, folder: Path) -> None:
    (folder / "caf\udce9.txt").write_text("coffee")
    with client.get(f"/file/{plant(folder, 'caf' + chr(0xDCE9) + '.txt')}") as answer:
        assert answer.data == b"coffee"


def test_without_a_list_the_answer_says_what_to_run(
    plant: Plant, folder: Path, settings: Settings, searcher: Searcher, tmp_path: Path
) -> None:
    elsewhere = settings.model_copy(update={"home": tmp_path / "another home"})
    client = create_app(elsewhere, searcher).test_client()
    doc = plant(folder, "fine.txt")
    answer = client.get(f"/file/{doc}", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "was not ingested on this machine" in answer.text
    assert "`semsearch ingest" in answer.text
    assert str(folder) in answer.text
    remember_folders(elsewhere.home, [str(folder)])
    with client.get(f"/file/{doc}") as answer:  # the next request reads the list again
        assert answer.status_code == 200


def test_an_ingested_folder_may_be_reached_through_a_link(
    client: FlaskClient, plant: Plant, folder: Path, tmp_path: Path
) -> None:
    folder.rename(tmp_path / "another disk")
    folder.symlink_to(tmp_path / "another disk")
    with client.get(f"/file/{plant(folder, 'fine.txt')}") as answer:
        assert answer.status_code == 200


def test_a_hidden_folder_that_was_ingested_by_its_name_is_served(
    client: FlaskClient, plant: Plant, folder: Path, settings: Settings
) -> None:
    (folder / ".notes").mkdir()
    (folder / ".notes" / "a.txt").write_text("a note")
    remember_folders(settings.home, [str(folder / ".notes")])
    with client.get(f"/file/{plant(folder / '.notes', 'a.txt')}") as answer:
        assert answer.data == b"a note"


@pytest.fixture
def raced(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """A folder that somebody replaces by a link while the server opens a file in it."""
    (folder / "inner").mkdir()
    (folder / "inner" / "secret.txt").write_text("fine")
    opened = os.open

    def open_and_swap(path: str, flags: int, **named: int) -> int:
        if path == "inner":
            (folder / "inner").rename(folder / "gone")
            (folder / "inner").symlink_to(folder.parent / "outside")
        return opened(path, flags, **named)

    monkeypatch.setattr(os, "open", open_and_swap)
    return folder


def test_a_folder_that_becomes_a_link_meanwhile_is_not_followed(
    client: FlaskClient, plant: Plant, raced: Path
) -> None:
    answer = client.get(f"/file/{plant(raced, 'inner/secret.txt')}")
    assert answer.status_code == 404
    assert SECRET not in answer.data


def test_records_of_another_shape_are_no_crash(
    client: FlaskClient, store: Store, plant: Plant, folder: Path
) -> None:
    doc = plant(folder, "fine.txt")
    redis_of(store).hset(f"semsearch:doc:{{{doc}}}", "path", b"")
    assert client.get(f"/file/{doc}").status_code == 404
