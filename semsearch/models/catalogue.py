"""Models of texts and pictures, each behind one narrow protocol.

A specification names a model. Of texts: `minilm` (built in), a name of the hub or a folder of
sentence-transformers. Of pictures: `minilook` (built in), a model folder, `torchvision:<architecture>`,
`torchvision:<architecture>=<weights file>`, or a model like CLIP of sentence-transformers. Importing this
is cheap; a model's libraries are imported when it is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from semsearch.errors import ModelError
from semsearch.models.identity import (
    MINILOOK,
    TORCHVISION,
    minilm_folder,
    minilm_id,
    model_folder,
    model_folder_id,
    sentences_id,
    torchvision_id,
    with_words,
)
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.settings import Settings

if TYPE_CHECKING:
    from semsearch.models.network import PictureGraph

_BUILT_IN = "minilm"


def text_model(settings: Settings) -> TextEmbedder:
    """Load the model of texts. Raises ModelError, naming SEMSEARCH_TEXT_MODEL's value and the cure."""
    if settings.text_model == _BUILT_IN:
        from semsearch.models.minilm import MiniLM

        return MiniLM(minilm_folder(), minilm_id())
    from semsearch.models.sentence_transformers import SentenceText

    return SentenceText(_of_texts(settings))


def text_model_id(settings: Settings) -> str:
    """The id that `text_model` would have, without loading it.

    Only a model of the hub that was never fetched is fetched and loaded for it. Raises ModelError.
    """
    if settings.text_model == _BUILT_IN:
        return minilm_id()
    return sentences_id(_of_texts(settings)) or text_model(settings).id


def image_model(settings: Settings) -> ImageEmbedder | None:
    """Load the model of pictures; None when SEMSEARCH_IMAGE_MODEL is empty. Raises ModelError."""
    if not settings.image_model:
        return None
    graph = picture_graph(settings, settings.image_model)
    if graph is not None:
        from semsearch.models.network import PictureNetwork

        return PictureNetwork(graph)
    from semsearch.models.sentence_transformers import SentencePictures

    return SentencePictures(settings.image_model)


def picture_graph(settings: Settings, specification: str) -> PictureGraph | None:
    """The network that a specification names, not loaded; None for a model of sentence-transformers.

    Raises ModelError.
    """
    folder = model_folder(specification)
    if folder is not None:
        from semsearch.models.folder import read_folder

        return read_folder(folder)
    if not specification.startswith(TORCHVISION):
        return None
    from semsearch.models.torchvision_graph import TextSide, torchvision_graph

    text = TextSide(text_model_id(settings), lambda: text_model(settings))
    return torchvision_graph(specification, settings.home, text)


def image_model_id(settings: Settings) -> str:
    """The id that `image_model` would have, "" without one. Loads only what was never loaded before."""
    if not settings.image_model:
        return ""
    folder = model_folder(settings.image_model)
    if folder is not None:
        return model_folder_id(folder)
    if settings.image_model.startswith(TORCHVISION):
        id = torchvision_id(settings.image_model, settings.home)
        id = id and with_words(id, text_model_id(settings))
    else:
        id = sentences_id(settings.image_model)
    if id is None:
        model = image_model(settings)
        id = model.id if model else ""
    return id


def _of_texts(settings: Settings) -> str:
    if settings.text_model.startswith(TORCHVISION) or settings.text_model == MINILOOK:
        raise ModelError(
            f"SEMSEARCH_TEXT_MODEL is {settings.text_model!r}, a network for pictures. "
            f"Give it to SEMSEARCH_IMAGE_MODEL, and {_BUILT_IN!r} here."
        )
    return settings.text_model
