"""Measure how well names of kinds find photos of these kinds, and how true the line of relevance is.

    python -m benchmarks.kinds FOLDER [--phrase "a {}"] [--kinds FILE] [--most N] [--graphics N]
                               [--tune NAME=VALUE ...]
    python -m benchmarks.kinds FOLDER --captions FILE [...]

FOLDER has one folder of photos for each kind, named like the kind: "water_lilly" stands for "water lilly".
--most takes that many photos of each kind. With --kinds, only the kinds in FILE are ingested and asked for; a
line has the name of a folder, and after a tab what to ask for if that is another name. With --caltech,
FOLDER is the WORK of `python -m tools.minilook collect`, and the photos are those of Caltech-101 that
training leaves out. With --captions, FOLDER holds photos, and FILE has a line
{"image": ..., "captions": [...]} for each. --graphics puts that many drawn charts, screenshots, slides and
pages beside the photos, which no training used.

The photos are ingested under names that say nothing, and the real search is asked. SEMSEARCH_TEXT_MODEL and
SEMSEARCH_IMAGE_MODEL may name other models. Prints P@10, MAP (of the first 500 hits), and over all hits above
the line of relevance: the share of right ones (precision), and the share of the right photos that are among
them (recall). The queries about absent subjects are those of benchmarks.relevance. For captions, prints the
share of them whose photo is among the first ten (R@10), and the share of these whose photo is above the line.
With graphics, prints the share of the queries that have one among the first ten hits, and above the line.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.relevance import ABSENT, OTHERS
from benchmarks.running import installation
from semsearch.models.loaded import Models
from semsearch.query import MAX_LIMIT, Query
from semsearch.results import Hit
from semsearch.search.calibrate import calibrate
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import Tuning
from semsearch.store.store import Store
from tools.minilook.examples import read
from tools.minilook.graphics import graphics
from tools.minilook.photos import class_name

MODELS = ("SEMSEARCH_TEXT_MODEL", "SEMSEARCH_IMAGE_MODEL")
_FIRST, _RANKED = 10, 500
UNSEEN = 1  # the seed of graphics that the network has not learned from


@dataclass(frozen=True)
class Photos:
    """Files of photos, and for each query the places of the photos that it should find."""

    files: Sequence[Path]
    wanted: Mapping[str, frozenset[int]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--phrase", default="{}")
    parser.add_argument("--kinds", type=Path)
    parser.add_argument("--most", type=int)
    parser.add_argument("--captions", type=Path)
    parser.add_argument("--graphics", type=int, default=0)
    parser.add_argument("--caltech", action="store_true")
    parser.add_argument("--tune", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    tuning = Tuning.changed(options.tune)
    photos = captioned(options.folder, options.captions) if options.captions else labelled(options)
    settings = {name: value for name in MODELS if (value := os.environ.get(name))}
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        home = Path(temporary)
        files = home / "files"
        files.mkdir()
        for place, file in enumerate(photos.files):
            shutil.copy(file, files / f"{place:06}{file.suffix.lower()}")
        for place, (graphic, _) in enumerate(graphics(options.graphics, UNSEEN), start=len(photos.files)):
            graphic.save(files / f"{place:06}.png")
        with installation(home, **settings) as semsearch:
            semsearch.run("ingest", str(files))
            used = semsearch.settings.model_copy(update=models_of(settings))
            store, models = Store.open(used), Models(used)
            calibrate(store, models, tuning)
            searcher = Searcher(store, models, tuning)
            report(searcher, photos, captions=options.captions is not None)
            if options.graphics:
                report_graphics(searcher, photos)


def models_of(settings: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix("SEMSEARCH_").lower(): value for name, value in settings.items()}


def labelled(options: argparse.Namespace) -> Photos:
    """The photos of all kinds, or of those that are asked for."""
    asked: dict[str, str] = {}
    of_kind: dict[str, list[Path]] = {}
    if options.caltech:
        work = options.folder / "pictures"
        for example in read(work):
            if example.held_out and example.source == "caltech":
                of_kind.setdefault(example.image.split("/")[1], []).append(work / example.image)
    else:
        folders = sorted(path for path in options.folder.iterdir() if path.is_dir())
        of_kind = {path.name: sorted(each for each in path.rglob("*") if each.is_file()) for path in folders}
    if options.kinds:
        rows = [line.split("\t") for line in options.kinds.read_text(encoding="utf-8").splitlines() if line]
        asked = {row[0]: row[-1] if len(row) > 1 else class_name(row[0]) for row in rows}
    else:
        asked = {kind: class_name(kind) for kind in of_kind}
    files: list[Path] = []
    wanted: dict[str, frozenset[int]] = {}
    for kind, name in asked.items():
        chosen = of_kind[kind][: options.most]
        query = options.phrase.format(name)
        # Two folders may have one name: the faces of Caltech-101 are in two.
        wanted[query] = wanted.get(query, frozenset()) | set(range(len(files), len(files) + len(chosen)))
        files += chosen
    return Photos(files, wanted)


def captioned(folder: Path, captions: Path) -> Photos:
    """The photos of a folder with all their captions."""
    records = [json.loads(line) for line in captions.read_text(encoding="utf-8").splitlines()]
    files = [folder / record["image"] for record in records]
    pairs = [(text, place) for place, record in enumerate(records) for text in record["captions"]]
    wanted: dict[str, frozenset[int]] = {}
    for text, place in pairs:
        wanted[text] = wanted.get(text, frozenset()) | {place}
    return Photos(files, wanted)


def report(searcher: Searcher, photos: Photos, *, captions: bool) -> None:
    for name, file in (("absent", ABSENT), ("others", OTHERS)):
        lines = file.read_text(encoding="utf-8").splitlines()
        alarms = np.mean([any(hit.is_clear for hit in found(searcher, line, _FIRST)) for line in lines])
        print(f"{name} subjects with anything above the line: {alarms:.3f} of {len(lines)}")
    if captions:
        report_captions(searcher, photos)
    else:
        report_kinds(searcher, photos)


def report_captions(searcher: Searcher, photos: Photos) -> None:
    right, kept, shown = [], [], []
    for query, wanted in photos.wanted.items():
        hits = found(searcher, query, _FIRST)
        own = [hit for hit in hits if place_of(hit) in wanted]
        right.append(bool(own))
        kept += [any(hit.is_clear for hit in own)] if own else []
        shown.append(sum(hit.is_clear for hit in hits))
    print(f"{len(right):,} captions, {len(photos.files):,} photos: R@10 {np.mean(right):.3f}")
    print(f"kept above the line {np.mean(kept):.3f}; {np.mean(shown):.1f} of the first ten are above it")


def report_kinds(searcher: Searcher, photos: Photos) -> None:
    first, average, above, right, all_right = [], [], 0, 0, 0
    print(f"{'':28}{'P@10':>6}{'MAP':>6}{'shown':>7}{'right':>7}{'of':>6}")
    for query, wanted in photos.wanted.items():
        hits = found(searcher, query, min(_RANKED, len(photos.files)))
        fits = np.array([place_of(hit) in wanted for hit in hits])
        clear = np.array([hit.is_clear for hit in hits])
        first.append(fits[:_FIRST].mean())
        average.append((np.cumsum(fits) / np.arange(1, len(fits) + 1))[fits].sum() / len(wanted))
        above, right, all_right = above + clear.sum(), right + (fits & clear).sum(), all_right + len(wanted)
        print(
            f"{query[:27]:28}{first[-1]:6.2f}{average[-1]:6.2f}{clear.sum():7}{(fits & clear).sum():7}"
            f"{len(wanted):6}"
        )
    print(f"{len(first)} kinds, {len(photos.files):,} photos: P@10 {np.mean(first):.3f}", end=", ")
    print(f"MAP {np.mean(average):.3f}; above the line: precision {right / max(1, above):.3f}", end=", ")
    print(f"recall {right / all_right:.3f}")


def report_graphics(searcher: Searcher, photos: Photos) -> None:
    hits = [
        [hit for hit in found(searcher, query, _FIRST) if place_of(hit) >= len(photos.files)]
        for query in photos.wanted
    ]
    near, clear = np.mean([any(each) for each in hits]), np.mean([any(h.is_clear for h in e) for e in hits])
    print(f"queries with a graphic among the first ten: {near:.3f}, above the line: {clear:.3f}")


def found(searcher: Searcher, text: str, most: int) -> list[Hit]:
    """The first hits of a query, copies among them."""
    hits: list[Hit] = []
    while len(hits) < most:
        page = searcher.search(
            Query(text, offset=len(hits), limit=min(MAX_LIMIT, most - len(hits)), copies=True)
        )
        if not page.hits:
            break
        hits += page.hits
    return hits


def place_of(hit: Hit) -> int:
    return int(Path(hit.path).stem)


if __name__ == "__main__":
    main()
