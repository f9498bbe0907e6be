"""How soon are scanned pages found, beside other files, and what does a kill cost?

    python -m benchmarks.scans [--pages 20] [--texts 500]

Draws pages full of text, and writes them to a PDF as a scanner does. Ingests the texts alone, then the texts
beside the PDF, while a client searches again and again. Then kills a worker when it has read half of the
pages, and runs ingestion again, which reads the others.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from benchmarks.running import Installation, installation, median, timed
from semsearch.records import DocumentRecord, Kind, Ocr
from semsearch.store.keys import doc_id
from semsearch.store.store import Store

_SCAN = "scan.pdf"
_SAMPLES = Path(__file__).parents[1] / "samples/library"
# A4 at 150 dots per inch, with 64 lines of 105 letters.
_SIZE, _LINES, _LETTERS, _FONT = (1240, 1754), 64, 105, 19


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--texts", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        folder, dice = Path(temporary), random.Random(14)
        words = [word for path in sorted(_SAMPLES.rglob("*.md")) for word in path.read_text().split()]
        texts = [" ".join(dice.choices(words, k=200)) for _ in range(options.texts)]
        pages = [_page(words, dice) for _ in range(options.pages)]
        for name in ("texts", "both", "scan"):
            (folder / name).mkdir()
            for n, text in enumerate(texts if name != "scan" else ()):
                (folder / name / f"{n}.txt").write_text(text)
            if name != "texts":
                pages[0].save(folder / name / _SCAN, resolution=150, save_all=True, append_images=pages[1:])
        with installation(folder / "1") as made, _worker(made, folder / "texts") as worker:
            alone = _until(lambda: _texts(made) >= options.texts)
            worker.wait()
        print(f"{options.texts} texts alone can be searched after {alone:.1f} s")
        with installation(folder / "2") as made:
            _read_beside_texts(made, folder / "both", options.texts, alone)
        with installation(folder / "3") as made:
            _kill(made, folder / "scan", options.pages)


def _read_beside_texts(made: Installation, folder: Path, texts: int, alone: float) -> None:
    with made.serving(quiet=True), _worker(made, folder) as worker:
        beside = _until(lambda: _texts(made) >= texts)
        first = beside + _until(lambda: _scan(made, folder).pieces > 0)
        busy: list[float] = []
        whole = first + _until(lambda: worker.poll() is not None, lambda: busy.append(_search(made)))
        quiet = [_search(made) for _ in busy[:50]]
    print(f"beside a scan after {beside:.1f} s, {beside / alone:.2f} times as long")
    print(f"the first page is found after {first:.1f} s, the run ends after {whole:.1f} s")
    beside_ocr, later = median(busy) * 1000, median(quiet) * 1000
    print(f"a search takes {beside_ocr:.0f} ms while pages are read, and {later:.0f} ms afterwards")


def _kill(made: Installation, folder: Path, pages: int) -> None:
    with _worker(made, folder) as worker:
        before = _until(lambda: _kept(made, folder) >= pages // 2)
        readers = _children(worker.pid)
        worker.kill()
        worker.wait()
        gone = _until(lambda: not any(map(_is_alive, readers)))
    kept = _kept(made, folder)
    with _worker(made, folder) as worker:
        after = timed(worker.wait)
    assert _scan(made, folder).ocr is Ocr.DONE
    print(f"killed after {before:.1f} s with {kept} of {pages} pages; the reader is gone {gone:.2f} s later")
    print(f"the next run reads the other {pages - kept} in {after:.1f} s")


def _page(words: list[str], dice: random.Random) -> Image.Image:
    page = Image.new("RGB", _SIZE, "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(_FONT)
    for line in range(_LINES):
        text = " ".join(dice.choices(words, k=_LETTERS // 2))[:_LETTERS]
        pen.text((70, 60 + 26 * line), text, "black", font)
    return page


@contextmanager
def _worker(made: Installation, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "semsearch", "ingest", str(folder)]
    with subprocess.Popen(command, env=made.environment, stdout=subprocess.DEVNULL) as worker:
        yield worker


def _until(reached: Callable[[], bool], meanwhile: Callable[[], object] = lambda: time.sleep(0.1)) -> float:
    """Wait, and return the seconds that it took."""
    started = time.perf_counter()
    while not reached():
        meanwhile()
    return time.perf_counter() - started


def _search(made: Installation) -> float:
    time.sleep(0.5)
    return timed(lambda: made.get("/api/search", q="bread and butter"))


def _texts(made: Installation) -> int:
    with closing(Store.open(made.settings)) as store:
        return store.count(Kind.TEXT)


def _scan(made: Installation, folder: Path) -> DocumentRecord:
    with closing(Store.open(made.settings)) as store:
        return store.ledger.get(doc_id(str(folder), _SCAN))


def _kept(made: Installation, folder: Path) -> int:
    with closing(Store.open(made.settings)) as store:
        found = store.ledger.get_many([doc_id(str(folder), _SCAN)])
        return sum(len(store.pages.get(record).texts) for record in found)


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for children in found for child in children.read_text().split()]


def _is_alive(pid: int) -> bool:
    try:
        # A zombie that nobody has reaped yet has ended too.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    main()
