"""Text in any Unicode form is found in any other, in contents, names, queries, phrases and filters."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path
from typing import Literal

import pytest

from semsearch.query import Filters, Mode, Query
from semsearch.search.searcher import Searcher
from tests.integration.conftest import Run
from tests.integration.library import paths

Form = Literal["NFC", "NFD"]


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def by_words(searcher: Searcher, text: str) -> list[str]:
    return paths(searcher.search(Query(text, mode=Mode.WORDS)))


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_accents_may_be_composed_or_not(
    folder: Path, run: Run, searcher: Searcher, stored: Form, typed: Form
) -> None:
    content = "Die Fähre über den großen Øresund, naïve tiếng Việt, 한국어 도서관."
    (folder / "a.txt").write_text(unicodedata.normalize(stored, content))
    (folder / "b.txt").write_text("Nothing of the kind.")
    run()
    for query in ("Fähre", '"über den großen"', "tiếng", "도서관", "faehre -Fähre über"):
        found = by_words(searcher, unicodedata.normalize(typed, query))
        assert found == ([] if " -" in query else ["a.txt"]), query


def test_what_nobody_sees_cuts_no_word(folder: Path, run: Run, searcher: Searcher) -> None:
    (folder / "a.txt").write_text("The gar\u00addener's water\u200bing\u2060can cost 12\u00a0euros.\ufeff")
    (folder / "page.html").write_text(
        "<html><body><p>Some weather&shy;vanes are made of cop&#8203;per and turn with each wind.</p></body>"
    )
    run()
    assert by_words(searcher, "gardener wateringcan") == ["a.txt"]
    assert by_words(searcher, '"12 euros"') == ["a.txt"]
    assert by_words(searcher, '"weathervanes are made of copper"') == ["page.html"]
    (hit,) = searcher.search(Query("wateringcan", mode=Mode.WORDS)).hits
    assert hit.passages[0].snippet == "The gardener's wateringcan cost 12 euros."
    assert [hit.passages[0].snippet[a:b] for a, b in hit.passages[0].highlights] == ["wateringcan"]


def test_headings_stay_where_they_are_when_the_text_before_them_shrinks(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    body = nfd("Äpfel über Äpfel. ") * 200
    (folder / "a.md").write_text(f"# Obst\n\n{body}\n\n## {nfd('Kürbisse')}\n\nSquashes in the cellar.\n")
    run()
    (hit,) = searcher.search(Query("squashes", mode=Mode.WORDS)).hits
    assert hit.passages[0].headings == ("Kürbisse",)


def test_a_file_keeps_the_bytes_of_its_name_and_is_found_by_any_form_of_it(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    name = nfd("Prüfbericht_Zürich.txt")
    (folder / nfd("Büro")).mkdir()
    (folder / nfd("Büro") / name).write_text("seven")
    (folder / "other.txt").write_text("eight")
    run()
    path = f"{nfd('Büro')}/{name}"
    for query in ("Prüfbericht", "prufbericht zurich", nfd("Prüfbericht"), "üfberi"):
        assert by_words(searcher, query) == [path]
    for folder_typed in ("Büro/", nfd("Büro/"), "Bür"):
        found = searcher.search(Query("seven eight", filters=Filters(path=(folder_typed,))))
        assert paths(found) == [path]
    (hit,) = found.hits
    assert hit.title == "Prüfbericht Zürich"
    assert Path(hit.root, hit.path).read_text() == "seven"


def test_every_format_has_the_same_form(folder: Path, run: Run, searcher: Searcher) -> None:
    words = nfd("Vögel") + " and sea\u00adgulls"
    (folder / "a.csv").write_text(f"name,note\nfirst,{words}\n")
    (folder / "a.json").write_text(f'[{{"note": "{words}"}}]')
    (folder / "a.rtf").write_text(r"{\rtf1\ansi V\'f6gel and sea\-gulls}")
    with zipfile.ZipFile(folder / "a.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
            f"<text:p>{words}</text:p></office:text></office:body></office:document-content>",
        )
    (folder / "a.md").write_text(words)
    run()
    found = searcher.search(Query('"Vögel and seagulls"', mode=Mode.WORDS, copies=True))
    assert sorted(paths(found)) == ["a.csv", "a.json", "a.md", "a.odt", "a.rtf"]
