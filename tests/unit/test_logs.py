"""Log lines: their form, and what they leave out."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from semsearch import logs


def record(message: str, *args: object, error: Exception | None = None) -> logging.LogRecord:
    found = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("web", logging.WARNING, __file__, 1, message, args, found)
    made.created = 1_795_600_000.25
    return made


@pytest.fixture
def in_request() -> Iterator[None]:
    tokens = logs.request_id.set("3f9a1c2b"), logs.typed.set(lambda: "my Secret wish")
    yield
    logs.request_id.reset(tokens[0])
    logs.typed.reset(tokens[1])


@pytest.mark.usefixtures("in_request")
def test_a_line_has_the_time_the_level_and_the_id_of_the_request() -> None:
    line = logs.Text().format(record("no %s", "memory"))
    assert line == "2026-11-25T09:46:40.250+00:00 WARNING 3f9a1c2b no memory"


@pytest.mark.usefixtures("in_request")
def test_a_line_of_json_has_them_too() -> None:
    assert json.loads(logs.Json().format(record("no %s", "memory"))) == {
        "time": "2026-11-25T09:46:40.250+00:00",
        "level": "WARNING",
        "logger": "web",
        "request": "3f9a1c2b",
        "message": "no memory",
    }


def test_a_message_cannot_look_like_two_lines() -> None:
    for inside in ("\n", "\r", "\x1b[2J", "\x85", "\u2028"):
        line = logs.Text().format(record("cannot read %s", f"a{inside}b"))
        assert line.isprintable()
        assert len(line.splitlines()) == 1


def failing(message: str) -> Exception:
    try:
        try:
            raise KeyError(message)
        except KeyError as error:
            raise ValueError("no such field") from error
    except ValueError as error:
        return error


@pytest.mark.usefixtures("in_request")
@pytest.mark.parametrize("form", [logs.Text(), logs.Json()])
def test_a_traceback_has_no_message_with_words_that_the_user_typed(form: logging.Formatter) -> None:
    told = form.format(record("failed", error=failing("about secrets")))
    assert "about secrets" in told
    told = form.format(record("failed", error=failing("about secret things")))
    assert "secret" not in told
    assert "KeyError: (this message repeats words of the query, so it is left out)" in told
    assert "ValueError: no such field" in told
    assert "in failing" in told


@pytest.mark.parametrize(
    ("style", "written"),
    [("", "WARNING - careful\n"), ("text", "INFO - GET / 200\n"), ("json", '"path": "/", "status": 200}\n')],
)
def test_requests_are_written_when_a_style_is_set(style: str, written: str) -> None:
    code = f"""if True:
        import logging
        from semsearch import logs
        logs.set_up({style!r})
        logging.getLogger("other").info("not this")
        fields = {{"method": "GET", "path": "/", "status": 200}}
        logging.getLogger(logs.ACCESS).info("%(method)s %(path)s %(status)d", fields)
        if not {style!r}:
            logging.getLogger("waitress").warning("careful")
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.endswith(written)
    assert done.stderr.count("\n") == 1
