"""The points of a map as a page draws them: compact columns, and the groups that give them colours."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from semsearch.query import MapName
from semsearch.results import Facts
from semsearch.text import normal, readable

# Places are numbers from 0 to SCALE.
SCALE = 65_535
# Groups that have a colour of their own. Further ones share the number NONE.
MOST_GROUPS, NONE = 12, 255
_MOST_NAMES = 300
_GRID = 3
# Dates are seconds from here, and are taken to be from 1000 to 9999.
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST, _LATEST = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (1000, 9999))

Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Group:
    """Documents of one colour: the value of a filter that finds them, how it is called, and their number.

    `label` is empty where the value says it.
    """

    value: str
    documents: int
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """Points coloured by a parameter of searches: its groups, and for each point the number of its group."""

    by: str
    groups: tuple[Group, ...]
    codes: Codes


@dataclass(frozen=True, slots=True)
class PlaceName:
    """The name of a topic, at the document in the middle of its own; x and y are from 0 to 1."""

    name: str
    x: float
    y: float
    documents: int


@dataclass(frozen=True, slots=True)
class Part:
    """A ninth of a map: its row and column from the top left, from 0, and the number of its documents.

    `mostly` are the commonest groups of `by`.
    """

    row: int
    column: int
    documents: int
    by: str
    mostly: tuple[Group, ...]

    @property
    def area(self) -> tuple[float, float, float, float]:
        """Its corners: x and y of two that lie opposite each other."""
        left, top = self.column / _GRID, self.row / _GRID
        return round(left, 4), round(top, 4), round(left + 1 / _GRID, 4), round(top + 1 / _GRID, 4)


@dataclass(frozen=True, slots=True, eq=False)
class MapPoints:
    """All points of a map: the ids, and x and y (points,) as whole numbers up to SCALE."""

    name: MapName
    docs: tuple[str, ...]
    x: npt.NDArray[np.uint16]
    y: npt.NDArray[np.uint16]
    colourings: tuple[Colouring, ...]
    names: tuple[PlaceName, ...]

    @classmethod
    def of(
        cls,
        name: MapName,
        docs: Sequence[str],
        places: Sequence[tuple[float, float]],
        facts: Sequence[Facts],
    ) -> MapPoints:
        """The points of documents, by their places from 0 to 1 and what is known of them."""
        at = np.array(places, np.float64).reshape(-1, 2)
        whole = np.round(at * SCALE).astype(np.uint16)
        return cls(name, tuple(docs), whole[:, 0], whole[:, 1], _colourings(facts), _names(at, facts))

    def __len__(self) -> int:
        return len(self.docs)

    def parts(self) -> list[Part]:
        """The ninths of the map that have documents, row by row."""
        rows, columns = (values.astype(np.int64) * _GRID // (SCALE + 1) for values in (self.y, self.x))
        told = next((each for each in self.colourings if each.by in ("topic", "path")), None)
        found = []
        for row in range(_GRID):
            for column in range(_GRID):
                inside = (rows == row) & (columns == column)
                if number := int(inside.sum()):
                    mostly = _commonest(told, inside) if told else ()
                    found.append(Part(row, column, number, told.by if told else "", mostly))
        return found


def _commonest(told: Colouring, inside: npt.NDArray[np.bool_]) -> tuple[Group, ...]:
    counts = np.bincount(told.codes[inside], minlength=NONE + 1)[: len(told.groups)]
    return tuple(
        Group(told.groups[n].value, int(counts[n]), told.groups[n].label)
        for n in np.argsort(-counts, kind="stable")[:3]
        if counts[n]
    )


def _colourings(facts: Sequence[Facts]) -> tuple[Colouring, ...]:
    """The parameters by which points differ."""
    kinds: dict[str, Callable[[Facts], str]] = {
        "topic": lambda each: each.topics[0] if each.topics else "",
        "path": _folder_of(facts),
        "kind": lambda each: each.kind.value,
        "when": _time_of(facts),
        "language": lambda each: each.language,
    }
    made = (_coloured(by, [of(each) for each in facts]) for by, of in kinds.items())
    return tuple(each for each in made if each is not None)


def _coloured(by: str, values: Sequence[str]) -> Colouring | None:
    counts = Counter(values)
    counts.pop("", None)
    if len(counts) + ("" in values) < 2:
        return None
    commonest = counts.most_common(MOST_GROUPS)
    if by == "when":
        commonest.sort()
    number = {value: n for n, (value, _) in enumerate(commonest)}
    codes = np.fromiter((number.get(value, NONE) for value in values), np.uint8, len(values))
    groups = tuple(Group(value, count, _label(by, value)) for value, count in commonest)
    return Colouring(by, groups, codes)


def _label(by: str, value: str) -> str:
    return posixpath.basename(value.rstrip("/")) if by == "path" else ""


def _folder_of(facts: Sequence[Facts]) -> Callable[[Facts], str]:
    """The folder of a document on the first level at which the documents differ, with a slash at its end.

    It is in the form that a path filter takes.
    """
    roots = {each.root for each in facts}
    if len(roots) > 1:
        return lambda each: normal(readable(f"{each.root.rstrip('/')}/"))
    common = posixpath.commonpath([posixpath.dirname(each.path) for each in facts]) if facts else ""
    depth = len(common.split("/")) if common else 0

    def folder(each: Facts) -> str:
        parts = normal(readable(posixpath.dirname(each.path))).split("/")[: depth + 1]
        return f"{'/'.join(parts)}/" if len(parts) > depth and parts[0] else ""

    return folder


def _time_of(facts: Sequence[Facts]) -> Callable[[Facts], str]:
    """The year of a document; the month where all are of one year."""
    whens = {each: _moment(each) for each in {each.date for each in facts}}
    form = "%Y" if len({when.year for when in whens.values()}) > 1 else "%Y-%m"
    return lambda each: whens[each.date].strftime(form)


def _moment(seconds: float) -> datetime:
    # A file system may say any date.
    return _BEGIN + timedelta(seconds=min(max(seconds, _EARLIEST), _LATEST))


def _names(at: npt.NDArray[np.float64], facts: Sequence[Facts]) -> tuple[PlaceName, ...]:
    """The names of all topics, the largest first, each at the document in the middle of its own."""
    rows: dict[str, list[int]] = {}
    for row, each in enumerate(facts):
        for topic in each.topics:
            rows.setdefault(topic, []).append(row)
    largest = sorted(rows.items(), key=lambda each: (-len(each[1]), each[0]))[:_MOST_NAMES]
    return tuple(PlaceName(name, *_middle(at[of]), len(of)) for name, of in largest)


def _middle(places: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Of these places, the one nearest to their median, which may lie in empty land itself."""
    nearest = np.square(places - np.median(places, axis=0)).sum(axis=1).argmin()
    x, y = places[nearest].round(4).tolist()
    return x, y
