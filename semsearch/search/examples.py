"""The examples of a query: documents and a picture that its hits should be like, or unlike.

They move the vector that is searched near (Rocchio 1971), or make one where the query has no words:

    moved = query + towards * mean(wanted) - away * mean(unwanted)

Each example has a vector of length 1 in the fields of its kind. So texts move the search for texts, and
pictures that for pictures. benchmarks/examples measures both factors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from semsearch.errors import QueryError
from semsearch.message import say
from semsearch.models import bank
from semsearch.models.vectors import mean_of, unit
from semsearch.query import LegName, Look
from semsearch.records import DocumentRecord, Kind, Vector
from semsearch.search.legs import Leg
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store.codec import space_of
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.generation import Generation
from semsearch.store.layout import names
from semsearch.store.ledger import Ledger
from semsearch.store.schema import IMAGE, SEMANTIC, TEXT, VECTOR, VISUAL

# The legs that examples alone can make: name, space, kind and field.
_ALONE = ((LegName.MEANING, TEXT, Kind.TEXT, VECTOR), (LegName.LOOKS, IMAGE, Kind.IMAGE, VISUAL))

# The vectors of an example by field.
Example = Mapping[str, Vector]


@dataclass(frozen=True, slots=True)
class Examples:
    """The vectors of the examples of a query, those that are wanted and those that are not."""

    wanted: Sequence[Example] = ()
    unwanted: Sequence[Example] = ()
    tuning: Tuning = TUNING

    def moved(self, leg: Leg) -> Leg:
        """The leg with a vector that the examples have moved; itself if none has a vector in its field."""
        shift = self._shift(leg.field)
        if shift is None:
            return leg
        vector = bank.moved(leg.vector, shift) if leg.is_corrected else _unit(leg.vector + shift)
        return replace(leg, vector=vector, by_example=True)

    def alone(self, taken: Sequence[Leg], generations: Mapping[str, Generation]) -> list[Leg]:
        """A leg for each space in which an example is wanted, and which no leg in `taken` searches."""
        spaces = {leg.space for leg in taken}
        found = []
        for name, space, kind, field in _ALONE:
            shift = self._shift(field)
            if shift is not None and space not in spaces and self._wants(field):
                vector, made_by = _unit(shift), _in_use(generations, space)
                found.append(
                    Leg(name, space, kind, field, vector, made_by, by_example=True, by_looks=space == IMAGE)
                )
        return found

    def _wants(self, field: str) -> bool:
        return any(field in example for example in self.wanted)

    def _shift(self, field: str) -> Vector | None:
        """What the examples add to a vector of this field; None if no example has one."""
        factors = ((self.wanted, self.tuning.towards), (self.unwanted, -self.tuning.away))
        parts = [
            np.float32(factor) * np.mean(vectors, axis=0)
            for examples, factor in factors
            if (vectors := [example[field] for example in examples if field in example])
        ]
        return None if not parts else np.sum(parts, axis=0)


def examples_of(
    likes: Sequence[str],
    unlikes: Sequence[str],
    look: Look | None,
    ledger: Ledger,
    generations: Mapping[str, Generation],
    tuning: Tuning = TUNING,
) -> Examples:
    """The examples of a query: documents, of which the vectors are stored, and a picture.

    Raises NotFoundError when a document does not exist, QueryError when one has no vectors, RedisError.
    """
    wanted, unwanted = (
        [_of_document(ledger.get(doc), ledger, generations) for doc in docs] for docs in (likes, unlikes)
    )
    if look is not None:
        semantic = {} if look.semantic is None else {SEMANTIC: look.semantic}
        wanted.append({VISUAL: look.visual, **semantic})
    return Examples(wanted, unwanted, tuning)


def _of_document(record: DocumentRecord, ledger: Ledger, generations: Mapping[str, Generation]) -> Example:
    """The mean vectors of the pieces of a document. Raises QueryError if it has none."""
    space = space_of(record.kind)
    layout = _in_use(generations, space).layout
    means = {field: mean_of(ledger.vectors(record, field, layout)) for field in names(space)}
    found = {field: mean for field, mean in means.items() if mean is not None}
    if not found:
        why = f": it is {record.state} ({record.reason})" if record.reason else ""
        raise QueryError(
            say("{path} has no vector, so nothing can be compared with it{why}", path=record.path, why=why)
        )
    return found


def _in_use(generations: Mapping[str, Generation], space: str) -> Generation:
    return generations.get(space) or Generation(Fingerprint("", 0))


def _unit(vector: Vector) -> Vector:
    scaled: Vector = unit(vector[None])[0]
    return scaled
