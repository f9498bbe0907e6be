"""How much memory long files take: python -m benchmarks.long_files 20 200

For each size in MB, a child process reads a text of this size in portions, as a run of ingestion does, and
cuts sections of each. It prints the greatest memory of that process and of the reader that it starts.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ingest.extractor import Extractor
from ingest.prepare import Contents, LongText, prepare
from ingest.readers.documents import Border, SourceFile
from semsearch.models.catalogue import text_model
from semsearch.settings import Settings

_SECTIONS = 3  # of each portion; the others take the same memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", type=int, nargs="+")
    for megabytes in parser.parse_args().megabytes:
        subprocess.run(
            [sys.executable, "-c", f"from benchmarks.long_files import measure; measure({megabytes})"],
            check=True,
        )


def measure(megabytes: int) -> None:
    """Print the figures for one size."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Extractor(picture_size=None, text_limit=10**12) as extractor,
    ):
        path = Path(folder, "long.txt")
        _write(path, megabytes)
        file = SourceFile(Path(folder), path.name, path.stat().st_size, 0)
        model, started, portions = text_model(Settings()), time.monotonic(), 0
        (text,) = prepare([file], Contents(lambda *_: False), extractor, lambda: model)
        assert isinstance(text, LongText)
        for portion in text.portions(Border()):
            for section in portion.chunker.sections()[:_SECTIONS]:
                portion.chunker.chunks(section, first=0)
            portions += 1
        seconds = time.monotonic() - started
    own, reader = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{megabytes} MB in {portions} portions: {own:.0f} MB, its reader {reader:.0f} MB, {seconds:.0f} s")


def _write(path: Path, megabytes: int) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for n in range(megabytes * 10_000):
            words = (
                f"Line {n:9} tells of topic {n % 9973:4}: Grüße aus Zürich, and of nothing else, as they say."
            )
            stream.write(f"{words:95}\n")


if __name__ == "__main__":
    main()
