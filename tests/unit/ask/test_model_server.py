"""The server of a language model: which one is asked, and what is said when it does not answer."""

from __future__ import annotations

import re
import socket

import pytest

from semsearch.ask import model_server
from semsearch.ask.model_server import Message, ModelServer
from semsearch.errors import ModelError, SettingsError
from semsearch.settings import Settings
from tests.engines import free_port
from tests.model_servers import small_model

HELLO = [Message("user", "hello to you")]


def server(url: str, **settings: object) -> ModelServer:
    return ModelServer.of(Settings(ask_url=url, **settings))  # type: ignore[arg-type]


def test_the_first_model_of_the_server_writes_unless_another_one_is_named() -> None:
    with small_model(str.upper) as model:
        assert list(server(model.url).write(HELLO)) == ["", "HELLO ", "TO ", "YOU", ""]
        named = server(f"{model.url}/", ask_model="large", ask_key="secret")
        assert "".join(named.write(HELLO)) == "HELLO TO YOU"
    assert [each["model"] for each in model.asked] == ["tiny", "large"]
    assert model.keys == [None, "Bearer secret"]
    assert model.asked[0]["messages"] == [{"role": "user", "content": "hello to you"}]


@pytest.mark.parametrize(("streams", "asked"), [("no", [True]), ("refuses", [True, False])])
def test_a_server_that_cannot_send_words_sends_the_whole(streams: str, asked: list[bool]) -> None:
    with small_model(str.upper) as model:
        model.streams = streams  # type: ignore[assignment]
        assert list(server(model.url, ask_model="tiny").write(HELLO)) == ["HELLO TO YOU"]
    assert [each["stream"] for each in model.asked] == asked


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    def die(word: int) -> None:
        if word == 2:
            raise ConnectionAbortedError

    with small_model(str.upper) as model:
        model.before = die
        with pytest.raises(ModelError, match="stopped in the middle"):
            list(server(model.url).write(HELLO))


def test_without_a_server_the_message_names_the_setting() -> None:
    with pytest.raises(SettingsError, match="SEMSEARCH_ASK_URL"):
        server("")
    with pytest.raises(SettingsError, match=r"'ftp://127.0.0.1/v1': it must begin with http"):
        server("ftp://127.0.0.1/v1")


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/v1", "http://127.0.0.1:abc/v1", "http://[::1/v1"])
def test_a_mistyped_address_is_told_with_the_setting(url: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(f"SEMSEARCH_ASK_URL is {url!r}: ")):
        server(url)


def test_passages_leave_this_machine_only_if_that_is_allowed() -> None:
    url = "http://192.0.2.1:8080/v1"
    with pytest.raises(SettingsError, match=r"192.0.2.1.*SEMSEARCH_ASK_REMOTE=on"):
        server(url)
    assert server(url, ask_remote=True).url.hostname == "192.0.2.1"


def test_a_server_that_is_not_there_is_named() -> None:
    port = free_port()
    with pytest.raises(ModelError, match=f"127.0.0.1:{port}/v1 cannot be reached"):
        list(server(f"http://127.0.0.1:{port}/v1").write(HELLO))


def test_a_refusal_is_said_with_the_words_of_the_server() -> None:
    with small_model(str.upper) as model:
        model.status = 404
        with pytest.raises(ModelError, match=r"answers 404 Not Found: .*tiny"):
            list(server(model.url).write(HELLO))


def test_a_server_that_takes_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_server, "_PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(ModelError, match=r"has not answered for"):
            list(server(url, ask_model="tiny").write(HELLO))


def test_the_key_is_shown_nowhere() -> None:
    settings = Settings(ask_url="http://127.0.0.1:1/v1", ask_key="secret")  # type: ignore[arg-type]
    assert "secret" not in repr(settings) + repr(ModelServer.of(settings))
