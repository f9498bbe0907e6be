"""Documents a second, against chromadb and txtai, with the same model.

    pip install chromadb txtai
    python -m benchmarks.other_libraries FOLDER [--documents 300] [--rounds 3]     (BEIR layout)

Each library stores the first documents of the collection, with their texts and vectors, on disk. The other
two get the built-in model as a function. They embed the first 256 tokens of a document; semsearch reads files
and embeds all of their text in passages. All run in this process, in turns, with the model loaded. Prints
medians.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.running import median, timed
from ingest.run import Options, ingest
from semsearch.cli.show_ingest import Silent
from semsearch.evaluation.datasets import Dataset, load
from semsearch.evaluation.homes import free_port
from semsearch.models.loaded import Models
from semsearch.models.torchvision_compat import mend_torchvision
from semsearch.records import Vectors
from semsearch.settings import Settings
from semsearch.store.engine import engine
from semsearch.store.store import Store

# The bars: documents a second, as a multiple of theirs.
_BARS = {"chromadb": 1.2, "txtai": 2.0}
_BATCH = 100

Embed = Callable[[list[str]], Vectors]


def main() -> None:
    mend_torchvision()  # for txtai
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    whole = load(options.folder)
    some = Dataset(whole.name, {}, {}, dict(islice(whole.corpus.items(), options.documents)))
    texts = [f"{title}\n\n{text}" for title, text in some.corpus.values()]
    models = Models(Settings())
    models.text().embed(texts[:2])
    rates: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        files = Path(temporary) / "files"
        some.write(files)
        for number in range(options.rounds):
            place = Path(temporary) / str(number)
            rates["semsearch"].append(len(texts) / _ours(files, place / "home", models))
            for name, store in (("chromadb", _chromadb), ("txtai", _txtai)):
                folder = place / name
                folder.mkdir()
                seconds = timed(lambda s=store, f=folder: s(f, texts, models.text().embed))
                rates[name].append(len(texts) / seconds)
    ours = median(rates["semsearch"])
    for name, measured in rates.items():
        bar = _BARS.get(name)
        against = f", semsearch is {ours / median(measured):.2f} times as fast (bar: {bar})" if bar else ""
        spread = f"{min(measured):.1f} to {max(measured):.1f}"
        print(f"{name:10} {median(measured):6.1f} documents/s ({spread}){against}")


def _ours(files: Path, home: Path, models: Models) -> float:
    settings = Settings(home=home, redis_url="", redis_port=free_port(), image_model="")
    try:
        store = Store.open(settings)
        return timed(lambda: ingest([files], settings, store, models, Silent(), Options()))
    finally:
        engine.stop(settings)


def _chromadb(folder: Path, texts: list[str], embed: Embed) -> None:
    import chromadb

    class Function(chromadb.EmbeddingFunction[Any]):
        def __init__(self) -> None:
            pass

        def __call__(self, input: Any) -> Any:
            return list(embed(list(input)))

    client = chromadb.PersistentClient(
        str(folder), settings=chromadb.config.Settings(anonymized_telemetry=False)
    )
    collection = client.create_collection("texts", embedding_function=Function())
    for start in range(0, len(texts), _BATCH):
        some = texts[start : start + _BATCH]
        collection.add(ids=[str(start + number) for number in range(len(some))], documents=some)


def _txtai(folder: Path, texts: list[str], embed: Embed) -> None:
    from txtai import Embeddings

    # A method would be called to make the function: txtai knows plain functions alone.
    embeddings = Embeddings(method="external", transform=lambda batch: embed(list(batch)), content=True)
    embeddings.index((number, text, None) for number, text in enumerate(texts))
    embeddings.save(str(folder / "index"))


if __name__ == "__main__":
    main()
