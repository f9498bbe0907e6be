"""What was found out about documents by their vectors: places on maps, topics and labels.

The values are fields of the record's hash, and all can be made anew. A document loses them when its content
changes. The conditions hold for whole documents, not for their pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import redis

from semsearch.query import Filters, MapName
from semsearch.store.area import inside
from semsearch.store.codec import as_bytes
from semsearch.store.failures import maps_errors
from semsearch.store.hashes import renew_revision
from semsearch.store.keys import doc_key
from semsearch.store.said import Said
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
# An empty one says that the document has been looked at (`topics_are_known`, `labels_are_known`).
TOPIC, LABEL = "topic", "label"
TAGS = {TOPIC: "in_topic", LABEL: "labelled"}
# All fields of these values.
FIELDS = (*OF_KIND, *OF_ALL, *TAGS, *TAGS.values())

_BATCH = 250


@maps_errors
class Explored:
    """Writes these values, which `Ledger.fields` reads. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str, transactions: Transactions) -> None:
        self._client = client
        self.address = address
        self._transactions = transactions

    def put(self, values: Iterable[tuple[str, Mapping[str, str | float | None]]]) -> None:
        """Write fields of documents, by their ids. A value of None removes its field.

        A name of topics or labels (TOPIC, LABEL) is written with its tags. Documents that are gone are left
        out.
        """
        left = iter(values)
        while batch := dict(islice(left, _BATCH)):
            self._transactions.together(list(batch), doc_key, partial(self._put, batch))

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


def condition(filters: Filters, said: Said) -> FilterExpression:
    """The condition that the filters set on documents: topic, label and area. What is `said` of labels
    counts beside what documents have.
    """
    from redisvl.query.filter import FilterExpression, Tag

    found = FilterExpression("*")
    if filters.topic:
        found = found & FilterExpression(f"@{TAGS[TOPIC]}:{{{' | '.join(map(name_tag, filters.topic))}}}")
    if filters.label:
        each = (str(said.condition(TAGS[LABEL], label)) for label in filters.label)
        found = found & FilterExpression(f"({' | '.join(each)})")
    if filters.area is not None:
        found = found & (Tag("kind") == [kind.value for kind in filters.area.on.kinds])
        found = found & FilterExpression(inside(filters.area, *COORDINATES[filters.area.on]))
    return found


def topics_are_known(*, known: bool = True) -> FilterExpression:
    """The documents whose topics have been found, be it none; or those whose topics have not."""
    return _are_known(TOPIC, known=known)


def labels_are_known(*, known: bool = True) -> FilterExpression:
    """The documents whose labels have been found, be it none; or those whose labels have not."""
    return _are_known(LABEL, known=known)


def _are_known(field: str, *, known: bool) -> FilterExpression:
    from redisvl.query.filter import Tag

    tag = Tag(TAGS[field])
    return tag == name_tag("") if known else tag != name_tag("")


def is_set(filters: Filters) -> bool:
    """Whether the filters set a condition of this kind."""
    return bool(filters.topic or filters.label or filters.area)


def _with_tags(values: Mapping[str, str | float | None]) -> dict[str, Any]:
    """The values, with the tags of each name."""
    found: dict[str, Any] = dict(values)
    for field in TAGS.keys() & values.keys():
        names = values[field]
        found[TAGS[field]] = None if names is None else SEPARATOR.join(map(name_tag, str(names).split("\n")))
    return found
