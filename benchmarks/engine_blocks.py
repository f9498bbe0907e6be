"""How long does the engine answer nobody while a large file is ingested?

    python -m benchmarks.engine_blocks [--only english csv japanese] [--model made-up|minilm] [--terms 6000]

A process of its own sends PING every 20 ms while one file is ingested: 18 MB of English, a CSV of 120,000
rows, 18 MB of Japanese. The files are made from a seed. Prints the longest time that a PING took, and how
long the engine itself worked meanwhile, which on a busy machine is less. Prints the same of the time to write
a usual document, before and after the file. With the model "made-up", vectors are random, because only the
engine matters here. Linux only: the time that the engine worked is from /proc.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing as mp
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hybrid_speed import made_up
from benchmarks.running import median, timed
from ingest.run import Options, ingest
from semsearch.cli.show_ingest import Silent
from semsearch.evaluation.homes import free_port
from semsearch.models.loaded import Models
from semsearch.models.protocol import TextEmbedder
from semsearch.records import Kind, Vectors
from semsearch.settings import Settings
from semsearch.store import terms
from semsearch.store.engine import engine
from semsearch.store.store import Store

_CHARACTERS = 18_000_000
_ROWS = 120_000
_EVERY = 0.02
_USUAL = 100
# The vectors of the usual documents are not written.
_DIMS = 2
# The bars: milliseconds that a PING may take, and how much slower a write may be after the file.
_MOST_MS, _MOST_SLOWER = 200, 1.2


class MadeUpVectors:
    """Takes the tokenizer of a model, and gives each text a random vector."""

    accepts = frozenset({Kind.TEXT})

    def __init__(self, model: TextEmbedder) -> None:
        self.id, self.dims, self.max_tokens = "made-up", model.dims, model.max_tokens
        self.common = model.common
        self.tokenizer = model.tokenizer

    def embed(self, batch: Sequence[Any], *, query: bool = False) -> Vectors:  # noqa: ARG002
        seeds = (int.from_bytes(hashlib.blake2b(str(text).encode()).digest()[:8], "big") for text in batch)
        rows = np.stack([np.random.default_rng(seed).normal(size=self.dims) for seed in seeds])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


class MadeUpModels:
    """The models of semsearch with MadeUpVectors in place of the model of texts."""

    image_id = image_source = ""
    text_id = text_source = "made-up"
    is_open = False

    def __init__(self, models: Models) -> None:
        self._text = MadeUpVectors(models.text())

    def text(self) -> MadeUpVectors:
        return self._text

    def image(self) -> None:
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="*", choices=sorted(_FILES), default=sorted(_FILES))
    parser.add_argument("--model", choices=["made-up", "minilm"], default="made-up")
    parser.add_argument("--terms", type=int, default=terms.MOST_TERMS, help="terms in one hash")
    parser.add_argument("--characters", type=int, default=_CHARACTERS)
    options = parser.parse_args()
    terms.MOST_TERMS = options.terms
    print(f"bars: a PING of {_MOST_MS} ms, a write {_MOST_SLOWER} times as long as before")
    for name in options.only:
        with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
            settings = Settings(home=Path(temporary) / "home", redis_url="", redis_port=free_port())
            models = Models(settings)
            try:
                chosen = MadeUpModels(models) if options.model == "made-up" else models
                _measure(name, Path(temporary), settings, chosen, options.characters)
            finally:
                engine.stop(settings)


def _measure(name: str, temporary: Path, settings: Settings, models: Any, characters: int) -> None:
    folder = temporary / "folder"
    folder.mkdir()
    store = Store.open(settings)
    (folder / "usual.txt").write_text("A usual note, by which the indexes are made.")
    ingest([folder], settings, store, models, Silent(), Options())
    before = cost_of_a_write(settings, store)
    suffix, make = _FILES[name]
    (folder / f"large{suffix}").write_text(make(characters), encoding="utf-8")
    idle = _pings_while(settings, lambda: time.sleep(5))
    started = time.perf_counter()
    busy = _pings_while(settings, lambda: ingest([folder], settings, store, models, Silent(), Options()))
    took = time.perf_counter() - started
    after = cost_of_a_write(settings, store)
    (record,) = (each for each in store.ledger if each.path.startswith("large"))
    print(f"{name}: {record.pieces:,} passages, {record.words:,} further hashes of terms, {took:.0f} s")
    for label, pings in (("idle", idle), ("ingesting", busy)):
        print(
            f"  {label:9} {len(pings):6,} PINGs, at most {_ms(max(each.seconds for each in pings))} ms, "
            f"in which the engine worked at most {_ms(max(each.worked for each in pings))} ms"
        )
    print(
        f"  a write: {_ms(before.seconds)} ms before and {_ms(after.seconds)} ms after "
        f"({after.seconds / before.seconds:.2f}), the engine worked {_ms(before.worked)} and "
        f"{_ms(after.worked)} ms ({after.worked / before.worked:.2f})",
        flush=True,
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f}" if seconds < 0.01 else f"{seconds * 1000:.0f}"


@dataclass(frozen=True)
class Cost:
    """The seconds that a call took, and those in which the engine worked."""

    seconds: float
    worked: float


def cost(process: int, call: Callable[[], object]) -> Cost:
    # The nanoseconds that the main thread, which runs the commands, had a processor.
    state = Path(f"/proc/{process}/task/{process}/schedstat")
    before = int(state.read_text().split()[0])
    seconds = timed(call)
    return Cost(seconds, (int(state.read_text().split()[0]) - before) / 1e9)


def cost_of_a_write(settings: Settings, store: Store) -> Cost:
    """The cost of writing the record and the terms of a usual document."""
    process = process_of(engine.ensure_running(settings).client())
    sentences = [f"Sentence number {n} of a usual document." for n in range(1_000)]
    bare = [replace(entry, pieces=()) for entry in made_up(_DIMS, sentences, 4 * _USUAL)]
    costs = [cost(process, partial(store.documents.replace, [entry], {})) for entry in bare]
    store.documents.remove([entry.counted for entry in bare])
    return Cost(median([each.seconds for each in costs]), median([each.worked for each in costs]))


def process_of(client: Any) -> int:
    return int(client.info("server")["process_id"])


def _pings_while(settings: Settings, call: Callable[[], object]) -> list[Cost]:
    """What each PING cost while `call` ran."""
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_ping, args=(settings, theirs))
    process.start()
    ours.recv()
    call()
    ours.send("stop")
    found: list[Cost] = ours.recv()
    process.join()
    return found


def _ping(settings: Settings, connection: Connection) -> None:
    client = engine.ensure_running(settings).client()
    process = process_of(client)
    connection.send("ready")
    found: list[Cost] = []
    while not connection.poll(_EVERY):
        found.append(cost(process, client.ping))
    connection.send(found)


def english(characters: int) -> str:
    """Words of lengths and frequencies like those of English, in sentences and paragraphs."""
    chance = random.Random(1)
    syllables = [
        "ba",
        "con",
        "der",
        "el",
        "fin",
        "gra",
        "hol",
        "in",
        "jor",
        "ka",
        "lum",
        "men",
        "no",
        "par",
        "st",
    ]
    words = ["".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3, 4)))) for _ in range(60_000)]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    found, size = [], 0
    while size < characters:
        sentence = (
            " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(6, 24))).capitalize() + "."
        )
        found.append(sentence + ("\n\n" if chance.random() < 0.15 else " "))
        size += len(found[-1])
    return "".join(found)


def _csv(_: int) -> str:
    chance = random.Random(2)
    rows = [
        f"{n},{chance.choice(_TOWNS)},{chance.randint(1, 10**6)},item {chance.randint(1, 5_000)}"
        for n in range(_ROWS)
    ]
    return "\n".join(["number,town,amount,what", *rows])


def _japanese(characters: int) -> str:
    """Words of one to three characters, in sentences without spaces. A character has three bytes."""
    chance = random.Random(3)
    signs = [chr(code) for code in (*range(0x3041, 0x3090), *range(0x4E00, 0x4E00 + 1_800))]
    words = ["".join(chance.choices(signs, k=chance.choice((1, 2, 2, 3)))) for _ in range(20_000)]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    found, size = [], 0
    while size < characters // 3:
        sentence = "".join(chance.choices(words, cum_weights=weights, k=chance.randint(5, 20))) + "。"
        found.append(sentence + ("\n\n" if chance.random() < 0.1 else ""))
        size += len(found[-1])
    return "".join(found)


_TOWNS = ("Aarhus", "Bergen", "Cork", "Dijon", "Essen", "Faro", "Genoa", "Hull")
_FILES: dict[str, tuple[str, Callable[[int], str]]] = {
    "english": (".txt", english),
    "csv": (".csv", _csv),
    "japanese": (".txt", _japanese),
}

if __name__ == "__main__":
    main()
