"""A server of a language model: it speaks the protocol of OpenAI's chat completions."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from semsearch.errors import ModelError, SettingsError
from semsearch.loopback import is_loopback
from semsearch.settings import Settings

# How long the server may think, in seconds: a small model on a CPU writes some words a second.
_PATIENCE = 180.0
# The most bytes that are read of an answer.
_MOST_BYTES = 1_000_000
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

        Raises SettingsError when they name none, or one on another machine without allowing that.
        """
        if not settings.ask_url:
            raise SettingsError(
                "no language model is set, so nobody can answer: SEMSEARCH_ASK_URL names its server, such as "
                "http://127.0.0.1:11434/v1"
            )
        url = urlsplit(settings.ask_url)
        if url.scheme not in _CONNECTIONS or not url.hostname:
            raise SettingsError(
                f"SEMSEARCH_ASK_URL is {settings.ask_url!r}: it must begin with http:// or https://"
            )
        if not settings.ask_remote and not is_loopback(url.hostname):
            raise SettingsError(
                f"SEMSEARCH_ASK_URL names another machine, {url.hostname}, which would get passages of your "
                "documents. Set SEMSEARCH_ASK_REMOTE=on if it may"
            )
        key = settings.ask_key.get_secret_value() if settings.ask_key else ""
        return cls(url, settings.ask_model, key)

    def complete(self, messages: Sequence[Message]) -> str:
        """What the model writes after these messages. Raises ModelError when the server gives no answer."""
        body = {
            "model": self.model or self._first_model(),
            "messages": [{"role": each.role, "content": each.content} for each in messages],
            "temperature": 0,
            "stream": False,
        }
        answer = self._request("POST", "/chat/completions", body)
        try:
            return str(answer["choices"][0]["message"]["content"] or "")
        except (KeyError, IndexError, TypeError) as error:
            raise self._error("answers something else than a chat completion") from error

    def _first_model(self) -> str:
        listed = self._request("GET", "/models")
        try:
            return str(listed["data"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise self._error("lists no model. Name one with SEMSEARCH_ASK_MODEL, if it has one") from error

    def _request(self, method: str, path: str, body: object = None) -> Any:
        assert self.url.hostname is not None
        connection = _CONNECTIONS[self.url.scheme](self.url.hostname, self.url.port, timeout=_PATIENCE)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            # Neither a proxy nor a redirect: nobody but this server gets the passages.
            connection.request(
                method, self.url.path.rstrip("/") + path, json.dumps(body) if body else None, headers
            )
            response = connection.getresponse()
            content = response.read(_MOST_BYTES)
        except TimeoutError as error:
            raise self._error(f"has not answered for {_PATIENCE:.0f} s. A smaller model is faster") from error
        except (OSError, http.client.HTTPException) as error:
            raise self._error(
                f"cannot be reached ({error}). Start it, or change SEMSEARCH_ASK_URL"
            ) from error
        finally:
            connection.close()
        if response.status != http.client.OK:
            said = content[:200].decode("utf-8", "replace").strip()
            raise self._error(f"answers {response.status} {response.reason}: {said}")
        try:
            return json.loads(content)
        except ValueError as error:
            raise self._error("answers something else than JSON") from error

    def _error(self, what: str) -> ModelError:
        return ModelError(f"the model server at {self.url.scheme}://{self.url.netloc}{self.url.path} {what}")
