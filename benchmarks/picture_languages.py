"""How well do captions in other languages find photos, with the multilingual text model?

    python -m benchmarks.picture_languages DATA [--picture-model minilook]

DATA is the folder with images/ (docs/picture-model.md says which). The photos are the 1,000 of Flickr8k's
development split. `caption_translations.tsv` has translations of 60 of their captions, which were made for
semsearch: a row names the photo and the number of the caption. The Chinese captions were written by people
who saw the photos (Flickr8k-CN). They are no translations.

Also prints how many captions find their photo by its English captions, apart from the same one, without any
picture: this is what the captions say, and what the text model understands of it.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.picture_model import K, look, semantic
from benchmarks.picture_sets import flickr
from semsearch.models.alignment import alignment_between
from semsearch.models.catalogue import image_model, text_model
from semsearch.models.protocol import ImageEmbedder, TextEmbedder
from semsearch.records import Vectors
from semsearch.settings import Settings

TRANSLATIONS = Path(__file__).with_name("caption_translations.tsv")
# A query, and the index of its photo.
Asked = Sequence[tuple[str, int]]
_SAME = 0.99999  # the least similarity of a caption to itself


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--picture-model", default="minilook")
    chosen = parser.parse_args()
    images = chosen.data / "images"
    with tempfile.TemporaryDirectory() as home:
        model = image_model(Settings(image_model=chosen.picture_model, home=Path(home)))
    assert model is not None
    photos = semantic(look(model, flickr(images).pictures))
    minilm, e5 = (text_model(Settings(text_model=name)) for name in ("minilm", "e5"))
    english = _captions(images / "flickr8k_dev.jsonl")
    with TRANSLATIONS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    places = {image: place for place, image in enumerate(english)}
    captions = [text for texts in english.values() for text in texts]
    meant = e5.embed(captions, query=True).reshape(len(english), -1, e5.dims)
    chinese = _asked(_captions(images / "flickr8k_dev_zh.jsonl"), places)
    _compare(
        f"{sum(map(len, english.values())):,} captions",
        {
            "en, minilm": (minilm, _asked(english, places)),
            "en, e5": (e5, _asked(english, places)),
            "zh, e5": (e5, chinese),
        },
        photos,
        model,
    )
    same = [(english[row["photo"]][int(row["caption"])], places[row["photo"]]) for row in rows]
    translated = {
        f"{language}, e5": (e5, [(row[language], places[row["photo"]]) for row in rows])
        for language in rows[0]
        if language not in ("photo", "caption")
    }
    alike = {"en, minilm": (minilm, same), "en, e5": (e5, same), **translated}
    _compare(f"{len(rows)} captions and their translations", alike, photos, model)
    print(f"by the other English captions of the photos, {e5.id}: R@{K}")
    for name, asked in {"en": _asked(english, places), "zh": chinese}.items():
        print(f"  {name:10}  {by_captions(e5, asked, meant):.3f}")


def _captions(file: Path) -> dict[str, list[str]]:
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return {row["image"]: row["captions"] for row in rows}


def _asked(captions: dict[str, list[str]], places: dict[str, int]) -> Asked:
    return [(text, places[image]) for image, texts in captions.items() for text in texts]


def _compare(
    title: str, asked: Mapping[str, tuple[TextEmbedder, Asked]], photos: Vectors, model: ImageEmbedder
) -> None:
    """Print the share of queries that find their photo, and its ratio to the share of the first row."""
    print(f"{title}: R@{K}")
    first = None
    for name, (texts, queries) in asked.items():
        share = found(texts, queries, photos, model)
        first = first or share
        print(f"  {name:10}  {share:.3f}  {share / first:.2f}", flush=True)


def found(texts: TextEmbedder, asked: Asked, photos: Vectors, model: ImageEmbedder) -> float:
    """The share of queries whose photo is among the K nearest."""
    vectors = texts.embed([text for text, _ in asked], query=True)
    if texts.id != model.semantic_space:
        alignment = alignment_between(texts.id, model.semantic_space)
        assert alignment is not None, f"semsearch brings no alignment from {texts.id}"
        vectors = alignment(vectors)
    scores = model.asked(vectors) @ photos.T
    own = scores[np.arange(len(scores)), [place for _, place in asked]]
    return float(((scores > own[:, None]).sum(axis=1) < K).mean())


def by_captions(texts: TextEmbedder, asked: Asked, meant: Vectors) -> float:
    """The share of queries whose photo is among the K nearest by the mean similarity to its captions.

    `meant`, of shape (photos, captions, dims), are vectors of the captions. A query that is one of them does
    not count.
    """
    vectors = texts.embed([text for text, _ in asked], query=True)
    places = [place for _, place in asked]
    scores = np.stack([meant @ vector for vector in vectors])  # (queries, photos, captions)
    scores[scores > _SAME] = np.nan
    near = np.nanmean(scores, axis=2)
    return float(((near > near[np.arange(len(near)), places][:, None]).sum(axis=1) < K).mean())


if __name__ == "__main__":
    main()
