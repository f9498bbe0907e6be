"""What the nearest vectors are searched for with: the vectors of a query, each with its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from semsearch.errors import ModelError
from semsearch.message import Message
from semsearch.models.protocol import ImageEmbedder
from semsearch.query import LegName
from semsearch.records import Kind, Vector
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.generation import Generation
from semsearch.store.schema import IMAGE


@dataclass(frozen=True, slots=True)
class Leg:
    """A vector, and the field of a space in which the nearest vectors are searched for.

    `kind` names the scale of the similarities: the one of the documents of this kind. (A passage about a
    picture is in the space of texts, so its similarity is on the scale of texts.) `made_by` is the generation
    that must be in use. `is_corrected` is True if the vector is one of semsearch.models.bank,
    `is_aligned` if it comes from the space of another text model, `by_example` if examples have made or moved
    it, and `by_looks` if examples alone have made it, so that pictures are compared with pictures.
    """

    name: LegName
    space: str
    kind: Kind
    field: str
    vector: Vector
    made_by: Generation
    is_corrected: bool = False
    is_aligned: bool = False
    by_example: bool = False
    by_looks: bool = False

    @property
    def asked(self) -> tuple[str, str, Vector]:
        """The space, the field and the vector of a search for this leg."""
        return self.space, self.field, self.vector


def if_possible(
    near: Callable[[str], Leg | None], text: str, without: Message, failures: dict[Message, ModelError]
) -> list[Leg]:
    """The leg; none if there is no model for it. The others still answer, and `without` says what is lost."""
    try:
        leg = near(text)
    except ModelError as error:
        failures[without] = error
        return []
    return [] if leg is None else [leg]


def fingerprint_of(model: ImageEmbedder) -> Fingerprint:
    """The fingerprint of the vectors that a picture model makes."""
    return Fingerprint.of_pictures(model.id, model.dims, model.semantic_dims)


def picture_leg(
    field: str, vector: Vector, made_by: Generation, *, is_corrected: bool = False, is_aligned: bool = False
) -> Leg:
    """The leg that searches a field of the pictures."""
    return Leg(LegName.LOOKS, IMAGE, Kind.IMAGE, field, vector, made_by, is_corrected, is_aligned)


def made_for(legs: Sequence[Leg]) -> Mapping[str, Generation]:
    """The generations that must be in use for these legs, by space."""
    return {leg.space: leg.made_by for leg in legs}
