"""`semsearch search`: search from the command line."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from semsearch.api.parameters import FIELDS, LIMIT, SEARCH, Parameter, Q, read_query
from semsearch.api.several import Several
from semsearch.api.values import Switch
from semsearch.cli.terminal import AsJson, out, print_json, settings_now
from semsearch.errors import FileError
from semsearch.sandbox import Sandbox

if TYPE_CHECKING:
    from PIL.Image import Image

_SHORT = {LIMIT.name: "-k"}


def _argument(parameter: Parameter[Any]) -> inspect.Parameter:
    info = typer.Argument(metavar="QUERY", help=f"{parameter.description}.", show_default=False)
    return _keyword(parameter, Annotated[str, info], "")


def _option(parameter: Parameter[Any]) -> inspect.Parameter:
    names = [f"--{parameter.name.replace('_', '-')}", *filter(None, [_SHORT.get(parameter.name)])]
    if isinstance(parameter.value, Switch):
        info = typer.Option(*names, help=f"{parameter.description}.")
        return _keyword(parameter, Annotated[bool, info], False)
    kind: Any = list[str] if isinstance(parameter.value, Several) else str
    bounds = f" ({parameter.value.bounds})" if parameter.value.bounds else ""
    info = typer.Option(
        *names, help=f"{parameter.description}{bounds}.", show_default=bool(parameter.default)
    )
    return _keyword(parameter, Annotated[kind, info], [] if kind is not str else parameter.default)


def _keyword(parameter: Parameter[Any], annotation: Any, default: object) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(parameter.name, kind, default=default, annotation=annotation)


def _with_parameters(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command one argument or option per search parameter, in place of `**given`.

    Typer reads them from the signature.
    """
    own = inspect.signature(command, eval_str=True)
    options = [_option(each) for each in SEARCH if each is not Q]
    taken = [_argument(Q), own.parameters["image"], *options, own.parameters["as_json"]]
    command.__signature__ = own.replace(parameters=taken)  # type: ignore[attr-defined]
    return command


@_with_parameters
def search(
    *,
    image: Annotated[
        Path | None, typer.Option(help="A picture file; the search finds similar pictures.")
    ] = None,
    as_json: AsJson = False,
    **given: str | bool | list[str],
) -> None:
    """Find passages and pictures by meaning and by words."""
    from semsearch.api.payloads import of_results
    from semsearch.models.loaded import Models
    from semsearch.search.searcher import Searcher
    from semsearch.store.access import Role
    from semsearch.store.store import Store

    texts = {name: _text(value) for name, value in given.items()}
    query, hit_fields = read_query(texts), FIELDS.read(texts)
    settings = settings_now()
    searcher = Searcher(Store.open(settings, Role.WEB), Models(settings), home=settings.home)
    if image is not None:
        query = replace(query, image=_picture(image, searcher.picture_size()))
    results = searcher.search(query)
    if as_json:
        print_json(of_results(str(given[Q.name]), results, hit_fields))
    else:
        from semsearch.cli.show_results import print_results

        print_results(out, results, query.offset)


def _text(value: str | bool | list[str]) -> str | list[str]:
    """The value of an option as the text that a parameter reads; several texts of one that is repeated."""
    return str(int(value)) if isinstance(value, bool) else value


def _picture(path: Path, size: int) -> Image:
    from semsearch.pictures.decode import decode

    try:
        content = path.expanduser().read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}") from error
    return Sandbox().call(decode, content, size).image
