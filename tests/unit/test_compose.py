"""docker-compose.yml: the Redis in it is set up as the embedded engine is."""

from __future__ import annotations

import re
from itertools import pairwise

import yaml

from semsearch.store.engine import launch
from tests.conftest import COMPOSE, redis_of_compose

# What the search module calls its arguments, and what Redis 8 calls its options.
SEARCH_OPTIONS = {
    "TIMEOUT": "--search-timeout",
    "ON_TIMEOUT": "--search-on-timeout",
    "DEFAULT_DIALECT": "--search-default-dialect",
    "MAXPREFIXEXPANSIONS": "--search-max-prefix-expansions",
    "MINPREFIX": "--search-min-prefix",
}


def test_the_image_is_pinned_to_one_release() -> None:
    image, _ = redis_of_compose()
    assert re.fullmatch(r"redis:\d+\.\d+\.\d+", image)


def test_the_search_settings_are_those_of_the_embedded_engine() -> None:
    _, command = redis_of_compose()
    arguments = iter(launch.MODULE_ARGUMENTS)
    expected = {SEARCH_OPTIONS[name]: value.lower() for name, value in zip(arguments, arguments, strict=True)}
    given = {name: value for name, value in pairwise(command) if name.startswith("--search-")}
    assert given == expected | {"--search-on-oom": "ignore"}  # RediSearch 2.10 has no such option: it ignores


def test_only_the_web_server_gets_the_password_and_compose_asks_for_it() -> None:
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    assert services["web"]["environment"]["SEMSEARCH_PASSWORD"].startswith("${SEMSEARCH_PASSWORD:?")
    assert services["web"]["environment"].keys() > services["worker"]["environment"].keys()
    assert not any("PASSWORD" in name for name in services["worker"]["environment"])
    assert "0.0.0.0" in services["web"]["command"]
