"""The Redis server of the tests, and settings that point to it.

Tests use the embedded engine by default, one for each process of tests, without users: tests may use every
command. With SEMSEARCH_TEST_REDIS_URL they
use the server of that URL, and flush its database before each test. With SEMSEARCH_TEST_REDIS=docker they use
the Redis of docker-compose.yml in containers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import yaml

from semsearch.settings import PREFIX, Settings
from semsearch.store.engine import engine
from tests.engines import free_port, start_without_users
from tests.garbage import collect_and_freeze, unfrozen_models
from tests.kept_readers import kept_readers
from tests.kept_templates import kept_templates

COMPOSE = Path(__file__).parents[1] / "docker-compose.yml"


def redis_of_compose() -> tuple[str, list[str]]:
    """The image and the command of Redis in docker-compose.yml, with the default of each variable."""
    service = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["redis"]
    command = [re.sub(r"\$\{\w+:-(.*?)\}", r"\1", word) for word in service["command"]]
    return service["image"], [word.replace("$$", "$") for word in command]


@pytest.fixture(scope="session", autouse=True)
def kept() -> Iterator[None]:
    with kept_readers(), kept_templates(), unfrozen_models():
        yield


@pytest.fixture(scope="module", autouse=True)
def without_garbage() -> None:
    collect_and_freeze()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the settings of semsearch in the shell of the developer: a test must not depend on them."""
    for name in list(os.environ):
        if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_"):
            monkeypatch.delenv(name)
    # It takes a second of each run. Tests of it set it on.
    monkeypatch.setenv(f"{PREFIX}EXPLORE", "off")


@pytest.fixture(scope="session")
def engine_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if url := os.environ.get("SEMSEARCH_TEST_REDIS_URL"):
        if "PYTEST_XDIST_WORKER" in os.environ:
            pytest.fail(
                "SEMSEARCH_TEST_REDIS_URL names one database, which several processes would flush for each "
                'other: run the tests in one, with make test ARGS="-n 0"'
            )
        yield url
    elif os.environ.get("SEMSEARCH_TEST_REDIS") == "docker":
        yield from _redis_in_docker()
    else:
        home = Settings(home=tmp_path_factory.mktemp("engine"), redis_port=free_port(), redis_url="")
        yield start_without_users(home)
        engine.stop(home)


def _redis_in_docker() -> Iterator[str]:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    image, command = redis_of_compose()
    # Without the users: tests may use every command.
    options = command[command.index("--appendonly") :]
    command = ["redis-server", "--protected-mode", "no", *options]
    container = DockerContainer(image).with_command(command).with_exposed_ports(6379)
    container.waiting_for(LogMessageWaitStrategy("Ready to accept connections"))
    with container:
        yield f"redis://{container.get_container_host_ip()}:{container.get_exposed_port(6379)}/0"


@pytest.fixture
def settings(tmp_path: Path, engine_url: str) -> Settings:
    """Settings with a new home and an empty database, without indexes and aliases."""
    with redis.Redis.from_url(engine_url) as client:
        client.flushdb()
    return Settings(home=tmp_path / "home", redis_url=engine_url)
