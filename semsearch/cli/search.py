"""`semsearch search`: search from the command line."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from semsearch.api.parameter import Given, Parameter
from semsearch.api.parameters import FIELDS, LIMIT, SEARCH, Q, read_query
from semsearch.api.several import Several
from semsearch.api.values import Choice, Switch
from semsearch.cli.completion import complete_from
from semsearch.cli.terminal import AsJson, Terminal, err, out, print_json, settings_now
from semsearch.errors import FileError, QueryError
from semsearch.sandbox import Sandbox

if TYPE_CHECKING:
    from PIL.Image import Image

    from semsearch.query import Query
    from semsearch.results import Results
    from semsearch.search.searcher import Searcher
    from semsearch.settings import Settings

NONE_CLEAR = 1

# What Typer makes of an option, or of the words of a query.
Option = list[str] | str | bool | None

_SHORT = {LIMIT.name: "-k"}
_EMPTY = "The library is empty: run `semsearch ingest FOLDER`, or `semsearch up FOLDER` for the page too."


def _argument(parameter: Parameter[Any]) -> inspect.Parameter:
    info = typer.Argument(metavar="QUERY", help=f"{parameter.description}.", show_default=False)
    return _keyword(parameter, Annotated[list[str] | None, info], None)


def _names(parameter: Parameter[Any]) -> list[str]:
    """The options of the command line for a parameter."""
    return [f"--{parameter.name.replace('_', '-')}", *filter(None, [_SHORT.get(parameter.name)])]


def _option(parameter: Parameter[Any]) -> inspect.Parameter:
    if isinstance(parameter.value, Switch):
        info = typer.Option(*_names(parameter), help=f"{parameter.description}.")
        return _keyword(parameter, Annotated[bool, info], False)
    kind: Any = list[str] if isinstance(parameter.value, Several) else str
    bounds = f" ({parameter.value.bounds})" if parameter.value.bounds else ""
    values = tuple(parameter.value.options) if isinstance(parameter.value, Choice) else ()
    info = typer.Option(
        *_names(parameter),
        help=f"{parameter.description}{bounds}.",
        show_default=bool(parameter.default),
        autocompletion=complete_from(values),
    )
    return _keyword(parameter, Annotated[kind, info], [] if kind is not str else parameter.default)


def _keyword(parameter: Parameter[Any], annotation: Any, default: object) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(parameter.name, kind, default=default, annotation=annotation)


def with_parameters(
    *parameters: Parameter[Any],
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the words of a query as arguments, and an option per parameter, in place of `**given`.

    Typer reads them from the signature.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command, eval_str=True)
        named = [each for each in own.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
        taken = [_argument(Q), *map(_option, parameters), *named]
        command.__signature__ = own.replace(parameters=taken)  # type: ignore[attr-defined]
        return command

    return decorate


@with_parameters(*(each for each in SEARCH if each is not Q))
def search(
    *,
    image: Annotated[
        Path | None, typer.Option(help="A picture file; the search finds similar pictures.")
    ] = None,
    paths: Annotated[
        bool,
        typer.Option("--paths", help="Print only the paths of the files that clearly match, one a line."),
    ] = False,
    null: Annotated[
        bool, typer.Option("-0", "--null", help="Print paths as --paths does, each ended by a NUL: xargs -0.")
    ] = False,
    as_json: AsJson = False,
    **given: Option,
) -> None:
    """Find passages and pictures by meaning and by words.

    The words of the query need no quotes. With --paths, the exit code is 1 when nothing clearly matches.
    """
    from semsearch.api.odd_operators import remarks
    from semsearch.api.payloads import of_results

    texts = texts_of(given)
    query, hit_fields = _read(texts, has_picture=image is not None)
    searcher = searcher_for(settings_now())
    if image is not None:
        query = replace(query, look=searcher.look(_picture(image, searcher.picture_size())))
    results = searcher.search(query)
    results = replace(results, notes=(*remarks(texts), *results.notes))
    if as_json:
        print_json(of_results(str(texts[Q.name]), results, hit_fields))
    elif paths or null:
        _print_paths(results, "\0" if null else "\n", searcher)
    else:
        from semsearch.cli.show_results import print_results

        print_results(out, results, query.start)
        if not results.total:
            tell_if_empty(searcher, out)


def _read(texts: Given, *, has_picture: bool) -> tuple[Query, tuple[str, ...]]:
    """The query, and the fields of each hit in JSON. Raises QueryError when there is none."""
    from semsearch.api.odd_operators import remarks
    from semsearch.search.limits import is_empty

    with options_named():
        query, hit_fields = read_query(texts), FIELDS.read(texts)
    if not has_picture and is_empty(query):
        empty = "the query is empty: write some words, or name a picture with --image"
        raise QueryError(next(iter(remarks(texts)), empty))
    return query, hit_fields


def searcher_for(settings: Settings) -> Searcher:
    """A searcher with the rights of the web server. Starts the engine when needed."""
    from semsearch.models.loaded import Models
    from semsearch.search.searcher import Searcher
    from semsearch.store.access import Role
    from semsearch.store.store import Store

    return Searcher(Store.open(settings, Role.WEB), Models(settings), home=settings.home)


def tell_if_empty(searcher: Searcher, terminal: Terminal) -> None:
    """Say how a library without any folder is filled."""
    if not searcher.status().roots:
        terminal.print(_EMPTY, highlight=False)


def texts_of(given: Mapping[str, Option]) -> Given:
    """The words and options as the texts that parameters read."""
    texts = {name: _text(value) for name, value in given.items()}
    return {**texts, Q.name: " ".join(texts[Q.name])}


def _text(value: Option) -> str | Sequence[str]:
    return str(int(value)) if isinstance(value, bool) else value or ""


@contextmanager
def options_named() -> Iterator[None]:
    """Have a QueryError name the option of the command line in place of the parameter, its first word."""
    try:
        yield
    except QueryError as error:
        name, _, rest = str(error).partition(" ")
        options = {each.name: _names(each) for each in SEARCH if each is not Q}
        if name not in options:
            raise
        long, *short = options[name]
        raise QueryError(f"{long} ({short[0]}) {rest}" if short else f"{long} {rest}") from error


def _print_paths(results: Results, end: str, searcher: Searcher) -> None:
    """Print the absolute path of each file that clearly matches, byte for byte, each file once.

    A file in an archive counts as the archive.
    """
    from semsearch.cli.show_results import file_of

    clear = [hit for hit in results.hits if hit.is_clear]
    for path in dict.fromkeys(map(file_of, clear)):
        sys.stdout.buffer.write(os.fsencode(f"{path}{end}"))
    sys.stdout.flush()
    if not clear:
        weaker = f": {len(results.hits):,} weaker results are left out" if results.hits else ""
        err.print(f"nothing clearly matches{weaker}", highlight=False)
        tell_if_empty(searcher, err)
        raise typer.Exit(NONE_CLEAR)


def _picture(path: Path, size: int) -> Image:
    from semsearch.pictures.decode import decode

    try:
        content = path.expanduser().read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}") from error
    return Sandbox().call(decode, content, size).image
