"""`semsearch export` and `semsearch import`, run as processes."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet
import pytest
import redis

from semsearch.settings import Settings
from tests.integration.cli.conftest import Command


@pytest.fixture
def file(semsearch: Command, notes: Path, tmp_path: Path) -> Path:
    """An export of two documents."""
    assert semsearch("ingest", notes).returncode == 0
    return tmp_path / "notes.parquet"


def test_an_export_can_be_imported_and_searched(
    semsearch: Command, settings: Settings, notes: Path, file: Path
) -> None:
    done = semsearch("export", file)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{file}: 2 documents, 2 passages and 0 views of pictures, 0.0 MB in ")
    assert pyarrow.parquet.read_metadata(file).num_rows == 4
    with redis.Redis.from_url(settings.redis_url) as client:
        client.flushdb()
    home = {"SEMSEARCH_HOME": str(settings.home.with_name("elsewhere"))}
    done = semsearch("import", file, **home)
    assert done.returncode == 0
    first, second = done.stdout.splitlines()
    assert first.startswith("2 documents in ")
    assert first.endswith("2 added (2 passages, 0 views of pictures)")
    assert second.endswith(f"opened on the page after: semsearch ingest {notes}")
    assert "owls.md" in semsearch("search", "birds of prey", **home).stdout.splitlines()[0]


def test_both_print_json(semsearch: Command, notes: Path, file: Path, tmp_path: Path) -> None:
    written = json.loads(semsearch("export", file, "--json").stdout)
    assert written.pop("seconds") > 0
    assert written == {
        "file": str(file),
        "documents": 2,
        "passages": 2,
        "views": 0,
        "left_out": 0,
        "bytes": file.stat().st_size,
    }
    elsewhere = tmp_path / "elsewhere"
    read = json.loads(semsearch("import", file, "--json", "--root", f"{notes}={elsewhere}").stdout)
    assert read.pop("models").keys() == {"text"}
    assert read.pop("seconds") > 0
    assert read == {
        "file": str(file),
        "added": 2,
        "replaced": 0,
        "unchanged": 0,
        "passages": 2,
        "views": 0,
        "folders": [str(elsewhere)],
        "unserved": [str(elsewhere)],
        "said": 0,
    }


def test_what_cannot_be_done_is_one_sentence(semsearch: Command, file: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no Parquet")
    for arguments, message in [
        (("import", tmp_path / "absent"), f"semsearch: there is no {tmp_path / 'absent'}"),
        (("import", tmp_path / "text"), f"semsearch: {tmp_path / 'text'} cannot be read as Parquet: "),
        (("export", tmp_path / "no" / "file"), f"semsearch: there is no folder {tmp_path / 'no'}: make it, "),
        (("export", tmp_path), f"semsearch: {tmp_path}: Is a directory: name a file in a folder "),
        (("import", file, "--root", "docs"), "semsearch: --root docs: write OLD=NEW, two folders, such as "),
    ]:
        done = semsearch(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(message)
        assert len(done.stderr.splitlines()) == 1


def test_documents_that_are_left_out_make_the_exit_code_1(
    semsearch: Command, settings: Settings, file: Path
) -> None:
    with redis.Redis.from_url(settings.redis_url) as client:
        client.delete(next(client.scan_iter(match="semsearch:text:*")))
    done = semsearch("export", file)
    assert done.returncode == 1
    assert "1 documents were left out, because Redis has lost a part of them: run `semsearch" in done.stdout
