"""What do pictures cost the web server that are made to take its memory and its time?

    python -m benchmarks.hostile_pictures [--posts 40] [--at-once 20] [--kinds png,svg,...]

Starts `semsearch serve` over the sample library with a home of its own, and posts the pictures of
benchmarks/bombs.py in turn, many at once. Who is told to come back (503) comes back when told. Meanwhile
`/healthz` and a text search are asked again and again. Prints how the posts were answered, the longest
answer to each of the others, and how the memory of the server and of its children has grown, also after 500
text searches.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.bombs import BOMBS, bmp
from benchmarks.running import Installation, installation, percentile, resident_mb, timed

SAMPLES = Path(__file__).parents[1] / "samples" / "library"
_BOUNDARY = "bomb"
_PAUSE = 0.1
_WORDS = ("ship", "garden", "invoice", "owl", "bridge", "winter", "engine", "letter", "river", "bread")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--posts", type=int, default=40)
    parser.add_argument("--at-once", type=int, default=20)
    makers = {**BOMBS, "bmp": bmp}
    parser.add_argument("--kinds", default=",".join(makers))
    options = parser.parse_args()
    bombs = {name: makers[name]() for name in options.kinds.split(",")}
    for name, content in bombs.items():
        print(f"{name}: {len(content) / 1000:,.0f} kB")
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder), SEMSEARCH_OCR="off") as made:
        made.run("ingest", str(SAMPLES))
        with made.serving(quiet=True) as server:
            _post(made, (SAMPLES / "pictures" / "bicycle.png").read_bytes())
            _search(made, 100)
            before = resident_mb(server.pid)
            names = list(itertools.islice(itertools.cycle(bombs), options.posts))
            answers, waits = _attack(made, [bombs[name] for name in names], options.at_once)
            _report(names, answers, waits)
            grown, children = resident_mb(server.pid) - before, _children_mb(server.pid)
            print(f"memory of the server: {before:.0f} MB before, {grown:+.0f} MB after")
            print(f"memory of its {len(children)} children after: {sum(children):.0f} MB")
            _search(made, 500)
            print(f"memory of the server after 500 searches: {resident_mb(server.pid) - before:+.0f} MB")


def _attack(
    semsearch: Installation, pictures: list[bytes], at_once: int
) -> tuple[list[int], dict[str, list[float]]]:
    """Post all pictures. Returns the last status of each, and the seconds of the other requests meanwhile."""
    numbers = itertools.count()
    others: dict[str, Callable[[], object]] = {
        "/healthz": lambda: semsearch.get("/healthz"),
        "/api/search": lambda: semsearch.get("/api/search", q=f"{_WORDS[0]} {next(numbers)}"),
    }
    waits: dict[str, list[float]] = {name: [] for name in others}
    done = threading.Event()

    def watch(name: str) -> None:
        while not done.is_set():
            waits[name].append(timed(others[name]))
            done.wait(_PAUSE)

    watchers = [threading.Thread(target=watch, args=(name,)) for name in others]
    for watcher in watchers:
        watcher.start()
    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as threads:
        answers = list(threads.map(lambda picture: _post(semsearch, picture), pictures))
    print(f"{len(pictures)} posts, {at_once} at once: {time.perf_counter() - started:.0f} s")
    done.set()
    for watcher in watchers:
        watcher.join()
    return answers, waits


def _post(semsearch: Installation, picture: bytes) -> int:
    """Post a picture until the server takes it, and return the status of the answer."""
    part = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="x"\r\n\r\n'
    request = urllib.request.Request(
        f"http://127.0.0.1:{semsearch.port}/api/search",
        part.encode() + picture + f"\r\n--{_BOUNDARY}--\r\n".encode(),
        {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"},
    )
    while True:
        try:
            with urllib.request.urlopen(request) as reply:
                json.load(reply)
                return int(reply.status)
        except urllib.error.HTTPError as error:
            again = error.headers.get("Retry-After")
            if again is None:
                return error.code
            time.sleep(float(again))


def _search(semsearch: Installation, count: int) -> None:
    for n in range(count):
        semsearch.get("/api/search", q=f"{_WORDS[n % len(_WORDS)]} number {n}")


def _report(names: list[str], answers: list[int], waits: dict[str, list[float]]) -> None:
    for (name, status), count in sorted(Counter(zip(names, answers, strict=True)).items()):
        print(f"{name}: {count} answered with {status}")
    for path, seconds in waits.items():
        median = percentile(seconds, 50)
        print(f"{path}: {len(seconds)} answers, median {median * 1000:.0f} ms, longest {max(seconds):.2f} s")


def _children_mb(pid: int) -> list[float]:
    """The resident memory of the children of a process, in MB."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    return [resident_mb(int(child)) for listed in children for child in listed.read_text().split()]


if __name__ == "__main__":
    main()
