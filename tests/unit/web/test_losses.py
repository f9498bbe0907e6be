"""The pages say what Redis has lost, and do not call a lost library an empty one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from semsearch.overview import Away
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary
from web.app import create_app

LOSS = "The index is empty, though these folders were ingested here: /notes. Run `semsearch ingest /notes`."


@pytest.mark.parametrize("path", ["/", "/status", "/?q=owls"])
def test_a_flushed_redis_is_named_on_every_page_in_place_of_the_first_steps(
    path: str, tmp_path: Path
) -> None:
    library = MemoryLibrary(missing=(LOSS,), notes=(LOSS,), complete=False)
    page = create_app(Settings(home=tmp_path), library).test_client().get(path)
    assert page.status_code == 200
    assert LOSS.replace("'", "&#39;") in page.text
    assert page.text.count('role="alert"') == 1
    assert "Nothing is indexed yet" not in page.text


@pytest.mark.parametrize("path", ["/", "/status"])
def test_missing_files_are_named_with_their_folder_and_what_to_do(path: str, tmp_path: Path) -> None:
    library = MemoryLibrary(away=(Away("/my notes", 1, 0.0), Away("/photos", 1234, 0.0)))
    page = create_app(Settings(home=tmp_path), library).test_client().get(path).text
    assert re.search(
        r"1 document in /my notes is missing since \d+ \w{3} 19\d\d, \d\d:\d\d: many files", page
    )
    assert "1,234 documents in /photos are missing" in page
    assert "`semsearch ingest &#39;/my notes&#39; --allow-empty`" in page


@pytest.mark.parametrize("path", ["/", "/status", "/browse", "/?q=owls"])
def test_a_new_library_gets_the_first_steps(path: str, tmp_path: Path) -> None:
    page = create_app(Settings(home=tmp_path), MemoryLibrary()).test_client().get(path)
    assert "Nothing is indexed yet" in page.text
    assert 'role="alert"' not in page.text
