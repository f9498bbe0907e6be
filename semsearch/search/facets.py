"""Count the clear matches by what they can be filtered by.

A value is counted as if it were the only one of its filter, while the other filters hold. So a filter in use
needs a search of its own, without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from semsearch.language.proper_names import same_name
from semsearch.members import plain_address
from semsearch.query import Filters
from semsearch.results import FacetCount, Facets, Facts, FolderCount

# The years that semsearch.language.dates reads. A date outside of them has no facet.
_FIRST = datetime(1000, 1, 1, tzinfo=UTC).timestamp()
_LAST = datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()
_NONE = Filters()

T = TypeVar("T")

# The hits of a search: the facts of each, and of its copies.
Hits = Sequence[Sequence[Facts]]


class Group(StrEnum):
    """What is filtered, and therefore counted, together."""

    KIND = "kind"
    FOLDER = "folder"
    TYPE = "type"
    DATE = "date"
    LANGUAGE = "language"
    CAMERA = "camera"
    LOCATION = "location"
    TOPIC = "topic"
    LABEL = "label"


_FILTERS = {
    Group.KIND: ("kind",),
    Group.FOLDER: ("path",),
    Group.TYPE: ("media_type",),
    Group.DATE: ("when", "since", "until"),
    Group.LANGUAGE: ("language",),
    Group.CAMERA: ("camera",),
    Group.LOCATION: ("location",),
    Group.TOPIC: ("topic",),
    Group.LABEL: ("label",),
}


def widened(filters: Filters) -> dict[Group, Filters]:
    """The filters without those of a group, by group, for each group that has a filter in use."""
    without = {
        group: replace(filters, **{name: getattr(_NONE, name) for name in names})
        for group, names in _FILTERS.items()
    }
    return {group: wide for group, wide in without.items() if wide != filters}


def count_facets(hits: Hits, wide: Mapping[Group, Hits] = MappingProxyType({})) -> Facets:
    """Count the hits of each kind, folder, type, year, month, language, camera, place, topic and label.

    `wide` has the hits that are there without the filter of a group, for groups that have one. A hit is
    given as a document and its copies, and counts once for each distinct value. So a count is the number of
    hits that the filter for that value would leave.
    """
    by = {group: wide.get(group, hits) for group in Group}
    folders = _counted(by[Group.FOLDER], _folders)
    return Facets(
        kind=_most_first(_counted(by[Group.KIND], lambda facts: [facts.kind])),
        folder=_most_first(_counted(by[Group.FOLDER], _top_folder)),
        type=_most_first(_counted(by[Group.TYPE], lambda facts: [facts.media_type])),
        year=_latest_first(_counted(by[Group.DATE], lambda facts: _date(facts, "%Y"))),
        language=_most_first(_counted(by[Group.LANGUAGE], lambda facts: filter(None, [facts.language]))),
        folders=tuple(FolderCount(*place, count) for place, count in sorted(folders.items())),
        month=_latest_first(_counted(by[Group.DATE], lambda facts: _date(facts, "%Y-%m"))),
        camera=_named(by[Group.CAMERA], lambda facts: filter(None, [facts.camera])),
        location=_named(by[Group.LOCATION], lambda facts: facts.locations),
        topic=_named(by[Group.TOPIC], lambda facts: facts.topics),
        label=_named(by[Group.LABEL], lambda facts: facts.labels),
    )


def _counted(hits: Hits, values: Callable[[Facts], Iterable[T]]) -> Counter[T]:
    return Counter(value for hit in hits for value in {value for facts in hit for value in values(facts)})


def _named(hits: Hits, names: Callable[[Facts], Iterable[str]]) -> tuple[FacetCount, ...]:
    """The counts of names, as a filter compares them; each is shown in its commonest spelling."""
    counted = _counted(hits, lambda facts: map(same_name, names(facts)))
    spelt = _counted(hits, names)
    shown = {same_name(name): name for name, _ in sorted(spelt.items(), key=lambda each: (each[1], each[0]))}
    return _most_first(Counter({shown[name]: count for name, count in counted.items()}))


def _most_first(counted: Counter[str]) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(*each) for each in sorted(counted.items(), key=lambda each: (-each[1], each[0])))


def _latest_first(counted: Counter[str]) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(*each) for each in sorted(counted.items(), reverse=True))


def _top_folder(facts: Facts) -> Iterator[str]:
    """The topmost folder, written like a path filter; none for a file that is in no folder."""
    top, below, _ = facts.path.partition("/")
    if below:
        yield f"{top}/"


def _folders(facts: Facts) -> Iterator[tuple[str, str]]:
    """The root and each folder above the file; an archive is a folder of the files in it."""
    folder = ""
    yield facts.root, folder
    for name in plain_address(facts.path).split("/")[:-1]:
        folder += f"{name}/"
        yield facts.root, folder


def _date(facts: Facts, form: str) -> Iterator[str]:
    """The date by the clock of the document's place; none outside of the years that filters know."""
    if _FIRST <= facts.date <= _LAST:
        yield datetime.fromtimestamp(facts.date, UTC).strftime(form)
