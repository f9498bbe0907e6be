"""`semsearch password` and `semsearch token`: who may use the web server."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.terminal import AsJson, out, print_json, settings_now
from semsearch.errors import SettingsError

if TYPE_CHECKING:
    from web.access.tokens import Tokens

token_app = typer.Typer(no_args_is_help=True, help="Make, list and revoke API tokens of the web server.")


def password(
    remove: Annotated[bool, typer.Option("--remove", help="Serve without a password again.")] = False,
) -> None:
    """Set the password of the web server. A server that runs asks for it at once.

    All log-ins end. The password is asked for twice, or read from the first line of stdin.
    """
    from web.access.password import Password

    settings = settings_now()
    kept = Password(settings.home)
    if remove:
        out.print("the password is removed" if kept.remove() else "there was no password")
    else:
        kept.change(_asked_twice() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n"))
        out.print("the password is set, and all log-ins have ended")
    if settings.password is not None:
        out.print("SEMSEARCH_PASSWORD is set: a server that starts with it takes its password from there")


@token_app.command("add")
def token_add(
    name: Annotated[str, typer.Argument(help="A name to recognise it by.")],
    folders: Annotated[
        list[Path] | None,
        typer.Option(
            "--folder", help="It finds only what is in this folder. May be repeated.", show_default=False
        ),
    ] = None,
) -> None:
    """Make a token and print it, this once. Send it as `Authorization: Bearer TOKEN`."""
    settings = settings_now()
    limits = [_ingested(folder, settings.home) for folder in folders or ()]
    print(_tokens().add(name, limits))  # noqa: T201 (for scripts, alone on a line)


@token_app.command("list")
def token_list(as_json: AsJson = False) -> None:
    """Show the tokens: their names, when they were made, and the folders they are limited to."""
    from semsearch.text import printable

    tokens = list(_tokens())
    if as_json:
        fields = ("name", "created", "folders")
        print_json([{field: getattr(token, field) for field in fields} for token in tokens])
        return
    for token in tokens:
        folders = ", ".join(map(printable, token.folders or ())) or "all folders"
        out.print(f"{token.name:20} {token.created}  {folders}", highlight=False, markup=False)
    if not tokens:
        out.print("no tokens: `semsearch token add NAME` makes one")


@token_app.command("revoke")
def token_revoke(name: Annotated[str, typer.Argument(help="The name of the token.")]) -> None:
    """Remove a token. A server that runs refuses it at once."""
    _tokens().revoke(name)
    out.print("revoked")


def _tokens() -> Tokens:
    from web.access.tokens import Tokens

    return Tokens(settings_now().home)


def _asked_twice() -> str:
    first = getpass.getpass("New password: ")
    if getpass.getpass("Again: ") != first:
        raise SettingsError("the two passwords differ: nothing was changed")
    return first


def _ingested(folder: Path, home: Path) -> str:
    """The absolute path of a folder. Raises SettingsError unless it has to do with an ingested folder."""
    from semsearch.folders import known_folders

    try:
        path = folder.expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise SettingsError(f"{folder} cannot be reached: {error}") from error
    known = known_folders(home)
    if not any(path.is_relative_to(each) or Path(each).is_relative_to(path) for each in known):
        listed = ", ".join(known) or "none yet: run `semsearch ingest FOLDER` first"
        raise SettingsError(f"{path} lies in no ingested folder. The ingested folders are: {listed}")
    return str(path)
