"""Make the alignment by which queries of the multilingual text model find pictures.

    python -m tools.alignment --data DATA --work WORK --output semsearch/models/alignments/e5-minilm.npz

DATA has images/ (docs/picture-model.md says which), WORK is the folder of `python -m tools.minilook collect`.
The vectors of texts and photos are kept in WORK, so a second run is quick.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from semsearch.models.alignment import save_alignment
from semsearch.models.catalogue import image_model, text_model
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.pictures.decode import decode
from semsearch.records import Vectors
from semsearch.settings import Settings
from tools.alignment.fit import Lesson, fit
from tools.alignment.texts import CAPTION, EMOJI, NAME, STAMP, Pair, captions, emoji, names, stamps
from tools.minilook import debian

# How much each source counts, its English texts and its translations.
WEIGHTS = {
    (CAPTION, True): 1.0,
    (NAME, True): 0.5,
    (EMOJI, True): 0.15,
    (EMOJI, False): 0.5,
    (STAMP, True): 0.1,
    (STAMP, False): 0.5,
}
# A text of more characters is a sentence: what translations move names by would say little of captions.
SENTENCE = 15
_AT_ONCE = 1000

Text = Annotated[str, typer.Option(help="The text model that queries will come from.")]


def main(
    data: Annotated[Path, typer.Option(help="The folder with images/.")],
    work: Annotated[Path, typer.Option(help="The folder of `python -m tools.minilook collect`.")],
    output: Annotated[Path, typer.Option(help="The .npz file to write.")],
    text: Text = "e5",
    picture: Annotated[str, typer.Option(help="The picture model that they find pictures of.")] = "minilook",
) -> None:
    """Learn the alignment and write it."""
    source, target = (text_model(Settings(text_model=name)) for name in (text, "minilm"))
    pictures = image_model(Settings(image_model=picture))
    assert pictures is not None
    assert pictures.semantic_space == target.id
    share = debian.unpack(work / "debian", ("unicode-cldr-core", "tuxpaint-stamps-default"))
    described = list(captions(work / "pictures"))
    photos = list(dict.fromkeys(image for image, _ in described))
    pairs = [Pair(caption, caption, CAPTION) for _, caption in described]
    pairs += [*names(data / "images"), *emoji(share), *stamps(share)]
    files = [work / "pictures" / photo for photo in photos]
    places = {photo: place for place, photo in enumerate(photos)}
    lesson = lesson_of(
        pairs,
        _kept(work / f"alignment.{text}.npy", [pair.text for pair in pairs], _embedded(source)),
        _kept(work / "alignment.minilm.npy", [pair.english for pair in pairs], _embedded(target)),
        _kept(work / f"alignment.{picture}.npy", list(map(str, files)), _looked_at(pictures)),
        [places[image] for image, _ in described],
    )
    save_alignment(fit(lesson), output, source.id, target.id)
    typer.echo(f"{output}: from {len(pairs):,} texts and {len(photos):,} photos")


def lesson_of(
    pairs: Sequence[Pair], texts: Vectors, wanted: Vectors, photos: Vectors, of_photo: Sequence[int]
) -> Lesson:
    """The lesson of these pairs; those that are captions come first, and `of_photo` has the photo of each."""
    numbers = {
        english: number for number, english in enumerate(dict.fromkeys(pair.english for pair in pairs))
    }
    kinds = [(pair.source, pair.text == pair.english) for pair in pairs]
    counts = Counter(kinds)
    own = {pair.english: row for row, pair in enumerate(pairs) if pair.text == pair.english}
    translated = [
        row
        for row, pair in enumerate(pairs)
        if pair.source == STAMP and pair.text != pair.english and len(pair.english) > SENTENCE
    ]
    return Lesson(
        texts=texts,
        wanted=wanted,
        groups=np.array([numbers[pair.english] for pair in pairs]),
        weights=np.array([WEIGHTS[kind] / counts[kind] for kind in kinds], np.float32),
        captions=np.arange(len(of_photo)),
        of_photo=np.array(of_photo),
        photos=photos,
        moves=texts[translated] - texts[[own[pairs[row].english] for row in translated]],
    )


def _embedded(model: TextEmbedder) -> Callable[[Sequence[str]], Vectors]:
    return lambda texts: model.embed(texts, query=True)


def _looked_at(model: ImageEmbedder) -> Callable[[Sequence[str]], Vectors]:
    def look(files: Sequence[str]) -> Vectors:
        looks = model.look([decode(Path(file).read_bytes(), model.input_size).image for file in files])
        assert looks.semantic is not None
        return looks.semantic

    return look


def _kept(file: Path, items: Sequence[str], embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
    """The vectors of these items, in their order. Each is embedded once, and the result is kept in a file."""
    distinct = list(dict.fromkeys(items))
    if not file.exists():
        parts = []
        for start in range(0, len(distinct), _AT_ONCE):
            parts.append(embed(distinct[start : start + _AT_ONCE]))
            typer.echo(f"\r{file.name}: {start + len(parts[-1]):,} of {len(distinct):,}", nl=False)
        typer.echo()
        np.save(file, np.concatenate(parts))
    vectors: Vectors = np.load(file)
    places = {item: place for place, item in enumerate(distinct)}
    return vectors[[places[item] for item in items]]


if __name__ == "__main__":
    typer.run(main)
