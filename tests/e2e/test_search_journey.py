"""The whole application: the sample library, real models, real Redis, a real browser."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import redis

from ingest.run import ingest
from semsearch.cli.show_ingest import Silent
from semsearch.folders import remember_folders
from semsearch.models.loaded import Models
from semsearch.query import Filters, Mode, Query
from semsearch.records import Kind
from semsearch.results import NOTHING_CLEAR
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.indexes import index_name
from semsearch.store.schema import SCHEMA
from semsearch.store.store import Store
from tests.e2e.gestures import drop
from tests.e2e.serving import running
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

SAMPLES = Path(__file__).parents[2] / "samples"
LIBRARY = SAMPLES / "library"
QUERIES = json.loads((SAMPLES / "queries.json").read_text())

README = (SAMPLES.parent / "README.md").read_text()
RECIPES = [
    line.strip()
    for line in README.partition("## Looking into Redis")[2].partition("\n## ")[0].splitlines()
    if line.startswith("    ")
]

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def searcher(engine_url: str, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """The sample library, ingested as `semsearch ingest` does it."""
    with redis.Redis.from_url(engine_url) as client:
        client.flushdb()
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        redis_url=engine_url,
        image_model="minilook",
        text_model="minilm",
    )
    store, models = Store.open(settings), Models(settings)
    summary = ingest([LIBRARY], settings, store, models, Silent())
    assert summary.failures == []
    assert summary.indexed == summary.found
    return Searcher(store, models)


@pytest.fixture(scope="module")
def url(searcher: Searcher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("web")
    remember_folders(home, [str(LIBRARY)])
    with running(create_app(Settings(home=home), searcher)) as url:
        yield url


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.MEANING])
@pytest.mark.parametrize("example", QUERIES, ids=lambda example: example["query"])
def test_the_queries_of_the_readme_find_what_they_mean(
    searcher: Searcher, example: dict[str, str], mode: Mode
) -> None:
    """The expected text is the first of the texts, and in the first three hits.

    A query about the sea may find pictures of boats before it.
    """
    results = searcher.search(Query(example["query"], mode=mode))
    assert results.complete
    texts = [hit.path for hit in results.hits if hit.kind is Kind.TEXT]
    assert texts[0] == example["expects"]
    assert example["expects"] in [hit.path for hit in results.hits[:3]]


@pytest.mark.parametrize(
    "query",
    ["a recipe for kangaroo stew", "quantum chromodynamics", "the Treaty of Westphalia", "qwrtz xvbn"],
)
def test_a_query_about_an_absent_subject_says_that_nothing_clearly_matches(
    searcher: Searcher, query: str
) -> None:
    assert NOTHING_CLEAR in searcher.search(Query(query)).notes


@pytest.mark.parametrize(
    ("query", "expects"),
    [
        ("something to keep warm in winter", "household/knitted-scarf.md"),
        ("fear of public speaking", "work/first-talk.md"),
        ("router", "household/router.md"),
        ("IMG_0388", "pictures/IMG_0388.jpg"),
        ("a dog in the snow", "pictures/IMG_0388.jpg"),
        ('"red scarf"', "household/knitted-scarf.md"),
    ],
)
def test_a_query_about_a_present_subject_has_a_clear_match(
    searcher: Searcher, query: str, expects: str
) -> None:
    assert expects in [hit.path for hit in searcher.search(Query(query)).hits if hit.is_clear]


@pytest.mark.parametrize(
    ("query", "file"),
    [
        ("a tractor", "IMG_0437.jpg"),
        ("an airplane in the sky", "IMG_0561.jpg"),
        ("a dog in the snow", "IMG_0388.jpg"),
        ("a butterfly", "butterfly-on-flower.png"),
        ("a cup of coffee", "cup-of-coffee.png"),
        ("a musical instrument", "guitar.png"),
        ("a bicycle", "bicycle.png"),
    ],
)
def test_words_find_drawn_pictures_by_what_they_show(searcher: Searcher, query: str, file: str) -> None:
    assert pictures(searcher, query)[0] == f"pictures/{file}"


DRAWN = [example for example in QUERIES if "picture" in example]


@pytest.mark.parametrize("example", DRAWN, ids=lambda example: example["query"])
def test_the_queries_of_the_readme_show_their_drawing_on_the_first_page_of_pictures(
    searcher: Searcher, example: dict[str, str]
) -> None:
    assert example["picture"] in pictures(searcher, example["query"])


def pictures(searcher: Searcher, query: str) -> list[str]:
    """The first ten of the 38 pictures, by their looks alone."""
    found = searcher.search(Query(query, mode=Mode.MEANING, filters=Filters(kind=Kind.IMAGE)))
    return [hit.path for hit in found.hits]


def test_the_drawn_pictures_are_found_by_their_names(searcher: Searcher) -> None:
    results = searcher.search(Query("red scarf", filters=Filters(kind=Kind.IMAGE)))
    assert results.hits[0].path == "pictures/red-scarf.png"


def test_type_search_open_go_back_drop_a_picture_more_like_this(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(url)
    page.get_by_label("Search by meaning").fill("something to keep warm in winter")
    page.keyboard.press("Enter")
    first = page.locator(".hit h2 a").first
    expect(first).to_have_text("Grandmother's red scarf")

    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grandmother's red scarf")
    page.go_back()
    expect(page.get_by_label("Search by meaning")).to_have_value("something to keep warm in winter")
    expect(page.locator(".hit h2 a").first).to_have_text("Grandmother's red scarf")

    lighthouse = (LIBRARY / "pictures" / "lighthouse.png").read_bytes()
    drop(page, "drop", lighthouse, "lighthouse.png", "image/png")
    page.get_by_role("link", name="Only the picture").click()
    page.wait_for_url("**/?picture=*")
    expect(page.locator(".tile-name").first).to_have_text("lighthouse")

    page.get_by_role("link", name="More like this").first.click()
    page.wait_for_url("**/?picture=*&like=*")
    names = page.locator(".tile-name").all_inner_texts()
    assert names
    assert "lighthouse" not in names


def test_all_pictures_of_a_page_load(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=sea&kind=image")
    page.get_by_label("Search by meaning").wait_for()
    broken = page.evaluate(
        """async () => {
            const pictures = [...document.images].filter((picture) => !picture.src.endsWith(".svg"));
            pictures.forEach((picture) => { picture.loading = "eager"; });
            const results = await Promise.allSettled(pictures.map((picture) => picture.decode()));
            return results.filter((result) => result.status === "rejected").length;
        }"""
    )
    assert broken == 0


def test_the_status_page_tells_the_models_and_the_counts(page: Page, url: str) -> None:
    page.goto(f"{url}/status")
    text = page.locator("main").inner_text()
    assert "all-MiniLM-L6-v2" in text
    assert "minilook" in text
    assert re.search(r"\b88\b", text)


class TestRecipesOfTheReadme:
    """The commands of the README for redis-cli, run as they are written."""

    @pytest.fixture
    def client(self, searcher: Searcher, engine_url: str) -> Iterator[redis.Redis]:
        assert searcher.status().documents
        with redis.Redis.from_url(engine_url, decode_responses=True, protocol=2) as client:
            yield client

    def typed(self, start: str) -> list[str]:
        """The only recipe that begins with `start`, split as redis-cli splits it."""
        (line,) = [line for line in RECIPES if line.startswith(start)]
        return shlex.split(line)

    def test_the_indexes_are_listed_with_their_model(self, client: redis.Redis) -> None:
        found = client.execute_command(*self.typed("FT._LIST"))
        assert {index_name(space) for space in SCHEMA} == set(found)
        meta = client.execute_command(*self.typed("HGETALL"))
        assert "all-MiniLM-L6-v2" in str(meta)

    def test_a_document_is_found_by_its_name_and_its_passage_is_read(self, client: redis.Redis) -> None:
        total, key, fields = client.execute_command(*self.typed('FT.SEARCH semsearch:doc "@name'))
        assert (total, fields[:4]) == (1, ["path", "household/router.md", "state", "indexed"])
        doc = key[key.index("{") + 1 : key.index("}")]
        command = [word.replace("ID", doc) for word in self.typed("HMGET")]
        path, _, _, content = client.execute_command(*command)
        assert path == "household/router.md"
        assert "router" in content

    def test_failed_files_and_the_last_run_are_asked_for_in_valid_commands(self, client: redis.Redis) -> None:
        assert client.execute_command(*self.typed('FT.SEARCH semsearch:doc "@state')) == [0]
        ((_, counts),) = client.execute_command(*self.typed("XREVRANGE"))
        assert (counts["found"], counts["indexed"]) == ("88", "88")

    @pytest.mark.skipif(
        shutil.which("redis-cli") is None, reason="there is no redis-cli (apt-get install redis-tools)"
    )
    def test_the_knn_recipe_finds_the_passage_itself_first(self, client: redis.Redis) -> None:
        start = RECIPES.index(next(line for line in RECIPES if line.startswith("key=")))
        port = str(client.get_connection_kwargs()["port"])
        script = "\n".join([*RECIPES[start:], 'echo "$key"']).replace("6390", port)
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
        *answer, key = done.stdout.splitlines()
        assert answer[:2] == ["3", key]
        assert abs(float(answer[answer.index("distance") + 1])) < 1e-3
