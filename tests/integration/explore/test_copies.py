"""Copies in a library: found at the end of a run, kept, shown on a page and in JSON."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from ingest.run import Options, ingest
from ingest.summary import Summary
from semsearch.cli.show_ingest import Silent
from semsearch.explore import copies_found
from semsearch.explore.copies import Why
from semsearch.explore.copies_found import CopiesView
from semsearch.explore.explorer import Explorer
from semsearch.explore.vectors import LibraryVectors
from semsearch.records import DocumentRecord
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.pdfs import make_pdf

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

LONG = " ".join(f"Word{chr(97 + n % 26)}{chr(97 + n // 26)} stands here." for n in range(150))

OTHER = " ".join(reversed(LONG.split()))


def photo(seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).integers(20, 220, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((400, 300), Image.Resampling.BICUBIC)


@pytest.fixture
def copied(folder: Path, run: Run, store: Store) -> Path:
    """A photo three times, a text twice, two invoices, equal files, and what is there once."""
    (folder / "photos/small").mkdir(parents=True)
    photo(1).save(folder / "photos/sea.png")
    photo(1).save(folder / "photos/sea.jpg", quality=60)
    photo(1).resize((200, 150)).save(folder / "photos/small/sea.webp")
    photo(2).save(folder / "wood.png")
    (folder / "speech.txt").write_text(f"A speech. {LONG}")
    (folder / "speech.md").write_text(f"A  speech.\n\n{LONG}\n")
    for name in ("backup", "office"):
        (folder / name).mkdir()
    for number in (4711, 4712):
        (folder / f"office/invoice {number}.txt").write_text(f"Invoice {number}. {OTHER} It is due.")
    for path in ("song.txt", "backup/song.txt"):
        (folder / path).write_text("A song of the sea.")
    run()
    CopiesView(store).again()
    return folder


def paths(explorer: Explorer, *, alike: bool = False) -> list[tuple[str, list[str]]]:
    found = explorer.copies.all()
    assert found is not None
    shown = explorer.copies.shown(found.alike if alike else found.same)
    return [(group.why, [record.path for record in group.records]) for group in shown]


@pytest.mark.usefixtures("copied")
def test_the_same_are_equal_files_and_pictures_and_texts_in_other_formats(explorer: Explorer) -> None:
    found = dict((names[0], (why, names)) for why, names in paths(explorer))
    assert found["photos/sea.png"] == (
        Why.CONTENT,
        ["photos/sea.png", "photos/sea.jpg", "photos/small/sea.webp"],
    )
    assert found["speech.md"] == (Why.CONTENT, ["speech.md", "speech.txt"])
    assert sorted(found["song.txt"][1]) == ["backup/song.txt", "song.txt"]
    assert len(found) == 3


def test_what_says_or_shows_anything_else_is_not_the_same(
    folder: Path, run: Run, store: Store, explorer: Explorer
) -> None:
    """Pages with other titles, a PDF with a note, gradients, and texts that differ in a word."""
    for title, often in (("RTL Test", 2), ("Style tags removal", 2), ("SVG parsing", 3)):
        body = f"<p>{OTHER}</p>" * often
        page = f"<html><head><title>{title}</title></head><body><article>{body}</article></body></html>"
        (folder / f"{title}.html").write_text(page)
    lines = [LONG[at : at + 60].strip() for at in range(0, 1200, 60)]
    note = "/Subtype /Text /Contents (Deliver before the frost)"
    for name, notes in (("crazyones.pdf", []), ("commented.pdf", [note]), ("attached.pdf", [])):
        (folder / name).write_bytes(make_pdf(lines, title="The Crazy Ones", notes=notes))
    with (folder / "attached.pdf").open("ab") as file:
        file.write(b"% saved once more")
    gradient = Image.linear_gradient("L")
    gradient.resize((128, 128)).save(folder / "gradient.png")
    gradient.resize((29, 100)).save(folder / "narrow.png")
    photo(1).save(folder / "photo.png")
    photo(1).resize((400, 400)).save(folder / "square.png")
    (folder / "minutes.txt").write_text(f"You may not go. {LONG}")
    (folder / "minutes.md").write_text(f"You may now go. {LONG}")
    run()
    CopiesView(store).again()
    assert [sorted(names) for _, names in paths(explorer)] == [["attached.pdf", "crazyones.pdf"]]
    alike = {name for _, names in paths(explorer, alike=True) for name in names}
    assert alike >= {"RTL Test.html", "Style tags removal.html", "commented.pdf", "minutes.txt", "minutes.md"}


@pytest.mark.usefixtures("copied")
def test_invoices_with_other_numbers_are_alike(explorer: Explorer) -> None:
    assert [sorted(names) for _, names in paths(explorer, alike=True)] == [
        ["office/invoice 4711.txt", "office/invoice 4712.txt"]
    ]


def test_what_is_gone_or_has_changed_since_is_left_out(copied: Path, explorer: Explorer, run: Run) -> None:
    assert len(paths(explorer)) == 3
    (copied / "photos/sea.jpg").unlink()
    (copied / "speech.txt").write_text("Another text.")
    run(allow_empty=True)
    assert sorted(names for _, names in paths(explorer)) == [
        ["photos/sea.png", "photos/small/sea.webp"],
        sorted(["song.txt", "backup/song.txt"], key=lambda path: (len(path), path)),
    ]


def test_without_the_best_one_what_was_encoded_anew_is_no_group(
    copied: Path, explorer: Explorer, run: Run
) -> None:
    (copied / "photos/sea.png").unlink()
    run(allow_empty=True)
    assert [names[0] for _, names in paths(explorer)] == ["speech.md", "song.txt"]


def test_a_group_that_vanishes_while_it_is_read_is_left_out(
    copied: Path, explorer: Explorer, run: Run, client: FlaskClient
) -> None:
    found = explorer.copies.all()
    assert found is not None
    for path in ("song.txt", "backup/song.txt", "speech.md"):
        (copied / path).write_text(f"Something else, {path}.")
    run()
    assert [group.records[0].path for group in explorer.copies.shown(found.same)] == ["photos/sea.png"]
    assert client.get("/copies").status_code == 200


@pytest.mark.usefixtures("copied")
def test_of_a_large_group_some_are_read_and_all_are_counted(explorer: Explorer) -> None:
    found = explorer.copies.all()
    assert found is not None
    (photos,) = (group for group in found.same if len(group.docs) == 3)
    (shown,) = explorer.copies.shown([photos], 2)
    assert (len(shown.records), shown.count, shown.freed) == (2, 3, photos.freed)


def test_what_would_be_freed_is_the_size_of_all_but_the_best(copied: Path, explorer: Explorer) -> None:
    found = explorer.copies.all()
    assert found is not None
    others = ("photos/sea.jpg", "photos/small/sea.webp", "speech.txt", "song.txt")
    assert found.freed == sum((copied / path).stat().st_size for path in others)


def test_the_page_shows_groups_side_by_side_with_paths_and_differences(
    client: FlaskClient, copied: Path
) -> None:
    page = client.get("/copies").text
    assert page.count('class="group"') == 3
    assert "400 × 300" in page
    assert "200 × 150" in page
    assert page.count('<li class="best">') == 3
    # Only equal files are offered to be deleted.
    assert copied_together(page) == [str(copied / "backup/song.txt")]
    assert page.count('title="Copy the path"') == 7
    assert f'data-copy="{copied / "photos/small/sea.webp"}"' in page
    assert "photos/small/sea.webp" in page
    assert "Their texts are equal." in page
    alike = client.get("/copies?alike=1").text
    assert "<mark>4711</mark>" in alike
    assert "<mark>4712</mark>" in alike
    assert copied_together(alike) == []
    (copied / "backup/song.txt").write_text("A song of the shore.")
    assert copied_together(client.get("/copies").text) == []


def copied_together(page: str) -> list[str]:
    """The paths that the buttons of whole groups copy."""
    return re.findall(r'data-copy="([^"]*)" title="Copy the paths? of the other', page)


def test_the_command_for_equal_files_is_shown_where_there_are_some(
    client: FlaskClient, copied: Path, run: Run
) -> None:
    assert "copies --paths -0" in client.get("/copies").text
    (copied / "backup/song.txt").unlink()
    run(allow_empty=True)
    assert "copies --paths" not in client.get("/copies").text


@pytest.mark.usefixtures("copied")
def test_a_document_that_was_opened_from_a_page_about_the_library_leads_back_there(
    client: FlaskClient,
) -> None:
    document = re.search(r'href="(/doc/[^"]*)"', client.get("/copies?alike=1").text)[1]  # type: ignore[index]

    def back(referrer: str, address: str = document) -> list[str]:
        page = client.get(address, headers={"Referer": referrer}).text
        return re.findall(r'class="back" href="([^"]*)"', page)

    assert back("http://localhost/copies?alike=1&offset=12") == ["/copies?alike=1&amp;offset=12"]
    assert back("http://localhost/map") == ["/map"]
    assert back("http://elsewhere/copies") == back("http://localhost/copiesque") == back("http://[") == []
    assert back("http://localhost/map", f"{document}?q=word")[0].startswith("/?q=word")


def test_the_way_back_stays_while_one_reads_on_in_the_document(
    client: FlaskClient, copied: Path, run: Run, records: Records
) -> None:
    (copied / "manual.pdf").write_bytes(make_pdf(["One."], ["Two."], ["Three."]))
    run()
    document = f"/doc/{records()['manual.pdf'].doc}"

    def opened(address: str, referrer: str = f"http://localhost{document}") -> str:
        return client.get(unescape(address), headers={"Referer": referrer}).text

    page = opened(document, "http://localhost/copies?alike=1&offset=12")
    for turn in ("Next page", "Next page", "Previous page"):
        page = opened(re.search(rf'href="([^"]*)" data-preview="[^"]*" aria-label="{turn}"', page)[1])  # type: ignore[index]
        assert 'class="back" href="/copies?alike=1&amp;offset=12"' in page
    assert "Page 2 of 3" in page
    forms = set(re.findall(r'name="next" value="([^"]*)"', page))
    assert len(forms) == 2, "those of labels come back to a part of the page"
    for address in forms:
        again = opened(address)
        assert "Page 2 of 3" in again
        assert 'class="back" href="/copies?alike=1&amp;offset=12"' in again
    for elsewhere in (
        "//elsewhere/copies",
        "http://elsewhere/copies",
        "javascript:alert(1)",
        "http://[",
        "/",
    ):
        page = client.get(document, query_string={"back": elsewhere}).text
        assert "Page 1 of 3" in page
        assert 'class="back"' not in page


@pytest.mark.usefixtures("copied")
def test_groups_are_paged(client: FlaskClient) -> None:
    first = client.get("/api/copies?limit=2").json
    last = client.get("/api/copies?limit=2&offset=2").json
    assert (len(first["groups"]), len(last["groups"]), last["total"]) == (2, 1, 3)
    sizes = [group["freed"] for group in (*first["groups"], *last["groups"])]
    assert sizes == sorted(sizes, reverse=True)
    best = {group["documents"][0]["path"]: group["documents"][0] for group in first["groups"]}
    assert best["photos/sea.png"]["width"] == 400
    assert client.get("/copies?offset=12").status_code == 200
    assert client.get("/api/copies?limit=0").status_code == 400


@pytest.mark.usefixtures("library")
def test_before_anybody_has_looked_the_page_says_how(client: FlaskClient) -> None:
    assert "semsearch copies --again" in client.get("/copies").text
    answer = client.get("/api/copies")
    assert answer.status_code == 404
    assert "semsearch copies --again" in answer.json["error"]["message"]


def test_a_run_looks_for_copies_only_when_documents_have_changed(
    exploring: Settings, folder: Path, store: Store, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bool] = []
    real = copies_found._found
    monkeypatch.setattr(copies_found, "_found", lambda *each: (looked.append(True), real(*each))[1])

    def once() -> int:
        looked.clear()
        ingest([folder], exploring, store, models, Silent(), Options())  # type: ignore[arg-type]
        return len(looked)

    (folder / "a.txt").write_text("Owls hunt mice.")
    assert once() == 1
    assert once() == 0
    (folder / "b.txt").write_text("Owls hunt mice.")
    assert once() == 1
    found = CopiesView(store).known()
    assert [len(group.docs) for group in found.same] == [2]


def test_what_an_older_semsearch_has_kept_is_looked_for_again(store: Store) -> None:
    kept = {"data": {"same": [], "alike": []}, "made": 1.0, "seconds": 0.1, "revision": 0, "format": 1}
    store.kept.put(copies_found.SHELF.name, json.dumps(kept).encode())
    assert CopiesView(store).all() is None
    CopiesView(store).step(LibraryVectors(store))
    assert CopiesView(store).known().same == ()


def test_a_picture_that_can_no_longer_be_read_is_no_copy_of_another(
    folder: Path, run: Run, store: Store, explorer: Explorer
) -> None:
    for n in range(2):
        file = io.BytesIO()
        photo(n).save(file, "PNG")
        (folder / f"{n}.png").write_bytes(file.getvalue()[:500])
    run()
    CopiesView(store).again()
    assert paths(explorer) == []
