"""The settings, which are read from the environment and checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from semsearch.errors import SettingsError
from semsearch.text import read_size

PREFIX = "SEMSEARCH_"

# An engine that holds nothing takes a tenth of this.
_LEAST_MEMORY = 10_000_000
# More than any machine has. The server refuses numbers that it cannot hold.
_MOST_MEMORY = 10**15

# The most bytes that are read of a file of plain text, source code, comma-separated values or the like.
TEXT_LIMIT = 200_000_000


# The value of SEMSEARCH_TEXT_MODEL that leaves the choice to the library, and the models it chooses from.
AUTO = "auto"
ENGLISH_MODEL, EVERY_LANGUAGE = "minilm", "e5"

Network = IPv4Network | IPv6Network

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
# Browsers leave out the port that the scheme has anyway.
_ORIGIN = re.compile(rf"https?://(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?")


def _absolute(value: str | Path) -> Path:
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError as error:  # "~nobody"
        raise ValueError(str(error)) from error


def _size(value: str | int | None) -> int | None:
    if value is None:
        return None
    size = read_size(str(value))
    if size is None or not _LEAST_MEMORY <= size <= _MOST_MEMORY:
        least, most = f"{_LEAST_MEMORY // 10**6}MB", f"{_MOST_MEMORY // 10**12}TB"
        raise ValueError(f"write a size from {least} to {most}, such as 512MB or 4GB")
    return size


def _parts(value: str | Iterable[object]) -> list[str]:
    each = value.split(",") if isinstance(value, str) else map(str, value)
    return [part for text in each if (part := text.strip())]


def _networks(value: str | Iterable[Network]) -> tuple[Network, ...]:
    networks = tuple(ip_network(part.strip("[]")) for part in _parts(value))
    for network in networks:
        if network.prefixlen == 0:
            raise ValueError(f"{network} is every address, so any client could lie about its own")
    return networks


def _host_names(value: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(_host_name(part.lower()) for part in _parts(value))


def _host_name(text: str) -> str:
    name = text.strip("[]")
    if _HOST_NAME.fullmatch(name):
        return name
    try:
        return str(ip_address(name))
    except ValueError:
        raise ValueError(
            f"{text!r} is no host name: write names without scheme and port, such as search.example.org"
        ) from None


def _origins(value: str | Iterable[str]) -> tuple[str, ...]:
    origins = tuple(part.lower() for part in _parts(value))
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(
                f"{origin!r} is no origin: write scheme, host and port without a path, such as "
                "https://notes.example.org"
            )
    return origins


def _folders(value: str | Iterable[str | Path]) -> tuple[Path, ...]:
    each = value.split(":") if isinstance(value, str) else value
    return tuple(_absolute(folder) for folder in each if str(folder).strip())


def _default_home() -> Path:
    return Path(platformdirs.user_data_dir("semsearch", appauthor=False))


class Settings(BaseSettings):
    """The settings of a process. Each field is the environment variable SEMSEARCH_<FIELD>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, hide_input_in_errors=True)

    home: Annotated[Path, BeforeValidator(_absolute)] = Field(
        default_factory=_default_home,
        description="folder of the embedded engine's data, exported models, thumbnails, password and tokens",
    )
    # Not in the repr: it may hold a password.
    redis_url: str = Field(
        default="", repr=False, description="Redis with the search module; empty: the embedded engine"
    )
    # Not in the repr either.
    jobs_url: str = Field(
        default="",
        repr=False,
        description="the same Redis, with the user of the queue of workers; empty: as SEMSEARCH_REDIS_URL",
    )
    redis_port: int = Field(
        default=6390, ge=1, le=65535, description="port of the embedded engine, for redis-cli"
    )
    redis_memory: Annotated[int | None, BeforeValidator(_size)] = Field(
        default=None, description="most memory of the embedded engine; empty: half of what there is"
    )
    host: str = Field(default="127.0.0.1", description="address the web server listens on")
    port: int = Field(default=8000, ge=1, le=65535, description="port the web server listens on")
    password: SecretStr | None = Field(
        default=None, description="password that the web server gets when it starts"
    )
    names: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_host_names)] = Field(
        default=(), description="more host names that the web server answers for"
    )
    proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)] = Field(
        default=(), description="addresses of proxies whose X-Forwarded headers count"
    )
    origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)] = Field(
        default=(), description="origins of web pages elsewhere that may use the API"
    )
    add_below: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_folders)] = Field(
        default=(), description="folders in which the page may add folders, with : between them; empty: none"
    )
    text_model: str = Field(
        default=AUTO, description="model of texts; auto: a new library chooses one by its languages"
    )
    image_model: str = Field(default="minilook", description="model of pictures; empty: pictures wait")

    index: Literal["auto", "flat", "hnsw"] = Field(
        default="auto",
        description="how vectors are searched: flat (exact), hnsw (faster in large libraries), auto",
    )

    hard_links: bool = Field(
        default=False, description="serve files that have several names (hard links): on or off"
    )
    text_limit: Annotated[int, BeforeValidator(_size)] = Field(
        default=TEXT_LIMIT, description="most bytes that are read of one plain text, table or source code"
    )
    ocr: bool = Field(default=True, description="read text in pictures and on scanned pages: on or off")

    explore: bool = Field(
        default=True, description="keep maps, topics and the like up to date at the end of a run: on or off"
    )

    missing_days: float = Field(
        default=30, ge=0, description="days for which documents are kept whose files are missing"
    )

    ask_url: str = Field(
        default="", description="server of a language model that answers questions; empty: nothing answers"
    )
    ask_model: str = Field(default="", description="its model; empty: the first one that the server lists")
    ask_key: SecretStr | None = Field(default=None, description="key that the server of the model asks for")
    ask_remote: bool = Field(
        default=False, description="let that server be on another machine, which gets passages: on or off"
    )

    log: Literal["", "text", "json"] = Field(
        default="", description="one line for each request: text or json; empty: only warnings and errors"
    )

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Drop empty variables, so that defaults apply; an empty SEMSEARCH_IMAGE_MODEL means no model."""
        return {name: value for name, value in values.items() if value != "" or name == "image_model"}

    @classmethod
    def from_env(cls, **overrides: object) -> Settings:
        """Read the environment. An override replaces a variable, unless it is None.

        Raises SettingsError, with the name of the variable, when a value is impossible.
        """
        try:
            return cls(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
            reason = first.get("ctx", {}).get("error") or first["msg"].lower()
            raise SettingsError(f"{name} is {first['input']!r}: {reason}") from error
