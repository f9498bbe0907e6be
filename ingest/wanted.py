"""Find out which indexes have to be built, so that they are as they are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from semsearch.errors import SettingsError
from semsearch.models.loaded import Models
from semsearch.store.fingerprint import Fingerprint, same_weights
from semsearch.store.generation import Algorithm, Generation
from semsearch.store.layout import Datatype, Layout
from semsearch.store.schema import SPACES, TEXT

_Option = TypeVar("_Option", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the indexes of `spaces` shall be like; None for what those in use are like."""

    algorithm: Algorithm | None = None
    datatype: Datatype | None = None
    spaces: Sequence[str] = SPACES


def algorithm_of(text: str | None) -> Algorithm | None:
    """Read an option. Raises SettingsError for a value that does not exist."""
    return _option(Algorithm, "--algorithm", text)


def datatype_of(text: str | None) -> Datatype | None:
    """Read an option. Raises SettingsError for a value that does not exist."""
    return _option(Datatype, "--type", text)


def _option(values: type[_Option], name: str, text: str | None) -> _Option | None:
    if text is None:
        return None
    try:
        return values(text)
    except ValueError:
        raise SettingsError(f"{name} is {text!r}: it must be one of {', '.join(values)}") from None


def targets(in_use: Mapping[str, Generation], models: Models, wanted: Wanted) -> dict[str, Generation]:
    """The generations that are wanted and not in use, with the models that are set.

    A model is only loaded if it is another one than before. Raises ModelError.
    """
    found = {}
    for space in wanted.spaces:
        if space in in_use and (models.text_id if space == TEXT else models.image_id):
            target = _target(space, in_use[space], models, wanted)
            if not target.makes_the_same(in_use[space]):
                found[space] = target
    return found


def _target(space: str, in_use: Generation, models: Models, wanted: Wanted) -> Generation:
    same = same_weights(in_use.fingerprint.model, models.text_id if space == TEXT else models.image_id)
    datatype = wanted.datatype or in_use.layout.datatype
    has_vectors = same and datatype is in_use.layout.datatype
    slot = in_use.layout.slot if has_vectors else in_use.layout.slot.other
    return Generation(
        in_use.fingerprint if same else _fingerprint(space, models),
        Layout(slot, datatype),
        wanted.algorithm or in_use.algorithm,
        models.text_source if space == TEXT else models.image_source,
        "" if space == TEXT else models.text_source,
    )


def _fingerprint(space: str, models: Models) -> Fingerprint:
    if space == TEXT:
        text = models.text()
        return Fingerprint.of_texts(text.id, text.dims)
    image = models.image()
    assert image is not None, "a space without a model is left alone"
    return Fingerprint.of_pictures(image.id, image.dims, image.semantic_dims)
