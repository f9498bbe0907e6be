"""The path of a query from the API to Redis and back is short enough to follow."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from semsearch.query import Query
from semsearch.results import Results
from semsearch.search.found import Found
from semsearch.search.interpret import Interpretation
from semsearch.search.listing import Listed
from semsearch.search.rank import CoveredDocument, Ranking
from semsearch.search.retrieve import WordMatches
from semsearch.search.searcher import Searcher
from semsearch.search.term_weights import Weighed
from semsearch.settings import Settings
from semsearch.store.queries import Command
from web.app import create_app

ROOT = Path(__file__).parents[3]
# The types that a query passes through.
STAGES = (Query, Interpretation, Weighed, WordMatches, Ranking, CoveredDocument, Found, Listed, Results)
# Modules that only pass commands on to Redis, and the one of the query itself.
BORDER = {"semsearch/store/store", "semsearch/store/connection", "semsearch/query"}
WAY = {
    *("semsearch/api/parameters", "semsearch/api/payloads"),
    *("semsearch/search/searcher", "semsearch/search/interpret", "semsearch/search/retrieve"),
    *("semsearch/search/term_weights", "semsearch/search/rank", "semsearch/search/listing"),
    *("semsearch/search/words", "semsearch/search/coverage", "semsearch/search/page"),
    *("semsearch/search/within", "semsearch/search/facet_counter", "semsearch/store/queries"),
    *("semsearch/search/limits", "semsearch/search/alternatives"),
}


@pytest.fixture
def entered() -> Callable[[Callable[[], object]], set[str]]:
    """A function that makes a call, and returns the modules in which a function takes or returns a stage."""

    def record(call: Callable[[], object]) -> set[str]:
        found: set[str] = set()

        def profile(frame: FrameType, event: str, value: Any) -> None:
            path = Path(frame.f_code.co_filename)
            if event in ("call", "return") and path.is_relative_to(ROOT / "semsearch"):
                values = frame.f_locals.values() if event == "call" else (value,)
                if any(map(_is_stage, values)):
                    found.add(path.relative_to(ROOT).with_suffix("").as_posix())

        threading.setprofile(profile)
        sys.setprofile(profile)
        try:
            call()
        finally:
            sys.setprofile(None)
            threading.setprofile(None)  # type: ignore[arg-type]
        return found - BORDER

    return record


def _is_stage(value: object) -> bool:
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, list | tuple) and value:
        value = value[0]
    return isinstance(value, (*STAGES, Command))


@pytest.mark.usefixtures("library")
def test_a_query_passes_through_sixteen_modules_from_the_api_to_redis_and_back(
    searcher: Searcher,
    settings: Settings,
    entered: Callable[[Callable[[], object]], set[str]],
) -> None:
    client = create_app(settings, searcher).test_client()
    assert entered(lambda: client.get("/api/search?q=owls+at+night&facets=1")) == WAY
