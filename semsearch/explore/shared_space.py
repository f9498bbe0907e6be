"""Whether words and pictures can be on one map: whether their vectors are in the space of one text model."""

from __future__ import annotations

from contextlib import suppress

from semsearch.errors import ModelError
from semsearch.models.identity import model_folder, read_manifest
from semsearch.store.fingerprint import same_weights, weights_of
from semsearch.store.generation import Generation


def share_space(texts: Generation | None, pictures: Generation | None) -> bool:
    """Whether `semantic` vectors of pictures can be compared with the vectors of texts, by who made both."""
    if texts is None or pictures is None or not pictures.fingerprint.semantic_dims:
        return False
    model = texts.fingerprint.model
    # The id of a torchvision network goes on with that of the text model whose space it was given.
    if weights_of(model) in weights_of(pictures.fingerprint.model).split("+"):
        return True
    with suppress(ModelError):
        folder = model_folder(pictures.source) if pictures.source else None
        return folder is not None and same_weights(str(read_manifest(folder).get("text_model", "")), model)
    return False
