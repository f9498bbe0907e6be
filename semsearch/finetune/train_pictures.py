"""Teaching a picture model one's own kind of pictures: captioned pictures in, a model folder out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from semsearch.errors import FileError, FolderError, ModelError
from semsearch.finetune.captions import LISTING, Captioned, Problem, read_captions
from semsearch.pictures.decode import decode
from semsearch.records import Vectors
from semsearch.settings import Settings

if TYPE_CHECKING:
    from semsearch.finetune.ranks import Figures
    from semsearch.models.network import PictureNetwork
    from semsearch.models.protocol import TextEmbedder

MIN_PICTURES = 20

_PICTURES_AT_ONCE = 32
_CAPTIONS_AT_ONCE = 256

# Told what is being done, how much of it is done, and how much there is.
Watch = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """A model folder that was made, and how captions find the pictures that were held out.

    `before` is how they do with the base alone: None where words found none of its pictures.
    """

    output: Path
    base: str
    text_model: str
    pictures: int
    captions: int
    held_out: int
    base_share: float
    before: Figures | None
    after: Figures
    problems: tuple[Problem, ...]


def train_pictures(
    settings: Settings,
    folder: Path,
    base: str,
    output: Path | None = None,
    epochs: int | None = None,
    watch: Watch = lambda *_: None,
) -> Trained:
    """Fit a head to the captioned pictures below `folder`, and write a model folder that has it.

    `base` is a specification as in SEMSEARCH_IMAGE_MODEL; captions are embedded by the text model of
    `settings`. Without `output` the folder goes below SEMSEARCH_HOME. Raises FolderError when there are too
    few captioned pictures, ModelError when a model cannot be had, or when training gained nothing.
    """
    from semsearch.finetune.head_fitting import EPOCHS, fit
    from semsearch.models.catalogue import picture_graph, text_model
    from semsearch.models.folder import check_output, write_folder
    from semsearch.models.graph import with_head
    from semsearch.models.network import PictureNetwork

    folder = folder.expanduser().absolute()
    output = (output or settings.home / "models" / f"{folder.name}-pictures").expanduser().absolute()
    check_output(output)
    found, problems = read_captions(folder)
    _check_count(folder, len(found), problems)
    graph = picture_graph(settings, base)
    if graph is None:
        raise ModelError(
            f"--base is {base!r}: minilook, torchvision:<architecture> and model folders can be trained."
        )
    text = text_model(settings)
    lesson = prepare(PictureNetwork(graph), text, found, problems, watch)
    _check_count(folder, len(lesson.captions), problems)
    epochs = EPOCHS if epochs is None else epochs
    fitted = fit(*lesson, epochs, lambda epoch: watch("training", epoch, epochs))
    if fitted.head is None:
        raise ModelError(
            "Training gained nothing, so nothing was written: with what was learned, the captions of "
            f"{fitted.held_out} pictures held out find them hardly better than with {base} alone. "
            "More pictures, or captions that tell them apart, may help."
        )
    trained = Trained(
        output=output,
        base=graph.id,
        text_model=text.id,
        pictures=len(lesson.captions),
        captions=sum(map(len, lesson.captions)),
        held_out=fitted.held_out,
        base_share=fitted.head.base_share,
        before=fitted.before,
        after=fitted.after,
        problems=tuple(problems),
    )
    made = asdict(trained)
    for name in ("output", "text_model", "problems"):
        del made[name]
    write_folder(output, replace(graph, graph=with_head(graph.graph, fitted.head), text_model=text.id), made)
    return trained


class Lesson(NamedTuple):
    """What a head learns from, a row or an entry for each picture: see `head_fitting.fit`."""

    features: Vectors
    captions: list[Vectors]
    base: Vectors | None


def prepare(
    network: PictureNetwork,
    text: TextEmbedder,
    found: Sequence[Captioned],
    problems: list[Problem],
    watch: Watch = lambda *_: None,
) -> Lesson:
    """Look at captioned pictures; those that cannot be read are left out and added to `problems`."""
    read, features, semantic = _look(network, found, problems, watch)
    base = semantic if network.semantic_space == text.id else None
    return Lesson(features, _captions(text, read, watch), base)


def _look(
    network: PictureNetwork, found: Sequence[Captioned], problems: list[Problem], watch: Watch
) -> tuple[list[Captioned], Vectors, Vectors | None]:
    """The pictures that can be read, their features, and their `semantic` vectors so far, if any."""
    read, features, semantic = [], [], []
    for start in range(0, len(found), _PICTURES_AT_ONCE):
        pictures = []
        for item in found[start : start + _PICTURES_AT_ONCE]:
            try:
                pictures.append(decode(item.path.read_bytes(), network.input_size).image)
            except (FileError, OSError) as error:
                problems.append(Problem(str(item.path), str(error)))
            else:
                read.append(item)
        seen, placed = network.features(pictures)
        if pictures:
            features.append(seen)
            semantic += [] if placed is None else [placed]
        watch("pictures", min(start + _PICTURES_AT_ONCE, len(found)), len(found))
    if not read:
        return [], np.empty((0, 0), np.float32), None
    return read, np.concatenate(features), np.concatenate(semantic) if semantic else None


def _captions(text: TextEmbedder, read: Sequence[Captioned], watch: Watch) -> list[Vectors]:
    """Unit rows for the captions of each picture: of the kind that questions get, which will look for it."""
    distinct = list(dict.fromkeys(caption for item in read for caption in item.captions))
    vectors = np.empty((len(distinct), text.dims), np.float32)
    for start in range(0, len(distinct), _CAPTIONS_AT_ONCE):
        batch = distinct[start : start + _CAPTIONS_AT_ONCE]
        vectors[start : start + len(batch)] = text.embed(batch, query=True)
        watch("captions", start + len(batch), len(distinct))
    places = {caption: place for place, caption in enumerate(distinct)}
    return [vectors[[places[caption] for caption in item.captions]] for item in read]


def _check_count(folder: Path, count: int, problems: Sequence[Problem]) -> None:
    if count >= MIN_PICTURES:
        return
    left_out = ""
    if problems:
        left_out = f" {len(problems)} were left out, first {problems[0].what}: {problems[0].why}."
    raise FolderError(
        f"{folder} holds {count} captioned pictures that can be read, and {MIN_PICTURES} are needed at least."
        f"{left_out} Captions are read from {LISTING}, and from photo.txt beside photo.jpg."
    )
