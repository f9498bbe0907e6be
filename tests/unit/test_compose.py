"""docker-compose.yml: the Redis in it is set up as the embedded engine is."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from semsearch.store.access import RULES, Role, setuser
from semsearch.store.engine import launch
from tests.conftest import COMPOSE, redis_of_compose

ROOT = Path(__file__).parents[2]

# What the search module calls its arguments, and what Redis 8 calls its options.
SEARCH_OPTIONS = {
    "TIMEOUT": "--search-timeout",
    "ON_TIMEOUT": "--search-on-timeout",
    "DEFAULT_DIALECT": "--search-default-dialect",
    "MAXPREFIXEXPANSIONS": "--search-max-prefix-expansions",
    "MINPREFIX": "--search-min-prefix",
    "FORK_GC_RUN_INTERVAL": "--search-fork-gc-run-interval",
    "FORK_GC_CLEAN_THRESHOLD": "--search-fork-gc-clean-threshold",
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


def test_hashes_are_stored_as_in_the_embedded_engine() -> None:
    _, command = redis_of_compose()
    given = {
        name.removeprefix("--"): value for name, value in pairwise(command) if name.startswith("--hash-")
    }
    assert given == launch.HASH_OPTIONS


def test_the_file_of_commands_is_written_anew_as_in_the_embedded_engine() -> None:
    _, command = redis_of_compose()
    given = {name.removeprefix("--"): value for name, value in pairwise(command) if "rewrite" in name}
    assert given == launch.REWRITE_OPTIONS


def test_only_the_web_server_gets_the_password_and_compose_asks_for_it() -> None:
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    assert services["web"]["environment"]["SEMSEARCH_PASSWORD"].startswith("${SEMSEARCH_PASSWORD:?")
    for name in ("ingest", "worker"):
        environment = services[name]["environment"].keys()
        assert services["web"]["environment"].keys() > environment - {"SEMSEARCH_JOBS_URL"}
        assert not any("PASSWORD" in variable for variable in environment)
    assert "0.0.0.0" in services["web"]["command"]


def test_workers_have_the_folders_the_models_and_the_queue_of_the_process_that_plans() -> None:
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    assert services["worker"]["environment"] == services["ingest"]["environment"]
    assert services["worker"]["volumes"] == services["ingest"]["volumes"]
    assert services["worker"]["command"] == ["worker"]
    assert "container_name" not in services["worker"]  # --scale needs several
    assert "ports" not in services["worker"]


def test_the_users_are_those_of_the_embedded_engine_and_the_default_user_is_off() -> None:
    script = redis_of_compose()[1][2]
    users = dict(re.findall(r"^user (\w+) (.*)$", script, re.MULTILINE))
    assert users == {"default": "off"} | {
        role.value: f'on #$(hash "$SEMSEARCH_REDIS_{role.name}_PASSWORD") {rules}'
        for role, rules in RULES.items()
    }


@pytest.mark.parametrize("role", Role)
def test_the_documented_users_are_those_of_the_embedded_engine(role: Role) -> None:
    documented = (ROOT / "docs" / "redis-engine.md").read_text(encoding="utf-8").splitlines()
    assert f"       {setuser(role, 'PASSWORD')}" in documented
