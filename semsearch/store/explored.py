"""What was found out about documents by their vectors: places on maps, topics and labels.

The values are fields of the record's hash, and all can be made anew. A document loses them when its content
changes. The conditions hold for whole documents, not for their pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import redis

from semsearch.query import Area, Filters, MapName
from semsearch.records import Kind
from semsearch.store.codec import as_bytes
from semsearch.store.failures import maps_errors
from semsearch.store.hashes import renew_revision
from semsearch.store.keys import doc_key, explored_key
from semsearch.store.schema import SEPARATOR
from semsearch.store.shots import name_tag
from semsearch.store.transactions import Transactions
from semsearch.store.versions import Stored, update

if TYPE_CHECKING:
    from redisvl.query.filter import FilterExpression

# The coordinates of a document: on the map of its kind, and on that of all documents.
OF_KIND, OF_ALL = ("x", "y"), ("joint_x", "joint_y")
COORDINATES = {MapName.TEXTS: OF_KIND, MapName.PICTURES: OF_KIND, MapName.TOGETHER: OF_ALL}
# The names of a document's topics and labels, with a line break between them, and the fields of their tags.
# An empty one says that the document has been looked at (`topics_are_known`).
TOPIC, LABEL = "topic", "label"
TAGS = {TOPIC: "in_topic", LABEL: "labelled"}
# All fields of these values.
FIELDS = (*OF_KIND, *OF_ALL, *TAGS, *TAGS.values())

# The strips into which a polygon is cut, each of which is a condition on two numbers.
_STRIPS = 64
_BATCH = 250


@maps_errors
class Explored:
    """Reads and writes these values, and what they were made by. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str, transactions: Transactions) -> None:
        self._client = client
        self.address = address
        self._transactions = transactions

    def read(self, docs: Iterable[str], fields: Sequence[str]) -> Iterator[list[bytes | None]]:
        """These fields of the hashes of documents, in order; None for each one that is absent."""
        left = iter(docs)
        while batch := list(islice(left, 1000)):
            pipe = self._client.pipeline(transaction=False)
            for doc in batch:
                pipe.hmget(doc_key(doc), fields)
            yield from pipe.execute()

    def put(self, values: Iterable[tuple[str, Mapping[str, str | float | None]]]) -> None:
        """Write fields of documents, by their ids. A value of None removes its field.

        A name of topics or labels (TOPIC, LABEL) is written with its tags. Documents that are gone are left
        out.
        """
        left = iter(values)
        while batch := dict(islice(left, _BATCH)):
            self._transactions.together(list(batch), doc_key, partial(self._put, batch))

    def keep(self, name: str, data: bytes) -> None:
        """Keep what values were made by, such as a model or a list, under a name."""
        self.keep_all({name: data})

    def keep_all(self, values: Mapping[str, bytes]) -> None:
        """Keep data under several names at once; on a cluster, under one after the other."""

        def build(pipe: Any) -> None:
            for name, data in values.items():
                pipe.set(explored_key(name), data)

        self._transactions.run(build)

    def kept(self, name: str) -> bytes | None:
        """What was kept under this name; None if there is nothing."""
        found: bytes | None = self._client.get(explored_key(name))  # type: ignore[assignment]
        return found

    def forget(self, name: str) -> None:
        """Keep nothing under this name any more."""
        self._transactions.run(lambda pipe: pipe.unlink(explored_key(name)))

    def _put(self, values: Mapping[str, Mapping[str, str | float | None]], docs: Sequence[str]) -> None:
        def build(pipe: Any, stored: Stored) -> None:
            for doc in docs:
                if doc not in stored:
                    continue
                fields = _with_tags(values[doc])
                if gone := [name for name, value in fields.items() if value is None]:
                    pipe.hdel(doc_key(doc), *gone)
                if new := {name: value for name, value in fields.items() if value is not None}:
                    pipe.hset(doc_key(doc), mapping=as_bytes(new))
            renew_revision(pipe)

        update(self._transactions, docs, build)


def names_of(stored: bytes | None) -> tuple[str, ...]:
    """The names in a stored value of TOPIC or LABEL."""
    return tuple(filter(None, (stored or b"").decode().split("\n")))


def condition(filters: Filters) -> FilterExpression:
    """The condition that the filters set on documents: topic, label and area."""
    from redisvl.query.filter import FilterExpression, Tag

    found = FilterExpression("*")
    for field, wanted in ((TOPIC, filters.topic), (LABEL, filters.label)):
        if wanted:
            found = found & FilterExpression(f"@{TAGS[field]}:{{{' | '.join(map(name_tag, wanted))}}}")
    if filters.area is not None:
        if (kind := _KINDS.get(filters.area.on)) is not None:
            found = found & (Tag("kind") == kind.value)
        found = found & FilterExpression(_inside(filters.area))
    return found


def topics_are_known(*, known: bool = True) -> FilterExpression:
    """The documents whose topics have been found, be it none; or those whose topics have not."""
    from redisvl.query.filter import Tag

    tag = Tag(TAGS[TOPIC])
    return tag == name_tag("") if known else tag != name_tag("")


def is_set(filters: Filters) -> bool:
    """Whether the filters set a condition of this kind."""
    return bool(filters.topic or filters.label or filters.area)


_KINDS = {MapName.TEXTS: Kind.TEXT, MapName.PICTURES: Kind.IMAGE}


def _inside(area: Area) -> str:
    """The inside of a polygon: it is cut into strips, and each into the stretches that lie inside."""
    x, y = COORDINATES[area.on]
    heights = [corner[1] for corner in area.corners]
    low, high = min(heights), max(heights)
    borders = [low + (high - low) * n / _STRIPS for n in range(_STRIPS + 1)]
    boxes = _merged(
        (bottom, top, _stretches(area.corners, (bottom + top) / 2)) for bottom, top in pairwise(borders)
    )
    parts = [f"(@{x}:[{a:.6f} {b:.6f}] @{y}:[{c:.6f} {d:.6f}])" for a, b, c, d in boxes]
    # No document lies in a polygon without an inside.
    return f"({' | '.join(parts)})" if parts else f"@{x}:[2 2]"


def _merged(
    strips: Iterable[tuple[float, float, Iterable[tuple[float, float]]]],
) -> list[tuple[float, float, float, float]]:
    """Boxes of the stretches in strips, which are given by bottom and top, each box as high as can be.

    A box has its left, right, bottom and top.
    """
    found: list[tuple[float, float, float, float]] = []
    below: dict[tuple[float, float], int] = {}
    for bottom, top, stretches in strips:
        growing: dict[tuple[float, float], int] = {}
        for stretch in stretches:
            n = growing[stretch] = below.get(stretch, len(found))
            if n == len(found):
                found.append((*stretch, bottom, top))
            found[n] = (*found[n][:3], top)
        below = growing
    return found


def _stretches(corners: Sequence[tuple[float, float]], height: float) -> Iterator[tuple[float, float]]:
    """The stretches of a horizontal line that lie inside a polygon, by the even-odd rule."""
    crossings = sorted(
        ax + (height - ay) * (bx - ax) / (by - ay)
        for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True)
        if (ay > height) != (by > height)
    )
    yield from zip(crossings[::2], crossings[1::2], strict=True)


def _with_tags(values: Mapping[str, str | float | None]) -> dict[str, Any]:
    """The values, with the tags of each name."""
    found: dict[str, Any] = dict(values)
    for field in TAGS.keys() & values.keys():
        names = values[field]
        found[TAGS[field]] = None if names is None else SEPARATOR.join(map(name_tag, str(names).split("\n")))
    return found
