"""redis-cli on the embedded engine: `semsearch redis cli` logs in by itself, another with the password."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from semsearch.errors import EngineError
from semsearch.settings import Settings
from semsearch.store.access import OWNER
from semsearch.store.engine import binaries, engine, paths, redis_cli

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RECIPES = [
    line.strip()
    for line in README.partition("## Looking into Redis")[2].partition("\n## ")[0].splitlines()
    if line.startswith("    ") and not line.startswith("    #")
]


@pytest.fixture
def program() -> Path:
    try:
        return binaries.find_cli()
    except EngineError as error:
        pytest.skip(str(error))


def semsearch(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "SEMSEARCH_HOME": str(settings.home),
        "SEMSEARCH_REDIS_PORT": str(settings.redis_port),
    }
    command = [sys.executable, "-m", "semsearch", "redis", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.mark.usefixtures("program")
def test_it_logs_in_as_the_owner_and_shows_no_password(home: Settings) -> None:
    command, secret = redis_cli.command(engine.ensure_running(home), ["ACL", "WHOAMI"])
    assert secret["REDISCLI_AUTH"] not in " ".join(command)
    done = subprocess.run(command, env=os.environ | secret, capture_output=True, text=True, check=True)
    assert (done.stdout.strip('"\n'), done.stderr) == (OWNER, "")


@pytest.mark.usefixtures("program")
def test_the_command_passes_on_arguments_and_exit_code(home: Settings) -> None:
    done = semsearch(home, "cli", "ECHO", "two words")
    assert (done.returncode, done.stdout, done.stderr) == (0, "two words\n", "")
    refused = semsearch(home, "cli", "-e", "FLUSHALL")
    assert refused.returncode == 1
    assert "NOPERM" in refused.stdout + refused.stderr


def test_a_redis_cli_of_your_own_logs_in_with_the_printed_password(home: Settings, program: Path) -> None:
    printed = semsearch(home, "password").stdout
    assert printed == paths.password_file(home).read_text()
    command = [str(program), "-p", str(home.redis_port), "PING"]
    done = subprocess.run(
        command, env=os.environ | {"REDISCLI_AUTH": printed.strip()}, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("PONG\n", "")
    refused = subprocess.run(command, capture_output=True, text=True)
    assert "NOAUTH" in refused.stdout


def test_no_other_output_shows_the_password(home: Settings) -> None:
    commands = (["start"], ["info"], ["info", "--json"], ["repair"], ["stop"])
    outputs = [semsearch(home, *words) for words in commands]
    secret = paths.password_file(home).read_text().strip()
    log = paths.log_file(home).read_text()
    assert secret not in log + "".join(done.stdout + done.stderr for done in outputs)


@pytest.mark.usefixtures("program")
def test_the_recipes_of_the_readme_work_as_they_are_printed(home: Settings, tmp_path: Path) -> None:
    environment = os.environ | {
        "SEMSEARCH_HOME": str(home.home),
        "SEMSEARCH_REDIS_PORT": str(home.redis_port),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
    }
    command = tmp_path / "semsearch"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m semsearch "$@"\n')
    command.chmod(0o755)

    def shell(script: str, typed: str = "") -> str:
        script = f"set -e\n{script}".replace("6390", str(home.redis_port))
        done = subprocess.run(
            ["bash", "-c", script], env=environment, input=typed, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        return done.stdout

    shutil.copytree(ROOT / "samples/library/household", tmp_path / "library/household")
    shell(f"semsearch ingest {tmp_path}/library")
    login = next(line for line in RECIPES if line.startswith("export"))
    first = next(number for number, line in enumerate(RECIPES) if line.startswith("key="))
    typed = [line for line in RECIPES[:first] if line != login]
    assert len(typed) == 7
    for program in (f"{login}\nredis-cli -p 6390", "semsearch redis cli"):
        found = shell(program, "\n".join(typed))
        assert not re.search("^(ERR|NO)", found, re.MULTILINE)
        assert "semsearch:text:v" in found
        assert "router.md" in found
    *answer, key = shell("\n".join([login, *RECIPES[first:], 'echo "$key"'])).splitlines()
    assert answer[:2] == ["3", key]
    assert abs(float(answer[answer.index("distance") + 1])) < 1e-3
