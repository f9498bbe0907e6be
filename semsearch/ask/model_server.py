"""A server of a language model: it speaks the protocol of OpenAI's chat completions."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urlsplit

from semsearch.errors import ModelError, SettingsError
from semsearch.loopback import is_loopback
from semsearch.settings import Settings

# How long an answer may take, in seconds: a small model on a CPU writes some words a second.
_PATIENCE = 180.0
# The most bytes that are read of an answer.
_MOST_BYTES = 1_000_000
# What a server may answer that cannot send its answer part by part.
_CANNOT_STREAM = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_IMPLEMENTED}
)
_EVENT_STREAM = "text/event-stream"
_CONNECTIONS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


@dataclass(frozen=True, slots=True)
class Message:
    """A part of a conversation with a model; `role` is that of the protocol."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class ModelServer:
    """A server at `url`, such as http://127.0.0.1:11434/v1. An empty `model` means its first one."""

    url: SplitResult
    model: str = ""
    key: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: Settings) -> ModelServer:
        """The server that the settings name.

        Raises SettingsError when they name none, or no address, or one on another machine without allowing
        that.
        """
        if not settings.ask_url:
            raise SettingsError(
                "no language model is set, so nobody can answer: SEMSEARCH_ASK_URL names its server, such as "
                "http://127.0.0.1:11434/v1"
            )
        try:
            url = urlsplit(settings.ask_url)
            host, _ = url.hostname, url.port  # a port that is none is found when it is read
        except ValueError as error:
            raise SettingsError(f"SEMSEARCH_ASK_URL is {settings.ask_url!r}: {error}") from error
        if url.scheme not in _CONNECTIONS or not host:
            raise SettingsError(
                f"SEMSEARCH_ASK_URL is {settings.ask_url!r}: it must begin with http:// or https://"
            )
        if not settings.ask_remote and not is_loopback(host):
            raise SettingsError(
                f"SEMSEARCH_ASK_URL names another machine, {host}, which would get passages of your "
                "documents. Set SEMSEARCH_ASK_REMOTE=on if it may"
            )
        key = settings.ask_key.get_secret_value() if settings.ask_key else ""
        return cls(url, settings.ask_model, key)

    def write(self, messages: Sequence[Message]) -> Iterator[str]:
        """What the model writes after these messages, part by part, as it comes.

        A server that cannot send parts sends all of it at once. Raises ModelError when it gives no answer, or
        stops in the middle of it.
        """
        body = {
            "model": self.model or self._first_model(),
            "messages": [{"role": each.role, "content": each.content} for each in messages],
            "temperature": 0,
        }
        try:
            yield from self._written({**body, "stream": True})
        except _CannotStreamError:
            yield from self._written({**body, "stream": False})

    def _written(self, body: dict[str, Any]) -> Iterator[str]:
        with self._asked("POST", "/chat/completions", body) as response:
            if response.status in _CANNOT_STREAM and body["stream"]:
                raise _CannotStreamError
            is_stream = response.headers.get_content_type() == _EVENT_STREAM
            if is_stream and response.status == HTTPStatus.OK:
                yield from self._parts(response)
            else:
                yield self._said(self._json(response), "message")

    def _parts(self, response: http.client.HTTPResponse) -> Iterator[str]:
        """The parts of an answer that comes as server-sent events."""
        started, size, is_whole = time.monotonic(), 0, False
        while line := response.readline(_MOST_BYTES):
            size += len(line)
            if size > _MOST_BYTES or time.monotonic() - started > _PATIENCE:
                raise TimeoutError
            name, _, data = line.strip().partition(b":")
            if name != b"data":
                continue
            if data.strip() == b"[DONE]":
                return
            part = self._read(data)
            if isinstance(part, dict) and part.get("choices"):  # the last one may have counts of tokens only
                yield self._said(part, "delta")
                is_whole = is_whole or part["choices"][0].get("finish_reason") is not None
        if not is_whole:
            raise self._error("stopped in the middle of its answer")

    def _said(self, answer: Any, name: str) -> str:
        try:
            return str(answer["choices"][0][name].get("content") or "")
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise self._error("answers something else than a chat completion") from error

    def _first_model(self) -> str:
        with self._asked("GET", "/models") as response:
            listed = self._json(response)
        try:
            return str(listed["data"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise self._error("lists no model. Name one with SEMSEARCH_ASK_MODEL, if it has one") from error

    @contextmanager
    def _asked(self, method: str, path: str, body: object = None) -> Iterator[http.client.HTTPResponse]:
        """The response of the server, which is read inside the context."""
        assert self.url.hostname is not None
        connection = _CONNECTIONS[self.url.scheme](self.url.hostname, self.url.port, timeout=_PATIENCE)
        headers = {"Content-Type": "application/json", "Accept": f"application/json, {_EVENT_STREAM}"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            # Neither a proxy nor a redirect: nobody but this server gets the passages.
            connection.request(
                method, self.url.path.rstrip("/") + path, json.dumps(body) if body else None, headers
            )
            yield connection.getresponse()
        except TimeoutError as error:
            raise self._error(f"has not answered for {_PATIENCE:.0f} s. A smaller model is faster") from error
        except (OSError, http.client.HTTPException) as error:
            raise self._error(
                f"cannot be reached ({error}). Start it, or change SEMSEARCH_ASK_URL"
            ) from error
        finally:
            connection.close()

    def _json(self, response: http.client.HTTPResponse) -> Any:
        content = response.read(_MOST_BYTES)
        if response.status != HTTPStatus.OK:
            said = content[:200].decode("utf-8", "replace").strip()
            raise self._error(f"answers {response.status} {response.reason}: {said}")
        return self._read(content)

    def _read(self, content: bytes) -> Any:
        try:
            return json.loads(content)
        except ValueError as error:
            raise self._error("answers something else than JSON") from error

    def _error(self, what: str) -> ModelError:
        return ModelError(f"the model server at {self.url.scheme}://{self.url.netloc}{self.url.path} {what}")


class _CannotStreamError(Exception):
    """The server refuses to send its answer part by part."""
