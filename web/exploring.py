"""The pages about a library as a whole, and the page that leads to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Blueprint, render_template, request, url_for

from semsearch.errors import ForbiddenError, NotFoundError
from semsearch.explore.explorer import Explorer
from semsearch.message import Message, say
from web.access.caller import caller
from web.services import services

exploring = Blueprint("exploring", __name__)


@dataclass(frozen=True, slots=True)
class View:
    """A page about the library: its endpoint, its name, and in one sentence what it shows."""

    endpoint: str
    name: Message
    shows: Message

    @property
    def is_current(self) -> bool:
        """Whether the request is for this page, or for one below it."""
        return self.endpoint.partition(".")[0] == request.blueprint


VIEWS: tuple[View, ...] = (
    View("maps.show", say("Map"), say("Every document as a point: near to each other what is alike")),
    View("topics.tree", say("Topics"), say("What belongs together, in groups with names")),
    View("copies.show", say("Copies"), say("What is there more than once, or nearly so, side by side")),
    View("odd.show", say("What does not fit"), say("Documents in the wrong folder, or far from all others")),
    View(
        "labels.labels",
        say("Labels"),
        say("Mark some documents as something, and others like them get the label"),
    ),
    View("likes.for_you", say("For you"), say("Documents near to those that you have marked with a heart")),
    View(
        "saved.listed",
        say("Saved searches"),
        say("Searches with a name, and what is new in them since they were last opened"),
    ),
    View(
        "health.health",
        say("How it changes"),
        say("What came when, how the new differs from the rest, and how good searches are"),
    ),
)


@exploring.get("/explore")
def explore() -> str:
    explorer()
    return render_template("explore.html")


def explored_views() -> Sequence[View]:
    """The pages that the caller may see; none where there is no explorer."""
    return VIEWS if seen_explorer() is not None else ()


@dataclass(frozen=True, slots=True)
class Way:
    """The way back to a page: its address and its name."""

    address: str
    name: Message


def way_back() -> Way | None:
    """The way to the page about the library from which the reader has come; None from any other page.

    Within the document, links have its address as `back`.
    """
    given = request.args.get("back")
    try:
        before = urlsplit(request.referrer or "" if given is None else urljoin(request.host_url, given))
    except ValueError:  # "http://[" is no address
        return None
    if before.netloc == request.host:
        for view in explored_views():
            address = url_for(view.endpoint)
            if before.path == address or before.path.startswith(f"{address}/"):
                return Way(before._replace(scheme="", netloc="", fragment="").geturl(), view.name)
    return None


def here(way: Way | None) -> str:
    """The address of the page of this request, with the way back in it."""
    if way is None:
        return request.full_path.removesuffix("?")
    given = {**request.args.to_dict(flat=False), "back": way.address}
    return f"{request.path}?{urlencode(given, doseq=True)}"


def may_keep() -> bool:
    """Whether the caller may say things about documents, and save searches."""
    return seen_explorer() is not None and caller().may_change


def seen_explorer() -> Explorer | None:
    """What the pages show; None where the server has none of it, or the caller may not see all documents."""
    return services().explorer if caller().folders is None else None


def explorer() -> Explorer:
    """The same.

    Raises ForbiddenError for a caller who may not see all documents, and NotFoundError where the server has
    no such pages.
    """
    if (found := seen_explorer()) is not None:
        return found
    if caller().folders is not None:
        raise ForbiddenError(
            say("This page is about the whole library, and this token is for some of its folders.")
        )
    raise NotFoundError(say("This server does not show this page."))
