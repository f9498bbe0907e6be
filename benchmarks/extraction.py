"""How long do the readers take for the files of a folder, compared with another version of semsearch?

    python -m benchmarks.extraction FOLDER [--against CHECKOUT] [--rounds 3]

Reads each file of at most 10 MB with the reader of its format, and cuts its text into passages, in one
process and without a model. With `--against`, the version in the folder CHECKOUT reads the same files, in
turns with this one. Prints the processor seconds by format, each the median of the rounds, over the files
that all versions read.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from statistics import median

_MOST_BYTES = 10_000_000
_HERE = Path(__file__).resolve().parent.parent


def measure(folder: Path) -> dict[str, float]:
    """The processor seconds that each file takes, by its path; files that cannot be read are left out."""
    from ingest.prepare import text_chunks
    from ingest.readers.documents import TextDocument
    from ingest.readers.registry import parse
    from semsearch.formats.table import FORMATS
    from semsearch.models.catalogue import text_model
    from semsearch.settings import Settings

    model = text_model(Settings())
    taken: dict[str, float] = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        row = FORMATS.of_path(path.name)
        if row is None or path.stat().st_size > _MOST_BYTES:
            continue
        data, began = path.read_bytes(), time.process_time()
        try:
            document = parse(data, path.name, row, 256)
            if isinstance(document, TextDocument):
                text_chunks(document, model)
        except Exception:
            continue  # what a reader does with broken files is not measured
        taken[str(path.relative_to(folder))] = time.process_time() - began
    return taken


def in_version(checkout: Path, folder: Path) -> dict[str, float]:
    """The same, in a process of its own, by the version of semsearch in `checkout`."""
    told = os.environ | {"PYTHONPATH": str(checkout)}
    command = [sys.executable, __file__, str(folder), "--measure"]
    # The folder of this script comes first in the path of modules, and has none of that name.
    found = subprocess.run(command, env=told, cwd=checkout, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return measured


def by_format(rounds: list[dict[str, float]], common: set[str]) -> Mapping[str, float]:
    """The median of the rounds for each extension, and for all of them."""
    sums = []
    for taken in rounds:
        seconds: defaultdict[str, float] = defaultdict(float)
        for path in common:
            seconds[Path(path).suffix.lower()] += taken[path]
            seconds["all"] += taken[path]
        sums.append(seconds)
    return {name: median(each[name] for each in sums) for name in sums[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    folder: Path = asked.folder.resolve()
    if asked.measure:
        print(json.dumps(measure(folder)))
        return
    versions = [_HERE, *([asked.against.resolve()] if asked.against else [])]
    rounds: dict[Path, list[dict[str, float]]] = {version: [] for version in versions}
    for _ in range(asked.rounds):
        for version in versions:
            rounds[version].append(in_version(version, folder))
    common = set.intersection(*(set(taken) for each in rounds.values() for taken in each))
    tables = [by_format(each, common) for each in rounds.values()]
    print(f"{len(common):,} files that all versions read; processor seconds: this version, the other, ratio")
    for name in sorted(tables[0], key=lambda each: -tables[0][each]):
        seconds = [table[name] for table in tables]
        ratio = f"{seconds[0] / seconds[-1]:7.2f}" if len(seconds) > 1 and seconds[-1] else ""
        print(f"{name:8}", *(f"{each:8.2f}" for each in seconds), ratio)


if __name__ == "__main__":
    main()
