"""The language of the page: its texts, dates and numbers, and who gets which."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel import Locale
from flask import Flask
from flask.testing import FlaskClient

from ingest.summary import Summary
from semsearch.errors import QueryError
from semsearch.message import say, say_many
from semsearch.progress import Phase, RunProgress
from semsearch.records import State
from semsearch.results import NOTHING_CLEAR
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary, picture, without_redis
from web.app import create_app
from web.events import Events
from web.figures import NAMES
from web.languages.choice import COOKIE, reader, reader_of
from web.languages.reader import Reader

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    root = tmp_path / "folder"
    root.mkdir()
    library = MemoryLibrary(judge=lambda similarity: similarity)
    for number in range(12):
        (root / f"boat{number}.md").write_text(f"# Boat {number}\n\nA boat on the water.\n")
        library.add(root, f"boat{number}.md")
    (root / "red.png").write_bytes(picture((200, 20, 20)))
    library.add(root, "red.png")
    (root / "torn.md").write_text("torn\n")
    library.add(root, "torn.md", state=State.FAILED, reason="empty file")
    return library


def test_a_reader_gets_the_first_language_of_the_browser_that_the_page_speaks(client: FlaskClient) -> None:
    page = client.get("/", headers=GERMAN)
    assert '<html lang="de" dir="ltr">' in page.text
    assert "12 Texte und 1 Bild" in page.text
    assert page.headers["Content-Language"] == "de"
    assert "12 texts and 1 picture" in client.get("/", headers={"Accept-Language": "sv,en,de"}).text
    assert '<html lang="en"' in client.get("/", headers={"Accept-Language": "de;q=0"}).text


def test_caches_are_told_that_pages_differ_by_language_and_that_other_answers_do_not(
    client: FlaskClient,
) -> None:
    for path in ("/", "/?q=boat", "/status", "/login-that-is-not-there"):
        assert {"Accept-Language", "Cookie"} <= set(client.get(path).vary)
    assert "Accept-Language" not in client.get("/api/search?q=boat", headers=GERMAN).vary
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"


def test_a_choice_is_kept_in_a_cookie_and_counts_more_than_the_browser(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "de", "next": "/?q=boat"})
    assert (answer.status_code, answer.location) == (303, "/?q=boat")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert (cookie.value, cookie.http_only, cookie.same_site) == ("de", True, "Lax")
    page = client.get("/?q=boat", headers={"Accept-Language": "en"}).text
    assert re.search(
        r'<button name="language" value="de" lang="de" aria-current="true">Deutsch</button>', page
    )
    assert "Treffer" in page


def test_a_language_that_the_page_does_not_speak_is_refused(client: FlaskClient) -> None:
    assert client.post("/language", data={"language": "../de"}).status_code == 400
    assert client.get_cookie(COOKIE) is None


def test_the_language_can_be_chosen_before_the_log_in(client: FlaskClient, app: Flask) -> None:
    app.extensions["semsearch.access"].password.change("a long password")
    assert client.post("/language", data={"language": "de"}).status_code == 303
    page = client.get("/login").text
    assert "Anmelden" in page
    assert "Das Passwort ist falsch." in client.post("/login", data={"password": "another one"}).text


def test_dates_and_numbers_are_those_of_the_reader_where_there_is_no_translation(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr-CH,en;q=0.5"}):
        found = reader()
    assert (found.language, found.day(date(2026, 5, 1))) == ("en", "1 mai 2026")
    with app.test_request_context():
        assert reader().day(date(2026, 5, 1)) == "1 May 2026"
    with app.test_request_context(headers={"Accept-Language": "en-US"}):
        assert reader().day(date(2026, 5, 1)) == "May 1, 2026"


@pytest.mark.parametrize("wishes", ["", "*", "x" * 9000, "de_DE@euro;q=x", "../../etc/passwd, zz-ZZ", "🦉"])
def test_a_browser_that_asks_for_nonsense_gets_english(client: FlaskClient, wishes: str) -> None:
    page = client.get("/", headers={"Accept-Language": wishes.encode().decode("latin-1")})
    assert (page.status_code, page.headers["Content-Language"]) == (200, "en")


def test_requests_cannot_fill_the_memory_with_locales(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"de": Locale("de"), "fr": Locale("fr")}
    monkeypatch.setattr("web.languages.choice._MOST_LOCALES", 2)
    monkeypatch.setattr("web.languages.choice._locales", known)
    client.get("/", headers={"Accept-Language": "sv,nb,de"})
    assert set(known) == {"de", "fr"}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("12,345", "0.50", "61%", "100%", "1 byte", "999 bytes", "1.2 kB", "2 MB")),
        ("de", ("12.345", "0,50", "61 %", "100 %", "1 Byte", "999 Byte", "1,2 kB", "2 MB")),
    ],
)
def test_numbers_shares_and_sizes_have_the_form_of_the_language(
    language: str, expected: tuple[str, ...]
) -> None:
    known = reader_of(language)
    shares = [known.percent(share) for share in (0.614, 1.0000001)]
    sizes = [known.size(size) for size in (1, 999, 1_234, 1_999_999)]
    shown = (known.number(12345), known.number(0.5, 2), *shares, *sizes)
    assert tuple(each.replace("\xa0", " ") for each in shown) == expected


def test_a_negative_share_is_shown_as_nothing() -> None:
    assert reader_of("en").percent(-0.2) == "0%"


def test_days_and_moments_have_the_form_of_the_language() -> None:
    moment = datetime(2026, 5, 1, 9, 5)
    known = reader_of("de")
    assert known.day(moment) == "1. Mai 2026"
    assert known.day(moment, "medium") == "01.05.2026"
    assert known.moment(moment) == "01.05.2026, 09:05"
    assert reader_of("en").moment(moment.astimezone(UTC)) == "1 May 2026, 09:05"


def test_languages_have_names_in_the_language_of_the_reader() -> None:
    assert [reader_of(code).name_of_language("fr") for code in ("en", "de")] == ["French", "Französisch"]
    assert reader_of("de").name_of_language("xx") == "xx"


def test_a_message_is_translated_with_its_values_and_the_messages_in_it() -> None:
    known = reader_of("de")
    count = say_many("{number} picture", "{number} pictures", 1234)
    assert count == "1,234 pictures"
    assert known.text(
        say("{texts} and {pictures}", texts=say_many("{number} text", "{number} texts", 1), pictures=count)
    ) == ("1 Text und 1.234 Bilder")
    assert known.text("a text of a file") == "a text of a file"
    assert known.text(say("no such message, {name!r}", name="x")) == "no such message, 'x'"


def test_values_in_html_are_escaped() -> None:
    said = Reader("de", Locale("de")).markup(say("Like {name}", name="<b>x</b>"))
    assert said == "Ähnlich wie &lt;b&gt;x&lt;/b&gt;"


def test_notes_of_a_search_speak_the_language_of_the_reader(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    library.notes = (NOTHING_CLEAR,)
    page = client.get("/?q=boat", headers=GERMAN).text
    assert "Hier passt nichts eindeutig." in page
    assert "12 Treffer" in page
    assert client.get("/api/search?q=boat", headers=GERMAN).json["notes"] == ["Nothing here clearly matches."]


def test_filters_and_their_chips_speak_the_language_of_the_reader(client: FlaskClient) -> None:
    page = client.get("/?q=boat&mode=words&since=2026-05-01&type=image/png&path=notes/", headers=GERMAN).text
    for said in (
        "Nur Wörter",
        "Seit 1. Mai 2026",
        ">PNG<",
        "In notes/",
        "Ordner oder Anfang eines Pfads",
        "Mindestens",
    ):
        assert said in page


def test_errors_speak_the_language_of_the_reader_on_pages_and_english_in_the_api(client: FlaskClient) -> None:
    page = client.get("/?q=boat&when=blubb", headers=GERMAN).text
    assert "Der Zeitraum &#39;blubb&#39; ist nicht als Datum lesbar." in page
    assert "Diese Suche ist ungültig" in client.get("/?q=boat&kind=blubb", headers=GERMAN).text
    assert "Unter dieser Adresse gibt es nichts." in client.get("/nowhere", headers=GERMAN).text
    answer = client.get("/api/search?q=boat&when=blubb", headers=GERMAN).json
    assert answer["error"]["message"].startswith("when is 'blubb', which cannot be read as a date.")


def test_redis_that_is_gone_is_told_in_the_language_of_the_reader(tmp_path: Path) -> None:
    client = create_app(Settings(home=tmp_path), without_redis()).test_client()
    assert "Redis ist nicht verfügbar" in client.get("/", headers=GERMAN).text


def test_the_error_of_a_query_keeps_its_message() -> None:
    error = QueryError(say("{what}.", what="x"))
    assert (error.message, str(error)) == ("x.", "x.")
    assert error.message.template == "{what}."
    assert QueryError().message == ""


def test_the_status_names_states_and_figures_in_the_language_of_the_reader(client: FlaskClient) -> None:
    page = client.get("/status", headers=GERMAN).text
    assert re.search(r"<dt>fehlgeschlagen</dt><dd>1</dd>", page)
    assert "Letzter Lauf" in page
    assert "empty file" in page  # reasons are kept in Redis as they were


def test_every_figure_of_a_run_has_a_name() -> None:
    summary = Summary()
    summary.time(dict.fromkeys(Phase, 1.0))
    assert {name for name, _ in summary.counts()} <= set(NAMES)


def test_a_run_is_told_in_the_language_of_the_page_that_follows_it(
    library: MemoryLibrary, client: FlaskClient
) -> None:
    library.run = RunProgress(Phase.READ, files=1204, found=20000, seconds_left=180.0)
    assert "events?language=de" in client.get("/?q=boat", headers=GERMAN).text
    told = Events(library).follow(library, reader_of("de")).next().decode()
    run = json.loads(next(line for line in told.splitlines() if "phase" in line).removeprefix("data: "))
    assert run["line"] == "Indexierung: 1.204 von 20.000 Dateien, noch etwa 3 Minuten"
    assert run["note"] == "Bisher sind 1.204 von 20.000 Dateien indexiert."
    assert "Indexing: 1,204 of 20,000 files" in client.get("/api/events").text


def test_the_page_of_a_document_speaks_the_language_of_the_reader(
    client: FlaskClient, library: MemoryLibrary
) -> None:
    doc = next(doc for doc, view in library.views.items() if view.record.state is State.FAILED)
    page = client.get(f"/doc/{doc}", headers=GERMAN).text
    assert "Diese Datei konnte nicht indexiert werden." in page
    assert re.search(r"<dt>Größe</dt><dd>5 Byte</dd>", page)
    assert 'lang="de-' not in page
